import type { Problem } from '../../problems';
import { quantity } from '../figure';
import type { Solver } from '../types';
import { elastic } from './elastic';
import { covers, type Hopeless, hopelessDemands } from './hopeless';
import { type Lever, leversOf, spanOf } from './levers';
import { partsOf, problemOf } from './parts';
import { shareCures, sharesTogether } from './share-cures';
import type { HorizonProblem } from './types';
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
