import { formatTime, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { csvOf, readOne, temporaryFolder } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const zone = 'Europe/Berlin';

/** Local times without a zone, every 30 minutes, as the clock on the wall shows them. */
function wallClock(fromUtc: string, hours: number, offsetHoursAt: (ms: number) => number): string[] {
  return Array.from({ length: hours * 2 }, (_, index) => {
    const ms = Date.parse(fromUtc) + index * 30 * MINUTE_MS;
    return new Date(ms + offsetHoursAt(ms) * HOUR_MS).toISOString().slice(0, 16).replace('T', ' ');
  });
}

const autumn = Date.parse('2026-10-25T01:00:00Z');
const spring = Date.parse('2026-03-29T01:00:00Z');

test('a time without a zone is read by the clock of the zone that is given', async () => {
  const winter = csvOf([
    ['2026-01-05 00:00', 1],
    ['2026-01-05 01:00', 2],
  ]);
  const { series, warnings } = await readOne(folder.path, folder.write('winter.csv', winter), { zone });
  expect(formatTime(series.start)).toBe('2026-01-04T23:00:00Z');
  expect(warnings).toEqual([]);

  const summer = csvOf([
    ['2026-07-05', 1],
    ['2026-07-06', 2],
  ]);
  const daily = await readOne(folder.path, folder.write('summer.csv', summer), { zone, intervalMs: 24 * HOUR_MS });
  expect(formatTime(daily.series.origin.from)).toBe('2026-07-04T22:00:00Z');
});

test('a zone does not touch times that carry one', async () => {
  const rows = csvOf([
    ['2026-01-05 00:00', 1],
    ['2026-01-05T00:00:00Z', 2],
  ]);
  const { series, warnings } = await readOne(folder.path, folder.write('some.csv', rows), { zone });
  expect([...series.values]).toEqual([1, 2]);
  expect(formatTime(series.start)).toBe('2026-01-04T23:00:00Z');
  expect(warnings.map(({ message }) => message)).toEqual([
    'times are written in several ways: ISO 8601 with a zone, ISO 8601 without a zone',
  ]);
});

test('forward in spring: nothing is missing and nothing is said', async () => {
  const times = wallClock('2026-03-28T22:00:00Z', 8, (ms) => (ms < spring ? 1 : 2));
  expect(times).not.toContain('2026-03-29 02:30');
  const { series, warnings } = await readOne(folder.path, folder.write('spring.csv', csvOf(times.map((time, index) => [time, index]))), {
    zone,
  });
  expect([...series.values]).toEqual([0.5, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.5]);
  expect(formatTime(series.start)).toBe('2026-03-28T22:00:00Z');
  expect(warnings).toEqual([]);
});

test('rows within the hour that spring skips are read on as if the clock had stayed, with a warning', async () => {
  const rows = csvOf([
    ['2026-03-29 01:00', 1],
    ['2026-03-29 02:00', 2],
    ['2026-03-29 04:00', 4],
  ]);
  const { series, warnings } = await readOne(folder.path, folder.write('skipped.csv', rows), { zone });
  expect([...series.values]).toEqual([1, 2, 4]);
  expect(warnings).toEqual([
    {
      code: 'history/clock-change',
      path: 'workloads.chat.load (skipped.csv)',
      message:
        'on 2026-03-29 the clock of Europe/Berlin went forward, so 02:00 to 03:00 did not exist; rows there, 1 in all, are read as if it had not',
      hint: 'write times with their offset, or in UTC',
    },
  ]);
});

const autumnTimes = wallClock('2026-10-24T22:00:00Z', 8, (ms) => (ms < autumn ? 2 : 1));
const autumnRows = autumnTimes.map((time, index): [string, number] => [time, index]);
const hourlyMeans = [0.5, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.5];

describe('back in autumn, the hour that happened twice is read by the order of the rows', () => {
  const byText = ([a]: [string, number], [b]: [string, number]): number => (a < b ? -1 : a > b ? 1 : 0);
  test.each([
    ['as the clock showed them', autumnRows],
    ['the latest first', [...autumnRows].reverse()],
    ['sorted by their texts', [...autumnRows].sort(byText)],
  ])('%s', async (_, rows) => {
    const { series, warnings, notes } = await readOne(folder.path, folder.write('autumn.csv', csvOf(rows)), { zone });
    expect(formatTime(series.start)).toBe('2026-10-24T22:00:00Z');
    expect([...series.values]).toEqual(hourlyMeans);
    expect(warnings.map(({ code }) => code)).not.toContain('history/clock-change');
    expect(notes?.map(({ message }) => message)).toContain(
      'on 2026-10-25 the clock of Europe/Berlin went back, so 02:00 to 03:00 happened twice; its rows are told apart by their order, 2 of the first time and 2 of the second',
    );
  });

  test('each series of a file by its own rows', async () => {
    const rows = autumnRows.flatMap(([time, value]) => [`${time},${value},a`, `${time},${value * 10},b`]);
    const name = folder.write('services.csv', ['timestamp,value,service', ...rows, ''].join('\n'));
    const { series } = await readOne(folder.path, name, { zone, where: { service: 'b' } });
    expect([...series.values]).toEqual(hourlyMeans.map((mean) => mean * 10));
  });

  test('of every year, by the hour too', async () => {
    const years = ['2025-10-25T22:00:00Z', '2026-10-24T22:00:00Z'].flatMap((from) => {
      const change = Date.parse(from) + 3 * HOUR_MS;
      return wallClock(from, 8, (ms) => (ms < change ? 2 : 1)).filter((_, index) => index % 2 === 0);
    });
    const { series } = await readOne(folder.path, folder.write('years.csv', csvOf(years.map((time, index) => [time, index]))), { zone });
    expect([...series.values].filter((value) => !Number.isNaN(value))).toEqual(years.map((_, index) => index));
  });
});

test('where every row stands twice, the order of rows tells nothing: the hour is read as the first, and a warning says so', async () => {
  const twice = autumnTimes
    .filter((time, index) => autumnTimes.indexOf(time) === index)
    .flatMap((time, index): [string, number][] => [
      [time, index],
      [time, index],
    ]);
  const { series, warnings } = await readOne(folder.path, folder.write('twice.csv', csvOf(twice)), { zone });
  expect([...series.values]).toEqual([0.5, 2.5, 4.5, NaN, 6.5, 8.5, 10.5, 12.5]);
  expect(warnings.map(({ code }) => code)).toContain('history/clock-change');
  expect(warnings[0].message).toBe(
    'on 2026-10-25 the clock of Europe/Berlin went back, so 02:00 to 03:00 happened twice; its rows, 4 in all, are read as the first time, and the second is missing',
  );
});

test('the doubled hour is spoken of even where no row lies in it', async () => {
  const rows = csvOf([
    ['2026-10-25 01:00', 1],
    ['2026-10-25 03:00', 2],
    ['2026-10-25 04:00', 3],
    ['2026-10-25 05:00', 4],
  ]);
  const { series, warnings } = await readOne(folder.path, folder.write('over.csv', rows), { zone });
  expect([...series.values]).toEqual([1, NaN, NaN, 2, 3, 4]);
  expect(warnings.map(({ code }) => code)).toContain('history/clock-change');
});

test('a clock change outside the series is not spoken of', async () => {
  const rows = csvOf([
    ['2026-10-25 04:00', 1],
    ['2026-10-25 05:00', 2],
  ]);
  const { series, warnings } = await readOne(folder.path, folder.write('after.csv', rows), { zone });
  expect(formatTime(series.start)).toBe('2026-10-25T03:00:00Z');
  expect(warnings).toEqual([]);
});

test('a zone without clock changes is a fixed offset', async () => {
  const rows = csvOf([
    ['2026-10-25T05:30', 1],
    ['2026-10-25T06:30', 2],
  ]);
  const { series } = await readOne(folder.path, folder.write('india.csv', rows), { zone: 'Asia/Kolkata' });
  expect(formatTime(series.start)).toBe('2026-10-25T00:00:00Z');
});
