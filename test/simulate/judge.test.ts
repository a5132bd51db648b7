import { offeringsOf } from '../../lib/catalog/offerings';
import type { LoadSeries } from '../../lib/history/series';
import type { ReplayPlan } from '../../lib/plan/types';
import { supplyOf } from '../../lib/plan/supply';
import { judgeWorkload } from '../../lib/simulate/judge';
import { loadGridOf } from '../../lib/simulate/load-grid';
import { metricWindowMs } from '../../lib/simulate/metric-window';
import { randomOf } from '../../lib/simulate/random';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { rawConfig, testConfig } from '../support/config';
import { withoutArma as run } from '../forecast/support';

jest.setTimeout(300_000);

const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus:9090' } as const;
const start = Date.UTC(2026, 0, 5);
const seriesOf = (values: ArrayLike<number>) =>
  ({
    start,
    intervalMs: HOUR_MS,
    values: Float64Array.from(values),
    kind: 'rate',
    origin: { spacingMs: HOUR_MS },
  }) as unknown as LoadSeries;

async function judged(values: ArrayLike<number>, { previous = null, fields = {} }: { previous?: ReplayPlan | null; fields?: object } = {}) {
  const config = testConfig({ workloads: { chat: { ...rawConfig().workloads.chat, metric, ...fields } as never } });
  const offerings = offeringsOf({ instances: ['g6e.xlarge'], capacity: ['on-demand'], region: 'us-east-1' });
  const series = seriesOf(values);
  let read = 0;
  const loadOf = () => {
    read++;
    return Promise.resolve(loadGridOf(series));
  };
  const request = { name: 'chat', series, supply: supplyOf(config, 'chat', { l40s: offerings }, start), offerings, previous };
  return { found: await judgeWorkload(config, request, loadOf, run), read };
}

const replayOf = ({ found }: Awaited<ReturnType<typeof judged>>): ReplayPlan => {
  if ('none' in found) throw new Error(found.none);
  return found;
};
const { normal } = randomOf(7);
/** Steep mornings, every day alike: what a reactive autoscaler sees too late and a schedule knows. */
const steep = Array.from({ length: 12 * 24 }, (_, hour) => (hour % 24 >= 8 && hour % 24 < 20 ? 100 : 12));
const noise = Array.from({ length: 12 * 24 }, () => Math.max(1, 60 + 15 * normal()));

test('on steep days that repeat, floors by the hour are chosen; the figures are those of the weeks that no setting has seen', async () => {
  const replay = replayOf(await judged(steep));
  expect(replay.chosen).toBe('plan');
  expect(replay.why).toMatch(
    /^floors by the hour came to [\d.]+ % fewer GPU-hours than the tuned HPA .* in weeks that no setting has seen$/,
  );
  expect(replay.tuned.to).toBe(replay.scored.from);
  expect(replay.scored.to).toBe('2026-01-17T00:00:00Z');
  expect(replay.policies.map(({ name }) => name)).toContain('plan+operate');
  expect(replay.settings.plan.headroom).toBeGreaterThan(0);
  expect(replay.settings['hpa-tuned'].floor).toBeGreaterThanOrEqual(1);

  // A week later it still stands, unless the workload is taken to be another or the week is over.
  const after = (hours: number) => [...steep, ...steep.slice(0, hours)];
  const kept = await judged(after(144), { previous: replay });
  expect([kept.found, kept.read]).toEqual([replay, 0]);
  expect((await judged(after(168), { previous: replay })).read).toBe(1);
  expect((await judged(after(24), { previous: replay, fields: { coldStart: '9m' } })).read).toBe(1);
  const load = { kind: 'csv', path: 'another.csv', unit: 'req/s' };
  expect((await judged(after(24), { previous: replay, fields: { load } })).read).toBe(1);
});

test('on noise the tuned HPA is chosen, whose settings are there to be used', async () => {
  const replay = replayOf(await judged(noise));
  expect(replay).toMatchObject({ chosen: 'hpa-tuned', why: expect.stringMatching(/^reactive: a day ahead the forecast errs/) as string });
  expect(replay.settings['hpa-tuned']).toMatchObject({ headroom: null, scaleDown: { periodSeconds: expect.any(Number) as number } });
});

test('where an SLO says when a replica is full, settings are still shares of its throughput', async () => {
  const config = testConfig({
    workloads: {
      chat: {
        ...rawConfig().workloads.chat,
        metric,
        replica: { gpus: 1 },
        model: { name: 'llama-3-8b' },
        tokens: { input: 512, output: 128 },
        slo: { p95TimePerOutputToken: '40ms' },
      } as never,
    },
  });
  const offerings = offeringsOf({ instances: ['g6e.xlarge'], capacity: ['on-demand'], region: 'us-east-1' });
  const supply = supplyOf(config, 'chat', { l40s: offerings }, start);
  const scaleDown = { windowSeconds: 0, type: 'percent', value: 100, periodSeconds: 15 } as const;
  const settings = { target: 0.5, headroom: 0.8, floor: null, scaleDown };
  const summary = { settings: { plan: settings, 'hpa-tuned': { ...settings, headroom: null, floor: 3 } } } as never;
  const series = seriesOf(steep);
  const found = await judgeWorkload(
    config,
    { name: 'chat', series, supply, offerings, previous: null },
    () => Promise.resolve(loadGridOf(series)),
    run,
    () => Promise.resolve(summary),
  );
  const share = supply.capacity?.target ?? NaN;
  const { plan, 'hpa-tuned': tuned } = replayOf({ found, read: 0 }).settings;
  expect(plan.target).toBeCloseTo(0.5 * share, 5);
  expect(plan.headroom).toBeCloseTo(0.8 * share, 5);
  expect(tuned).toMatchObject({ headroom: null, floor: 3 });
});

test('what cannot be replayed says why', async () => {
  expect((await judged(steep.slice(0, 48))).found).toEqual({ none: expect.stringContaining('is too short to be replayed') as string });
  expect((await judged(steep, { fields: { replica: { gpus: 0, cpu: '1', throughput: '12 req/s' } } })).found).toEqual({
    none: expect.stringContaining('only inference on GPUs is') as string,
  });
});

test('no more than two weeks are scored', async () => {
  const replay = replayOf(await judged(Array.from({ length: 49 * 24 }, (_, hour) => (hour % 24 < 12 ? 5 : 10))));
  expect((Date.parse(replay.scored.to) - Date.parse(replay.scored.from)) / DAY_MS).toBe(14);
});

test('an autoscaler sees a mean over as much as its query looks back', () => {
  expect(metricWindowMs(metric)).toBe(5 * MINUTE_MS);
  expect(metricWindowMs({ ...metric, query: 'max_over_time(sum(rate(x[1m]))[10m:1m]) + rate(y[ 90s ])' })).toBe(10 * MINUTE_MS);
  expect(metricWindowMs({ ...metric, query: 'sum(requests)' })).toBeNull();
  expect(metricWindowMs({ kind: 'pods', name: 'x' })).toBeNull();
});
