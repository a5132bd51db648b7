import { type ExplainedJob, jobReasons, shortPercent } from '../../../lib/plan/explain/job-reasons';
import { textsOf } from '../replicas/support';

const hour = 3_600_000;
const GiB = 2 ** 30;
const model: NonNullable<ExplainedJob['model']> = {
  model: { kind: 'image' },
  precision: 'bf16',
  optimiser: 'adam',
  estimate: {
    flops: 3e18,
    band: 0.3,
    utilisation: 0.42,
    run: {
      gpus: 8,
      batch: 2_048,
      split: { data: 4, tensor: 2, pipeline: 1, stage: 1, microBatch: 64, microBatches: 8, recompute: 'full' },
      memory: { stateBytes: 2 * GiB, activationBytes: 6 * GiB, overheadBytes: GiB, limitBytes: 20 * GiB },
      step: { compute: 0.9, data: 0.0951, optimiser: 0.0049, total: 1 },
    },
    checkpoint: { bytes: 4 * GiB, intervalSeconds: 600, writeSeconds: 0.5, mtbfSeconds: 3_600, lostShare: 0.0123 },
    data: { bytes: 150 * GiB, readBytesPerSecond: GiB },
  } as never,
  efficiency: 0.875,
  assumed: ['a batch of 2,048', 'optimiser adam'],
};
const job = (change: Partial<ExplainedJob> = {}): ExplainedJob => ({
  workers: 2,
  gpusPerWorker: 4,
  gpuName: 'A10G',
  work: 115_305_030,
  deadlineMs: 24 * hour,
  leadMs: 360_000,
  basis: 'estimated',
  samplesPerSecond: 2_400,
  runSeconds: { value: 48_000, low: 36_000, high: 62_400 },
  model,
  ...change,
});
const textsFor = (change: Partial<ExplainedJob> = {}, horizonMs = 24 * hour) => textsOf(jobReasons(job(change), horizonMs));
const withModel = (change: Partial<typeof model>) => ({ model: { ...model, ...change } });

describe('the work of a job', () => {
  test('is told with its operations, and the time that it has, start included', () => {
    expect(textsFor()['demand/work']).toBe(
      '115300000 images, all epochs together: 3 EFLOP, within 1d, of which 6m are boot and cold start',
    );
  });
  test('is told without a time while its deadline is not known, and without operations where no model is', () => {
    expect(textsFor({ deadlineMs: null })['demand/work']).toBe('115300000 images, all epochs together: 3 EFLOP,');
    expect(textsFor({ model: null, deadlineMs: null })['demand/work']).toBe('115300000 samples, all epochs together');
  });
  test('is counted in tokens where the model reads language', () => {
    const texts = textsFor(withModel({ model: { kind: 'transformer' } }));
    expect(texts['demand/work']).toContain('115300000 tokens,');
    expect(texts['demand/estimated']).toContain('do about 2400 tokens/s');
    expect(texts['demand/memory']).toContain('activations of 64 sequences');
  });
});

describe('the workers of a job', () => {
  test('are told with how long they take, from the early end to the late one', () => {
    expect(textsFor()['demand/workers']).toBe('2 workers of 4 GPU, done after about 13.3 h (10 h to 17.3 h); nodes are held until then');
  });
  test('that are measured have no such span, and one is spoken of in the singular', () => {
    const certain = { workers: 1, runSeconds: { value: 7_200, low: 7_200, high: 7_200 } };
    expect(textsFor(certain)['demand/workers']).toBe('1 worker of 4 GPU, done after about 2 h; nodes are held until then');
  });
  test('that run beyond the end of the plan are said to, start included', () => {
    const beyond = ', which is beyond the end of this plan';
    const until = 62_400_000 + 360_000;
    expect(textsFor({}, until)['demand/workers']).not.toContain(beyond);
    expect(textsFor({}, until - 1)['demand/workers']).toContain(beyond);
  });
});

describe('what a worker does', () => {
  test('is an estimate where it was not measured, with how far off it may be', () => {
    expect(textsFor()['demand/estimated']).toBe(
      '8 A10G do about 2400 images/s, 42 % of their peak: an ESTIMATE, off by up to 30 %, so the late end of the time is counted on; measure it and state replica.throughput',
    );
    expect(textsFor()['demand/throughput']).toBeUndefined();
  });
  test('is said to be measured where it was, of one or of several that lose among each other what the model says', () => {
    const measured = (change: Partial<ExplainedJob>) => textsFor({ basis: 'measured', ...change })['demand/throughput'];
    expect(measured({})).toBe('2 workers do 2400 images/s (measured of one worker, less what they lose among each other)');
    expect(measured({ workers: 1 })).toBe('1 worker does 2400 images/s (measured of one worker)');
    expect(measured({ model: null })).toBe(
      '2 workers do 2400 samples/s (measured of one worker; without a model nothing says what they lose among each other)',
    );
    expect(textsFor({ basis: 'measured' })['demand/estimated']).toBeUndefined();
  });
  test('loses among several what the estimate says, and alone nothing', () => {
    expect(textsFor()['demand/efficiency']).toBe(
      '2 workers do 87.5 % of what as many would do alone, by estimate: the rest goes into what they tell each other',
    );
    expect(textsFor({ workers: 1 })['demand/efficiency']).toBeUndefined();
  });
});

describe('the steps from model to workers', () => {
  test('tell what a GPU holds, of how much it has', () => {
    expect(textsFor()['demand/memory']).toBe(
      'memory of a GPU: 2 GiB for weights, gradients and states of adam in bf16 (ZeRO-1 over 4 GPUs), 6 GiB for activations of 64 images (recompute full), 9 GiB of 20 GiB in all',
    );
  });
  test('tell how the model is spread, and what a step spends its time on, but for what is hardly any', () => {
    expect(textsFor()['demand/spread']).toBe(
      'spread over 8 GPUs as 4 x 2 x 1, data x tensor x pipeline; a step of 2048 takes 1 s: compute 90 %, data 9.51 %',
    );
    const step = { compute: 1.99, optimiser: 0.01, total: 2 };
    const even = { ...model.estimate, run: { ...model.estimate.run, step } } as never;
    expect(textsFor(withModel({ estimate: even }))['demand/spread']).toMatch(/takes 2 s: compute 99.5 %, optimiser 0.5 %$/);
  });
  test('tell how often it is saved and what that costs, and what is read', () => {
    expect(textsFor()['demand/checkpoint']).toBe(
      'a checkpoint of 4 GiB every 10 min loses least: 500 ms to write, an interruption each 60 min; both cost 1.23 % of the time',
    );
    expect(textsFor()['demand/data']).toBe('150 GiB of data to keep, read at 1 GiB/s');
  });
  test('tell what was assumed, where something was', () => {
    expect(textsFor()['demand/assumed']).toBe('assumed of the training: a batch of 2,048; optimiser adam');
    expect(textsFor(withModel({ assumed: [] }))['demand/assumed']).toBeUndefined();
  });
  test('stand in the order in which the estimate takes them', () => {
    expect(jobReasons(job(), hour).map(({ code }) => code)).toEqual([
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
    expect(jobReasons(job({ model: null, basis: 'measured' }), hour).map(({ code }) => code)).toEqual([
      'demand/work',
      'demand/throughput',
      'demand/workers',
    ]);
  });
});

test('a share is told as percent with three digits', () => {
  expect([0.38249, 1, 0.001234].map(shortPercent)).toEqual(['38.2 %', '100 %', '0.123 %']);
});
