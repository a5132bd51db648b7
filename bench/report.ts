import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reportPage } from '../lib/report/page';
import { textTable } from '../lib/report/table';
import { planOfMany } from '../test/browser/pages';
import { hasChromium, startChromium } from '../test/support/chromium';

/**
 * How large the page of a plan is, and how long it takes to be drawn and to be opened: `npm run bench:report`, with `-- --json` one JSON
 * document `{ node, cores, cases: [{ workloads, goalMB, megabytes, drawnSeconds, goalSeconds, openedSeconds }] }`. Opened is from the
 * navigation to the load event in a Chromium without a window, the median of five; `null` where there is none.
 */
const cases = [
  { workloads: 5, goalMB: 1.5 },
  { workloads: 50, goalMB: 1.5 },
  { workloads: 300, goalMB: 5 },
] as const;
const goalSeconds = 2;
const runs = 5;

async function main(json: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-bench-'));
  const browser = hasChromium ? await startChromium() : null;
  try {
    const results = [];
    for (const { workloads, goalMB } of cases) {
      const plan = planOfMany(workloads);
      const begin = process.hrtime.bigint();
      const page = reportPage(plan);
      const drawnSeconds = Number(process.hrtime.bigint() - begin) / 1e9;
      const file = join(folder, `${workloads}.html`);
      writeFileSync(file, page);
      const opened: number[] = [];
      for (let run = 0; browser !== null && run < runs; run++) {
        const tab = await browser.newPage();
        await tab.goto(pathToFileURL(file).href);
        opened.push((await tab.evaluate<number>("performance.getEntriesByType('navigation')[0].loadEventEnd")) / 1e3);
        await tab.close();
      }
      const openedSeconds = opened.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? null;
      results.push({ workloads, goalMB, megabytes: Buffer.byteLength(page) / 1e6, drawnSeconds, goalSeconds, openedSeconds });
    }
    if (json) return console.log(JSON.stringify({ node: process.version, cores: cpus().length, cases: results }, null, 2));
    const figure = (value: number | null) => (value === null ? '' : value.toFixed(2));
    const columns = ['workloads', 'goal MB', 'MB', 'drawn s', 'goal s', 'opened s'].map((title) => ({ title, align: 'right' as const }));
    const rows = results.map(({ workloads, ...one }) => [
      `${workloads}`,
      ...[one.goalMB, one.megabytes, one.drawnSeconds, one.goalSeconds, one.openedSeconds].map(figure),
    ]);
    console.log(textTable(columns, rows));
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main(process.argv.includes('--json'));
