import { formatQuantity } from '../../figures';
import { type Problem, ProblemError } from '../../problems';
import { formatDuration, formatTime } from '../../units';
import type { SizingEffort } from './effort';
import {
  type DemandSegment,
  type HorizonOffering,
  type HorizonProblem,
  type NodeCounts,
  problemOf,
  type SizingPool,
  type Solver,
  usedOf,
} from '../problem';
import { horizonProblems, noRoom } from '../explain';
import { solveHorizon } from './solve-horizon';
import { countsOf } from './spread';
import { type Counts, keeps, sumsOf } from './settle';

export type StayUpRequest = {
  readonly problem: HorizonProblem;
  readonly pools: readonly SizingPool[];
  readonly segments: readonly DemandSegment[];
  /** Most nodes that stand side by side. */
  readonly fleets: Counts;
  readonly solver: Solver;
  readonly effort: SizingEffort;
};

/**
 * Keeps every node that starts for the minimum up-time of its pool: as many as started within that time are still there.
 *
 * The nodes were chosen without the rule, so their bound holds and what is added is in the gap. A span in which nodes stay on that it
 * has no use for by itself is decided anew with those nodes given; the spans before it stand.
 *
 * @param nodes by segment
 * @throws ProblemError `sizing/min-up-time` where a limit leaves no room beside what stays on
 */
export function stayUp(nodes: readonly NodeCounts[], request: StayUpRequest): readonly NodeCounts[] {
  const { problem, pools, segments } = request;
  const upMs = new Map(pools.flatMap(({ name, minUpMs = 0 }) => (minUpMs > 0 ? [[name, minUpMs] as const] : [])));
  if (upMs.size === 0) return nodes;
  const staying = problem.offerings.filter(({ pool = '', committed }) => upMs.has(pool) && !committed);
  const starts = new Map(staying.map(({ name }) => [name, [] as { readonly at: number; readonly nodes: number }[]]));
  const kept: NodeCounts[] = [];
  segments.forEach(({ from }, index) => {
    const due = new Map(
      staying.map(({ name, pool = '' }) => {
        const recent = (starts.get(name) ?? []).filter(({ at }) => at + (upMs.get(pool) ?? 0) > from);
        return [name, recent.reduce((sum, start) => sum + start.nodes, 0)] as const;
      }),
    );
    const isKept = [...due].every(([name, count]) => (nodes[index][name] ?? 0) >= count);
    const all = isKept ? nodes[index] : decidedAnew(index, due, request);
    // What runs from the first span on may have run before.
    if (index > 0)
      for (const { name } of staying) {
        const more = (all[name] ?? 0) - (kept[index - 1][name] ?? 0);
        if (more > 0) starts.get(name)?.push({ at: from, nodes: more });
      }
    kept.push(all);
  });
  return kept;
}

/** @throws ProblemError where nodes that were decided anew do not stand beside those of other spans */
export function checkSideBySide(problem: HorizonProblem, most: Counts): void {
  for (const limit of sumsOf(problem)) {
    if (keeps(limit, most)) continue;
    const { used, available } = usedOf(limit, (name) => most.get(name) ?? 0);
    throw new ProblemError({
      code: 'sizing/min-up-time',
      path: limit.path,
      message: `${limit.title} ${formatQuantity(available, limit.unit)} is ${formatQuantity(used - available, limit.unit)} short for the node groups side by side, with nodes that stay on for their minimum up-time`,
      expected: `at least ${formatQuantity(used, limit.unit)}`,
      hint: 'raise it, or shorten minUpTime',
    });
  }
}

/** The cheapest nodes of one span beside those that stay on, which may carry nothing. */
function decidedAnew(
  index: number,
  due: ReadonlyMap<string, number>,
  { problem, pools, segments, fleets, solver, effort }: StayUpRequest,
): NodeCounts {
  const all = { offerings: problem.offerings, classes: problem.classes };
  const one = problemOf(problem, [all], [index]);
  const offerings = one.offerings.map((offering): HorizonOffering => {
    const least = due.get(offering.name) ?? 0;
    return least > 0 ? { ...offering, leastNodes: least } : offering;
  });
  const free = { ...one, start: segments[index].from, offerings };
  // What stands beside the other spans comes first.
  const within = offerings.map((offering) =>
    offering.committed ? offering : { ...offering, mostNodes: Math.max(fleets.get(offering.name) ?? 0, due.get(offering.name) ?? 0) },
  );
  // Where what stays on breaks a share, other nodes may have to run empty beside it.
  const beside = { ...free, offerings: within };
  const idle = { ...free, noneEmpty: false };
  const answer =
    solveHorizon(beside, solver, effort) ??
    solveHorizon({ ...beside, noneEmpty: false }, solver, effort) ??
    solveHorizon(idle, solver, effort);
  if (!answer) {
    const problems = horizonProblems(idle, solver).map((each) => refusal(each, pools, due, segments[index].from));
    throw new ProblemError(problems.length > 0 ? problems : noRoom);
  }
  return countsOf(answer.periods[0]);
}

function refusal(each: Problem, pools: readonly SizingPool[], due: ReadonlyMap<string, number>, at: number): Problem {
  const staying = [...due].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const [first] = staying;
  const pool = pools.find(({ name }) => first[0].startsWith(`${name}/`));
  const what = staying.map(([name, count]) => `${formatQuantity(count, 'nodes')} of ${name}`).join(' and ');
  return {
    code: 'sizing/min-up-time',
    path: `pools.${pool?.name}.minUpTime`,
    message: `${formatDuration(pool?.minUpMs ?? 0)} keeps ${what} on at ${formatTime(at)}, and beside them ${each.message}`,
    expected: `${each.path} ${each.expected ?? 'to be raised'}`,
    hint: 'shorten it, or raise that',
  };
}
