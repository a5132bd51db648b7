import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { filesOf, temporaryFolder } from '../../support/foresize';
import { problemsOf, readingOf, readLive, testHistory } from '../../support/live';
import { type SmallPrometheus, startSmallPrometheus } from '../../support/small-prometheus';

const step = 5 * MINUTE_MS;
const end = Date.UTC(2026, 9, 31);
const figure = (time: number) => 1 + ((time / step) % 97);

let server: SmallPrometheus;
beforeAll(async () => {
  server = await startSmallPrometheus(figure);
});
afterAll(() => server.stop());
beforeEach(() => {
  server.asked.length = 0;
  Object.assign(server, { valueAt: figure, warnings: [], labels: {} });
});

type Options = { readonly now?: number | null; readonly offline?: boolean; readonly range?: string; readonly source?: object };

async function read(folder: string, { now = end, offline = false, range = '4d', source = {} }: Options = {}) {
  const history = testHistory({ range, prometheus: { url: server.url } });
  const { outcomes } = await readLive([{ source: { kind: 'prometheus', query: 'load', unit: '%', ...source } }], {
    baseDirectory: folder,
    history,
    now,
    offline,
  });
  return outcomes[0];
}

const segmentsOf = (folder: string) => Object.keys(filesOf(join(folder, '.foresize/history')));
/** What was asked for, as the times that the points stand for. */
const askedFor = () => server.asked.map(([first, last]) => [first - step, last]);

test('the second run asks for what is new and the last six hours again, and reads what one run over all would', async () => {
  const folder = temporaryFolder();
  readingOf(await read(folder, { now: end - DAY_MS }));
  expect(askedFor()).toEqual([[end - 5 * DAY_MS, end - DAY_MS]]);
  server.asked.length = 0;
  const second = readingOf(await read(folder));
  expect(askedFor()).toEqual([[end - DAY_MS - 6 * HOUR_MS, end]]);
  const whole = readingOf(await read(temporaryFolder()));
  expect(second).toEqual(whole);
  expect(segmentsOf(folder)).toHaveLength(2);
});

test('offline, the same cache and end give the same reading, and nothing is asked', async () => {
  const folder = temporaryFolder();
  const online = readingOf(await read(folder));
  server.asked.length = 0;
  expect(readingOf(await read(folder, { offline: true }))).toEqual(online);
  expect(readingOf(await read(folder, { offline: true, now: null }))).toEqual(online);
  expect(server.asked).toEqual([]);
});

test('an earlier end leaves out what came after it, as if the cache had ended there', async () => {
  const folder = temporaryFolder();
  const early = readingOf(await read(folder, { now: end - DAY_MS, range: '2d' }));
  readingOf(await read(folder, { range: '3d' }));
  server.asked.length = 0;
  expect(readingOf(await read(folder, { now: end - DAY_MS, range: '2d' }))).toEqual(early);
  expect(server.asked).toEqual([]);
  expect(readingOf(await read(folder, { now: end - DAY_MS, range: '2d', offline: true }))).toEqual(early);
});

test('a longer range asks for the part that was never asked for', async () => {
  const folder = temporaryFolder();
  readingOf(await read(folder, { range: '2d' }));
  server.asked.length = 0;
  readingOf(await read(folder, { range: '4d' }));
  expect(askedFor()).toEqual([
    [end - 4 * DAY_MS, end - 2 * DAY_MS],
    [end - 6 * HOUR_MS, end],
  ]);
});

test('a hole between two runs is asked for, and offline it is told of', async () => {
  const folder = temporaryFolder();
  readingOf(await read(folder, { now: end - 5 * DAY_MS, range: '1d' }));
  readingOf(await read(folder, { range: '2d' }));
  server.asked.length = 0;
  const offline = readingOf(await read(folder, { range: '6d', offline: true }));
  expect(offline.warnings.find(({ code }) => code === 'history/partly-cached')?.message).toBe(
    'was not read from 2026-10-26T00:00:00Z to 2026-10-29T00:00:00Z; what is missing there is unknown',
  );
  expect(server.asked).toEqual([]);
  readingOf(await read(folder, { range: '6d' }));
  expect(askedFor()).toEqual([
    [end - 5 * DAY_MS - 6 * HOUR_MS, end - 2 * DAY_MS],
    [end - 6 * HOUR_MS, end],
  ]);
});

test('a late value replaces what was read before; a value that the server has forgotten stays', async () => {
  const folder = temporaryFolder();
  readingOf(await read(folder, { now: end - HOUR_MS }));
  server.valueAt = (time) =>
    time > end - 3 * HOUR_MS && time <= end - 2 * HOUR_MS ? 500 : time <= end - 5 * HOUR_MS ? undefined : figure(time);
  const { series } = readingOf(await read(folder));
  const at = (time: number) => series.values[(time - series.start) / HOUR_MS];
  expect(at(end - 3 * HOUR_MS)).toBe(500);
  expect(Number.isNaN(at(end - 6 * HOUR_MS))).toBe(false);
});

test('gaps are known as asked for: they are not asked for again, and stay missing', async () => {
  const folder = temporaryFolder();
  server.valueAt = (time) => (time > end - 2 * DAY_MS && time <= end - DAY_MS ? undefined : figure(time));
  const first = readingOf(await read(folder));
  expect(first.series.values.filter(Number.isNaN)).toHaveLength(24);
  server.asked.length = 0;
  readingOf(await read(folder));
  expect(askedFor()).toEqual([[end - 6 * HOUR_MS, end]]);
});

test('offline without a cache it says so, and what to do', async () => {
  const [problem] = problemsOf(await read(temporaryFolder(), { offline: true, now: null }));
  expect(problem).toEqual({
    code: 'history/not-cached',
    path: `workloads.web.cpu (${server.url})`,
    message: 'was never read before, so there is nothing to plan from without a network',
    hint: 'run `foresize history` or `foresize plan` where the source can be reached, without --offline',
  });
});

test.each([
  ['edited', (text: string) => text.replace('"values":[', '"values":[7,')],
  ['cut off', (text: string) => text.slice(0, text.length / 2)],
  ['emptied', () => ''],
  ['taken from another source', (text: string) => text],
  ['of another version', (text: string) => text.replace('"format":1', '"format":2')],
])('a segment that was %s is refused offline, and read anew online', async (how, damage) => {
  const folder = temporaryFolder();
  const sound = readingOf(await read(folder));
  const [segment] = segmentsOf(folder).map((name) => join(folder, '.foresize/history', name));
  if (how === 'taken from another source') {
    const other = temporaryFolder();
    readingOf(await read(other, { source: { query: 'other' } }));
    const [foreign] = segmentsOf(other);
    writeFileSync(segment, readFileSync(join(other, '.foresize/history', foreign)));
  } else writeFileSync(segment, damage(readFileSync(segment, 'utf8')));

  const [problem] = problemsOf(await read(folder, { offline: true }));
  expect([problem.code, problem.hint]).toEqual(['history/cache-damaged', 'run once without --offline, which reads it anew']);
  server.asked.length = 0;
  const { series, warnings } = readingOf(await read(folder));
  expect(series).toEqual(sound.series);
  expect(warnings.map(({ code }) => code)).toEqual(['history/cache-damaged']);
  expect(askedFor()).toEqual([[end - 4 * DAY_MS, end]]);
  expect(readingOf(await read(folder, { offline: true })).series).toEqual(sound.series);
});

test('every source and every way to ask it has a folder of its own', async () => {
  const folder = temporaryFolder();
  for (const source of [{}, { query: 'other' }, { step: '1m' }, { series: 'counter' }]) await read(folder, { source });
  expect(readdirSync(join(folder, '.foresize/history'))).toHaveLength(4);
  await read(folder, { source: { unit: 'ratio' } });
  expect(readdirSync(join(folder, '.foresize/history'))).toHaveLength(4);
});

test('two workloads with the same source ask once and read the same', async () => {
  const source = { kind: 'prometheus', query: 'load', unit: '%' };
  const history = testHistory({ range: '4d', prometheus: { url: server.url } });
  const { outcomes } = await readLive(
    ['a', 'b'].map((name) => ({ source, path: `workloads.${name}.cpu` })),
    { baseDirectory: temporaryFolder(), history, now: end },
  );
  expect(server.asked).toHaveLength(1);
  expect(readingOf(outcomes[0]).series).toEqual(readingOf(outcomes[1]).series);
});

test('many runs leave few files, and lose nothing', async () => {
  const folder = temporaryFolder();
  const runs = 70;
  for (let run = 0; run <= runs; run += 1) readingOf(await read(folder, { now: end - (runs - run) * HOUR_MS, range: '2d' }));
  expect(segmentsOf(folder).length).toBeLessThan(20);
  server.asked.length = 0;
  expect(readingOf(await read(folder, { range: '3d', offline: true })).series).toEqual(
    readingOf(await read(temporaryFolder(), { range: '3d' })).series,
  );
});

test('an answer with a warning is asked for again by the next run', async () => {
  const folder = temporaryFolder();
  server.warnings = ['a store did not answer'];
  const first = readingOf(await read(folder));
  expect(first.warnings.map(({ code }) => code)).toEqual(['history/server-warning']);
  expect(readingOf(await read(folder, { offline: true }))).toEqual(first);
  server.warnings = [];
  server.asked.length = 0;
  expect(readingOf(await read(folder)).warnings).toEqual([]);
  expect(askedFor()).toEqual([[end - 4 * DAY_MS, end]]);
});

test('a query whose answer is another series than the cached one is refused', async () => {
  const folder = temporaryFolder();
  server.labels = { pod: 'a' };
  readingOf(await read(folder, { now: end - DAY_MS }));
  server.labels = { pod: 'b' };
  const [problem] = problemsOf(await read(folder));
  expect(problem.code).toBe('prometheus/several-series');
  expect(problem.message).toContain('they differ in pod ("a", "b")');
});

test('nothing is kept where nothing came: a slip in a query leaves no trace', async () => {
  const folder = temporaryFolder();
  server.valueAt = () => undefined;
  expect(problemsOf(await read(folder))[0].code).toBe('history/no-data');
  expect(readdirSync(folder)).toEqual([]);
});

test('a negative rate is refused with its time; a negative level is not', async () => {
  server.valueAt = (time) => (time === end - DAY_MS ? -2 : figure(time));
  const [problem] = problemsOf(await read(temporaryFolder(), { source: { series: 'rate', unit: 'req/s' } }));
  expect([problem.code, problem.message]).toEqual(['history/negative', 'a rate of -2 at 2026-10-29T23:55:00Z']);
  readingOf(await read(temporaryFolder()));
});

test('a counter is read up to the very end', async () => {
  server.valueAt = (time) => time / MINUTE_MS;
  const { series } = readingOf(await read(temporaryFolder(), { source: { series: 'counter', unit: 'req' } }));
  expect(series.origin).toMatchObject({ from: end - 4 * DAY_MS + step, to: end, askedTo: end });
  expect(new Set(series.values)).toEqual(new Set([60]));
});

test('a source that fell silent says up to when it was asked', async () => {
  server.valueAt = (time) => (time > end - DAY_MS ? undefined : figure(time));
  const { origin } = readingOf(await read(temporaryFolder())).series;
  expect([origin.to, origin.askedTo]).toEqual([end - DAY_MS, end]);
});

test('a cache whose place is taken by a file takes nothing from the run', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.foresize'), 'in the way');
  expect(readingOf(await read(folder)).warnings.map(({ code }) => code)).toEqual(['history/not-kept']);
});
