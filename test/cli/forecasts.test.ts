import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';
import { runIn } from '../support/in-process';

const end = Date.UTC(2026, 10, 27);
const load = hourlyCsv(50 * 24, (hour) => wave(hour) * ([15, 36].includes(Math.floor(hour / 24)) ? 2.5 : 1), end);
const sales = '2026-10-23,2026-11-13,2026-11-27';
const folder = () =>
  project({ 'chat.csv': load, 'foresize.config.json': rawConfig({ effort: 'fast', events: [{ name: 'sale', dates: sales.split(',') }] }) });

type Document = {
  points: { time: string; mean: number }[];
  events: { name: string; uplift: number; source: string }[];
  problems: { code: string }[];
};

test('an event named on the command line is learned from its past, and the chart names it', async () => {
  const at = folder();
  const { status, stdout, stderr } = await runIn(at, [
    'forecast',
    'chat.csv',
    '--effort',
    'fast',
    '--event',
    `sale=${sales}`,
    '--svg',
    'chat.svg',
    '--json',
  ]);
  expect([status, stderr.includes('error:')]).toEqual([0, false]);
  const { events, points } = JSON.parse(stdout) as Document;
  expect(events).toMatchObject([{ name: 'sale', source: 'learned from 2 past', stated: null }]);
  expect(points[6].mean / wave(6)).toBeCloseTo(2.5, 0);
  const svg = readFileSync(join(at, 'chat.svg'), 'utf8');
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain('>sale</text>');
  expect(svg).not.toContain(at);
});

test('a cycle of thirty hours is found, and the text and the document name it', async () => {
  const at = project({ 'jobs.csv': hourlyCsv(40 * 24, (hour) => wave(hour) + (hour % 30 < 3 ? 80 : 0) + ((hour * 7_919) % 31) / 4, end) });
  const { status, stdout } = await runIn(at, ['forecast', 'jobs.csv', '--effort', 'fast', '--json']);
  expect(status).toBe(0);
  const { seasons } = JSON.parse(stdout) as { seasons: { period: string; share: number }[] };
  expect(seasons).toEqual([{ period: '30h', share: expect.any(Number) as number }]);
  expect((await runIn(at, ['forecast', 'jobs.csv', '--effort', 'fast'])).stdout).toMatch(
    /a cycle of 30h was found: \d+ % of what other seasons/,
  );
});

test('a day ahead at fifteen minutes names by what it was forecast, and what the other way would have given', async () => {
  const rows = Array.from({ length: 12 * 96 }, (_, i) => [
    new Date(end - (12 * 96 - i) * 900_000).toISOString(),
    wave(i / 4) + (((i * 7_919) % 101) - 50),
  ]);
  const at = project({ 'fine.csv': `timestamp,value\n${rows.map((row) => row.join(',')).join('\n')}\n` });
  const args = ['forecast', 'fine.csv', '--interval', '15m', '--effort', 'fast', '--series', 'level'];
  const { grain } = JSON.parse((await runIn(at, [...args, '--json'])).stdout) as {
    grain: { by: string; relativeMae: { hour: number; interval: number } };
  };
  expect(grain.relativeMae).toEqual({ hour: expect.any(Number) as number, interval: expect.any(Number) as number });
  const text = (await runIn(at, args)).stdout;
  expect(text).toMatch(grain.by === 'hour' ? /^by hourly means and their shape/m : /^directly every 15m/m);
});

test('an event that nothing is refused, and no chart is left behind', async () => {
  const at = folder();
  const { status, stdout, stderr } = await runIn(at, [
    'forecast',
    'chat.csv',
    '--effort',
    'fast',
    '--event',
    'fair=2026-11-27',
    '--svg',
    'chat.svg',
    '--json',
  ]);
  expect(status).toBe(1);
  expect(stderr).toContain('--event fair: takes place at 2026-11-27T00:00:00Z, and no past time of it in the history teaches what it does');
  expect((JSON.parse(stdout) as Document).problems[0].code).toBe('event/no-uplift');
  expect(existsSync(join(at, 'chat.svg'))).toBe(false);
});

test.each([
  ['sale', 'must be NAME=DATE,DATE'],
  ['sale=yesterday', 'neither a date nor a span'],
  ['sale=2026-02-30', 'neither a date nor a span'],
])('--event %s is refused with what is expected', async (text, why) => {
  const { status, stderr } = await runIn(folder(), ['forecast', 'chat.csv', '--event', text]);
  expect(status).toBe(1);
  expect(stderr).toContain(why);
});

test('backtest shows what the last forecasts would have been, in a table, a document and a chart, the same each time', async () => {
  const at = folder();
  const args = ['backtest', 'chat', '--forecasts', '2', '--compare', '--svg', 'chat.svg'];
  const text = await runIn(at, args);
  expect([text.status, text.stderr.includes('error:')]).toEqual([0, false]);
  expect(text.stdout).toMatch(/^chat\.load: 2 forecasts, each 1d ahead/);
  expect(text.stdout).toMatch(/2026-11-26T00:00:00Z +\S+ +\d/);
  expect(text.stdout).toContain('the forecast');
  const [first, again] = [await runIn(at, [...args, '--json', '--workers', '1']), await runIn(at, [...args, '--json', '--workers', '2'])];
  expect(first.stdout).toBe(again.stdout);
  const { signals } = JSON.parse(first.stdout) as {
    signals: Record<string, { forecasts: { points: object[] }[]; relativeMae: number; compare: object[] }>;
  };
  expect(signals['chat.load'].forecasts.map(({ points }) => points.length)).toEqual([24, 24]);
  expect(signals['chat.load'].compare.length).toBeGreaterThan(2);
  expect(readFileSync(join(at, 'chat.svg'), 'utf8')).toMatch(/^<svg /);
});

test('backtest of a workload that is not there is refused with those that are', async () => {
  const { status, stderr } = await runIn(folder(), ['backtest', 'chatt']);
  expect(status).toBe(1);
  expect(stderr).toContain('chatt: is not a workload of the config. Hint: workloads are: chat');
});
