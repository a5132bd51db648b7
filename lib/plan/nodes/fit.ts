import type { CapacityConfig } from '../../config';
import { mapSteps, type StepFunction } from '../../demand';
import { isProblemError, type Problem } from '../../problems';
import { type DemandSegment, sizePools, sizingEfforts, type Solver } from '../../sizing';
import type { WorkloadDemand } from '../replicas';
import type { PoolOfferings, ResolvedResources } from '../supply';
import { bufferOf, demandSegments, sizingPools } from './size-demand';

/** Whether nodes hold replicas within all limits: what they cost an hour, or what refuses them. */
export type Fit = { readonly usdPerHour: number } | { readonly problems: readonly Problem[] };

type ToFit = {
  readonly offerings: PoolOfferings;
  readonly resources: Readonly<Record<string, ResolvedResources>>;
  readonly demands: Readonly<Record<string, WorkloadDemand>>;
  readonly solver: Solver;
};

/**
 * Sizes in little time, to know whether it can be done: without hand-overs and minimum up-times, at the effort `fast`.
 *
 * @param of `peaks`: only moments that ask for as many replicas of some workload as no other does; what they cost then says nothing
 */
export function fitOf(config: CapacityConfig, { offerings, resources, demands, solver }: ToFit, of: 'peaks' | 'all'): Fit {
  const schedules = Object.fromEntries(
    Object.entries(demands).map(([name, { schedule }]): [string, StepFunction] => [
      name,
      mapSteps(schedule, (replicas) => replicas + bufferOf(config, name)),
    ]),
  );
  const segments = demandSegments(schedules, offerings);
  const isTimed = Object.values(offerings).some((all) => all.some(({ reservation }) => reservation !== undefined));
  try {
    const { usdPerHour } = sizePools({
      pools: sizingPools(config, offerings, resources, demands, 'kept').map((pool) => ({ ...pool, handOverMs: 0, minUpMs: undefined })),
      limits: { quotas: config.limits.quotas },
      segments: of === 'all' || isTimed ? segments : highestOf(segments),
      wantedCeilings: {},
      solver,
      effort: sizingEfforts.fast,
      explained: false,
    });
    return { usdPerHour };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return { problems: error.problems };
  }
}

/** The spans with nothing asked for in those of which another asks for at least as much of everything: where the rest fits, all do. */
function highestOf(segments: readonly DemandSegment[]): DemandSegment[] {
  const covers = (a: DemandSegment, b: DemandSegment) => Object.keys(b.replicas).every((name) => a.replicas[name] >= b.replicas[name]);
  const sum = ({ replicas }: DemandSegment) => Object.values(replicas).reduce((total, count) => total + count, 0);
  const highest: DemandSegment[] = [];
  for (const segment of [...segments].sort((a, b) => sum(b) - sum(a) || a.from - b.from))
    if (!highest.some((other) => covers(other, segment))) highest.push(segment);
  // Spans stay where they are, so that a refusal names the right time.
  return segments.map((segment) =>
    highest.includes(segment)
      ? segment
      : { ...segment, replicas: Object.fromEntries(Object.keys(segment.replicas).map((name) => [name, 0])) },
  );
}
