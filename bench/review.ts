import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatPlan, sealPlan } from '../lib/plan/file/format';
import type { CapacityPlan } from '../lib/plan/file/types';
import { textTable } from '../lib/report/table';

/**
 * How long a review of 50 workloads takes: `npm run bench:review`, with `-- --json` one JSON document
 * `{ node, cores, workloads, cases: [{ name, goalSeconds, seconds: { min, median, max }, ratio }] }`, ratio = median / goal. Commands as
 * users run them, from a clone; beside them, as the bound in the same run, a bare start of Node that loads nothing, and `synth --frozen`.
 */

const root = join(__dirname, '..');
const workloads = 50;
const runs = 5;
const program = join(root, 'bin/foresize.ts');

type Case = { readonly name: string; readonly goalSeconds: number | null; readonly args: readonly string[]; readonly ends: number };

const cases: readonly Case[] = [
  { name: 'bare node', goalSeconds: null, args: ['-e', '0'], ends: 0 },
  { name: 'diff', goalSeconds: 0.7, args: [program, 'diff', 'before.json'], ends: 2 },
  { name: 'diff --format markdown', goalSeconds: 0.7, args: [program, 'diff', 'before.json', '--format', 'markdown'], ends: 2 },
  { name: 'explain NAME', goalSeconds: 0.7, args: [program, 'explain', 'service-7'], ends: 0 },
  { name: 'explain NAME --at', goalSeconds: 0.7, args: [program, 'explain', 'service-7', '--at', '2026-11-23T06:00:00Z'], ends: 0 },
  { name: 'check', goalSeconds: 0.7, args: [program, 'check'], ends: 0 },
  { name: 'synth --frozen', goalSeconds: null, args: [program, 'synth', '--frozen'], ends: 0 },
  { name: 'check --outputs', goalSeconds: null, args: [program, 'check', '--outputs'], ends: 0 },
];

function main(json: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-bench-'));
  try {
    prepare(folder);
    const results = cases.map(({ name, goalSeconds, args, ends }) => {
      const seconds = Array.from({ length: runs }, () => wall(folder, args, ends)).sort((a, b) => a - b);
      const median = seconds[Math.floor(runs / 2)];
      const ratio = goalSeconds === null ? null : median / goalSeconds;
      return { name, goalSeconds, seconds: { min: seconds[0], median, max: seconds[runs - 1] }, ratio };
    });
    if (json) return console.log(JSON.stringify({ node: process.version, cores: cpus().length, workloads, cases: results }, null, 2));
    const figure = (value: number | null) => (value === null ? '' : value.toFixed(2));
    const columns = ['goal s', 'min', 'median', 'max', 'median / goal'].map((title) => ({ title, align: 'right' as const }));
    const rows = results.map(({ name, goalSeconds, seconds, ratio }) => [
      name,
      ...[goalSeconds, seconds.min, seconds.median, seconds.max, ratio].map(figure),
    ]);
    console.log(textTable([{ title: `${workloads} workloads` }, ...columns], rows));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A project of made-up loads whose plan and outputs are there, and a plan before it in which every replica does less. */
function prepare(folder: string): void {
  const begin = Date.UTC(2026, 10, 2);
  const rows = Array.from({ length: 21 * 24 }, (_, hour) => {
    const time = new Date(begin + hour * 3_600_000).toISOString().replace('.000Z', 'Z');
    return `${time},${50 + 30 * Math.sin((2 * Math.PI * hour) / 24) + 6 * Math.sin(hour * hour)}`;
  });
  writeFileSync(join(folder, 'load.csv'), `timestamp,value\n${rows.join('\n')}\n`);
  const service = (index: number) => ({
    kind: 'inference',
    load: { kind: 'csv', path: 'load.csv', unit: 'req/s' },
    replica: { gpus: 1, throughput: `${10 + index} req/s` },
    metric: { kind: 'cpu' },
    replay: 'off',
    pool: 'l40s',
    image: 'example.com/service:1',
  });
  const config = {
    name: 'bench',
    region: 'us-east-1',
    horizon: '7d',
    effort: 'fast',
    asOf: 'data',
    workloads: Object.fromEntries(Array.from({ length: workloads }, (_, index) => [`service-${index}`, service(index)])),
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] } },
  };
  writeFileSync(join(folder, 'foresize.config.json'), JSON.stringify(config));
  wall(folder, [program, 'synth'], 0);
  const plan = JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as CapacityPlan;
  const before = Object.entries(plan.workloads).map(([name, workload]) => [
    name,
    { ...workload, throughputPerReplica: (workload.throughputPerReplica ?? 0) * 0.9, leadSeconds: workload.leadSeconds + 60 },
  ]);
  // Only sizes that no other field of the file contradicts.
  writeFileSync(
    join(folder, 'before.json'),
    formatPlan(sealPlan({ ...plan, workloads: Object.fromEntries(before) as CapacityPlan['workloads'] })),
  );
}

function wall(cwd: string, args: readonly string[], ends: number): number {
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, ['-r', join(root, 'bin/register.cjs'), ...args], { cwd, encoding: 'utf8' });
  if (status !== ends) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

main(process.argv.includes('--json'));
