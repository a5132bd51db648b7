import { parseDuration, timeOf } from '../../units';
import type { LoadPoint, WorkloadPlan } from '../file';

/** What the replicas of one period are worked out from. */
export type PeriodInputs = {
  /** Median load without events, in the unit of the workload. */
  readonly load: number;
  /** What events multiply it by. */
  readonly uplift: number;
  /** The protected load by the median one. */
  readonly spread: number;
  /** What the protected load of the period alone needs. */
  readonly replicas: number;
};

/** The inputs of any period of a workload, by a moment in it; `null` where its load is not forecast then. */
export function inputsOf(workload: WorkloadPlan, period: string): (at: number) => PeriodInputs | null {
  const periodMs = parseDuration(period) ?? NaN;
  const points = new Map(workload.load.map((point) => [timeOf(point.from), point]));
  const signals = Object.values(workload.forecast).map(({ events }) =>
    events.map(({ from, to, uplift }) => ({ from: timeOf(from), to: timeOf(to), uplift })),
  );
  const start = workload.load.length > 0 ? timeOf(workload.load[0].from) : NaN;
  return (at) => {
    const begin = start + Math.floor((at - start) / periodMs) * periodMs;
    const point = points.get(begin);
    if (point === undefined) return null;
    const uplifts = signals.map((events) =>
      events.filter(({ from, to }) => from < begin + periodMs && to > begin).reduce((product, event) => product * event.uplift, 1),
    );
    return inputs(point, uplifts.length === 0 ? 1 : Math.max(...uplifts));
  };
}

function inputs({ p50, protected: covered, replicas }: LoadPoint, uplift: number): PeriodInputs {
  return { load: p50 / uplift, uplift, spread: p50 > 0 ? covered / p50 : 1, replicas };
}

/** Load that one replica carries at its target, as far as one number says it. */
export function throughputOf({ throughputPerReplica, target }: WorkloadPlan): { readonly throughput: number; readonly target: number } {
  return { throughput: throughputPerReplica ?? 1, target: 'load' in target ? target.load : target.cpu };
}
