import { compress, highest, lowest, segments, simplify, type StepFunction } from '../../demand';
import { DAY_MS, parseDuration, timeOf, WEEK_MS } from '../../units';
import { type PlanBefore, type ReplicaStep, sizesBefore, type WorkloadBefore } from '../file';
import { ceilingFactor } from '../workload-facts';
import type { WorkloadDemand } from './demand-types';

export type Hold = {
  /** Share of what the previous plan had that each hour keeps. */
  readonly keeps: number;
  /** Most replicas that are held. */
  readonly most: number;
  /** That the config states, if any. */
  readonly ceiling: number | undefined;
};

/**
 * A demand with floors that keep a share of those of the previous plan, hour by hour; what the load needs wins where it is more. Hours
 * after the previous plan's end are compared with the same hours of its last day (of its last week, where it has one); hours that it
 * says nothing of are left as they are.
 */
export function heldFloors(demand: WorkloadDemand, previous: PlanBefore, name: string, { keeps, most, ceiling }: Hold): WorkloadDemand {
  const before = previous.workloads[name];
  const horizonMs = parseDuration(previous.horizon) ?? 0;
  const kept = (f: StepFunction, steps: readonly ReplicaStep[]) =>
    leastOf(f, withoutOverrides(steps, before), horizonMs, (replicas) => Math.min(most, Math.ceil(replicas * keeps - 1e-9)));
  const hold = (f: StepFunction, steps: readonly ReplicaStep[]) => {
    const held = larger(f, kept(f, steps));
    const maxSteps = Math.max(f.steps.length, steps.length);
    // Two schedules one over the other may have more steps than a group or a ScaledObject takes.
    return held.steps.length > maxSteps ? compress(held, { addedShare: 0, maxSteps }) : held;
  };
  const oldFloors = before.floorSchedule ?? before.schedule;
  const schedule = hold(demand.schedule, before.schedule);
  const floorSchedule = demand.floorSchedule && hold(demand.floorSchedule, oldFloors);
  const peak = Math.max(demand.peak, highest(schedule));
  const floor = lowest(floorSchedule ?? schedule);
  const isByHour = demand.floor === lowest(demand.floorSchedule ?? demand.schedule);
  const hasHeadroom = demand.wantedCeiling > demand.peak;
  return {
    ...demand,
    floor: isByHour ? floor : Math.max(demand.floor, Math.min(floor, Math.ceil(sizesBefore(before).floor * keeps - 1e-9))),
    peak,
    wantedCeiling: hasHeadroom ? Math.max(demand.wantedCeiling, ceiling ?? ceilingFactor * peak) : peak,
    schedule,
    ...(floorSchedule && { floorSchedule }),
    medianSchedule: larger(demand.medianSchedule, kept(demand.medianSchedule, floorSchedule ? oldFloors : before.schedule)),
  };
}

/**
 * Steps of a plan in which overrides raised floors, as far as the load is known to have asked for them: nothing of an override is kept
 * that has ended. No plan says what it would have been hour by hour, so that where one acted its lowest floor stands.
 */
function withoutOverrides(steps: readonly ReplicaStep[], { overrides, withoutOverrides: usual }: WorkloadBefore): readonly ReplicaStep[] {
  if (usual === undefined || overrides === undefined) return steps;
  const asked = new Set(overrides.flatMap(({ floor }) => floor ?? []));
  return steps.map(({ from, replicas }) => ({ from, replicas: asked.has(replicas) ? Math.min(replicas, usual.floor) : replicas }));
}

function larger(a: StepFunction, b: StepFunction): StepFunction {
  const steps = segments({ a, b }).map(({ from, values }) => ({ from, value: Math.max(values.a, values.b) }));
  return simplify({ steps, end: a.end });
}

/** What the previous steps leave to each moment of `f`; 0 where they say nothing. */
function leastOf(
  { steps: [{ from: begin }], end }: StepFunction,
  steps: readonly ReplicaStep[],
  horizonMs: number,
  kept: (replicas: number) => number,
): StepFunction {
  const old = steps.map(({ from, replicas }) => ({ from: timeOf(from), replicas }));
  const [oldBegin, oldEnd] = [old[0].from, old[0].from + horizonMs];
  const cycle = horizonMs >= WEEK_MS ? WEEK_MS : DAY_MS;
  const at = (time: number): number => {
    const like = time < oldEnd ? time : time - cycle * (Math.floor((time - oldEnd) / cycle) + 1);
    return like < oldBegin ? 0 : kept(old.findLast(({ from }) => from <= like)?.replicas ?? 0);
  };
  const marks = [...old.map(({ from }) => from), oldEnd];
  const repeats = Math.max(0, Math.ceil((end - oldBegin) / cycle));
  const times = Array.from({ length: repeats + 1 }, (_, index) => marks.map((mark) => mark + index * cycle)).flat();
  const inside = [...new Set([begin, ...times.filter((time) => time > begin && time < end)])].sort((a, b) => a - b);
  return { steps: inside.map((from) => ({ from, value: at(from) })), end };
}
