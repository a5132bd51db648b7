import { offeringsOf } from '../../lib/catalog/offerings';
import type { LoadSeries } from '../../lib/history';
import type { ReplayPlan } from '../../lib/plan/file/types';
import { workloadSupply } from '../../lib/plan/supply/supply';
import { loadGridOf } from '../../lib/simulate/replay/load';
import { liveMetricOf } from '../../lib/config';
import { metricWindowMs } from '../../lib/simulate/physics/workload-physics';
import { type ReplaySummary, type Replayer, replayWorkload } from '../../lib/simulate/replay-workload';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { rawConfig, testConfig } from '../support/config';
import { withoutArma as run } from '../forecast/support';
import { daily } from './support';

const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus:9090' } as const;
const start = Date.UTC(2026, 0, 5);
const scaleDown = { windowSeconds: 0, type: 'percent', value: 100, periodSeconds: 15 } as const;
/** What a replay came to, as far as it matters here. */
const shown = {
  tuned: { from: '2026-01-09T00:00:00Z', to: '2026-01-13T00:00:00Z' },
  scored: { from: '2026-01-13T00:00:00Z', to: '2026-01-17T00:00:00Z' },
  policies: [],
  lowerBoundGpuHours: 1,
  lowerBoundFractionalGpuHours: 1,
  settings: {
    plan: { target: 0.5, headroom: 0.8, floor: 1, scaleDown },
    'hpa-tuned': { target: 0.5, headroom: null, floor: 3, scaleDown },
  },
};
const summary: ReplaySummary = { ...shown, outcomes: [], skill: { relativeError: 0.5, historyDays: 4 }, judged: 'not within the hour' };

type Options = { readonly previous?: ReplayPlan | null; readonly fields?: object };

/** Replays the load of a workload by a replayer that was told its answer; says how often it was asked, and for what. */
async function replayed(values: ArrayLike<number>, { previous = null, fields = {} }: Options = {}) {
  const config = testConfig({ workloads: { chat: { ...rawConfig().workloads.chat, metric, ...fields } as never } });
  const offerings = offeringsOf({ instances: ['g6e.xlarge'], capacity: ['on-demand'], region: 'us-east-1' });
  const series = {
    start,
    intervalMs: HOUR_MS,
    values: Float64Array.from(values),
    kind: 'rate',
    origin: { spacingMs: HOUR_MS },
  } as unknown as LoadSeries;
  const supply = workloadSupply(config, 'chat', { l40s: offerings }, start);
  const asked: Parameters<Replayer>[] = [];
  const replayer: Replayer = (...task) => {
    asked.push(task);
    return Promise.resolve(summary);
  };
  const request = { name: 'chat', series, supply, offerings, previous, staysMs: 7 * DAY_MS };
  const answer = await replayWorkload(config, request, () => Promise.resolve(loadGridOf(series)), run, replayer);
  return { answer, asked, share: supply.capacity?.target ?? NaN };
}

const replayOf = ({ answer }: Awaited<ReturnType<typeof replayed>>) => {
  if ('none' in answer) throw new Error(answer.none);
  return answer;
};

describe('a replay that a plan keeps', () => {
  /** The load so many hours after the end of what was scored. */
  const after = (hours: number) => daily(12 * 24 + hours);
  let previous: ReplayPlan;
  beforeAll(async () => {
    const { basis, seed } = replayOf(await replayed(after(0)));
    previous = { ...shown, chosen: 'plan', why: 'as it was', basis, seed };
  });

  test('stays until the age that is stated', async () => {
    const { answer, asked } = await replayed(after(6 * 24), { previous });
    expect([answer, asked]).toEqual([previous, []]);
  });
  test.each<[string, number, object]>([
    ['it is of that age', 7 * 24, {}],
    ['it is of a later time than the load', -1, {}],
    ['replicas take another time to start', 24, { coldStart: '9m' }],
    ['the load is read from elsewhere', 24, { load: { kind: 'csv', path: 'another.csv', unit: 'req/s' } }],
    ['another quantile is protected', 24, { protect: 0.9 }],
    ['a minute in violation gets a price', 24, { usdPerViolatedMinute: 2 }],
  ])('is made anew where %s', async (_, hours, fields) => {
    expect((await replayed(after(hours), { previous, fields })).asked).toHaveLength(1);
  });
});

test('the load is replayed as what the config says of the workload, and two weeks at most are scored', async () => {
  const [[prepared, options, usdPerGpuHour]] = (await replayed(daily(12 * 24))).asked;
  expect(prepared.outlooks.length).toBeGreaterThan(0);
  expect(options).toMatchObject({ physics: { capacityPerReplica: 12, gpusPerReplica: 1 }, protect: 0.95, path: 'workloads.chat.load' });
  expect(options.longestScoreMs).toBe(14 * DAY_MS);
  expect(usdPerGpuHour).toBeCloseTo(1.861, 3);
});

test('a live floor is replayed where rules could move the floor and the lead is long, to be told of where it pays', async () => {
  const load = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', unit: 'req/s', url: 'http://prometheus:9090' };
  const policiesOf = async (fields: object, hours = 12 * 24) => (await replayed(daily(hours), { fields })).asked[0][1].policies;
  const usual = ['static', 'hpa', 'hpa-tuned', 'plan'];
  expect(await policiesOf({ load, coldStart: '11m' })).toEqual([...usual, 'live']);
  expect(await policiesOf({ load, coldStart: '10m' })).toEqual(usual);
  expect(await policiesOf({ coldStart: '11m' })).toEqual(usual);
  expect(await policiesOf({ load, coldStart: '11m', owner: 'manifests', metric: { kind: 'pods', name: 'requests' } })).toEqual(usual);
  expect(await policiesOf({ load, owner: 'live' })).toEqual([...usual, 'live']);
});

test('what it showed is passed on with what the workload was taken to be', async () => {
  expect(replayOf(await replayed(daily(12 * 24)))).toMatchObject({
    ...summary,
    seed: 1,
    basis: expect.stringMatching(/^sha256:/) as string,
  });
});

test('where an SLO says when a replica is full, settings are still shares of its throughput', async () => {
  const fields = {
    replica: { gpus: 1 },
    model: { name: 'llama-3-8b' },
    tokens: { input: 512, output: 128 },
    slo: { p95TimePerOutputToken: '40ms' },
  };
  const made = await replayed(daily(9 * 24), { fields });
  const { plan, 'hpa-tuned': tuned } = replayOf(made).settings;
  expect(made.share).toBeLessThan(1);
  expect(plan.target).toBeCloseTo(0.5 * made.share, 5);
  expect(plan.headroom).toBeCloseTo(0.8 * made.share, 5);
  expect(tuned).toMatchObject({ headroom: null, floor: 3 });
  expect(tuned.target).toBeCloseTo(0.5 * made.share, 5);
});

test('what cannot be replayed says why', async () => {
  expect((await replayed(daily(48))).answer).toEqual({ none: expect.stringContaining('is too short to be replayed') as string });
  expect((await replayed(daily(288), { fields: { replica: { gpus: 0, cpu: '1', throughput: '12 req/s' } } })).answer).toEqual({
    none: expect.stringContaining('only inference on GPUs is') as string,
  });
});

test('an autoscaler sees a mean over as much as its query looks back', () => {
  expect(metricWindowMs(liveMetricOf(metric))).toBe(5 * MINUTE_MS);
  expect(metricWindowMs(liveMetricOf({ ...metric, query: 'max_over_time(sum(rate(x[1m]))[10m:1m]) + rate(y[ 90s ])' }))).toBe(
    10 * MINUTE_MS,
  );
  expect(metricWindowMs(liveMetricOf({ ...metric, query: 'sum(requests)' }))).toBeNull();
  expect(metricWindowMs(liveMetricOf({ kind: 'pods', name: 'x' }))).toBeNull();
});
