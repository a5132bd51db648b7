import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { textTable } from '../lib/report/table';

/**
 * What the packages weigh when they are installed, and how quickly they start: `npm run -s bench:package`, with `-- --json` one JSON
 * document `{ node, cores, sizes: [{ name, goalMB, megabytes }], starts: [{ name, goalSeconds, seconds, toBareNode }] }`. A start is the
 * median of nine, each beside one of `node -e 0`; `toBareNode` is how many times as long it takes. Sizes are those of the files.
 */
const root = join(__dirname, '..');
const runs = 9;

function main(json: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-bench-'));
  try {
    npm(['run', '-s', 'build'], root);
    npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], root);
    npm(['run', '-s', 'pack:slim', '--', folder], root);
    const [whole, slim] = ['foresize-0', 'foresize-slim-0'].map((name) => install(folder, name));
    const sizes = [
      { name: 'foresize, with DuckDB and the solver', goalMB: 150, megabytes: bytesUnder(join(whole, 'node_modules')) / 1e6 },
      { name: 'foresize-slim, beside the frameworks', goalMB: 30, megabytes: bytesUnder(join(slim, 'node_modules')) / 1e6 },
    ];
    const starts = [
      { name: "require('foresize')", goalSeconds: 0.3, ...startOf(whole, ['-e', "require('foresize')"]) },
      { name: 'foresize --help', goalSeconds: 0.3, ...startOf(whole, ['node_modules/foresize/dist/bin/foresize.js', '--help']) },
    ];
    if (json) console.log(JSON.stringify({ node: process.version, cores: cpus().length, sizes, starts }, null, 2));
    else console.log(tables(sizes, starts));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tables(
  sizes: readonly { name: string; goalMB: number; megabytes: number }[],
  starts: readonly { name: string; goalSeconds: number; seconds: number; toBareNode: number }[],
): string {
  const figures = (...titles: string[]) => [{ title: '' }, ...titles.map((title) => ({ title, align: 'right' as const }))];
  return [
    textTable(
      figures('goal MB', 'MB'),
      sizes.map(({ name, goalMB, megabytes }) => [name, String(goalMB), megabytes.toFixed(1)]),
    ),
    textTable(
      figures('goal s', 's', 'times node -e 0'),
      starts.map(({ name, goalSeconds, seconds, toBareNode }) => [name, String(goalSeconds), seconds.toFixed(3), toBareNode.toFixed(2)]),
    ),
  ].join('\n\n');
}

/** Starts in turn with bare ones, so that both have the same machine. */
function startOf(folder: string, args: readonly string[]): { readonly seconds: number; readonly toBareNode: number } {
  const pairs = Array.from({ length: runs }, () => [wall(folder, ['-e', '0']), wall(folder, args)] as const);
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(runs / 2)];
  return { seconds: median(pairs.map(([, one]) => one)), toBareNode: median(pairs.map(([bare, one]) => one / bare)) };
}

function wall(cwd: string, args: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function install(folder: string, beginning: string): string {
  const tarball = readdirSync(folder).find((name) => name.startsWith(beginning));
  const app = mkdtempSync(join(folder, 'app-'));
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, dependencies: { foresize: `file:../${tarball}` } }));
  npm(['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], app);
  if (!existsSync(join(app, 'node_modules/foresize'))) throw new Error(`${tarball} was not installed`);
  return app;
}

function npm(args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(stderr);
}

const bytesUnder = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

main(process.argv.includes('--json'));
