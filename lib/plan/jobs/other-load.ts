import type { CapacityConfig, WorkloadConfig } from '../../config';
import { type StepFunction, valueAt } from '../../demand';
import { normalQuantile } from '../../normal';
import { bufferOf } from '../nodes';
import type { PlanGrid } from '../load';
import type { WorkloadDemand } from '../replicas';
import type { PoolOfferings, ResolvedResources } from '../supply';

/** What runs beside deferrable jobs, and on what. */
export type OtherLoad = {
  readonly config: CapacityConfig;
  readonly grid: PlanGrid;
  readonly offerings: PoolOfferings;
  /** Those of deferrable jobs as far as their windows stay. */
  readonly demands: Readonly<Record<string, WorkloadDemand>>;
  readonly resources: Readonly<Record<string, ResolvedResources>>;
};

/** Replicas of a workload in each period at a quantile of its load, with what is kept free beside them: between its median and what is protected by the normal distribution. */
export function otherReplicas({ config, demands, grid }: OtherLoad, name: string, quantile: number): readonly number[] {
  const { schedule, medianSchedule } = demands[name];
  const { protect }: WorkloadConfig = config.workloads[name];
  const share = protect > 0.5 ? normalQuantile(quantile) / normalQuantile(protect) : 1;
  return Array.from({ length: grid.steps }, (_, step) => {
    const [from, to] = [grid.start + step * grid.periodMs, grid.start + (step + 1) * grid.periodMs];
    const [median, high] = [highestIn(medianSchedule, from, to), highestIn(schedule, from, to)];
    return Math.ceil(median + share * Math.max(0, high - median) - 1e-9) + bufferOf(config, name);
  });
}

function highestIn(f: StepFunction, from: number, to: number): number {
  const within = f.steps.filter((step) => step.from > from && step.from < to).map(({ value }) => value);
  return Math.max(valueAt(f, from), ...within);
}
