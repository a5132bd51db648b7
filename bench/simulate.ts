import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { workerFitRunner } from '../lib/adapters/workers';
import { readFileLoad } from '../lib/project/loads';
import { defaultPhysics } from '../lib/simulate';
import { DAY_MS, MINUTE_MS } from '../lib/units';
import { printLeads, printRecords, printRegimes } from './simulate-print';
import { type LaterRow, laterRows, printLater } from './simulate-later';
import { replayedAtLeads, type Row, timesOf } from './simulate-rows';
import { summariseRows } from './simulate-summary';

/**
 * What a replay says of each recorded load of `../shared/data/traces`, by lead and for several seeds: trained and tuned on the past, scored
 * on what comes after, as `foresize simulate --load TRACE` does it.
 *
 *     npm run bench:simulate [-- --json] [--seeds 3] [--leads 6,15,30,60] [--more-seeds 1] [--traces NAME,NAME] [--workers 1]
 *
 * Records of 1 to 15 minutes are one table, those by the hour another: what happens within an hour is in none of their figures. Of a load
 * that was recorded twice as fine only the finest counts, and four weeks at most are scored. `--leads` are minutes, two thirds of them boot
 * and one third model load; the first has `--seeds` seeds, the others `--more-seeds`. `--json` prints `{ rows, summaries }`, of the types in
 * `simulate-rows.ts` and `simulate-summary.ts`. Exit code 3 when the traces are not there.
 *
 * `--later` keeps the last quarter of each record back, chooses between a live floor and the tuned HPA on what comes before it, as `plan`
 * does under `owner: 'live'`, and judges the choice on the quarter; with `--json` it prints the rows, of the type in `simulate-later.ts`.
 */
const folder = join(__dirname, '../../shared/data/traces');
/** The same record as another file that is finer, or with columns of tenants. */
const leftOut = ['worldcup98_to_june28_5min.csv', 'servegen_large_tenants_10min.csv'];
const longestScoreMs = 28 * DAY_MS;

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  if (!existsSync(folder)) {
    console.error('bench:simulate needs ../shared/data/traces');
    process.exitCode = 3;
    return;
  }
  const wanted = option('--traces', '').split(',');
  const files = readdirSync(folder)
    .filter((file) => /_(1h|15min|10min|5min|1min)\.csv$/.test(file) && wanted.some((name) => file.includes(name)))
    .filter((file) => !leftOut.includes(file))
    .sort();
  const [first, ...others] = option('--leads', '6').split(',').map(Number);
  const [seeds, moreSeeds] = [Number(option('--seeds', '3')), Number(option('--more-seeds', '1'))];
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  const leads = [{ minutes: first, seeds: upTo(seeds) }, ...others.map((minutes) => ({ minutes, seeds: upTo(moreSeeds) }))];
  const run = workerFitRunner({ workers: Number(option('--workers', '1')) });
  const isLater = args.includes('--later');
  const rows: Row[] = [];
  const later: LaterRow[] = [];
  for (const file of files) {
    const { load } = await readFileLoad(join(folder, file), {}, () => undefined);
    const settings = { physics: defaultPhysics, slo: null, protect: 0.95, effort: 'fast', path: file, longestScoreMs } as const;
    const name = basename(file, '.csv');
    if (isLater) {
      const physicsAt = (minutes: number) => ({ ...defaultPhysics, ...timesOf(minutes) });
      later.push(...(await laterRows({ name, load, settings, leads, physicsAt }, run)));
      console.error(`${file}: done`);
      continue;
    }
    const own = await replayedAtLeads({ name, load, settings, leads }, run);
    rows.push(...own);
    console.error(`${file}: ${load.intervalMs / MINUTE_MS} min, ${own.reduce((sum, row) => sum + row.cpuSeconds, 0).toFixed(1)} s of CPU`);
  }
  await run.close();
  if (isLater) return args.includes('--json') ? console.log(JSON.stringify(later, null, 2)) : printLater(later);
  const summaries = summariseRows(rows);
  if (args.includes('--json')) return console.log(JSON.stringify({ rows, summaries }, null, 2));
  for (const judged of ['within the hour', 'not within the hour'] as const) {
    const own = summaries.filter((summary) => summary.judged === judged);
    if (own.length === 0) continue;
    console.log(`\nrecords judged ${judged}`);
    for (const { minutes } of leads) printRecords(own.filter(({ leadMinutes }) => leadMinutes === minutes));
    if (leads.length > 1) printLeads(own);
    printRegimes(own);
  }
}
