import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';
import { runIn } from '../support/in-process';

const days = 28;
const load = (path: string) => ({ ...rawConfig().workloads.chat, load: { kind: 'csv', path, unit: 'req/s' } }) as never;
const files = {
  'foresize.config.json': rawConfig({ workloads: { chat: load('chat.csv'), search: load('search.csv'), images: load('images.csv') } }),
  'chat.csv': hourlyCsv(days * 24, (hour) => wave(hour)),
  'search.csv': hourlyCsv(days * 24, (hour) => (hour === 100 || hour === 101 ? undefined : wave(hour))),
  'images.csv': hourlyCsv(days * 24, (hour) => wave(hour) + (hour === 300 ? 900 : 0)),
};
const clean = { ...files, 'images.csv': files['chat.csv'] };

type Document = {
  readonly asOf: string;
  readonly series: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly path: string }[];
  readonly refused: readonly { readonly code: string; readonly path: string }[];
};
const json = async (folder: string, ...args: string[]) => {
  const { status, stdout, stderr } = await runIn(folder, ['history', '--json', ...args]);
  return { status, stderr, document: JSON.parse(stdout) as Document };
};

describe('all workloads', () => {
  test('have a row each, and nothing to look at is exit code 0', async () => {
    const { status, stdout, stderr } = await runIn(project(clean), ['history']);
    expect([status, stderr]).toEqual([0, '']);
    const [titles, , ...rows] = stdout.trim().split('\n');
    expect(titles.split(/ {2,}/)).toEqual([
      'series',
      'from',
      'to',
      'every',
      'observations',
      'observed',
      'missing',
      'longest gap',
      'repeats',
      'repairs',
      'to look at',
    ]);
    expect(rows.map((row) => row.split(/ {2,}/)[0])).toEqual(['chat.load', 'images.load', 'search.load']);
    expect(rows[0]).toMatch(/2026-10-26T00:00Z +2026-11-23T00:00Z +1h +672 +100 % +0 +none +24 h 0\.\d\d.* 0 +0$/);
    expect(rows[2]).toMatch(/ 670 +99\.7 % +0 +none .* 1 +0$/);
  });

  test('with something to look at are exit code 2, with what, where and its code', async () => {
    const { status, stdout } = await runIn(project(files), ['history']);
    expect(status).toBe(2);
    expect(stdout).toMatch(
      /to look at:\n {2}workloads\.images\.load: 1 value lies far .* at 2026-11-07T12:00:00Z .*\[history\/outliers\]\n {4}left out of the forecast; a fault:/,
    );
  });

  test('of which some are refused still show the others: exit code 1, and every refusal is told', async () => {
    const folder = project({ ...files, 'chat.csv': 'timestamp,value\n2026-11-01T00:00:00Z,-4\n', 'search.csv': '' });
    const { status, stdout, stderr } = await runIn(folder, ['history']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: chat\.csv:2: holds a negative rate .*\nerror: search\.csv: is empty.*\n$/);
    expect(stdout).toMatch(/images\.load .*\n/);
    expect(stdout).not.toMatch(/chat\.load|search\.load/);
  });
});

describe('one workload', () => {
  test('is shown with its range, its repairs by rule, what is good to know, and a line a day', async () => {
    const { status, stdout } = await runIn(project(files), ['history', 'search']);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'search.load from csv search.csv\n  2026-10-26T00:00:00Z to 2026-11-23T00:00:00Z, 670 observations every 1h, by 1h',
    );
    expect(stdout).toContain('interpolate-up-to 3 intervals: filled 2 in 1 gap, the first 2026-10-30T04:00:00Z');
    expect(stdout).toMatch(/good to know:\n {2}workloads\.search\.load: 2 of 672 intervals were not observed and filled by a rule/);
    expect(stdout.match(/^ {2}2026-\d\d-\d\d {2}[▁▂▃▄▅▆▇█]{24}$/gm)).toHaveLength(days);
    expect(stdout).not.toContain('chat.load');
  });

  test('is drawn with --svg, the same bytes each time', async () => {
    const folder = project(files);
    const draw = async () => {
      expect((await runIn(folder, ['history', 'images', '--svg', 'out/images.svg'])).status).toBe(2);
      return readFileSync(join(folder, 'out/images.svg'), 'utf8');
    };
    const svg = await draw();
    expect(svg).toMatch(/^<svg [^>]*>[\s\S]*images\.load[\s\S]*<\/svg>\n$/);
    expect(await draw()).toBe(svg);
  });

  test('must be named for --svg, and must exist: nothing is written', async () => {
    const folder = project(files);
    expect((await runIn(folder, ['history', '--svg', 'all.svg'])).stderr).toMatch(
      /--svg: draws one workload. Hint: name one of: chat, images, search/,
    );
    expect((await runIn(folder, ['history', 'nobody', '--svg', 'all.svg'])).stderr).toMatch(
      /nobody: is not a workload.*chat, images, search/,
    );
    expect(existsSync(join(folder, 'all.svg'))).toBe(false);
  });
});

describe('--json', () => {
  test('is one document of series, findings and refusals', async () => {
    const { status, document } = await json(project({ ...files, 'search.csv': 'timestamp,value\n' }));
    expect(status).toBe(1);
    expect(document.asOf).toBe('2026-11-23T00:00:00Z');
    expect(Object.keys(document.series)).toEqual(['chat.load', 'images.load']);
    expect(document.series['images.load']).toMatchObject({
      origin: 'csv images.csv',
      unit: 'req/s',
      kind: 'rate',
      from: '2026-10-26T00:00:00Z',
      every: '1h',
      interval: '1h',
      observations: 672,
      intervals: 672,
      missing: 0,
      filled: 0,
      excluded: 0,
      coverage: 1,
      longestGap: '0s',
      levelShift: null,
      outliers: [{ at: '2026-11-07T12:00:00Z' }],
      repairs: [],
    });
    expect(document.findings.map(({ code, severity, path }) => `${severity} ${code} ${path}`)).toEqual([
      'note history/seasonality workloads.chat.load',
      'look history/outliers workloads.images.load',
      'note history/seasonality workloads.images.load',
    ]);
    expect(document.refused).toEqual([expect.objectContaining({ code: 'history/no-rows', path: 'search.csv' })]);
  });

  test('age counts from --as-of: a month later is stale, an hour before is the future', async () => {
    const folder = project(clean);
    const codes = async (asOf: string) =>
      (await json(folder, '--as-of', asOf)).document.findings.flatMap(({ code, severity }) => (severity === 'look' ? [code] : []));
    expect(await codes('2026-12-23T00:00:00Z')).toEqual(['history/stale', 'history/stale', 'history/stale']);
    expect(await codes('2026-11-22T00:00:00Z')).toEqual(['history/future', 'history/future', 'history/future']);
    expect(await codes('2026-11-23T12:00:00Z')).toEqual([]);
  });
});
