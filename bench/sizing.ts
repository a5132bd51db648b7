import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { highsSolver } from '../lib/adapters/highs';
import { threadedSolver } from '../lib/adapters/highs-threads';
import { textTable } from '../lib/report/table';
import { horizonEfforts, solveHorizon } from '../lib/sizing/horizon/solve-horizon';
import type { Solver } from '../lib/sizing/types';
import { solveInOnePiece } from '../test/support/one-piece';
import { type BenchInstance, readInstance, solutionJson } from './sizing-instance';

/**
 * How near to the cheapest the stages of sizing come, and how fast: `npm run bench:sizing`, with `-- --json` one JSON document
 * `{ node, cores, load, effort, cases: [{ name, periods, offerings, seconds, cpuSeconds, cost, bound, gapPercent, termination,
 * oneShot: { seconds, cost, bound } }] }`, dollars over the horizon; `oneShot` is `null` where its program is too large to be worth
 * the wait, and its cost `null` where no solution was found before its nodes were spent.
 *
 * Options: `--instances DIR` reads instances from there, `--solution DIR` writes each answer as `NAME.json`, `--effort fast, balanced
 * or best`, `--only NAME` one instance, `--one-shot-nodes N` (0: none), `--one-shot-variables N` the largest program in one piece, `--threads N`
 * (default: one a core).
 */

type Options = {
  readonly instances: string;
  readonly solution: string | undefined;
  readonly effort: 'fast' | 'balanced' | 'best';
  readonly only: string | undefined;
  readonly nodes: number;
  readonly variables: number;
  readonly threads: number;
};

type Case = {
  readonly name: string;
  readonly periods: number;
  readonly offerings: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly cost: number;
  readonly bound: number;
  readonly gapPercent: number;
  readonly termination: string;
  readonly oneShot: { readonly seconds: number; readonly cost: number | null; readonly bound: number | null } | null;
};

async function main(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  const solver = threadedSolver(await highsSolver(), options.threads);
  const files = readdirSync(options.instances).filter((file) => file.endsWith('.json'));
  const cases = files
    .sort()
    .map((file) => readInstance(join(options.instances, file)))
    .filter(({ name }) => options.only === undefined || name === options.only)
    .map((instance) => measure(instance, solver, options));
  await solver.close();
  if (args.includes('--json')) {
    console.log(
      JSON.stringify({ node: process.version, cores: cpus().length, load: loadavg()[0], effort: options.effort, cases }, null, 2),
    );
    return;
  }
  const numbers = ['periods', 'offerings', 'seconds', 'CPU s', 'cost', 'bound', 'gap %', 'one-shot s', 'cost', 'bound'];
  const columns = [{ title: 'case' }, ...numbers.map((title) => ({ title, align: 'right' as const }))];
  const figure = (value: number | null | undefined, digits = 0) => (value === null || value === undefined ? '-' : value.toFixed(digits));
  console.log(
    textTable(
      columns,
      cases.map(({ name, periods, offerings, seconds, cpuSeconds, cost, bound, gapPercent, oneShot }) => [
        name,
        String(periods),
        String(offerings),
        figure(seconds, 1),
        figure(cpuSeconds, 1),
        figure(cost),
        figure(bound),
        figure(gapPercent, 2),
        figure(oneShot?.seconds, 1),
        figure(oneShot?.cost),
        figure(oneShot?.bound),
      ]),
    ),
  );
}

function measure({ name, problem }: BenchInstance, solver: Solver, options: Options): Case {
  const cpu = process.cpuUsage();
  const begin = process.hrtime.bigint();
  const answer = solveHorizon(problem, solver, horizonEfforts[options.effort]);
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  if (answer.status === 'infeasible') throw new Error(`${name}: ${answer.problems.map(({ message }) => message).join('; ')}`);
  if (options.solution !== undefined) {
    mkdirSync(options.solution, { recursive: true });
    writeFileSync(join(options.solution, `${name}.json`), solutionJson(answer));
  }
  const { usd, boundUsd, gapPercent, termination } = answer;
  return {
    name,
    periods: problem.periods,
    offerings: problem.offerings.length,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    cost: usd,
    bound: boundUsd,
    gapPercent,
    termination,
    oneShot: oneShot({ name, problem }, solver, options),
  };
}

/** Placement by sums, as in the README of the instances: its bound is one of the problem, its cost need not pack. */
function oneShot({ problem }: BenchInstance, solver: Solver, { nodes, variables }: Options): Case['oneShot'] {
  if (nodes === 0 || problem.periods * problem.offerings.length > variables) return null;
  const begin = process.hrtime.bigint();
  try {
    const answer = solveInOnePiece(problem, { solver, packed: false, effort: { relativeGap: 0.005, maxNodes: nodes } });
    return { seconds: Number(process.hrtime.bigint() - begin) / 1e9, cost: answer?.usd ?? null, bound: answer?.boundUsd ?? null };
  } catch {
    // Its nodes were spent before it had a solution.
    return { seconds: Number(process.hrtime.bigint() - begin) / 1e9, cost: null, bound: null };
  }
}

function optionsOf(args: readonly string[]): Options {
  const value = (name: string) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : args[at + 1];
  };
  const effort = value('effort') ?? 'balanced';
  if (effort !== 'fast' && effort !== 'balanced' && effort !== 'best') throw new Error(`--effort ${effort}: fast, balanced or best`);
  return {
    instances: value('instances') ?? join(__dirname, '../../shared/data/sizing'),
    solution: value('solution'),
    effort,
    only: value('only'),
    nodes: Number(value('one-shot-nodes') ?? 1),
    variables: Number(value('one-shot-variables') ?? 20_000),
    threads: Number(value('threads') ?? cpus().length),
  };
}

void main(process.argv.slice(2));
