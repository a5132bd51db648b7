import { prometheusReader } from '../../lib/adapters/live/prometheus';
import { openSecrets } from '../../lib/adapters/live/secrets';
import type { PrometheusSourceConfig } from '../../lib/config';
import type { SeriesKind } from '../../lib/history/series';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { temporaryFolder } from '../support/foresize';
import { readingOf, readLive, testHistory } from '../support/live';
import { hasPrometheus, type Listening, prometheusTest, type RunningPrometheus, startPrometheus, startServer } from '../support/prometheus';
import { instantAt, overTime, rateAt } from './expected';
import { counterSamples, historyEnd, historyStart, instances, levelSamples, openMetrics } from './generator';

/**
 * The adapter against a real Prometheus with 30 days of twelve series, with gaps and restarts of counters, and one target that is
 * scraped and then stops. What is expected is computed from the generator, by Prometheus' own rules, written anew.
 */
let server: RunningPrometheus;
let target: Listening;
let targetIsUp = true;

beforeAll(async () => {
  if (!hasPrometheus) return;
  target = await startServer((_incoming, outgoing) => {
    outgoing.writeHead(targetIsUp ? 200 : 503);
    outgoing.end('# TYPE queue_length gauge\nqueue_length 17\n');
  });
  server = await startPrometheus({ openMetrics: openMetrics(), scrape: `127.0.0.1:${target.port}` });
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await target?.stop();
});

const connection = { history: testHistory({ prometheus: { timeout: '1m' } }), region: 'us-east-1' };

async function fetch(query: string, stepMs: number, kind: SeriesKind = 'level', from = historyStart - DAY_MS, to = historyEnd + DAY_MS) {
  const prometheus = prometheusReader.connect(connection, openSecrets({ baseDirectory: '.', environment: {} }));
  try {
    const source: PrometheusSourceConfig = { kind: 'prometheus', query, url: server.url, step: stepMs, series: kind };
    return await prometheus.source({ source, defaultKind: 'rate', intervalMs: HOUR_MS, path: 'load' }).fetch(from, to);
  } finally {
    await prometheus.close();
  }
}

/** Every point that is expected is there with its value, and no other. */
function expectPoints(
  points: readonly (readonly [number, number])[],
  stepMs: number,
  at: (time: number) => number | undefined,
  shiftMs = -stepMs,
): void {
  const got = new Map(points);
  let known = 0;
  let worst = 0;
  const odd: string[] = [];
  for (let time = historyStart - DAY_MS - shiftMs; time < historyEnd + DAY_MS - shiftMs; time += stepMs) {
    const [expected, value] = [at(time), got.get(time + shiftMs)];
    if ((expected === undefined) !== (value === undefined)) odd.push(`${new Date(time).toISOString()}: ${expected} and ${value}`);
    if (expected === undefined || value === undefined) continue;
    known += 1;
    worst = Math.max(worst, Math.abs(value - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE));
  }
  expect(odd.slice(0, 3)).toEqual([]);
  expect(worst).toBeLessThanOrEqual(1e-9);
  expect(known).toBe(points.length);
  expect(known).toBeGreaterThan(1_000);
}

prometheusTest('raw values of each minute are those of the generator, over more points than one answer may hold', async () => {
  for (const [index, instance] of instances.entries()) {
    const { points, labels } = await fetch(`load_level{instance="${instance}"}`, MINUTE_MS);
    const samples = levelSamples(index);
    expectPoints(points, MINUTE_MS, (time) => instantAt(samples, time));
    expect(labels).toEqual({ __name__: 'load_level', instance });
    expect(points.length).toBeGreaterThan(40_000);
  }
});

prometheusTest('a short gap is bridged by what Prometheus looks back; a long one stays a gap', async () => {
  const { points } = await fetch('load_level{instance="a"}', MINUTE_MS);
  const times = points.map(([time]) => time);
  const gaps = times.slice(1).flatMap((time, index) => (time - times[index] > MINUTE_MS ? [time - times[index]] : []));
  // Seven seconds after minute 119 a sample stands until 124; the first after the gap of 120 is seen at 241.
  expect(gaps).toEqual([(241 - 124) * MINUTE_MS]);
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const functions: Record<string, (values: readonly number[]) => number> = {
  avg_over_time: (values) => sum(values) / values.length,
  max_over_time: (values) => Math.max(...values),
  sum_over_time: sum,
  count_over_time: (values) => values.length,
};

for (const [name, of] of Object.entries(functions)) {
  prometheusTest(`${name} over five minutes is that of the generator`, async () => {
    const { points } = await fetch(`${name}(load_level{instance="b"}[5m])`, 5 * MINUTE_MS);
    const samples = levelSamples(1);
    expectPoints(points, 5 * MINUTE_MS, (time) => overTime(samples, time, 5 * MINUTE_MS, of));
  });
}

prometheusTest('rate follows the rule of extrapolation, across gaps and restarts of each counter', async () => {
  for (const [index, instance] of instances.entries()) {
    const { points } = await fetch(`rate(requests_total{instance="${instance}"}[5m])`, 5 * MINUTE_MS, 'rate');
    const samples = counterSamples(index);
    expectPoints(points, 5 * MINUTE_MS, (time) => rateAt(samples, time, 5 * MINUTE_MS));
  }
});

prometheusTest('a sum of rates is the sum of the rates that are there', async () => {
  const { points } = await fetch('sum(rate(requests_total[5m]))', 5 * MINUTE_MS, 'rate');
  const all = instances.map((_, index) => counterSamples(index));
  expectPoints(points, 5 * MINUTE_MS, (time) => {
    const rates = all.map((samples) => rateAt(samples, time, 5 * MINUTE_MS)).filter((rate) => rate !== undefined);
    return rates.length === 0 ? undefined : sum(rates);
  });
});

prometheusTest('a reading of a counter keeps its moment', async () => {
  const { points } = await fetch('requests_total{instance="c"}', MINUTE_MS, 'counter');
  const samples = counterSamples(2);
  expectPoints(points, MINUTE_MS, (time) => instantAt(samples, time), 0);
});

prometheusTest('as an hourly series, a level is the mean of what stands in the hour, and the origin says what was asked', async () => {
  const now = historyEnd;
  const history = testHistory({ range: '30d', prometheus: { url: server.url } });
  const source = { kind: 'prometheus', query: 'avg_over_time(load_level{instance="f"}[5m])', unit: '%' };
  const { outcomes } = await readLive([{ source }], { baseDirectory: temporaryFolder(), history, now });
  const { series } = readingOf(outcomes[0]);
  const samples = levelSamples(5);
  expect(series.origin).toMatchObject({ from: historyStart, to: historyEnd, askedTo: historyEnd, spacingMs: 5 * MINUTE_MS });
  expect(series.values).toHaveLength(720);
  for (const hour of [0, 1, 100, 719]) {
    const start = historyStart + hour * HOUR_MS;
    const parts = Array.from({ length: 12 }, (_, part) =>
      overTime(samples, start + (part + 1) * 5 * MINUTE_MS, 5 * MINUTE_MS, functions.avg_over_time),
    );
    expect(series.values[hour]).toBeCloseTo(sum(parts.map(Number)) / 12, 9);
  }
  expect(series.values.filter(Number.isNaN).length).toBeGreaterThanOrEqual(6);
});

prometheusTest('an hourly series of a counter holds the increase, whole over its restart', async () => {
  const history = testHistory({ range: '30d', prometheus: { url: server.url } });
  const source = { kind: 'prometheus', query: 'requests_total{instance="a"}', series: 'counter', unit: 'req' };
  const { outcomes } = await readLive([{ source }], { baseDirectory: temporaryFolder(), history, now: historyEnd });
  const { series, notes } = readingOf(outcomes[0]);
  const samples = counterSamples(0);
  const at = (time: number) => instantAt(samples, time) ?? NaN;
  const hour = 200;
  const start = historyStart + hour * HOUR_MS;
  expect(series.values[(start - series.start) / HOUR_MS]).toBeCloseTo(at(start + HOUR_MS) - at(start), 6);
  expect(notes?.map(({ code }) => code)).toContain('history/counter-restarts');
  expect(series.origin.to).toBe(historyEnd);
});

prometheusTest('what is scraped and then stops is a gap at once, not for five minutes the last value', async () => {
  await until(async () => (await lastPoint()) !== undefined);
  targetIsUp = false;
  await until(async () => {
    const last = await lastPoint();
    return last !== undefined && last < Date.now() - 4 * SECOND_MS;
  });
  const last = await lastPoint();
  expect(Date.now() - Number(last)).toBeLessThan(MINUTE_MS);
});

async function lastPoint(): Promise<number | undefined> {
  const now = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
  const { points } = await fetch('queue_length', SECOND_MS, 'level', now - 2 * MINUTE_MS, now);
  expect(points.every(([, value]) => value === 17)).toBe(true);
  return points.at(-1)?.[0];
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('it never came true');
}
