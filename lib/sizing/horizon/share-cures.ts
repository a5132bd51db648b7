import type { Problem, ProblemCode } from '../../problems';
import { figure } from '../figure';
import type { Solver } from '../types';
import { elastic } from './elastic';
import type { Hopeless } from './hopeless';
import { spanOf } from './levers';
import type { HorizonLimit, HorizonProblem } from './types';

export type ShareCure = {
  readonly problem: Problem;
  readonly words: string;
  /** What else would do. */ readonly others: readonly string[];
};

/** Shares are fractions: the least whole percentage is found by halving. Shares with one place in the config are raised together. */
export function shareCures(problem: HorizonProblem, { periods, groups }: Hopeless, solver: Solver): readonly ShareCure[] {
  const { limits, ties = {} } = problem;
  const time = spanOf(problem, periods);
  type Changed = (share: number) => HorizonProblem;
  const cure = (
    share: number,
    changed: Changed,
    code: ProblemCode,
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

/** Shares are raised one at a time or, where that is not enough, all. */
export function sharesTogether(problem: HorizonProblem, groups: readonly (readonly number[])[], solver: Solver): string | undefined {
  const paths = [...new Set(problem.limits.flatMap((limit) => ('most' in limit ? [] : [limit.path])))].sort();
  const open = { ...problem, limits: problem.limits.filter((limit) => 'most' in limit) };
  const isCure = paths.length > 1 && groups.every((group) => elastic(open, group, [], solver));
  return isCure ? `raise ${paths.join(' and ')} together` : undefined;
}
