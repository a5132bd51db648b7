import { formatExactly } from '../../figures';
import type { Problem } from '../../problems';
import type { HorizonLimit, HorizonProblem, Solver } from '../problem';
import { elastic, type Hopeless } from './elastic';
import { spanOf } from './levers';

export type ShareCure = {
  readonly problem: Problem;
  readonly words: string;
  /** What else would do. */ readonly others: readonly string[];
};

/** Shares are fractions: the least whole percentage is found by halving. Shares with one place in the config are raised together. */
export function shareCures(problem: HorizonProblem, { periods, worst }: Hopeless, solver: Solver): readonly ShareCure[] {
  const shares = problem.limits.flatMap((limit) => ('most' in limit ? [] : [limit]));
  const paths = [...new Set(shares.map(({ path }) => path))].sort();
  return paths.flatMap((path): readonly ShareCure[] => {
    const [first, ...others] = shares.filter((limit) => limit.path === path);
    const share = Math.min(first.share, ...others.map((limit) => limit.share));
    const holds = (percent: number) => {
      const raised = withShare(problem, path, percent / 100);
      return worst.every((period) => elastic(raised, period, [], solver));
    };
    if (share >= 1 || !holds(100)) return [];
    let [low, high] = [Math.floor(share * 100), 100];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (holds(middle)) high = middle;
      else low = middle;
    }
    const refusal = {
      code: `sizing/${first.kind}` as const,
      path,
      message: `${first.title} ${formatExactly(share * 100)} % is ${formatExactly(high - share * 100)} points short ${spanOf(problem, periods)}`,
      expected: `at least ${high} %`,
    };
    return [{ problem: refusal, words: `allow ${first.title} ${high} %`, others: onlyPart(problem, [first, ...others]) }];
  });
}

/** The problem with the shares of one place in the config raised to a share, where they are below it. */
function withShare(problem: HorizonProblem, path: string, share: number): HorizonProblem {
  const limits = problem.limits.map((limit) =>
    'most' in limit || limit.path !== path ? limit : { ...limit, share: Math.max(limit.share, share) },
  );
  return { ...problem, limits };
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

/** Shares are raised one at a time or, where that is not enough, all. */
export function sharesTogether(problem: HorizonProblem, worst: readonly number[], solver: Solver): string | undefined {
  const paths = [...new Set(problem.limits.flatMap((limit) => ('most' in limit ? [] : [limit.path])))].sort();
  const open = { ...problem, limits: problem.limits.filter((limit) => 'most' in limit) };
  const isCure = paths.length > 1 && worst.every((period) => elastic(open, period, [], solver));
  return isCure ? `raise ${paths.join(' and ')} together` : undefined;
}
