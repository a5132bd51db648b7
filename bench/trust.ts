import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyReader } from '../lib/adapters/history';
import { workerFitRunner } from '../lib/adapters/workers';
import { parseConfig } from '../lib/config';
import type { FitRunner } from '../lib/forecast';
import { mean } from '../lib/history';
import { forecastLoads } from '../lib/plan/forecast-loads';
import { loadComparisons } from '../lib/plan/plausible';
import { textTable } from '../lib/report/table';
import { formatTime, HOUR_MS } from '../lib/units';

/**
 * How far plans of recorded loads lie above what their readings reach, on which the bounds of `guardrails.plausible` rest: each trace is
 * cut off at ten places, the eight weeks before are its history, and the week after is forecast without any event announced.
 *
 *     node -r ./bin/register.cjs bench/trust.ts [--json] [--effort fast] [--workers 2]
 *
 * `times`: the highest protected load by the 0.95 quantile of the readings above zero, the worst of ten cuts; `grown`: by that of the cut
 * before, the worst of nine. `--json` prints `{ loads: [{ trace, cuts, times, grown }] }`. Exit code 3 when the traces are not there.
 */
const folder = join(__dirname, '../../shared/data/traces');
const cuts = 10;
const weeks = 8;

type Row = { readonly trace: string; readonly cuts: number; readonly times: number; readonly grown: number };

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (!existsSync(folder)) {
    console.error('the recorded traces are not here');
    process.exitCode = 3;
    return;
  }
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  const run = workerFitRunner({ workers: Number(option('--workers', '2')) });
  const loads: Row[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.csv') || /^origins|tenants/.test(file)) continue;
    loads.push(await measure(file, option('--effort', 'fast'), run));
  }
  await run.close();
  if (args.includes('--json')) return console.log(JSON.stringify({ loads }, null, 2));
  const columns = [{ title: 'trace' }, ...['cuts', 'times', 'grown'].map((title) => ({ title, align: 'right' as const }))];
  console.log(
    textTable(
      columns,
      loads.map((row) => [row.trace, `${row.cuts}`, row.times.toFixed(2), row.grown.toFixed(2)]),
    ),
  );
}

async function measure(file: string, effort: string, run: FitRunner): Promise<Row> {
  const hours = hourly(file);
  const worst = { cuts: 0, times: 0, grown: 0 };
  let before = Infinity;
  for (let cut = 0; cut < cuts; cut++) {
    const end = Math.round(hours.length * (0.3 + (0.7 * cut) / cuts));
    const history = hours.slice(Math.max(0, end - weeks * 168), end);
    if (history.length < 4 * 24) continue;
    const [comparison] = await comparisonsOf(history, effort, run);
    if (comparison === undefined) continue;
    worst.cuts += 1;
    worst.times = Math.max(worst.times, comparison.planned / comparison.known);
    worst.grown = Math.max(worst.grown, comparison.planned / before);
    before = comparison.planned;
  }
  return { trace: file, ...worst };
}

type Hour = { readonly at: number; readonly value: number };

function hourly(file: string): readonly Hour[] {
  const byHour = new Map<number, number[]>();
  for (const line of readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1)) {
    const [time, value] = line.split(',');
    const at = Math.floor(Date.parse(time) / HOUR_MS) * HOUR_MS;
    byHour.set(at, [...(byHour.get(at) ?? []), Number(value)]);
  }
  return [...byHour].map(([at, values]) => ({ at, value: mean(values) })).sort((a, b) => a.at - b.at);
}

async function comparisonsOf(history: readonly Hour[], effort: string, run: FitRunner) {
  const directory = mkdtempSync(join(tmpdir(), 'foresize-bench-'));
  try {
    writeFileSync(
      join(directory, 'load.csv'),
      `timestamp,value\n${history.map(({ at, value }) => `${formatTime(at)},${value}`).join('\n')}\n`,
    );
    const throughput = Math.max(1e-3, mean(history.map(({ value }) => value)));
    const config = parseConfig({
      name: 'bench',
      region: 'us-east-1',
      effort,
      workloads: {
        load: {
          kind: 'inference',
          load: { kind: 'csv', path: 'load.csv', unit: 'req/s' },
          replica: { gpus: 1, throughput: `${throughput} req/s` },
          pool: 'nodes',
        },
      },
      pools: { nodes: { kind: 'gpuPool', instances: ['g6e.xlarge'] } },
    });
    const readHistory = historyReader({
      baseDirectory: directory,
      threads: 1,
      history: config.history,
      region: config.region,
      now: null,
      offline: true,
      environment: {},
    });
    return loadComparisons(config, await forecastLoads({ config, asOf: null, readHistory, runFits: run }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
