import { offeringsOf } from '../../../lib/catalog/offerings';
import type { TrainingConfig } from '../../../lib/config/schema';
import { jobEstimate } from '../../../lib/plan/supply/job-estimate';
import { checkJobCeiling } from '../../../lib/plan/supply/deadline-checks';
import { jobDemand } from '../../../lib/plan/replicas/job-demand';
import { makePlan } from '../../../lib/plan/make-plan';
import { parseTime } from '../../../lib/units';
import { rawConfig, testConfig } from '../../support/config';

const resnet = { kind: 'training', model: 'resnet50', samples: 1_281_167, epochs: 90, deadline: '24h', pool: 'gpus' };
const language = { kind: 'training', model: 'llama-3-8b', tokens: '2B', deadline: '7d', pool: 'gpus' };
const start = parseTime('2026-11-23T00:00:00Z') ?? NaN;

function configOf(workload: object, instances: readonly string[], pool: object = {}) {
  return rawConfig({
    workloads: { job: workload as never },
    pools: { gpus: { kind: 'gpuPool', instances: [...instances], bootTime: '4m', ...pool } },
  });
}

function job(workload: object, instances = ['p4d.24xlarge'], pool: object = {}) {
  const config = testConfig(configOf(workload, instances, pool));
  const offerings = offeringsOf({ instances, capacity: ['on-demand'], region: 'us-east-1' });
  const training = config.workloads.job as TrainingConfig;
  return { job: jobEstimate(config, 'job', training, offerings, start), training };
}

const grid = { start, steps: 24, periodMs: 3_600_000 };
const reasonsOf = (workload: object, instances?: string[]) => {
  const { job: estimate, training } = job(workload, instances);
  return jobDemand('job', training, estimate, grid).reasons;
};

describe('a training job in the plan', () => {
  test('has the fewest workers whose late end still meets the deadline, boot and cold start within it', () => {
    const { job: made } = job({ ...resnet, deadline: '2h' });
    const leadSeconds = 360;
    expect(leadSeconds + made.runSeconds.high).toBeLessThanOrEqual(2 * 3_600);
    expect(made.workers).toBeGreaterThan(1);
    const fewer = job({ ...resnet, deadline: '10d', replica: { gpus: 8 }, floor: made.workers - 1 }).job;
    expect(fewer.workers).toBe(made.workers - 1);
    expect(leadSeconds + fewer.runSeconds.high).toBeGreaterThan(2 * 3_600);
  });
  test('loses something between workers, so that twice as many do less than twice as much', () => {
    const [one, four] = [1, 4].map((floor) => job({ ...resnet, batch: 256, deadline: '365d', floor }, ['g4dn.xlarge']).job);
    expect(one.model?.efficiency).toBe(1);
    expect(four.workers).toBe(4);
    expect(four.model?.efficiency).toBeLessThan(1);
    expect(four.samplesPerSecond).toBeCloseTo(4 * one.samplesPerSecond * (four.model?.efficiency ?? NaN), 3);
  });
  test('is held for the late end of its time, and expected to take the middle', () => {
    const { job: made, training } = job(resnet);
    const { schedule, medianSchedule } = jobDemand('job', training, made, grid);
    const end = (steps: readonly { from: number; value: number }[]) => (steps.at(-1)?.from ?? NaN) - start;
    expect(end(schedule.steps)).toBe(Math.ceil((360 + made.runSeconds.high) / 3_600) * 3_600_000);
    expect(end(medianSchedule.steps)).toBe(Math.ceil((360 + made.runSeconds.value) / 3_600) * 3_600_000);
  });
  test('is by the throughput that was measured, where one is: without a band, and not marked as an estimate', () => {
    const measured = job({ ...resnet, replica: { gpus: 8, throughput: '20000 images/s' } }).job;
    expect(measured).toMatchObject({ basis: 'measured', workers: 1, samplesPerSecond: 20_000 });
    expect(measured.runSeconds.high).toBe(measured.runSeconds.low);
    expect(measured.runSeconds.value / 3_600).toBeCloseTo((1_281_167 * 90) / 20_000 / 3_600, 2);
    expect(reasonsOf({ ...resnet, replica: { gpus: 8, throughput: '20000 images/s' } }).some(({ text }) => text.includes('ESTIMATE'))).toBe(
      false,
    );
  });
  test('takes no throughput that counts something else than its work', () => {
    const of = (workload: object, throughput: string) => () => job({ ...workload, replica: { gpus: 8, throughput } });
    expect(of(language, '300000 images/s')).toThrow(
      'workloads.job.replica.throughput: is not in the unit of the work (expected tokens/s, got 300000 images/s)',
    );
    expect(of({ ...language, model: undefined }, '300000 images/s')).toThrow('expected tokens/s');
    expect(of(resnet, '2000 tokens/s')).toThrow('expected images/s or samples/s, got 2000 tokens/s');
    expect(of(language, '20000 tokens')).toThrow('expected tokens/s, got 20000 tokens');
  });
  test('is spoken of in the singular where it has one worker', () => {
    const texts = reasonsOf({ ...resnet, replica: { gpus: 8, throughput: '20000 images/s' } }).map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^1 worker does 20000 images\/s \(measured of one worker\)$/));
    expect(() => checkJobCeiling('job', 0, 1)).toThrow('(expected at least 1 worker, got 0)');
  });
  test('needs no model where its throughput is measured: half the time then needs twice the workers', () => {
    const plain = { ...resnet, model: undefined, samples: 1e6, epochs: 10, replica: { gpus: 8, throughput: '100 samples/s' } };
    expect(job({ ...plain, deadline: '50360s' }).job).toMatchObject({ workers: 2, model: null });
    expect(job({ ...plain, deadline: '25360s' }).job).toMatchObject({ workers: 4, model: null });
  });
  test('measured in one worker, more of them lose what the estimate says they do', () => {
    const of = (deadline: string) => job({ ...language, deadline, replica: { gpus: 8, throughput: '20000 tokens/s' } }).job;
    const many = of('5h');
    expect(many.workers).toBeGreaterThan(Math.ceil(2e9 / 20_000 / (5 * 3_600 - 360)) - 1);
    expect(many.samplesPerSecond).toBeLessThanOrEqual(20_000 * many.workers);
    expect(of('60h').samplesPerSecond).toBe(20_000);
  });
  test('takes the slowest GPU of its pool, for workers wait for each other', () => {
    const mixed = job({ ...resnet, replica: { gpus: 4 } }, ['g5.12xlarge', 'g6e.12xlarge']).job;
    const slow = job({ ...resnet, replica: { gpus: 4 } }, ['g5.12xlarge']).job;
    expect(mixed).toMatchObject({ gpuName: 'A10G', workers: slow.workers, runSeconds: slow.runSeconds });
  });
  test('gets nodes of the next size where the smallest of its pool will not do', () => {
    const big = { ...language, model: 'llama-3-70b', tokens: '1B', deadline: '30d', recompute: 'full' };
    expect(job(big, ['p5.4xlarge', 'p5.48xlarge']).job.gpusPerWorker).toBeGreaterThanOrEqual(1);
    expect(job({ ...big, replica: { gpus: 8 } }, ['p5.4xlarge', 'p5.48xlarge']).job.gpusPerWorker).toBe(8);
  });
  test('has every step from model to workers in its chain, with memory, spread, checkpoints, data, and what was assumed', () => {
    const codes = reasonsOf({ ...language, deadline: '12h' }).map(({ code }) => code);
    expect(codes).toEqual([
      'demand/work',
      'demand/memory',
      'demand/spread',
      'demand/estimated',
      'demand/efficiency',
      'demand/checkpoint',
      'demand/data',
      'demand/assumed',
      'demand/workers',
    ]);
    expect(reasonsOf(language).find(({ code }) => code === 'demand/estimated')?.text).toMatch(/an ESTIMATE, off by up to 30 %/);
  });
  test('a moment is a deadline too, and counts from the start of the plan', () => {
    expect(job({ ...resnet, deadline: '2026-11-24T00:00:00Z' }).job).toEqual(job(resnet).job);
  });
});

test.each<[string, object, string[], RegExp]>([
  [
    'a deadline in the past',
    { ...resnet, deadline: '2026-11-22T00:00:00Z' },
    ['p4d.24xlarge'],
    /^workloads\.job\.deadline: is in the past: the plan begins at 2026-11-23T00:00:00Z \(got 2026-11-22T00:00:00Z\)/,
  ],
  [
    'a deadline before a node boots',
    { ...resnet, deadline: '5m' },
    ['p4d.24xlarge'],
    /^workloads\.job\.deadline: is over before the first worker can start: boot and cold start take 6m \(got 5m\)/,
  ],
  [
    'a deadline that no number of GPUs meets',
    { ...resnet, deadline: '8m' },
    ['g5.12xlarge'],
    /^workloads\.job\.deadline: cannot be met \(expected at least .* what \d+ GPUs take at most with 6 min before they start, got 8 min\)/,
  ],
  [
    'no parameters',
    { ...language, model: { parameters: '0B', layers: 32, hiddenSize: 4_096 } },
    ['p4d.24xlarge'],
    /workloads\.job\.model\.parameters: cannot be read \(expected a size above zero such as '8B', got "0B"\)/,
  ],
  [
    'negative parameters',
    { ...language, model: { parameters: '-8B' } },
    ['p4d.24xlarge'],
    /workloads\.job\.model\.parameters: cannot be read \(expected a size above zero such as '8B', got "-8B"\)/,
  ],
  [
    'parameters that do not go with the shape',
    { ...language, model: { parameters: '8B', layers: 32, hiddenSize: 40_960 } },
    ['p4d.24xlarge'],
    /^workloads\.job\.model\.parameters: do not go with 32 layers/,
  ],
  ['no samples', { ...resnet, samples: 0 }, ['p4d.24xlarge'], /workloads\.job\.samples: .*>0/],
  ['samples and tokens', { ...language, samples: 5 }, ['p4d.24xlarge'], /workloads\.job\.tokens: is given beside samples/],
  [
    'a precision that the GPU lacks',
    { ...language, precision: 'fp8' },
    ['p4d.24xlarge'],
    /^workloads\.job\.precision: GPU A100-40GB does not compute in fp8 \(expected bf16 or fp16, got fp8\)/,
  ],
  [
    'a sequence too long for the memory',
    { ...language, sequence: 5_000_000, replica: { gpus: 8 }, ceiling: 1 },
    ['p4d.24xlarge'],
    /^workloads\.job\.sequence: does not fit the memory of up to \d+ x A100-40GB \(expected at most about \d+ tokens, got 5000000\)/,
  ],
  [
    'an image too large for the memory',
    { ...resnet, imageSize: 20_000 },
    ['g5.12xlarge'],
    /^workloads\.job\.imageSize: does not fit the memory/,
  ],
  [
    'an unknown model',
    { ...language, model: 'llama-9' },
    ['p4d.24xlarge'],
    /^workloads\.job\.model: the shape of 'llama-9' is not known\. Hint: did you mean llama-/,
  ],
  [
    'a field of the other kind of model',
    { ...resnet, sequence: 4_096 },
    ['p4d.24xlarge'],
    /^workloads\.job\.sequence: is for language models, and resnet50 looks at images/,
  ],
  [
    'a ceiling below the deadline',
    { ...resnet, deadline: '1h', ceiling: 1 },
    ['g5.12xlarge'],
    /^workloads\.job\.ceiling: is below what the deadline needs \(expected at least \d+ workers, got 1\)/,
  ],
])('%s is refused in one sentence, before any history is read', async (_what, workload, instances, sentence) => {
  let read = false;
  const plan = async () =>
    makePlan({
      config: testConfig(configOf(workload, instances)),
      previous: null,
      asOf: start,
      readHistory: () => {
        read = true;
        return Promise.resolve([]);
      },
      foresize: '0.0.0',
      runFits: () => Promise.reject(new Error('nothing is to be fitted')),
      solver: () => {
        throw new Error('nothing is to be solved');
      },
    });
  const message = await plan().then(
    () => 'a plan',
    (error: Error) => error.message,
  );
  expect(message.split('\n')).toHaveLength(1);
  expect(message).toMatch(sentence);
  expect(read).toBe(false);
});

test('a model that fits no number of such GPUs says so, and within a ceiling of the pool how many it would take', () => {
  expect(() => job({ ...language, model: 'gpt-3-175b', deadline: '900d' }, ['g5.12xlarge'], { ceiling: '8 GPU' })).toThrow(
    /^pools\.gpus\.ceiling: the training does not fit up to 8 x A10G, however it is spread \(expected at least \d+, got 8\)/,
  );
});

test('a replica that no node holds, and an estimate that cannot be, are refused together', () => {
  const config = testConfig(
    rawConfig({
      workloads: {
        chat: { ...rawConfig().workloads.chat, replica: { gpus: 2, throughput: '12 req/s' } } as never,
        job: { ...resnet, deadline: '5m', pool: 'l40s' } as never,
      },
    }),
  );
  return expect(
    makePlan({
      config,
      previous: null,
      asOf: null,
      readHistory: () => Promise.reject(new Error('nothing is to be read')),
      foresize: '0.0.0',
      runFits: () => Promise.reject(new Error('nothing is to be fitted')),
      solver: () => {
        throw new Error('nothing is to be solved');
      },
    }),
  ).rejects.toThrow(/workloads\.chat\.replica: fits no node[^]*workloads\.job\.deadline: is over before/);
});
