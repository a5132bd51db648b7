import { offeringsOf } from '../../../lib/catalog';
import type { TrainingConfig } from '../../../lib/config/schema';
import { jobEstimate } from '../../../lib/plan/supply/job-estimate';
import { parseTime } from '../../../lib/units';
import { rawConfig, testConfig } from '../../support/config';

const resnet = { kind: 'training', model: 'resnet50', samples: 1_281_167, epochs: 90, deadline: '24h', pool: 'gpus' };
const start = parseTime('2026-11-23T00:00:00Z') ?? NaN;

function estimateOf(
  workload: object,
  instances: readonly string[],
  { startMs = start, pool = {} }: { readonly startMs?: number | null; readonly pool?: object } = {},
) {
  const config = testConfig(
    rawConfig({
      workloads: { job: workload as never },
      pools: { gpus: { kind: 'gpuPool', instances: [...instances], bootTime: '4m', ...pool } },
    }),
  );
  const offerings = offeringsOf({ instances: [...instances], capacity: ['on-demand'], region: 'us-east-1' });
  return jobEstimate(config, 'job', config.workloads.job as TrainingConfig, offerings, startMs);
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

test('what was assumed is said: precision, optimiser and storage where none is stated, and none of them where all are', () => {
  const assumedOf = (workload: object, instances: string[]) => estimateOf(workload, instances).model?.assumed ?? [];
  const defaults = ['mixed precision in bf16', 'optimiser adam', 'storage that takes in 10 GB/s'];
  expect(assumedOf(resnet, ['p4d.24xlarge'])).toEqual(expect.arrayContaining(defaults));
  expect(assumedOf(resnet, ['g4dn.12xlarge'])).toContain('mixed precision in fp16');
  const stated = assumedOf({ ...resnet, precision: 'fp16', optimiser: 'sgd', storageBandwidth: '5 GB/s' }, ['p4d.24xlarge']);
  expect(stated.filter((text) => /precision|optimiser|storage/.test(text))).toEqual([]);
});
