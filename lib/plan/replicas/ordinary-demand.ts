import { type CapacityConfig, isJob } from '../../config';
import { highest, type StepFunction } from '../../demand';
import { type PlanGrid, type Prediction, type Predictions, wholeWeeks } from '../load';
import type { DemandInput, WorkloadDemand } from './demand-types';
import { workloadDemand } from './workload-demand';

/** Replicas over time, as in a `WorkloadDemand`. */
export type OrdinaryDemand = Pick<WorkloadDemand, 'schedule' | 'medianSchedule'>;

/**
 * Whether the horizon of a plan stands for other weeks as it is: whole weeks, without an event, a holiday or a job that runs once.
 *
 * @param workloads of the config
 */
export function isOrdinary({ workloads }: Pick<CapacityConfig, 'workloads'>, { signals }: Predictions, grid: PlanGrid): boolean {
  const same = (a: Float64Array, b: Float64Array) => a.length === b.length && a.every((value, step) => value === b[step]);
  return (
    wholeWeeks(grid).steps === grid.steps &&
    !Object.values(workloads).some(isJob) &&
    Object.values(signals).every(({ p50, protected: high, ordinary }) => same(p50, ordinary.p50) && same(high, ordinary.protected))
  );
}

/**
 * The replicas that a workload would have in ordinary time, made as those of the plan: without jobs, events and holidays, and as if no
 * ceiling of the config bound them. A workload whose forecast is withheld keeps its floor.
 *
 * @param demand of the workload in the plan
 */
export function ordinaryDemand(config: CapacityConfig, name: string, demand: WorkloadDemand, grid: PlanGrid): OrdinaryDemand {
  const weeks = wholeWeeks(grid);
  const flat = (value: number): StepFunction => ({
    steps: [{ from: weeks.start, value }],
    end: weeks.start + weeks.steps * weeks.periodMs,
  });
  const workload = config.workloads[name];
  if (isJob(workload)) return { schedule: flat(0), medianSchedule: flat(0) };
  const { madeFrom } = demand;
  if (madeFrom === undefined) return { schedule: flat(highest(demand.schedule)), medianSchedule: flat(highest(demand.medianSchedule)) };
  const unbounded = { ...config, workloads: { ...config.workloads, [name]: { ...workload, ceiling: undefined } } };
  return workloadDemand({
    ...madeFrom,
    config: unbounded,
    grid: weeks,
    predictions: ordinaryPredictions(madeFrom.predictions, weeks.steps),
    floors: ordinaryFloors(madeFrom),
  });
}

/**
 * The same predictions without events and holidays.
 *
 * @param steps how many periods. @default as many as each has
 */
export function ordinaryPredictions({ signals, warnings }: Predictions, steps?: number): Predictions {
  const ordinary = ({ parts, ...prediction }: Prediction): Prediction => {
    void parts;
    const { p50, protected: high } = prediction.ordinary;
    const count = steps ?? prediction.p50.length;
    return { ...prediction, p50: p50.slice(0, count), protected: high.slice(0, count) };
  };
  return { signals: Object.fromEntries(Object.entries(signals).map(([key, prediction]) => [key, ordinary(prediction)])), warnings };
}

/** A floor that a replay has tuned may be raised in the plan for what is coming. */
function ordinaryFloors({ floors, tuned }: DemandInput): DemandInput['floors'] {
  if (floors === undefined || floors === 'scheduled' || tuned?.strategy !== 'reactive' || tuned.settings.floor === null) return floors;
  return { ...floors, flat: tuned.settings.floor };
}
