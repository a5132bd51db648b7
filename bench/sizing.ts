import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { withSizingSolver } from '../lib/adapters/highs-threads';
import { defaultWorkers } from '../lib/adapters/machine';
import { textTable } from '../lib/report/table';
import { sizePools, sizingEfforts, type Solver } from '../lib/sizing';
import { horizonProblems } from '../lib/sizing/explain/shortage';
import { solveHorizon } from '../lib/sizing/search/solve-horizon';
import { solveInOnePiece } from '../test/support/one-piece';
import { type Fleet, fleetOf } from './sizing-fleet';
import { type BenchInstance, readInstance, solutionJson } from './sizing-instance';

/**
 * How near to the cheapest sizing comes, and how long it takes, with the solver, the threads and the efforts of `foresize plan`:
 * `npm run bench:sizing`, with `-- --json` one JSON document `{ node, cores, load, effort, workers, cases: [{ name, entry, periods,
 * offerings, seconds, cpuSeconds, cost, bound, gapPercent, termination, oneShot: { seconds, cost, bound } }] }`, dollars over the
 * horizon; `oneShot` is `null` where its program is too large to be worth the wait, and its cost `null` where no solution was found
 * before its nodes were spent.
 *
 * Fleets enter where the plan does, at `sizePools`: pools and replicas by the hour, and all that a plan is told about its nodes. The
 * shared instances choose how many reserved nodes to hold as well, which no config can ask for; they enter at `solveHorizon`, by which
 * `sizePools` decides its nodes.
 *
 * Options: `--instances DIR` reads instances from there, `--solution DIR` writes each answer as `NAME.json`, `--effort fast, balanced
 * or best`, `--only NAME` one case, `--one-shot-nodes N` (0: none), `--one-shot-variables N` the largest program in one piece,
 * `--workers N` as for `plan` (default: one a core).
 */

type Options = {
  readonly instances: string;
  readonly solution: string | undefined;
  readonly effort: keyof typeof sizingEfforts;
  readonly only: string | undefined;
  readonly nodes: number;
  readonly variables: number;
  readonly workers: number;
};

type Answer = { readonly cost: number; readonly bound: number; readonly gapPercent: number; readonly termination: string };

type Case = Answer & {
  readonly name: string;
  readonly entry: 'sizePools' | 'solveHorizon';
  readonly periods: number;
  readonly offerings: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly oneShot: { readonly seconds: number; readonly cost: number | null; readonly bound: number | null } | null;
};

const fleets = [
  { pools: 5, workloads: 3, hours: 168 },
  { pools: 40, workloads: 3, hours: 24 },
];

async function main(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  const isWanted = ({ name }: { readonly name: string }) => options.only === undefined || name === options.only;
  const files = readdirSync(options.instances).filter((file) => file.endsWith('.json'));
  const instances = files.sort().map((file) => readInstance(join(options.instances, file)));
  // Each case has a solver of its own, as each plan has.
  const cases: Case[] = [];
  for (const fleet of fleets.map(fleetOf).filter(isWanted)) {
    cases.push(await withSizingSolver(options.workers, (solver) => measureFleet(fleet, solver, options)));
  }
  for (const instance of instances.filter(isWanted)) {
    cases.push(await withSizingSolver(options.workers, (solver) => measureInstance(instance, solver, options)));
  }
  const { effort, workers } = options;
  if (args.includes('--json')) {
    console.log(JSON.stringify({ node: process.version, cores: cpus().length, load: loadavg()[0], effort, workers, cases }, null, 2));
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

function measureFleet({ name, pools, segments }: Fleet, solver: Solver, { effort }: Options): Case {
  const limits = { quotas: {} };
  const { result, ...times } = timed(() =>
    sizePools({ pools, limits, segments, wantedCeilings: {}, solver, effort: sizingEfforts[effort] }),
  );
  const hours = segments.length;
  const [cost, bound] = [result.usdPerHour * hours, result.boundUsdPerHour * hours];
  return {
    name,
    entry: 'sizePools',
    periods: hours,
    offerings: pools.reduce((sum, { offerings }) => sum + offerings.length, 0),
    ...times,
    cost,
    bound,
    gapPercent: Math.max(0, 100 * (1 - bound / cost)),
    termination: result.termination,
    oneShot: null,
  };
}

function measureInstance({ name, problem }: BenchInstance, solver: Solver, options: Options): Case {
  const { result: answer, ...times } = timed(() => solveHorizon(problem, solver, sizingEfforts[options.effort]));
  if (!answer)
    throw new Error(
      `${name}: ${horizonProblems(problem, solver)
        .map(({ message }) => message)
        .join('; ')}`,
    );
  if (options.solution !== undefined) {
    mkdirSync(options.solution, { recursive: true });
    writeFileSync(join(options.solution, `${name}.json`), solutionJson(answer));
  }
  const { usd, boundUsd, gapPercent, termination } = answer;
  return {
    name,
    entry: 'solveHorizon',
    periods: problem.periods,
    offerings: problem.offerings.length,
    ...times,
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

function timed<T>(work: () => T): { readonly result: T; readonly seconds: number; readonly cpuSeconds: number } {
  const cpu = process.cpuUsage();
  const begin = process.hrtime.bigint();
  const result = work();
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  return { result, seconds, cpuSeconds: (user + system) / 1e6 };
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
    workers: Number(value('workers') ?? defaultWorkers()),
  };
}

void main(process.argv.slice(2));
