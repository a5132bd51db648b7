import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileHistoryReader } from '../../../lib/adapters/files/reader';
import { readingOf } from '../../../lib/history/series';
import { formatTime, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { csvOf, readOne, request, rowsEvery, temporaryFolder } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const twoHours = rowsEvery(
  5 * MINUTE_MS,
  Array.from({ length: 24 }, (_, index) => index),
);
const hourMeans = [5.5, 17.5];

describe('the same observations read alike, however the file is written', () => {
  const lines = twoHours.map(([time, value]) => `${time},${value}`);
  const seconds = twoHours.map(([time, value]) => `${Date.parse(time) / 1000},${value}`);
  const milliseconds = twoHours.map(([time, value]) => `${Date.parse(time)},${value}`);
  const offset = (text: string, ms: number) =>
    twoHours.map(([time, value]) => `${new Date(Date.parse(time) + ms).toISOString().slice(0, 19)}${text},${value}`);
  const inUtc = twoHours.map(([time]) => time);
  const digest = digestOfObservations(twoHours.map(([time, value]) => [Date.parse(time), Number(value)]));

  const written: Record<string, string> = {
    plain: ['timestamp,value', ...lines, ''].join('\n'),
    'without a line end at the end': ['timestamp,value', ...lines].join('\n'),
    'with a byte order mark': `\uFEFF${['timestamp,value', ...lines, ''].join('\n')}`,
    'with CR': ['timestamp,value', ...lines, ''].join('\r'),
    'with CR LF': ['timestamp,value', ...lines, ''].join('\r\n'),
    'with semicolons': ['timestamp;value', ...lines.map((line) => line.replace(',', ';')), ''].join('\n'),
    'with tabs': ['timestamp\tvalue', ...lines.map((line) => line.replace(',', '\t')), ''].join('\n'),
    'with quotes': ['"timestamp","value"', ...lines.map((line) => `"${line.replace(',', '","')}"`), ''].join('\n'),
    'with spaces': [' timestamp , value ', ...lines.map((line) => ` ${line.replace(',', ' , ')} `), ''].join('\n'),
    'with empty lines': ['', 'timestamp,value', '', ...lines, '', ''].join('\n'),
    'with more columns': ['host,value,timestamp,x', ...lines.map((line) => `a,${line.split(',').reverse().join(',')},1`), ''].join('\n'),
    'in epoch seconds': ['timestamp,value', ...seconds, ''].join('\n'),
    'in epoch milliseconds': ['timestamp,value', ...milliseconds, ''].join('\n'),
    'with a positive offset': ['timestamp,value', ...offset('+05:30', 5.5 * HOUR_MS), ''].join('\n'),
    'with a negative offset': ['timestamp,value', ...offset('-0800', -8 * HOUR_MS), ''].join('\n'),
    'with an offset of hours': ['timestamp,value', ...offset('+01', HOUR_MS), ''].join('\n'),
    'with a space before the time': ['timestamp,value', ...lines.map((line) => line.replace('T', ' ')), ''].join('\n'),
    'without seconds': ['timestamp,value', ...inUtc.map((time, index) => `${time.slice(0, 16)}Z,${index}`), ''].join('\n'),
    'in UTC by name': ['timestamp,value', ...inUtc.map((time, index) => `${time.slice(0, 19).replace('T', ' ')} UTC,${index}`), ''].join(
      '\n',
    ),
  };
  test.each(Object.entries(written))('%s', async (_, content) => {
    const { series, warnings } = await readOne(folder.path, folder.write('written.csv', content));
    expect([...series.values]).toEqual(hourMeans);
    expect([...series.observed]).toEqual([1, 1]);
    expect(formatTime(series.start)).toBe('2026-01-05T00:00:00Z');
    expect(series.origin).toMatchObject({ text: 'csv written.csv', observations: 24, spacingMs: 5 * MINUTE_MS, repairs: [] });
    expect(formatTime(series.origin.from)).toBe('2026-01-05T00:00:00Z');
    expect(formatTime(series.origin.to)).toBe('2026-01-05T02:00:00Z');
    expect(series.origin.digest).toBe(digest);
    expect(warnings).toEqual([]);
  });
});

test('epoch times are noted, with the form that was found', async () => {
  const rows = twoHours.map(([time, value]) => [Date.parse(time) / 1000, value] as const);
  const { notes } = await readOne(folder.path, folder.write('epoch.csv', csvOf(rows)));
  expect(notes).toEqual([
    { code: 'history/epoch-times', path: 'workloads.chat.load (epoch.csv)', message: 'times are read as epoch seconds' },
  ]);
});

test('times of several forms in one file are warned of', async () => {
  const rows = twoHours.map(([time, value], index) => [index % 2 ? Date.parse(time) : time, value] as const);
  const { series, warnings } = await readOne(folder.path, folder.write('forms.csv', csvOf(rows)));
  expect([...series.values]).toEqual(hourMeans);
  expect(warnings.map(({ code, message }) => [code, message])).toEqual([
    ['history/mixed-times', 'times are written in several ways: ISO 8601 with a zone, epoch milliseconds'],
  ]);
});

test.each(['NaN', 'nan', '', 'null', 'NULL', 'NA', 'N/A', 'None', '""'])('a value %p is missing, never zero', async (missing) => {
  const values = Array.from({ length: 24 }, (_, index) => (index >= 2 && index < 9 ? missing : 10));
  const { series, notes } = await readOne(folder.path, folder.write('missing.csv', csvOf(rowsEvery(5 * MINUTE_MS, values))));
  expect([...series.values]).toEqual([NaN, 10]);
  expect([...series.observed]).toEqual([5 / 12, 1]);
  expect(series.origin.observations).toBe(17);
  expect(notes).toEqual([
    { code: 'history/missing-values', path: 'workloads.chat.load (missing.csv)', message: '7 rows have no value: missing, not zero' },
  ]);
});

test('rows out of order are sorted, with a warning and a repair that count them', async () => {
  const { series, warnings } = await readOne(folder.path, folder.write('descending.csv', csvOf([...twoHours].reverse())));
  expect([...series.values]).toEqual(hourMeans);
  expect(warnings.map(({ code, message }) => [code, message])).toEqual([['history/out-of-order', '23 rows out of order, sorted by time']]);
  expect(series.origin.repairs).toEqual(['sorted 23 rows out of order']);
});

test('an equal duplicate changes nothing and is noted', async () => {
  const clean = await readOne(folder.path, folder.write('clean.csv', csvOf(twoHours)));
  const doubled = await readOne(folder.path, folder.write('clean.csv', csvOf([...twoHours.slice(0, 8), ...twoHours.slice(7)])));
  expect(doubled.series).toEqual(clean.series);
  expect(doubled.warnings).toEqual([]);
  expect(doubled.notes?.map(({ message }) => message)).toEqual(['1 equal duplicate ignored']);
});

test('of unequal duplicates the larger is taken, wherever it stands, with a warning', async () => {
  const rows = (first: number, second: number) =>
    csvOf([...twoHours.slice(0, 3), [twoHours[3][0], first], [twoHours[3][0], second], ...twoHours.slice(4)]);
  const one = await readOne(folder.path, folder.write('duplicates.csv', rows(3, 27)));
  const other = await readOne(folder.path, folder.write('duplicates.csv', rows(27, 3)));
  expect([...one.series.values]).toEqual([7.5, 17.5]);
  expect(other).toEqual(one);
  expect(one.warnings.map(({ message }) => message)).toEqual([
    '1 time with unequal values, the first 2026-01-05T00:15:00Z; the larger is taken',
  ]);
  expect(one.series.origin.repairs).toEqual(['took the larger value at 1 time with unequal ones']);
});

test('one row a happening is recognised by its many equal duplicates', async () => {
  const rows = twoHours.flatMap(([time]) => [[time, 1] as const, [time, 1] as const]);
  const { warnings } = await readOne(folder.path, folder.write('happenings.csv', csvOf(rows)), { series: 'count' });
  expect(warnings).toMatchObject([{ code: 'history/equal-duplicates', message: '24 of 48 rows repeat another and are ignored' }]);
});

test('a rate per minute or per 5 minutes becomes a rate per second', async () => {
  const file = folder.write('rate.csv', csvOf(rowsEvery(HOUR_MS, [60, 90])));
  const perMinute = await readOne(folder.path, file, { unit: { noun: 'req', perMs: MINUTE_MS } });
  expect([...perMinute.series.values]).toEqual([1, 1.5]);
  expect(perMinute.series.unit).toEqual({ noun: 'req', perMs: 1000 });
  const perFive = await readOne(folder.path, file, { unit: { noun: 'req', perMs: 5 * MINUTE_MS } });
  expect([...perFive.series.values]).toEqual([0.2, 0.3]);
});

test('percent stays percent, a ratio a ratio, and a unit is not needed', async () => {
  const file = folder.write('level.csv', csvOf(rowsEvery(HOUR_MS, [60, 90])));
  for (const noun of ['%', 'ratio']) {
    const { series } = await readOne(folder.path, file, { series: 'level', unit: { noun, perMs: null } });
    expect([...series.values]).toEqual([60, 90]);
    expect(series.unit).toEqual({ noun, perMs: null });
  }
  expect((await readOne(folder.path, file)).series).toMatchObject({ unit: null, kind: 'rate' });
});

test('a level may be negative', async () => {
  const { series } = await readOne(folder.path, folder.write('negative.csv', csvOf(rowsEvery(HOUR_MS, [-3, 5]))), { series: 'level' });
  expect([...series.values]).toEqual([-3, 5]);
});

test('the kind comes from the source, else from the request', async () => {
  const file = folder.write('kind.csv', csvOf(twoHours));
  expect((await readOne(folder.path, file, { kind: 'level' })).series.kind).toBe('level');
  expect((await readOne(folder.path, file, { kind: 'level', series: 'count' })).series).toMatchObject({
    kind: 'count',
    values: Float64Array.of(66, 210),
  });
});

test('a counter becomes the count of its increases, with restarts', async () => {
  const values = [...Array.from({ length: 12 }, (_, index) => 1000 + index), ...Array.from({ length: 13 }, (_, index) => index * 2)];
  const { series, notes } = await readOne(folder.path, folder.write('counter.csv', csvOf(rowsEvery(5 * MINUTE_MS, values))), {
    series: 'counter',
  });
  expect(series.kind).toBe('count');
  expect([...series.values]).toEqual([11, 24]);
  expect(series.origin.repairs).toEqual(['read 1 restart of the counter as a rise from 0']);
  expect(notes?.map(({ code }) => code)).toEqual(['history/counter-restarts']);
});

test('several series of one file and of several files come back in the order asked for', async () => {
  folder.write('wide.csv', ['when,a,b', ...twoHours.map(([time, value]) => `${time},${value},${Number(value) * 2}`), ''].join('\n'));
  folder.write('other.csv', csvOf(twoHours.map(([time]) => [time, 7])));
  const wide = { time: 'when' };
  const outcomes = await fileHistoryReader({ baseDirectory: folder.path })([
    request('wide.csv', { ...wide, value: 'b' }),
    request('other.csv'),
    request('wide.csv', { ...wide, value: 'a' }),
    request('wide.csv', { ...wide, value: 'b', intervalMs: 2 * HOUR_MS }),
  ]);
  expect(outcomes.map((outcome) => [...readingOf(outcome).series.values])).toEqual([[11, 35], [7, 7], [5.5, 17.5], [23]]);
});

test('columns of a wide file with empty cells keep their own spacing', async () => {
  const rows = Array.from(
    { length: 120 },
    (_, minute) => [new Date(Date.UTC(2026, 0, 5, 0, minute)).toISOString(), minute % 5 === 0 ? minute : ''] as const,
  );
  const { series } = await readOne(folder.path, folder.write('sparse.csv', csvOf(rows)));
  expect(series.origin.spacingMs).toBe(5 * MINUTE_MS);
  expect([...series.observed]).toEqual([1, 1]);
});

/** Windows allows no such names. */
const posixPaths = process.platform === 'win32' ? [] : ['a?b/*.csv', 'back\\slash.csv'];

test.each([
  "a[b]c/load [1] it's.csv",
  'a{b,c}/x.csv',
  'c0=7/year=2026.csv',
  'data/../up.csv',
  'ünïcode/負荷.csv',
  '$1;--.csv',
  ...posixPaths,
])('the path %s means that one file', async (path) => {
  mkdirSync(dirname(join(folder.path, path)), { recursive: true });
  writeFileSync(join(folder.path, path), csvOf(rowsEvery(HOUR_MS, [1, 2])));
  folder.write('load 1.csv', csvOf(rowsEvery(HOUR_MS, [3, 4])));
  const { series } = await readOne(folder.path, path);
  expect([...series.values]).toEqual([1, 2]);
  expect(series.origin.text).toBe(`csv ${path}`);
});

test('column names are never SQL', async () => {
  const name = `v"); DROP TABLE observations0; --'`;
  folder.write('names.csv', `timestamp;"${name.replaceAll('"', '""')}"\n2026-01-05T00:00:00Z;1\n2026-01-05T01:00:00Z;2\n`);
  const { series } = await readOne(folder.path, 'names.csv', { value: name });
  expect([...series.values]).toEqual([1, 2]);
});

test('an absolute path is told relative to the config', async () => {
  folder.write('absolute.csv', csvOf(twoHours));
  const { series } = await readOne(folder.path, join(folder.path, 'absolute.csv'));
  expect(series.origin.text).toBe('csv absolute.csv');
});

test('no request reads no file and yields nothing', async () => {
  await expect(fileHistoryReader({ baseDirectory: folder.path })([])).resolves.toEqual([]);
});

test('who imports the reader and reads no file does not load the engine', () => {
  const program = `
    const { fileHistoryReader } = require('./lib/adapters/files');
    const loaded = () => Object.keys(require.cache).some((file) => file.includes('duckdb'));
    fileHistoryReader({ baseDirectory: '.' })([]).then(() => process.stdout.write(String(loaded())));`;
  const { stdout } = spawnSync(process.execPath, ['-r', './bin/register.cjs', '-e', program], {
    cwd: resolve(__dirname, '../../..'),
    encoding: 'utf8',
  });
  expect(stdout).toBe('false');
});

function digestOfObservations(observations: readonly (readonly [number, number])[]): string {
  const bytes = Buffer.alloc(observations.length * 16);
  observations.flat().forEach((number, index) => bytes.writeDoubleLE(number, index * 8));
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
