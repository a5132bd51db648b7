import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, temporaryFolder } from '../support/foresize';
import { runIn } from '../support/in-process';

/** Histories as they were met in the field, where they are; the project builds and passes without them. */
const cases = [join(root, '../shared/data/field')].find(existsSync);
const onCases = cases ? describe : describe.skip;

function fieldCase(name: string): string {
  const folder = temporaryFolder();
  cpSync(join(cases ?? '', name), folder, { recursive: true });
  return folder;
}

onCases('histories from the field', () => {
  test('a sum of counters that loses half its members every evening is named, and counts no restart', async () => {
    const { status, stdout } = await runIn(fieldCase('sum-of-counters'), ['history', '--json']);
    expect(status).toBe(2);
    const { findings } = JSON.parse(stdout) as { findings: readonly object[] };
    expect(findings).toContainEqual(expect.objectContaining({ code: 'history/counter-falls', severity: 'look' }));
    expect(findings).not.toContainEqual(expect.objectContaining({ code: 'history/counter-restarts' }));
  });

  test('a single reading of 70 times the usual is named, and plans nothing', async () => {
    const folder = fieldCase('one-spike');
    const lines = readFileSync(join(folder, 'chat.csv'), 'utf8').trimEnd().split('\n');
    const spike = lines.findIndex((line) => line.endsWith(',1100'));
    const peakOf = async (rows: readonly string[]) => {
      writeFileSync(join(folder, 'chat.csv'), `${rows.join('\n')}\n`);
      const config = JSON.parse(readFileSync(join(folder, 'foresize.config.json'), 'utf8')) as { workloads: { chat: object } };
      const quick = { ...config, effort: 'fast', workloads: { chat: { ...config.workloads.chat, replay: 'off' } } };
      writeFileSync(join(folder, 'foresize.config.json'), JSON.stringify(quick));
      const { status, stderr } = await runIn(folder, ['plan', '--fresh', '--json']);
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      return (JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as { workloads: { chat: { peak: number } } }).workloads
        .chat.peak;
    };
    expect((await runIn(folder, ['history'])).status).toBe(2);
    const peak = await peakOf(lines);
    expect(peak).toBeGreaterThanOrEqual(11);
    expect(peak).toBeLessThanOrEqual(13);
    expect(
      await peakOf([...lines.slice(0, -1), `${lines[lines.length - 1].split(',')[0]},1100`].filter((_, row) => row !== spike)),
    ).toBeLessThanOrEqual(13);
  });

  test('an hour of which an export held a fifth is named, and the forecast is that without it', async () => {
    const folder = fieldCase('partial-last-bucket');
    expect((await runIn(folder, ['history'])).status).toBe(2);
    const forecastOf = async (file: string) => {
      const { stdout } = await runIn(folder, ['forecast', file, '--horizon', '6h', '--series', 'count', '--effort', 'fast', '--json']);
      return (JSON.parse(stdout) as { points: readonly { time: string; mean: number }[] }).points;
    };
    expect(await forecastOf('chat.csv')).toEqual(await forecastOf('complete.csv'));
  });

  test('a load that ends at what ten replicas serve is named, and planned as a lower bound', async () => {
    const folder = fieldCase('cut-off-at-capacity');
    const { status, stdout } = await runIn(folder, ['history']);
    expect([status, stdout]).toEqual([2, expect.stringContaining('what 10 replicas can serve')]);
    const config = JSON.parse(readFileSync(join(folder, 'foresize.config.json'), 'utf8')) as { workloads: { chat: object } };
    const quick = { ...config, effort: 'fast', workloads: { chat: { ...config.workloads.chat, replay: 'off' } } };
    writeFileSync(join(folder, 'foresize.config.json'), JSON.stringify(quick));
    expect((await runIn(folder, ['plan'])).stdout).toMatch(
      /chat +l40s +\d+ +1\d\+ [\s\S]*\n\+ of chat: the history is cut off at a level, so demand is a lower bound\n/,
    );
    const plan = JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as {
      workloads: { chat: { forecast: { load: { cutOffAt: number } } } };
    };
    expect(plan.workloads.chat.forecast.load.cutOffAt).toBeCloseTo(20, 0);
  });

  test('days around the turn of the month that are three times the usual are named, and lifted in the plan', async () => {
    const folder = fieldCase('month-end');
    const named =
      'last 2 days and first day of the month: about 2.9 times the usual load, seen 5 times, next from 2026-11-29 to 2026-12-01';
    expect((await runIn(folder, ['history', 'chat'])).stdout).toContain(`${named} [history/calendar]`);
    const config = JSON.parse(readFileSync(join(folder, 'foresize.config.json'), 'utf8')) as { workloads: { chat: object } };
    const planOf = async (fields: object) => {
      const quick = { ...config, effort: 'fast', workloads: { chat: { ...config.workloads.chat, replay: 'off', ...fields } } };
      writeFileSync(join(folder, 'foresize.config.json'), JSON.stringify(quick));
      expect((await runIn(folder, ['plan', '--fresh'])).status).toBe(0);
      const plan = JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as {
        workloads: { chat: { load: { from: string; p50: number }[]; forecast: { load: { events: { name: string; seen: number }[] } } } };
      };
      const { load, forecast } = plan.workloads.chat;
      return { events: forecast.load.events, at: (time: string) => load.find(({ from }) => from === time)?.p50 };
    };
    const { events, at } = await planOf({});
    expect(events).toEqual([expect.objectContaining({ name: 'last 2 days and first day of the month', seen: 5 })]);
    for (const day of ['2026-11-29', '2026-11-30', '2026-12-01']) expect(at(`${day}T15:00:00Z`)).toBeCloseTo(36, -1);
    for (const day of ['2026-11-28', '2026-12-02']) expect(at(`${day}T15:00:00Z`)).toBeLessThan(14);
    expect((await runIn(folder, ['explain', 'chat', '--full'])).stdout).toMatch(
      /last 2 days and first day of the month: about [\d.]+ times the usual load, seen 5 times, next from 2026-11-29T00:00:00Z to 2026-12-02T00:00:00Z/,
    );
    expect((await planOf({ calendar: 'ignore' })).events).toEqual([]);
  });
});
