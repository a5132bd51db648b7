import type { Problem } from '../../problems';
import { figure, quantity } from '../figure';
import type { LinearSolution, Solver } from '../types';
import { type Lever, leversOf, timeAt } from './levers';
import { onePiece, type Slacks } from './one-piece';
import { partsOf, problemOf } from './parts';
import type { HorizonLimit, HorizonProblem } from './types';
import { unservedClasses } from './unserved';

type Cure = { readonly lever: Lever; readonly amount: number; readonly periods: readonly number[] };

/**
 * Why nothing satisfies a problem: what clashes, by how much, and when.
 *
 * First what needs no search: a class that no offering serves. Then each limit alone is made elastic and the largest excess that is
 * needed is made as small as can be; every limit that cures all by itself is a cure, the first one is the problem and the others are
 * its hint. Where none is enough alone, those that are exceeded least together are named.
 *
 * @returns none where the problem can be satisfied
 */
export function horizonProblems(problem: HorizonProblem, solver: Solver): readonly Problem[] {
  const unserved = unservedClasses(problem);
  if (unserved.length > 0) return unserved;
  const all = Array.from({ length: problem.periods }, (_, period) => period);
  if (Object.keys(problem.ties ?? {}).length > 0) {
    return elastic(problem, all, [], solver) ? [] : clashes(problem, { periods: all, groups: [all] }, solver);
  }
  return partsOf(problem, () => true).flatMap((part) => {
    const alone = problemOf(problem, [part], all);
    const hopeless = hopelessDemands(alone, solver);
    if (hopeless.length === 0) return [];
    const largest = hopeless.filter((one) => !hopeless.some((other) => other !== one && covers(alone, other, one)));
    const periods = hopeless.flatMap((one) => one.periods);
    return clashes(alone, { periods, groups: largest.map((one) => [one.periods[0]]) }, solver);
  });
}

type TimedDemand = { readonly demand: readonly number[]; readonly absence: string; readonly periods: readonly number[] };

/** The distinct demands that find no room, each with its periods: what covers a smaller one that finds none finds none either. */
function hopelessDemands(problem: HorizonProblem, solver: Solver): readonly TimedDemand[] {
  const distinct = new Map<string, TimedDemand & { readonly periods: number[] }>();
  for (let period = 0; period < problem.periods; period++) {
    const demand = problem.classes.map(({ name }) => problem.demand[name][period]);
    const absence = problem.offerings.flatMap(({ name, absentIn }) => (absentIn?.includes(period) ? [name] : [])).join();
    const key = [absence, ...demand].join();
    const known = distinct.get(key);
    if (known) known.periods.push(period);
    else distinct.set(key, { demand, absence, periods: [period] });
  }
  const total = ({ demand }: TimedDemand) => demand.reduce((sum, amount) => sum + amount, 0);
  const smallestFirst = [...distinct.values()].sort((a, b) => total(a) - total(b) || a.periods[0] - b.periods[0]);
  const hopeless: TimedDemand[] = [];
  for (const one of smallestFirst) {
    if (hopeless.some((other) => covers(problem, one, other)) || !elastic(problem, [one.periods[0]], [], solver)) hopeless.push(one);
  }
  return hopeless;
}

/** Two nodes keep to a share of a zone or of a type that one alone breaks: there no demand stands for a smaller one. */
function covers({ limits }: HorizonProblem, a: TimedDemand, b: TimedDemand): boolean {
  if (limits.some(({ kind }) => kind === 'zone-share' || kind === 'spot-type')) return false;
  return a.absence === b.absence && a.demand.every((amount, index) => amount >= b.demand[index]);
}

/** Periods without room, and those that are solved to find what would cure them: by the group, for the rest follow. */
type Hopeless = { readonly periods: readonly number[]; readonly groups: readonly (readonly number[])[] };

function clashes(problem: HorizonProblem, { periods, groups }: Hopeless, solver: Solver): readonly Problem[] {
  const isTied = Object.keys(problem.ties ?? {}).length > 0;
  const levers = leversOf(problem);
  const alone = levers.flatMap((lever) => {
    const cure = cureOf(problem, groups, lever, solver);
    return cure ? [isTied ? cure : { ...cure, periods }] : [];
  });
  const shares = shareCures(problem, { periods, groups }, solver);
  if (alone.length > 0) {
    const hint = ['raise it', ...alone.slice(1).map((cure) => advice(cure)), ...shares.map(({ words }) => words)].join(', or ');
    return [problemFor(problem, alone[0], alone[0].lever.lowers ? hint.replace('raise it', 'lower it') : hint)];
  }
  if (shares.length > 0) {
    const [first, ...others] = shares;
    return [{ ...first.problem, hint: ['raise it', ...others.map(({ words }) => words), ...first.others].join(', or ') }];
  }
  return curesTogether(problem, groups, levers, solver);
}

/** Least relaxation of a lever that gives every group of periods a solution. */
function cureOf(problem: HorizonProblem, groups: readonly (readonly number[])[], lever: Lever, solver: Solver): Cure | undefined {
  let amount = 0;
  const periods: number[] = [];
  for (const group of groups) {
    const found = elastic(problem, group, [lever], solver);
    if (!found) return undefined;
    const [excess] = found;
    for (const [period, over] of excess) {
      amount = Math.max(amount, over);
      periods.push(period);
    }
  }
  return amount > 1e-6 ? { lever, amount, periods } : undefined;
}

type Excess = ReadonlyMap<number, number>;

/** Solves with the levers loose; by lever, the excess of each period. `undefined`: that is not enough. */
function elastic(
  problem: HorizonProblem,
  periods: readonly number[],
  levers: readonly Lever[],
  solver: Solver,
): readonly Excess[] | undefined {
  const variables = levers.map(() => new Map<number, number>());
  const largest: number[] = [];
  const { builder } = onePiece(problem, {
    periods,
    slacks: (into): Slacks => {
      for (const { available } of levers) {
        const weight = 1 / Math.max(1, available);
        largest.push(into.variable({ name: 'largest excess', cost: 1_000 * weight, upper: 1e9, integer: false }));
      }
      return {
        at: (limit, period) => {
          const index = levers.findIndex(({ slack }) => slack(limit));
          if (index < 0) return undefined;
          const known = variables[index].get(period);
          if (known !== undefined) return known;
          const weight = 1 / Math.max(1, levers[index].available);
          const variable = into.variable({ name: 'excess', cost: weight, upper: 1e9, integer: false });
          into.row(
            'excess',
            [
              [variable, 1],
              [largest[index], -1],
            ],
            { upper: 0 },
          );
          variables[index].set(period, variable);
          return variable;
        },
      };
    },
  });
  const program = builder.program();
  const loose = new Set([...largest, ...variables.flatMap((byPeriod) => [...byPeriod.values()])]);
  const solution: LinearSolution = solver({
    ...program,
    variables: program.variables.map((variable, index) => (loose.has(index) ? variable : { ...variable, cost: 0 })),
  });
  if (solution.status === 'infeasible') return undefined;
  return variables.map(
    (byPeriod) =>
      new Map(
        [...byPeriod].flatMap(([period, variable]) =>
          solution.values[variable] > 1e-6 ? [[period, solution.values[variable]] as const] : [],
        ),
      ),
  );
}

type ShareCure = { readonly problem: Problem; readonly words: string; /** What else would do. */ readonly others: readonly string[] };

/** Shares are fractions: the least whole percentage is found by halving. Shares with one place in the config are raised together. */
function shareCures(problem: HorizonProblem, { periods, groups }: Hopeless, solver: Solver): readonly ShareCure[] {
  const { limits, ties = {} } = problem;
  const time = spanOf(problem, periods);
  type Changed = (share: number) => HorizonProblem;
  const cure = (
    share: number,
    changed: Changed,
    code: string,
    path: string,
    name: string,
    others: readonly string[],
  ): readonly ShareCure[] => {
    const holds = (percent: number) => groups.every((group) => elastic(changed(percent / 100), group, [], solver));
    if (share >= 1 || !holds(100)) return [];
    let [low, high] = [Math.floor(share * 100), 100];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (holds(middle)) high = middle;
      else low = middle;
    }
    const found = {
      code,
      path,
      message: `${name} ${figure(share * 100)} % is ${figure(high - share * 100)} points short ${time}`,
      expected: `at least ${high} %`,
    };
    return [{ problem: found, words: `allow ${name} ${high} %`, others }];
  };
  const shares = limits.flatMap((limit) => ('most' in limit ? [] : [limit]));
  const paths = [...new Set(shares.map(({ path }) => path))].sort();
  const raised = (path: string) => (share: number) => ({
    ...problem,
    limits: limits.map((limit) => ('most' in limit || limit.path !== path ? limit : { ...limit, share: Math.max(limit.share, share) })),
  });
  return [
    ...paths.flatMap((path) => {
      const [first, ...others] = shares.filter((limit) => limit.path === path);
      const least = Math.min(first.share, ...others.map(({ share }) => share));
      return cure(least, raised(path), `sizing/${first.kind}`, path, first.title, onlyPart(problem, [first, ...others]));
    }),
    ...(ties.largestZoneShare === undefined
      ? []
      : cure(
          ties.largestZoneShare,
          (largestZoneShare) => ({ ...problem, ties: { ...ties, largestZoneShare } }),
          'sizing/zone',
          'limits.zones',
          'in one zone',
          [],
        )),
  ];
}

/** A pool that has nothing but spot can be cured by on-demand nodes too. */
function onlyPart({ offerings }: HorizonProblem, shares: readonly HorizonLimit[]): readonly string[] {
  const pools = [...new Set(offerings.map(({ pool }) => pool))].filter((pool) => pool !== undefined).sort();
  return pools
    .filter((pool) => {
      const own = offerings.filter((offering) => offering.pool === pool);
      return shares.some(
        ({ kind, sizes }) => kind !== 'zone-share' && own.every(({ name, capacityType }) => capacityType === 'spot' && name in sizes),
      );
    })
    .map((pool) => `add 'on-demand' to pools.${pool}.capacity`);
}

function curesTogether(
  problem: HorizonProblem,
  groups: readonly (readonly number[])[],
  levers: readonly Lever[],
  solver: Solver,
): readonly Problem[] {
  const amounts = levers.map(() => 0);
  const periods = levers.map((): number[] => []);
  for (const group of groups) {
    (elastic(problem, group, levers, solver) ?? []).forEach((excess, index) => {
      for (const [period, over] of excess) {
        amounts[index] = Math.max(amounts[index], over);
        periods[index].push(period);
      }
    });
  }
  const cures = levers.flatMap((lever, index): Cure[] =>
    amounts[index] > 1e-6 ? [{ lever, amount: amounts[index], periods: periods[index] }] : [],
  );
  if (cures.length === 0)
    return [
      {
        code: 'sizing/no-room',
        path: 'limits',
        message: 'no limit that may be raised alone gives every period room',
        hint: sharesTogether(problem, groups, solver) ?? 'add instance types, or let the replicas ask for less',
      },
    ];
  return cures.map((cure) => {
    const others = cures.filter((other) => other !== cure).map(advice);
    return problemFor(problem, cure, `this and ${others.join(' and ')}: nothing is enough alone`);
  });
}

/** Shares are raised one at a time or, where that is not enough, all. */
function sharesTogether(problem: HorizonProblem, groups: readonly (readonly number[])[], solver: Solver): string | undefined {
  const paths = [...new Set(problem.limits.flatMap((limit) => ('most' in limit ? [] : [limit.path])))].sort();
  const open = { ...problem, limits: problem.limits.filter((limit) => 'most' in limit) };
  const isCure = paths.length > 1 && groups.every((group) => elastic(open, group, [], solver));
  return isCure ? `raise ${paths.join(' and ')} together` : undefined;
}

function problemFor(problem: HorizonProblem, { lever, amount, periods }: Cure, hint: string): Problem {
  const { code, path, available, unit, says, lowers = false, wholeTime = false } = lever;
  const needed = lowers ? available - amount : available + amount;
  const when = wholeTime ? '' : ` ${spanOf(problem, periods)}`;
  return {
    code,
    path,
    message: `${says(quantity(available, unit), `${quantity(rounded(amount), unit)} short${when}`)}${poolsOf(problem, lever, periods)}`,
    expected: `${lowers ? 'at most' : 'at least'} ${quantity(rounded(needed), unit)}`,
    hint,
  };
}

/** ` for pools a and b`: those that a limit concerns and that want nodes at the time; none for a limit of one pool, which names it. */
function poolsOf({ offerings, classes, demand }: HorizonProblem, { code, concerns = [] }: Lever, periods: readonly number[]): string {
  const wanting = classes.filter(({ name }) => periods.some((period) => demand[name][period] > 0)).map(({ pool }) => pool);
  const pools = offerings.filter(({ name, pool }) => concerns.includes(name) && wanting.includes(pool)).flatMap(({ pool }) => pool ?? []);
  const names = [...new Set(pools)].sort();
  if (names.length === 0 || code !== 'sizing/quota') return '';
  return ` for pool${names.length > 1 ? 's' : ''} ${names.join(' and ')}`;
}

function advice({ lever, amount }: Cure): string {
  const { available, unit, lowers = false, path } = lever;
  return `${lowers ? 'lower' : 'raise'} ${path} to ${quantity(rounded(lowers ? available - amount : available + amount), unit)}`;
}

/** The solver leaves crumbs. */
function rounded(amount: number): number {
  return Math.round(amount * 1e4) / 1e4;
}

/** The first run of periods, and how many more there are. */
function spanOf(problem: HorizonProblem, periods: readonly number[]): string {
  const sorted = [...new Set(periods)].sort((a, b) => a - b);
  if (sorted.length === 0) return '';
  let end = 0;
  while (end + 1 < sorted.length && sorted[end + 1] === sorted[end] + 1) end++;
  const others = sorted.length - end - 1;
  return `from ${timeAt(problem, sorted[0])} to ${timeAt(problem, sorted[end] + 1)}${others > 0 ? ` and in ${others} more period${others > 1 ? 's' : ''}` : ''}`;
}
