import { forecastLoads, type LoadsInput } from '../../lib/plan/forecast-loads';
import { HOUR_MS } from '../../lib/units';
import { rawConfig, testConfig } from '../support/config';

const monday = Date.UTC(2026, 10, 23);
/** CPU in percent is given from Monday on, so that nothing is read and nothing fitted; a job has a moment for its deadline. */
const config = testConfig({
  ...rawConfig(),
  workloads: {
    web: {
      kind: 'service',
      servers: 10,
      machine: 'm7i.xlarge',
      pool: 'general',
      forecast: { from: '2026-11-23T00:00:00Z', cpu: [50, 60, 70] },
    } as never,
    job: {
      kind: 'training',
      samples: 1e6,
      deadline: '2026-11-24T06:00:00Z',
      replica: { gpus: 1, throughput: '100 samples/s' },
      pool: 'l40s',
    } as never,
  },
  pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] }, general: { kind: 'pool', instances: ['m7i.xlarge'] } },
});

const loads = (input: Partial<LoadsInput> = {}) =>
  forecastLoads({
    config,
    asOf: null,
    readHistory: () => Promise.reject(new Error('nothing is to be read')),
    runFits: () => Promise.reject(new Error('nothing is to be fitted')),
    ...input,
  });

test('a plan begins with the period that its moment lies in, and has the periods of the horizon', async () => {
  const { asOf, grid } = await loads({ asOf: monday + 1.9 * HOUR_MS });
  expect(asOf).toBe(monday + 1.9 * HOUR_MS);
  expect(grid).toEqual({ start: monday + HOUR_MS, steps: 24, periodMs: HOUR_MS });
});

test('given numbers become what is expected in the periods from that start on', async () => {
  const { predictions } = await loads({ asOf: monday + HOUR_MS });
  expect([...predictions.signals['web.cpu'].p50].slice(0, 3)).toEqual([60, 70, 70]);
});

test('before its first number the first stays, after its last one the last does, and the plan knows from where on', async () => {
  const given = async (asOf: number) => {
    const { p50, protected: covered, heldFrom, untestedFrom, from, summary } = (await loads({ asOf })).predictions.signals['web.cpu'];
    expect([...covered]).toEqual([...p50]);
    expect({ untestedFrom, from, summary }).toEqual({ untestedFrom: 24, from: 'given', summary: null });
    return [[...p50].slice(0, 6), heldFrom];
  };
  expect(await given(monday - 2 * HOUR_MS)).toEqual([[50, 50, 50, 60, 70, 70], 5]);
  expect(await given(monday)).toEqual([[50, 60, 70, 70, 70, 70], 3]);
  expect(await given(monday + 9 * HOUR_MS)).toEqual([[70, 70, 70, 70, 70, 70], 0]);
});

test('a deadline that is a moment counts from the start of the plan, also where only the data tell it', async () => {
  const hoursOf = async (asOf: number | null) => ((await loads({ asOf })).supplies.job.job?.deadlineMs ?? NaN) / HOUR_MS;
  expect(await hoursOf(null)).toBe(30);
  expect(await hoursOf(monday + 2.5 * HOUR_MS)).toBe(28);
});

test('stages are told in their order', async () => {
  const stages: string[] = [];
  await loads({ onStage: (name) => void stages.push(name) });
  expect(stages).toEqual(['reading history', 'forecasting']);
});

test('a pool with GPUs whose nodes have none is refused before any history is read', async () => {
  const pools = { ...config.pools, l40s: { ...config.pools.l40s, instances: ['m7i.xlarge'] } };
  const stages: string[] = [];
  await expect(loads({ config: { ...config, pools }, onStage: (name) => void stages.push(name) })).rejects.toThrow(
    /'m7i\.xlarge' has no GPU/,
  );
  expect(stages).toEqual([]);
});
