import { fc, test as property } from '@fast-check/jest';
import { type Offering, offeringsOf } from '../../../lib/catalog';
import type { TrainingConfig } from '../../../lib/config/schema';
import { jobEstimate } from '../../../lib/plan/supply/job-estimate';
import { parseTime } from '../../../lib/units';
import { rawConfig, testConfig } from '../../support/config';

const resnet = { kind: 'training', model: 'resnet50', samples: 1_281_167, epochs: 90, deadline: '24h', pool: 'gpus' };
const start = parseTime('2026-11-23T00:00:00Z') ?? NaN;

type Options = {
  readonly startMs?: number | null;
  readonly pool?: object;
  readonly capacity?: 'on-demand' | 'spot';
  /** @default those of the instances */
  readonly offerings?: readonly Offering[];
};

function estimateOf(
  workload: object,
  instances: readonly string[],
  { startMs = start, pool = {}, capacity = 'on-demand', offerings }: Options = {},
) {
  const config = testConfig(
    rawConfig({
      workloads: { job: workload as never },
      pools: { gpus: { kind: 'gpuPool', instances: [...instances], bootTime: '4m', ...pool } },
    }),
  );
  const listed = offerings ?? offeringsOf({ instances: [...instances], capacity: [capacity], region: 'us-east-1' });
  return jobEstimate(config, 'job', config.workloads.job as TrainingConfig, listed, startMs);
}

describe('in a pool of several GPU types', () => {
  const replica = { gpus: 4 };
  const t4 = ['g4dn.12xlarge'];
  const a10g = ['g5.12xlarge'];

  test('the slowest sets the pace of a job with a deadline, wherever its name stands among the others', () => {
    const slow = estimateOf({ ...resnet, replica }, t4);
    const fast = estimateOf({ ...resnet, replica }, a10g);
    expect(slow.workers).toBeGreaterThan(fast.workers);
    const mixed = estimateOf({ ...resnet, replica }, [...t4, ...a10g]);
    expect(mixed).toMatchObject({ gpuName: 'T4', workers: slow.workers, runSeconds: slow.runSeconds });
  });
  test('the slowest sets the pace of a job whose deadline cannot be counted yet, too', () => {
    const workload = { ...resnet, deadline: '2026-11-24T06:00:00Z', replica };
    const [slow, mixed] = [t4, [...t4, ...a10g]].map((instances) => estimateOf(workload, instances, { startMs: null }));
    expect(mixed).toMatchObject({ gpuName: 'T4', workers: 1, samplesPerSecond: slow.samplesPerSecond, runSeconds: slow.runSeconds });
  });
  property.prop(
    [
      fc.shuffledSubarray(['g4dn.12xlarge', 'g5.12xlarge', 'g6.12xlarge', 'g6e.12xlarge'], { minLength: 2 }),
      fc.integer({ min: 60, max: 3_600 }),
    ],
    { numRuns: 25 },
  )(
    'a job is as large and as slow as on its slowest type alone, whatever the deadline and however many types there are',
    (types, minutes) => {
      const workload = { ...resnet, deadline: `${minutes}m`, replica };
      const mixed = estimateOf(workload, types);
      const alone = types.map((type) => estimateOf(workload, [type]));
      const most = Math.max(...alone.map(({ workers }) => workers));
      const [slowest] = types
        .map((type) => estimateOf({ ...workload, floor: most }, [type]))
        .sort((a, b) => a.samplesPerSecond - b.samplesPerSecond);
      expect(mixed).toMatchObject({
        workers: most,
        gpuName: slowest.gpuName,
        samplesPerSecond: slowest.samplesPerSecond,
        runSeconds: slowest.runSeconds,
      });
    },
  );
  test('types whose nodes hold less than a worker do not count', () => {
    const both = estimateOf({ ...resnet, replica: { gpus: 8 } }, [...t4, 'p4d.24xlarge']);
    expect(both).toMatchObject({ gpuName: 'A100-40GB', gpusPerWorker: 8 });
  });
});

describe('a worker', () => {
  test('is a whole node of the smallest kind of the pool, whatever the order of its instances', () => {
    expect(estimateOf(resnet, ['g5.12xlarge', 'g5.xlarge']).gpusPerWorker).toBe(1);
    expect(estimateOf(resnet, ['g5.48xlarge', 'g5.12xlarge']).gpusPerWorker).toBe(4);
  });
  test('is never a node without a GPU where another has some', () => {
    expect(estimateOf(resnet, ['m7i.xlarge', 'g5.xlarge'])).toEqual(estimateOf(resnet, ['g5.xlarge']));
  });
  test('is a larger node where the model does not fit any number of the smaller ones', () => {
    const large = { kind: 'training', model: 'gpt-3-175b', tokens: '1B', deadline: '900d', pool: 'gpus' };
    expect(() => estimateOf(large, ['g5.xlarge'])).toThrow(/does not fit the memory of up to 4096 x A10G/);
    expect(estimateOf(large, ['g5.xlarge', 'p4d.24xlarge'])).toEqual(estimateOf(large, ['p4d.24xlarge']));
    const measured = { ...large, replica: { throughput: '200 tokens/s' } };
    expect(estimateOf(measured, ['g5.xlarge', 'p4d.24xlarge'])).toMatchObject({ gpusPerWorker: 1, samplesPerSecond: 200, model: null });
  });
  test('has its share of the network of its node, and where nodes differ that of the slowest', () => {
    const four = { ...resnet, replica: { gpus: 1 }, floor: 4, deadline: '365d', batch: 64 };
    const slow = estimateOf(four, ['g5.xlarge']);
    // 10 Gbit/s of one GPU, and 40 of four.
    const one = estimateOf(four, ['g5.4xlarge']);
    expect(estimateOf(four, ['g5.12xlarge'])).toEqual(one);
    expect(slow.samplesPerSecond).toBeLessThan(one.samplesPerSecond / 2);
    expect(estimateOf(four, ['g5.xlarge', 'g5.4xlarge'])).toEqual(slow);
  });
  test('has the network that is assumed where that of no machine is known', () => {
    const four = { ...resnet, replica: { gpus: 1 }, floor: 4, deadline: '365d', batch: 64 };
    const [known] = offeringsOf({ instances: ['g5.xlarge'], capacity: ['on-demand'], region: 'us-east-1' });
    const box = estimateOf(four, ['g5.xlarge'], { offerings: [{ ...known, instanceType: 'box' }] });
    // 25 Gbit/s, of which a step of g5.xlarge has 2.5.
    const slow = estimateOf(four, ['g5.xlarge']).model?.estimate.run.step.data ?? NaN;
    expect(box.model?.estimate.run.step.data).toBeGreaterThan(slow / 25);
    expect(box.model?.estimate.run.step.data).toBeLessThan(slow / 5);
  });
  test('on spot counts on the instance type that is interrupted most', () => {
    const interruptionOf = (instances: readonly string[]) =>
      estimateOf({ ...resnet, replica: { gpus: 1 }, floor: 8, deadline: '365d' }, instances, { capacity: 'spot' }).model?.estimate
        .checkpoint.mtbfSeconds ?? NaN;
    const [seldom, often] = [interruptionOf(['g6e.xlarge']), interruptionOf(['g6e.2xlarge'])];
    expect(often).toBeLessThan(seldom);
    expect(interruptionOf(['g6e.xlarge', 'g6e.2xlarge'])).toBe(often);
  });
  test('has the GPUs that the config states', () => {
    expect(estimateOf({ ...resnet, replica: { gpus: 2 } }, ['g5.12xlarge']).gpusPerWorker).toBe(2);
  });
  test('of more GPUs than a node has is refused with the most that it could have', () => {
    expect(() => estimateOf({ ...resnet, replica: { gpus: 9 } }, ['g5.12xlarge', 'p4d.24xlarge'])).toThrow(
      "workloads.job.replica.gpus: no node of pool 'gpus' has so many (expected at most 8, got 9)",
    );
  });
  test('of a pool without GPUs is refused unless it was measured', () => {
    const measured = { ...resnet, deadline: '365d', samples: 1e6, replica: { throughput: '100 samples/s' } };
    expect(() => estimateOf(resnet, ['m7i.xlarge'])).toThrow('workloads.job.replica: cannot be estimated without a GPU');
    expect(estimateOf(measured, ['m7i.xlarge'])).toMatchObject({ workers: 1, gpusPerWorker: 0, gpuName: null, model: null });
  });
});

describe('a job', () => {
  const measured = { ...resnet, model: undefined, samples: 1e6, epochs: 10, replica: { gpus: 8, throughput: '100 samples/s' } };

  test('has all its epochs for its work', () => {
    expect(estimateOf(resnet, ['p4d.24xlarge']).work).toBe(1_281_167 * 90);
  });
  test('has as many workers as its floor at least, and one at least without a floor', () => {
    expect(estimateOf({ ...measured, deadline: '365d' }, ['p4d.24xlarge']).workers).toBe(1);
    const three = estimateOf({ ...measured, deadline: '365d', floor: 3 }, ['p4d.24xlarge']);
    expect(three).toMatchObject({ workers: 3, samplesPerSecond: 300, runSeconds: { value: 1e7 / 300, low: 1e7 / 300, high: 1e7 / 300 } });
  });
  test('has its boot and cold start within its deadline: a second more than the work takes needs no second worker', () => {
    const lead = 6 * 60;
    expect(estimateOf({ ...measured, deadline: `${100_000 + lead}s` }, ['p4d.24xlarge'])).toMatchObject({
      workers: 1,
      leadMs: lead * 1_000,
    });
    expect(estimateOf({ ...measured, deadline: `${100_000 + lead - 1}s` }, ['p4d.24xlarge']).workers).toBe(2);
  });
  test('is refused when its deadline is over as the first worker starts, not a second later', () => {
    expect(() => estimateOf({ ...measured, deadline: '6m' }, ['p4d.24xlarge'])).toThrow(/is over before the first worker can start/);
    expect(estimateOf({ ...measured, deadline: '361s' }, ['p4d.24xlarge']).workers).toBe(100_000);
  });
  test('whose deadline is a moment has it counted from the start of the plan, and unchecked while that is unknown', () => {
    const workload = { ...measured, deadline: '2026-11-24T06:00:00Z' };
    expect(estimateOf(workload, ['p4d.24xlarge']).deadlineMs).toBe(30 * 3_600_000);
    expect(estimateOf(workload, ['p4d.24xlarge'], { startMs: null })).toMatchObject({ deadlineMs: null, workers: 1 });
    expect(() => estimateOf({ ...measured, deadline: '2026-11-23T00:00:00Z' }, ['p4d.24xlarge'])).toThrow(/deadline: is in the past/);
  });
  test('takes no more GPUs than the ceiling of its pool grants whole workers for', () => {
    const of = (ceiling: string) => () =>
      estimateOf({ ...resnet, deadline: '2h', replica: { gpus: 8 } }, ['p4d.24xlarge'], { pool: { ceiling } });
    const { workers } = of('4096 GPU')();
    expect(of(`${8 * workers} GPU`)().workers).toBe(workers);
    expect(of(`${8 * workers - 1} GPU`)).toThrow(/cannot be met/);
  });
});

describe('what several workers lose', () => {
  test('is told by how much they do together and how much as many alone', () => {
    const [one, two] = [1, 2].map((floor) =>
      estimateOf({ ...resnet, replica: { gpus: 1 }, deadline: '365d', batch: 256, floor }, ['g5.xlarge']),
    );
    expect(one.model?.efficiency).toBe(1);
    expect(two.model?.efficiency).toBeLessThan(0.9);
    expect(two.model?.efficiency).toBeCloseTo(two.samplesPerSecond / (2 * one.samplesPerSecond), 6);
  });
  test('is told by the share of a step in which they compute, where one alone would not hold the model', () => {
    const large = { kind: 'training', model: 'llama-3-8b', tokens: '1B', deadline: '900d', replica: { gpus: 1 }, pool: 'gpus' };
    const { model } = estimateOf({ ...large, recompute: 'full' }, ['g6e.xlarge']);
    const { compute = NaN, optimiser = NaN, total } = model?.estimate.run.step ?? { total: NaN };
    expect(optimiser).toBeGreaterThan(0);
    expect(model?.efficiency).toBeCloseTo((compute + optimiser) / total, 12);
  });
});

test('types that are equally fast, as they are where their throughput was measured, give the same job in whatever order they are listed', () => {
  const measured = { ...resnet, replica: { gpus: 4, throughput: '2000 images/s' } };
  const [one, other] = [
    ['g5.12xlarge', 'g6e.12xlarge'],
    ['g6e.12xlarge', 'g5.12xlarge'],
  ].map((types) => estimateOf(measured, types));
  expect(one).toEqual(other);
});

test('what was assumed is said: precision, optimiser and storage where none is stated, and none of them where all are', () => {
  const assumedOf = (workload: object, instances: string[]) => estimateOf(workload, instances).model?.assumed ?? [];
  const defaults = ['mixed precision in bf16', 'optimiser adam', 'storage that takes in 10 GB/s'];
  expect(assumedOf(resnet, ['p4d.24xlarge'])).toEqual(expect.arrayContaining(defaults));
  expect(assumedOf(resnet, ['g4dn.12xlarge'])).toContain('mixed precision in fp16');
  const stated = assumedOf({ ...resnet, precision: 'fp16', optimiser: 'sgd', storageBandwidth: '5 GB/s' }, ['p4d.24xlarge']);
  expect(stated.filter((text) => /precision|optimiser|storage/.test(text))).toEqual([]);
});
