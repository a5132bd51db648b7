import { plural } from '../../figures';
import { formatDuration, formatTime, SECOND_MS, timeOf } from '../../units';
import { type CapacityPlan, floorsOf, overridesAt, overrideText, spanOf, stepAt, type WorkloadPlan } from '../file';

/** The floor that the schedule of a plan gives a workload at one moment. */
export type FloorAtTime = {
  readonly floor: number;
  readonly reason: string;
};

/**
 * The floor of a workload by time, and why it is so high: the step of the schedule, the hours that it is for, and what raises it above them.
 *
 * @param at epoch ms, within the span of the plan
 * @returns `null` for workers of a Job, which no floor moves
 */
export function floorAtTime(plan: CapacityPlan, name: string, at: number): FloorAtTime | null {
  const workload = plan.workloads[name];
  if (workload.form === 'job') return null;
  const floors = floorsOf(workload);
  const step = stepAt(floors, at);
  const floor = step.replicas;
  const until = floors.map(({ from }) => timeOf(from)).find((from) => from > at) ?? spanOf(plan).end;
  const raised = overridesAt(workload, at).find((override) => override.floor !== undefined && override.floor >= floor);
  const one = workload.reasons.find(({ code }) => oneFloorCodes.has(code));
  if (floors.length === 1 && raised === undefined && one !== undefined) return { floor, reason: one.text };
  const when =
    floors.length === 1
      ? 'one floor for all hours'
      : `by the schedule from ${formatTime(timeOf(step.from))} until ${until === spanOf(plan).end ? 'its end' : formatTime(until)}`;
  if (raised !== undefined) return { floor, reason: `${when}; an override raises it: ${overrideText(raised)}` };
  return { floor, reason: [when, ...neededText(plan, workload, floor, timeOf(step.from), until)].join('; ') };
}

/** Reasons of a floor that is the same for the whole horizon. */
const oneFloorCodes: ReadonlySet<string> = new Set(['floor/hpa', 'floor/no-metric', 'floor/present']);

/** What the hours need that a step of the schedule is for: those that it holds for, and those that begin within a lead after it. */
function neededText(plan: CapacityPlan, workload: WorkloadPlan, floor: number, from: number, until: number): readonly string[] {
  const { periodMs } = spanOf(plan);
  const leadMs = workload.leadSeconds * SECOND_MS;
  const hours = workload.load.filter((point) => timeOf(point.from) < until + leadMs && timeOf(point.from) + periodMs > from);
  if (hours.length === 0) return [];
  const highest = hours.reduce((most, point) => (point.replicas > most.replicas ? point : most));
  const needs = `the load of ${highest.from} needs ${plural(highest.replicas, 'replica')}, a lead of ${formatDuration(leadMs)} included`;
  if (floor <= highest.replicas) return [needs];
  const held = workload.reasons.find(({ code }) => code === 'guardrail/step-down' || code === 'floor/present');
  if (held !== undefined) return [needs, held.text];
  return [
    needs,
    floor === workload.floor ? `no floor of the plan is below ${floor}` : 'what rises within an hour and joined steps add to it',
  ];
}
