import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { textTable } from '../lib/report/table';

/**
 * How long the main job takes on the sample, and `synth --frozen` on three configs of 40 pools each: `npm run bench:synth`, with `-- --json` one JSON document
 * `{ node, cores, cases: [{ name, goalSeconds, seconds: { min, median, max }, ratio }] }`, ratio = median / goal.
 * Beside them, as the bound in the same run, a bare start of Node that loads nothing.
 */

const root = join(__dirname, '..');
const runs = 5;
/** Prints the seconds between the first line of the program and its end. */
const insideProbe = `const t0 = process.hrtime.bigint();
process.on('exit', () => process.stderr.write('inside ' + Number(process.hrtime.bigint() - t0) / 1e9 + '\\n'));
process.argv.splice(1, 0, 'foresize');
require(${JSON.stringify(join(root, 'bin/foresize.ts'))});`;

/** How many pools each of the large configs has: a service with given forecasts in each, so that planning takes no time to speak of. */
const poolCount = 40;
const clusters = {
  'a new cluster': {},
  'a cluster that is there': { existing: 'prod', version: '1.35' },
  'a cluster that is there, owner schedule': { existing: 'prod', version: '1.35' },
} as const;

type Case = { readonly name: string; readonly goalSeconds: number | null; readonly run: (folder: string) => number };

const cases: readonly Case[] = [
  { name: 'bare node', goalSeconds: null, run: (folder) => wall(folder, ['-e', '0']) },
  {
    name: 'synth from nothing, command',
    goalSeconds: 6,
    run: (folder) => {
      rmSync(join(folder, 'capacity-plan.json'), { force: true });
      return wall(folder, [join(root, 'bin/foresize.ts'), 'synth', '--refresh']);
    },
  },
  { name: 'synth --frozen, command', goalSeconds: 2, run: (folder) => wall(folder, [join(root, 'bin/foresize.ts'), 'synth', '--frozen']) },
  { name: 'synth --frozen, inside the process', goalSeconds: 1, run: (folder) => inside(folder, ['synth', '--frozen']) },
  ...Object.keys(clusters).map((cluster) => ({
    name: `synth --frozen, ${poolCount} pools, ${cluster}`,
    goalSeconds: 3,
    run: (folder: string) => wall(join(folder, cluster), [join(root, 'bin/foresize.ts'), 'synth', '--frozen']),
  })),
];

/** A project of many pools, planned. */
function writeLarge(folder: string, cluster: keyof typeof clusters): void {
  const names = Array.from({ length: poolCount }, (_, index) => `pool-${String(index).padStart(2, '0')}`);
  const cpu = Array.from({ length: 24 }, (_, hour) => 40 + 35 * Math.sin((hour / 12) * Math.PI));
  const service = (pool: string, index: number) => ({
    kind: 'service',
    forecast: { from: '2026-11-24T00:00:00Z', cpu, memory: cpu },
    servers: 4 + index,
    machine: 'm7i.xlarge',
    target: { cpu: 0.7, memory: 0.7 },
    pool,
    image: 'registry.example.com/servers:1.0.0',
  });
  const owner = cluster.endsWith('schedule') ? 'schedule' : 'autoscaler';
  const config = {
    name: 'large',
    region: 'us-east-1',
    horizon: '24h',
    asOf: 'data',
    cluster: clusters[cluster],
    workloads: Object.fromEntries(names.map((pool, index) => [`web-${pool}`, service(pool, index)])),
    pools: Object.fromEntries(names.map((name) => [name, { kind: 'pool', instances: ['m7i.xlarge', 'm7i.4xlarge'], owner }])),
  };
  const own = join(folder, cluster);
  mkdirSync(own);
  writeFileSync(join(own, 'foresize.config.json'), JSON.stringify(config));
  run(own, [join(root, 'bin/foresize.ts'), 'plan', '--fresh']);
}

function main(json: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-bench-'));
  try {
    cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
    cpSync(join(root, 'foresize.config.ts'), join(folder, 'foresize.config.ts'));
    for (const cluster of Object.keys(clusters) as (keyof typeof clusters)[]) writeLarge(folder, cluster);
    const results = cases.map(({ name, goalSeconds, run }) => {
      const seconds = Array.from({ length: runs }, () => run(folder)).sort((a, b) => a - b);
      const median = seconds[Math.floor(runs / 2)];
      return {
        name,
        goalSeconds,
        seconds: { min: seconds[0], median, max: seconds[runs - 1] },
        ratio: goalSeconds === null ? null : median / goalSeconds,
      };
    });
    if (json) console.log(JSON.stringify({ node: process.version, cores: cpus().length, cases: results }, null, 2));
    else {
      const columns = [
        { title: 'case' },
        ...['goal s', 'min', 'median', 'max', 'median / goal'].map((title) => ({ title, align: 'right' as const })),
      ];
      const figure = (value: number | null) => (value === null ? '' : value.toFixed(2));
      console.log(
        textTable(
          columns,
          results.map(({ name, goalSeconds, seconds, ratio }) => [
            name,
            figure(goalSeconds),
            figure(seconds.min),
            figure(seconds.median),
            figure(seconds.max),
            figure(ratio),
          ]),
        ),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function wall(cwd: string, args: readonly string[]): number {
  const begin = process.hrtime.bigint();
  run(cwd, args);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

function inside(cwd: string, args: readonly string[]): number {
  return Number(/inside ([\d.]+)/.exec(run(cwd, ['-e', insideProbe, '--', ...args]))?.[1]);
}

function run(cwd: string, args: readonly string[]): string {
  const { status, stderr } = spawnSync(process.execPath, ['-r', join(root, 'bin/register.cjs'), ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stderr;
}

main(process.argv.includes('--json'));
