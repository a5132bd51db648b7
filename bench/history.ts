import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { fileHistoryReader } from '../lib/adapters/files';
import { readingOf } from '../lib/history';
import { textTable } from '../lib/report/table';
import { HOUR_MS } from '../lib/units';

/**
 * How long history of 1,000 workloads in one file takes to become hourly series: `npm run bench:history`, with `-- --json` one JSON
 * document `{ node, cores, load, cases: [{ name, rows, fileMiB, goalSeconds, seconds: { min, median, max }, cpuSeconds, peakMiB,
 * bare, ratio, typed, typedRatio }] }`, `bare` and `typed` being `{ seconds, cpuSeconds, peakMiB }`.
 *
 * Each run is a process of its own, from its start to its end. Beside ours, in the same round, run two queries that know nothing of
 * zones, gaps, order or duplicates: `bare` as one would write it, mean by workload and hour, and `typed`, the same for CSV with the
 * types of the columns told beforehand. Ratios are of medians.
 *
 * The data are made by DuckDB in a temporary folder: 10 million rows, 420 MB of CSV. `-- --large` adds 100 million rows of Parquet
 * over the same 35 days, which take a minute or two to make; `-- --rows N` changes the number of rows, `-- --runs N` that of runs.
 */

const workloads = 1000;
const cpuCores = cpus().length;

type Case = {
  readonly name: string;
  readonly kind: 'csv' | 'parquet';
  readonly rows: number;
  /** Distance of the rows of a workload. */
  readonly everySeconds: number;
  readonly goalSeconds: number | null;
};
type Run = { readonly seconds: number; readonly cpuSeconds: number; readonly peakMiB: number };

const [program, ...child] = process.argv.slice(2);
void (program === '--run' ? runCase(child[0], child[1] as Case['kind'], child[2]) : main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: number) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback);
  const [rows, runs] = [option('--rows', 10_000_000), option('--runs', 3)];
  const full = rows === 10_000_000;
  const cases: readonly Case[] = [
    { name: 'CSV', kind: 'csv', rows, everySeconds: 300, goalSeconds: full ? 5 : null },
    { name: 'Parquet', kind: 'parquet', rows, everySeconds: 300, goalSeconds: full ? 1.5 : null },
    ...(args.includes('--large')
      ? [{ name: 'Parquet, ten times as dense', kind: 'parquet' as const, rows: 10 * rows, everySeconds: 30, goalSeconds: null }]
      : []),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'foresize-bench-'));
  const load = loadavg()[0];
  try {
    const results: Result[] = [];
    for (const each of cases) {
      const file = join(folder, `load-${each.rows}.${each.kind}`);
      await makeFile(file, each);
      results.push(measure(each, file, runs));
      rmSync(file);
    }
    if (args.includes('--json')) console.log(JSON.stringify({ node: process.version, cores: cpuCores, load, cases: results }, null, 2));
    else printTable(results, load);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows by time, one of each workload at each moment, as an exporter writes them. */
async function makeFile(file: string, { kind, rows, everySeconds }: Case): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', preserve_insertion_order: 'true' });
  const connection = await instance.connect();
  const time = `TIMESTAMP '2026-01-05' + INTERVAL ${everySeconds} SECOND * (i // ${workloads})`;
  const timestamp = kind === 'csv' ? `strftime(${time}, '%Y-%m-%dT%H:%M:%SZ')` : `(${time}) AT TIME ZONE 'UTC'`;
  await connection.run(
    `COPY (SELECT ${timestamp} AS timestamp, 'workload-' || lpad((i % ${workloads})::VARCHAR, 4, '0') AS workload,
       round(100 + 50 * sin(i / 1e5) + (i * 7919 % 1009) / 100.0, 2) AS value FROM range(${rows}) r(i)) TO '${file}' (FORMAT ${kind})`,
  );
  connection.closeSync();
  instance.closeSync();
}

type Result = Case & {
  readonly fileMiB: number;
  readonly seconds: { readonly min: number; readonly median: number; readonly max: number };
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly bare: Run;
  readonly ratio: number;
  readonly typed: Run | null;
  readonly typedRatio: number | null;
};

function measure(each: Case, file: string, runs: number): Result {
  const kinds = each.kind === 'csv' ? ['ours', 'bare', 'typed'] : ['ours', 'bare'];
  const taken: Record<string, Run[]> = {};
  // In turn, so that whatever else the machine does falls on all alike.
  for (let round = 0; round < runs; round += 1) for (const kind of kinds) (taken[kind] ??= []).push(spawnRun(kind, each.kind, file));
  const [ours, { seconds, cpuSeconds, peakMiB }] = [summary(taken.ours), summary(taken.bare)];
  const typed = each.kind === 'csv' ? summary(taken.typed) : null;
  return {
    ...each,
    fileMiB: statSync(file).size / 2 ** 20,
    seconds: ours.range,
    cpuSeconds: ours.cpuSeconds,
    peakMiB: ours.peakMiB,
    bare: { seconds, cpuSeconds, peakMiB },
    ratio: ours.seconds / seconds,
    typed: typed && { seconds: typed.seconds, cpuSeconds: typed.cpuSeconds, peakMiB: typed.peakMiB },
    typedRatio: typed && ours.seconds / typed.seconds,
  };
}

function summary(runs: readonly Run[]): Run & { readonly range: Result['seconds'] } {
  const sorted = (of: (run: Run) => number): number[] => runs.map(of).sort((a, b) => a - b);
  const middle = Math.floor(runs.length / 2);
  const seconds = sorted((run) => run.seconds);
  return {
    seconds: seconds[middle],
    cpuSeconds: sorted((run) => run.cpuSeconds)[middle],
    peakMiB: Math.max(...runs.map((run) => run.peakMiB)),
    range: { min: seconds[0], median: seconds[middle], max: seconds[seconds.length - 1] },
  };
}

function spawnRun(run: string, kind: string, file: string): Run {
  const begin = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['-r', join(__dirname, '../bin/register.cjs'), __filename, '--run', run, kind, file],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${run} of ${kind} ended with ${status}: ${stderr}`);
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  return { seconds, ...(JSON.parse(stdout) as Omit<Run, 'seconds'>) };
}

/** In a process of its own: reads the file, and prints the processor's time and the most memory it took. */
async function runCase(run: string, kind: Case['kind'], file: string): Promise<void> {
  const groups = run === 'ours' ? await readOurs(kind, file) : await readBare(run, kind, file);
  if (!(groups > workloads)) throw new Error(`${groups} values are too few`);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  console.log(JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: maxRSS / 1024 }));
}

async function readOurs(kind: Case['kind'], path: string): Promise<number> {
  const requests = Array.from({ length: workloads }, (_, index) => ({
    source: { kind, path, time: 'timestamp', value: 'value', where: { workload: `workload-${String(index).padStart(4, '0')}` } },
    defaultKind: 'rate' as const,
    intervalMs: HOUR_MS,
    path: `workloads.w${index}.load`,
  }));
  const outcomes = await fileHistoryReader({ baseDirectory: '/' })(requests);
  return outcomes.reduce((count, outcome) => count + readingOf(outcome).series.values.length, 0);
}

async function readBare(run: string, kind: Case['kind'], file: string): Promise<number> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: String(Math.min(4, cpuCores)) })).connect();
  const typed = `read_csv('${file}', header = true, auto_detect = false, columns = {timestamp: 'TIMESTAMP', workload: 'VARCHAR', value: 'DOUBLE'})`;
  const from = kind === 'parquet' ? `read_parquet('${file}')` : run === 'typed' ? typed : `read_csv('${file}')`;
  const result = await connection.stream(
    `SELECT workload, time_bucket(INTERVAL 1 HOUR, timestamp) AS hour, avg(value) FROM ${from} GROUP BY ALL`,
  );
  let groups = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk())
    groups += chunk.rowCount;
  return groups;
}

function printTable(results: readonly Result[], load: number): void {
  const titles = ['rows', 'goal s', 'min', 'median', 'max', 'cpu s', 'peak MiB', 'bare s', 'cpu s', 'ratio', 'typed s', 'cpu s', 'ratio'];
  const figure = (value: number | null | undefined, digits = 2): string =>
    value === null || value === undefined ? '' : value.toFixed(digits);
  console.log(
    textTable(
      [{ title: 'case' }, ...titles.map((title) => ({ title, align: 'right' as const }))],
      results.map(({ name, rows, goalSeconds, seconds, cpuSeconds, peakMiB, bare, ratio, typed, typedRatio }) => [
        name,
        `${rows / 1e6} M`,
        figure(goalSeconds, 1),
        figure(seconds.min),
        figure(seconds.median),
        figure(seconds.max),
        figure(cpuSeconds),
        figure(peakMiB, 0),
        figure(bare.seconds),
        figure(bare.cpuSeconds),
        figure(ratio),
        figure(typed?.seconds),
        figure(typed?.cpuSeconds),
        figure(typedRatio),
      ]),
    ),
  );
  console.log(`${cpuCores} cores, load ${load.toFixed(1)} at the start`);
}
