import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { forecastWithEvents } from '../../lib/forecast/events/forecast-events';
import { holidayOccurrences, holidaysBetween } from '../../lib/forecast/events/holidays';
import { reachOf } from '../../lib/forecast/events/occurrence';
import type { HolidayPlace } from '../../lib/config';
import { formatTime, HOUR_MS } from '../../lib/units';
import { chance, here } from './support';

const place = (country: string, share = 1, fields: Partial<HolidayPlace> = {}): HolidayPlace => ({
  country,
  share,
  types: ['public'],
  ...fields,
});
const [y2025, y2026, y2027] = [2025, 2026, 2027].map((year) => Date.UTC(year, 0, 1));

test('holidays are days by the clock of their country', () => {
  const days = holidaysBetween([place('DE'), place('US')], Date.UTC(2026, 11, 24), Date.UTC(2026, 11, 27), 'holidays');
  expect(days.map(({ name, from, to }) => [name, formatTime(from), formatTime(to)])).toEqual([
    ['DE Christmas Day', '2026-12-24T23:00:00Z', '2026-12-25T23:00:00Z'],
    ['US Christmas Day', '2026-12-25T05:00:00Z', '2026-12-26T05:00:00Z'],
    ['DE Boxing Day', '2026-12-25T23:00:00Z', '2026-12-26T23:00:00Z'],
  ]);
});

test('a day on which the clock goes back has 25 hours', () => {
  const days = holidaysBetween([place('AT')], Date.UTC(2025, 9, 25), Date.UTC(2025, 9, 28), 'holidays');
  expect(days.map(({ from, to }) => (to - from) / HOUR_MS)).toEqual([25]);
});

test('a region adds its own days, and a holiday of several days is a day each', () => {
  const epiphany = (region?: string) =>
    holidaysBetween([place('DE', 1, { region })], Date.UTC(2026, 0, 5), Date.UTC(2026, 0, 8), 'holidays');
  expect(epiphany()).toEqual([]);
  expect(epiphany('BY').map(({ name }) => name)).toEqual(['DE-BY Epiphany']);
  const eid = holidaysBetween([place('AE')], Date.UTC(2025, 5, 1), Date.UTC(2025, 5, 15), 'holidays');
  expect(eid.length).toBeGreaterThan(2);
  expect(new Set(eid.map(({ date }) => date)).size).toBe(eid.length);
});

test('only the kinds of days that were asked for count', () => {
  const [few, more] = [['public'] as const, ['public', 'observance'] as const].map((types) =>
    holidaysBetween([place('DE', 1, { types: [...types] })], y2026, y2027, 'holidays'),
  );
  expect(more.length).toBeGreaterThan(few.length);
});

test('places that are not known are refused together, each with what is known', () => {
  const ask = () => holidaysBetween([place('QQ'), place('DE', 0.5, { region: 'ZZ' })], y2026, y2027, 'holidays');
  expect(ask).toThrow(
    /^holidays\[0\].country: 'QQ' is no country.*\nholidays\[1\].region: 'ZZ' is no part of DE.*known are: BB, BE, BW, BY/,
  );
});

test('the time zone of the machine changes nothing', () => {
  const script = `require('./bin/register.cjs');
    console.log(JSON.stringify(require('./lib/forecast/events/holidays').holidaysBetween([{ country: 'DE', region: 'BY', share: 1, types: ['public'] }, { country: 'IN', share: 1, types: ['public'] }, { country: 'AE', share: 1, types: ['public'] }], ${y2025}, ${y2027}, 'x')));`;
  const run = (TZ: string) =>
    execFileSync(process.execPath, ['-e', script], { cwd: join(__dirname, '../..'), encoding: 'utf8', env: { ...process.env, TZ } });
  expect(run('Asia/Tokyo')).toBe(run('America/Los_Angeles'));
});

test('countries that share a date are one occurrence that reaches the sum of their shares while it is that day there', () => {
  const days = holidaysBetween([place('DE', 0.6), place('FR', 0.3)], Date.UTC(2026, 3, 30), Date.UTC(2026, 4, 3), 'holidays');
  const [labour, ...rest] = holidayOccurrences(days);
  expect(rest).toEqual([]);
  expect(labour.group).toBe('holidays on working days');
  expect(reachOf(labour, Date.UTC(2026, 4, 1, 12), HOUR_MS)).toBeCloseTo(0.9, 12);
});

describe('a load that halves where there is a holiday', () => {
  const places = [place('DE', 0.6), place('FR', 0.4)];
  const start = Date.UTC(2025, 0, 6);
  const end = Date.UTC(2026, 7, 1);
  const next = chance(7);
  const load = (from: number, to: number) => {
    const occurrences = holidayOccurrences(holidaysBetween(places, start, end, 'holidays'));
    return Float64Array.from({ length: (to - from) / HOUR_MS }, (_, hour) => {
      const at = from + hour * HOUR_MS;
      const reach = occurrences.reduce((sum, occurrence) => sum + reachOf(occurrence, at, HOUR_MS), 0);
      return (100 + 60 * Math.sin((2 * Math.PI * at) / (24 * HOUR_MS))) * (0.95 + 0.1 * next()) * (1 - 0.5 * reach);
    });
  };

  test.each([
    ['both countries', Date.UTC(2026, 4, 24), Date.UTC(2026, 4, 25)],
    ['France alone', Date.UTC(2026, 6, 13), Date.UTC(2026, 6, 14)],
  ])('is forecast within 10 %% on a holiday of %s, learned from other holidays', async (_, known, day) => {
    const values = load(start, known);
    const came = load(day, day + 24 * HOUR_MS);
    const occurrences = holidayOccurrences(holidaysBetween(places, start, known + 72 * HOUR_MS, 'holidays'));
    const run = async (all: typeof occurrences) =>
      (
        await forecastWithEvents(
          { start, intervalMs: HOUR_MS, values, nonNegative: true },
          { steps: 48, quantiles: [0.5], effort: 'fast' },
          { timeZone: 'UTC', occurrences: all },
          here,
        )
      ).forecast.mean.slice(24);
    const error = (path: Float64Array) =>
      path.reduce((sum, value, i) => sum + Math.abs(value - came[i]), 0) / came.reduce((a, b) => a + b, 0);
    expect(error(await run(occurrences))).toBeLessThan(0.1);
    expect(error(await run([]))).toBeGreaterThan(0.15);
  });

  test('without a past holiday in the history lifts nothing and is named', async () => {
    const from = Date.UTC(2026, 5, 1);
    const occurrences = holidayOccurrences(holidaysBetween([place('FR')], from, Date.UTC(2026, 6, 15), 'holidays'));
    const { applied, unknown } = await forecastWithEvents(
      { start: from, intervalMs: HOUR_MS, values: load(from, Date.UTC(2026, 6, 13)), nonNegative: true },
      { steps: 48, quantiles: [0.5], effort: 'fast' },
      { timeZone: 'UTC', occurrences },
      here,
    );
    expect(applied).toEqual([]);
    expect(unknown.map(({ name }) => name)).toEqual(['FR Bastille Day']);
  });
});
