import { formatQuantity } from '../../figures';
import { type Problem, ProblemError } from '../../problems';
import type { PeriodEffort } from './effort';
import { commonFleet, fleetExcess } from './common-fleet';
import { type HorizonProblem, type Solver, tolerance, wholeModel } from '../problem';
import { countsByOffering } from './spread';
import { noRoom } from '../explain';
import { connected, type Counts, keeps, ofPools, passingTogether, settle, sumsOf, together } from './settle';

/** Most nodes of each offering that the periods need. */
export type Fleets = {
  readonly counts: Counts;
  /** Pools whose periods must keep within the counts. */
  readonly common: readonly string[];
};

/**
 * The most of each offering in any period, as long as ceilings and quotas let these stand side by side; otherwise a common fleet for
 * the pools concerned. What is there at times only is in neither; each period then keeps the sums too.
 *
 * @param peaks most nodes of each offering in any period
 * @throws ProblemError where no fleet within the limits holds every period
 */
export function fleetsOf(problem: HorizonProblem, peaks: Counts, solver: Solver, effort: PeriodEffort): Fleets {
  const sums = sumsOf(problem);
  if (sums.every((limit) => keeps(limit, peaks)))
    return { counts: new Map(problem.offerings.map(({ name }) => [name, peaks.get(name) ?? 0])), common: [] };
  const common = new Set<string>();
  const decide = (pools: readonly string[]) => {
    const alone = ofPools(problem, pools);
    const own: Counts = new Map(alone.offerings.map(({ name }) => [name, peaks.get(name) ?? 0]));
    if (sums.every((limit) => keeps(limit, own))) return { counts: own };
    for (const pool of pools) common.add(pool);
    const model = wholeModel(alone);
    const fleet = commonFleet(model, solver, effort);
    return fleet && { counts: countsByOffering(model, fleet.nodes, new Map()) };
  };
  const settled = settle(problem, decide, passingTogether(problem));
  if ('answers' in settled) return { counts: together(settled.answers), common: [...common].sort() };
  const groups = new Map(settled.stuck.map((group) => connected(problem, group)).map((group) => [group.join(' '), group]));
  const problems = [...groups.values()].flatMap((group) => fleetProblems(ofPools(problem, group), solver, effort));
  throw new ProblemError(problems.length > 0 ? problems : noRoom);
}

function fleetProblems(problem: HorizonProblem, solver: Solver, effort: PeriodEffort): readonly Problem[] {
  const fleet = fleetExcess(wholeModel(problem), solver, effort);
  return [...(fleet?.excess ?? [])].flatMap(([{ kind, path, title, of, unit, ...limit }, excess]): Problem[] => {
    if (excess < tolerance || !('most' in limit)) return [];
    const whose = of === undefined ? '' : ` of ${of}`;
    return [
      {
        code: `sizing/${kind}`,
        path,
        message: `${title} ${formatQuantity(limit.most, unit)}${whose} is ${formatQuantity(excess, unit)} short for the node groups side by side: each hour finds room by itself, but the hours need different nodes`,
        expected: `at least ${formatQuantity(limit.most + excess, unit)}`,
        hint: 'raise it, or leave fewer instance types in the pool',
      },
    ];
  });
}
