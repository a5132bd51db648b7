import { type CapacityConfig, isAutoscaled, isMeasuredByLoad, type WorkloadConfig } from '../../config';
import { type Problem, ProblemError, renderProblem } from '../../problems';
import { formatLoadUnit } from '../../units';
import { presentFloorReason, withheldReason } from '../explain';
import { ceilingFactor, hasNoMetricToFollow, leadMsOf } from '../workload-facts';
import type { HistoryProblems, PlanGrid } from '../load';
import type { ReplicaCapacity } from '../supply';
import { type AutoscalerSettings, type PlanBefore, type PlanWarning, sizesBefore, type WorkloadBefore } from '../file';
import type { WorkloadDemand } from './demand-types';

/** The size that a workload has at present, and who says so; `undefined` where nobody does. */
function presentSize(
  workload: WorkloadConfig,
  before: WorkloadBefore | undefined,
): { replicas: number; ceiling: number | undefined; statedBy: 'the previous plan' | 'the config' } | undefined {
  const least = workload.floor ?? 1;
  if (before !== undefined) {
    // Without a live metric no autoscaler would follow the load from the lowest step up.
    const { floor, peak, ceiling } = sizesBefore(before);
    return {
      replicas: Math.max(least, hasNoMetricToFollow(workload) ? peak : floor),
      ceiling,
      statedBy: 'the previous plan',
    };
  }
  return workload.floor === undefined ? undefined : { replicas: workload.floor, ceiling: undefined, statedBy: 'the config' };
}

/**
 * The demand of a workload whose forecast is withheld: its present floor for the whole horizon, with the autoscaler in charge above it.
 *
 * @throws ProblemError `history/no-present-floor` where there is no previous plan and the config states no floor
 */
export function withheldDemand(
  config: CapacityConfig,
  name: string,
  problems: readonly Problem[],
  previous: PlanBefore | null,
  grid: PlanGrid,
  capacity: ReplicaCapacity | null,
  tuned?: AutoscalerSettings,
): WorkloadDemand {
  const workload = config.workloads[name];
  const before = previous !== null && Object.hasOwn(previous.workloads, name) ? previous.workloads[name] : undefined;
  const present = presentSize(workload, before);
  if (present === undefined) {
    throw new ProblemError([
      ...problems,
      {
        code: 'history/no-present-floor',
        path: `workloads.${name}.floor`,
        message: 'is missing: its history cannot be used, and there is no previous plan whose floor could be kept',
        hint: 'state a floor, or mend the history',
      },
    ]);
  }
  // One floor in place of floors by the hour: the one that was tuned for that, if there is one.
  const replicas = Math.max(present.replicas, tuned?.floor ?? 0);
  const ceiling = Math.max(replicas, workload.ceiling ?? present.ceiling ?? ceilingFactor * replicas);
  const flat = { steps: [{ from: grid.start, value: replicas }], end: grid.start + grid.steps * grid.periodMs };
  const throughput = capacity ?? (isMeasuredByLoad(workload) ? workload.replica.throughput : undefined);
  return {
    floor: replicas,
    peak: replicas,
    wantedCeiling: isAutoscaled(workload) ? ceiling : replicas,
    unit: !isMeasuredByLoad(workload) ? 'servers' : throughput ? formatLoadUnit(throughput.unit) : null,
    throughputPerReplica: !isMeasuredByLoad(workload) ? 1 : (throughput?.amount ?? null),
    target: tuned?.target ?? capacity?.target ?? null,
    leadMs: leadMsOf(config, workload),
    load: [],
    schedule: flat,
    medianSchedule: flat,
    compression: { stepsBefore: 1, steps: 1, addedReplicaHours: 0, addedPercent: 0 },
    reasons: [...problems.map(withheldReason), ...(capacity?.reasons ?? []), presentFloorReason(replicas, present.statedBy)],
    path: null,
  };
}

/** One warning a workload whose forecast is withheld, so that it shows where the plan is reviewed. */
export function withheldWarnings(withheld: HistoryProblems): PlanWarning[] {
  return Object.entries(withheld).map(([name, problems]) => ({
    code: 'history/withheld',
    path: `workloads.${name}`,
    message: `its forecast is withheld and its present floor kept: ${problems.map(renderProblem).join('; ')}`,
  }));
}
