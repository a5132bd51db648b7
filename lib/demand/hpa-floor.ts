import { replicasFor } from './replicas';
import type { StepFunction } from './steps';

export type HpaReaction = {
  /** Load at which a replica is full: throughput. */
  readonly fullLoad: number;
  /** Load the HPA aims at: throughput x target. */
  readonly aim: number;
  /** From the rise of the load until a replica serves: metric lag, sync, boot of a node, cold start. */
  readonly delayMs: number;
};

/** The HPA stays put while the load is within this share of its target (Kubernetes' default tolerance). */
export const hpaTolerance = 0.1;
/** Age of a metric (30 s) and the HPA's sync period (15 s). */
export const hpaLagMs = 45_000;

/**
 * The cheapest single `minReplicas` that holds with an HPA in charge above it.
 *
 * The load runs through the middles of the periods in straight lines. At any minute the HPA has what the load `delayMs` ago
 * asked for, short of its tolerance. Where that would be overrun by the load of the minute, the floor must already be there,
 * with the headroom of the target; everywhere else the HPA keeps up and no floor is needed.
 *
 * @param load protected load by period
 * @returns a whole number >= 1
 */
export function hpaFloor(load: StepFunction, { fullLoad, aim, delayMs }: HpaReaction): number {
  const at = throughMiddles(load);
  const begin = load.steps[0].from;
  let floor = 1;
  for (let time = begin; time < load.end; time += 60_000) {
    const now = at(time);
    const provided = Math.max(1, Math.ceil(at(Math.max(begin, time - delayMs)) / (aim * (1 + hpaTolerance)))) * fullLoad;
    if (provided < now) floor = Math.max(floor, replicasFor(now, aim));
  }
  return floor;
}

/**
 * Straight lines through the middles of the steps, level before the first and after the last. Quick where it is asked for one time after
 * another.
 */
export function throughMiddles({ steps, end }: StepFunction): (time: number) => number {
  const middles = steps.map((step, index) => (step.from + (steps[index + 1]?.from ?? end)) / 2);
  let index = 0;
  return (time) => {
    while (index + 1 < middles.length && middles[index + 1] <= time) index++;
    while (index > 0 && middles[index] > time) index--;
    const [left, right] = [middles[index], middles[index + 1]];
    if (right === undefined || time <= left) return steps[index].value;
    return steps[index].value + ((steps[index + 1].value - steps[index].value) * (time - left)) / (right - left);
  };
}
