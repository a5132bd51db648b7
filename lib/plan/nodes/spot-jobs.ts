import type { CapacityConfig } from '../../config';
import { highest, type StepFunction } from '../../demand';
import { isProblemError, ProblemError } from '../../problems';
import type { DemandSegment, SizingPool, SizingResult } from '../../sizing';

/** No name of a pool or a workload has such a sign. */
const mark = '@spot';
const onSpot = (name: string): string => `${name}${mark}`;

/** Workers on spot by job, of those that tell spot from other nodes. */
export type OnSpot = Readonly<Record<string, StepFunction>>;

/** Whether a job of the pool names spot. */
export function hasSpotOfJobs({ workloads }: CapacityConfig, pool: string): boolean {
  return Object.values(workloads).some((one) => one.kind === 'training' && one.pool === pool && one.capacity?.includes('spot'));
}

/**
 * Pools of which the spot for jobs that tell it apart is a pool of its own: it counts in the ceiling, and in no share of spot. What else
 * these jobs run is on no spot.
 *
 * @param segments of `apartInSegments`
 */
export function withSpotOfJobs(
  { workloads }: CapacityConfig,
  pools: readonly SizingPool[],
  segments: readonly DemandSegment[],
  jobs: OnSpot,
): readonly SizingPool[] {
  const tells = (name: string) => workloads[name].kind === 'training' && workloads[name].capacity !== undefined;
  const runsElsewhere = (name: string) => segments.some(({ replicas }) => replicas[name] > 0);
  const hasOthers = ({ offerings }: SizingPool) => offerings.some(({ capacityType }) => capacityType !== 'spot');
  return pools.flatMap((pool): SizingPool[] => {
    const told = pool.classes.filter(({ workload }) => tells(workload));
    if (told.length === 0) return [pool];
    const others = told.filter(({ workload }) => hasOthers(pool) || runsElsewhere(workload)).map((one) => ({ ...one, noSpot: true }));
    const main = { ...pool, classes: [...pool.classes.filter((one) => !told.includes(one)), ...others] };
    const spot = told.filter(({ workload }) => Object.hasOwn(jobs, workload) && highest(jobs[workload]) > 0);
    if (spot.length === 0) return [main];
    const { offerings, minUpMs, handOverMs } = pool;
    const ofJobs: SizingPool = {
      name: onSpot(pool.name),
      within: pool.name,
      offerings: offerings.filter(({ capacityType }) => capacityType === 'spot'),
      ceiling: null,
      spotShare: 1,
      minUpMs,
      handOverMs,
      classes: spot.map((one) => ({ ...one, workload: onSpot(one.workload) })),
    };
    return [main, ofJobs];
  });
}

/** Schedules with the workers on spot beside those of the whole job, under a name of their own. */
export function withOnSpot(schedules: Readonly<Record<string, StepFunction>>, jobs: OnSpot): Readonly<Record<string, StepFunction>> {
  return { ...schedules, ...Object.fromEntries(Object.entries(jobs).map(([name, steps]) => [onSpot(name), steps])) };
}

/** Spans of such schedules, in which a job counts what is on no spot. */
export function apartInSegments(segments: readonly DemandSegment[], jobs: OnSpot): readonly DemandSegment[] {
  const rest = (replicas: DemandSegment['replicas']) =>
    Object.keys(jobs).map((name) => [name, Math.max(0, replicas[name] - replicas[onSpot(name)])] as const);
  return segments.map(({ replicas, ...span }) => ({ ...span, replicas: { ...replicas, ...Object.fromEntries(rest(replicas)) } }));
}

/** What was sized so, with the nodes of jobs on spot among those of their pool. */
export function withoutSpotPools(sized: SizingResult): SizingResult {
  const isOwn = (name: string) => name.includes(mark);
  const ceilings = together(sized.ceilings);
  return {
    ...sized,
    segments: sized.segments.map((segment) => ({ ...segment, nodes: together(segment.nodes) })),
    ceilings,
    replicaCeilings: Object.fromEntries(Object.entries(sized.replicaCeilings).filter(([name]) => !isOwn(name))),
    rejected: sized.rejected.filter(({ offering }) => !isOwn(offering) && !Object.hasOwn(ceilings, offering)),
    binding: sized.binding.map((fact) => ({ ...fact, limit: plainName(fact.limit) })),
  };
}

/** @throws ProblemError what `work` throws, without the names that are known here alone */
export function namingPools<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    throw new ProblemError(
      error.problems.map((problem) => ({
        ...problem,
        path: plainName(problem.path),
        message: plainName(problem.message),
        ...(problem.hint !== undefined && { hint: plainName(problem.hint) }),
      })),
    );
  }
}

function plainName(text: string): string {
  return text.replaceAll(mark, '');
}

function together(nodes: SizingResult['ceilings']): SizingResult['ceilings'] {
  const sums = new Map<string, number>();
  for (const [name, count] of Object.entries(nodes)) sums.set(plainName(name), (sums.get(plainName(name)) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
