import { formatQuantity } from '../../figures';
import type { Problem } from '../../problems';
import { type HorizonProblem, partsOf, problemOf, type Solver, unservedClasses } from '../problem';
import { elastic, type Hopeless, hopelessPeriods } from './elastic';
import { type Lever, leversOf, spanOf } from './levers';
import { shareCures, sharesTogether } from './share-cures';

/** Where a search ends without an answer, and no limit was found that cures it. */
export const noRoom: Problem = {
  code: 'sizing/no-room',
  path: 'limits',
  message: 'no way was found to place all replicas on whole nodes within the limits, though their sums would fit',
  hint: 'raise a limit a little, or let fewer workloads share a pool',
};

type Cure = { readonly lever: Lever; readonly amount: number; readonly periods: readonly number[] };

/**
 * Why nothing satisfies a problem: what clashes, by how much, and when.
 *
 * First what needs no search: a class that no offering serves. Then each limit alone is made elastic, in the periods that find no
 * room, and its excess made as small as can be; every limit that cures all by itself is a cure, the first one is the problem and the
 * others are its hint. Where none is enough alone, those that are exceeded least together are named.
 *
 * @returns none where the problem can be satisfied
 */
export function horizonProblems(problem: HorizonProblem, solver: Solver): readonly Problem[] {
  const unserved = unservedClasses(problem);
  if (unserved.length > 0) return unserved;
  const all = Array.from({ length: problem.periods }, (_, period) => period);
  return partsOf(problem, () => true).flatMap((part) => {
    const alone = problemOf(problem, [part], all);
    const hopeless = hopelessPeriods(alone, solver);
    return hopeless.periods.length === 0 ? [] : clashes(alone, hopeless, solver);
  });
}

function clashes(problem: HorizonProblem, hopeless: Hopeless, solver: Solver): readonly Problem[] {
  const { periods, worst } = hopeless;
  const levers = leversOf(problem);
  const alone = levers.flatMap((lever): readonly Cure[] => {
    const amount = amountOf(problem, worst, lever, solver);
    return amount === undefined ? [] : [{ lever, amount, periods }];
  });
  const shares = shareCures(problem, hopeless, solver);
  if (alone.length > 0) {
    const hint = ['raise it', ...alone.slice(1).map((cure) => advice(cure)), ...shares.map(({ words }) => words)].join(', or ');
    return [problemFor(problem, alone[0], alone[0].lever.lowers ? hint.replace('raise it', 'lower it') : hint)];
  }
  if (shares.length > 0) {
    const [first, ...others] = shares;
    return [{ ...first.problem, hint: ['raise it', ...others.map(({ words }) => words), ...first.others].join(', or ') }];
  }
  return curesTogether(problem, worst, levers, solver);
}

/** By how much a lever has to be relaxed so that every period finds room; `undefined` where that is not enough or not needed. */
function amountOf(problem: HorizonProblem, worst: readonly number[], lever: Lever, solver: Solver): number | undefined {
  let amount = 0;
  for (const period of worst) {
    const excess = elastic(problem, period, [lever], solver);
    if (!excess) return undefined;
    amount = Math.max(amount, excess[0]);
  }
  return amount > crumb ? amount : undefined;
}

function curesTogether(problem: HorizonProblem, worst: readonly number[], levers: readonly Lever[], solver: Solver): readonly Problem[] {
  const amounts = levers.map(() => 0);
  const periods = levers.map((): number[] => []);
  for (const period of worst) {
    (elastic(problem, period, levers, solver) ?? []).forEach((excess, index) => {
      if (excess <= crumb) return;
      amounts[index] = Math.max(amounts[index], excess);
      periods[index].push(period);
    });
  }
  const cures = levers.flatMap((lever, index): Cure[] =>
    amounts[index] > crumb ? [{ lever, amount: amounts[index], periods: periods[index] }] : [],
  );
  if (cures.length === 0)
    return [
      {
        code: 'sizing/no-room',
        path: 'limits',
        message: 'no limit that may be raised alone gives every period room',
        hint: sharesTogether(problem, worst, solver) ?? 'add instance types, or let the replicas ask for less',
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
    message: `${says(formatQuantity(available, unit), `${formatQuantity(rounded(amount), unit)} short${when}`)}${poolsOf(problem, lever, periods)}`,
    expected: `${lowers ? 'at most' : 'at least'} ${formatQuantity(rounded(needed), unit)}`,
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
  return `${lowers ? 'lower' : 'raise'} ${path} to ${formatQuantity(rounded(lowers ? available - amount : available + amount), unit)}`;
}

/** The solver leaves crumbs: less than this is no excess. */
const crumb = 1e-6;

function rounded(amount: number): number {
  return Math.round(amount * 1e4) / 1e4;
}
