import { replicasFor } from './service';
import type { StepFunction } from './steps';

const minuteMs = 60_000;
/** Of weeks of history every fifth minute tells as much. */
const observedEveryMs = 5 * minuteMs;

/**
 * In which minutes of a load its replicas are strained: run above their aim by more than the autoscaler's own tolerance, or full, because
 * it has not yet acted on what the load became meanwhile. The headroom is meant for what happens inside a period; in these minutes it is
 * spent on waiting.
 *
 * At any minute there are those of a floor, or those that the load `delayMs` ago asked for, if that is more.
 */
export type Strain = {
  /** Share of the minutes that are strained above a flat floor. */
  readonly share: (floor: number) => number;
  /** The lowest flat floor with which no larger share is. */
  readonly floorFor: (share: number) => number;
};

/**
 * @param load by period; it runs through the middles of the periods in straight lines
 * @param reaction `delayMs` is Infinity where no autoscaler follows the load
 * @param everyMs which minutes are looked at
 */
export function strainOf(load: StepFunction, reaction: HpaReaction, everyMs = minuteMs): Strain {
  // Only minutes that the autoscaler alone leaves short matter; of each, the replicas that it would take.
  const short: number[] = [];
  const minutes = eachMinute(load, reaction, everyMs, (_, needed, reacted) => {
    if (needed > reacted) short.push(needed);
  });
  const sorted = Float64Array.from(short).sort();
  const above = (floor: number) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] > floor) high = middle;
      else low = middle + 1;
    }
    return sorted.length - low;
  };
  return {
    share: (floor) => (minutes === 0 ? 0 : above(floor) / minutes),
    floorFor: (share) => {
      const spared = Math.floor(share * minutes + 1e-6);
      return spared >= sorted.length ? 1 : Math.max(1, Math.ceil(sorted[sorted.length - 1 - spared]));
    },
  };
}

/** Share of the minutes of a load that are strained above floors that move. */
export function strainedShare(load: StepFunction, reaction: HpaReaction, { steps }: StepFunction): number {
  let [index, strained] = [0, 0];
  const minutes = eachMinute(load, reaction, minuteMs, (time, needed, reacted) => {
    while (index + 1 < steps.length && steps[index + 1].from <= time) index++;
    if (needed > Math.max(steps[index].value, reacted)) strained++;
  });
  return minutes === 0 ? 0 : strained / minutes;
}

/** @returns how many minutes were looked at */
function eachMinute(
  load: StepFunction,
  reaction: HpaReaction,
  everyMs: number,
  visit: (time: number, needed: number, reacted: number) => void,
): number {
  const { fullLoad, aim, delayMs } = reaction;
  const most = Math.min(fullLoad, aim * (1 + hpaTolerance)) * (1 + 1e-9);
  const follows = Number.isFinite(delayMs);
  const [now, before] = [throughMiddles(load), throughMiddles(load)];
  const begin = load.steps[0].from;
  let minutes = 0;
  for (let time = begin; time < load.end; time += everyMs, minutes++) {
    visit(time, now(time) / most, follows ? replicasFor(before(Math.max(begin, time - delayMs)), aim) : 1);
  }
  return minutes;
}

export type ProtectionInput = {
  /** What is to be protected, by period. */
  readonly planned: StepFunction;
  /** How the load has moved, by period; `null` where nothing was observed. */
  readonly observed: StepFunction | null;
  /** Floors by the hour for the same load: what a flat one is measured by. */
  readonly scheduled: StepFunction;
  /** Quantile that they cover. */
  readonly protect: number;
};

/** How floors protect; each share is the larger of that on the planned path and that on the observed one. */
export type Protection = {
  /** Share of the time strained with the floors by the hour. */
  readonly scheduled: number;
  /** The same with a flat floor. */
  readonly flat: (floor: number) => number;
  /** The lowest flat floor that protects as well. */
  readonly flatFloor: number;
};

/**
 * Floors by the hour, and the lowest single `minReplicas` that protects as well: an HPA above it is never overrun on the planned path
 * (`hpaFloor`), nor strained for longer on it than with them; nor longer on the observed path than they would leave. They cover all but
 * 1 - protect of the periods, so of the minutes in which an HPA alone is strained they leave that share, and those that their highest would leave.
 *
 * The flat floor is what the highest load needs, where no autoscaler follows the load or how it moves is not known.
 */
export function protectionOf({ planned, observed, scheduled, protect }: ProtectionInput, reaction: HpaReaction): Protection {
  const need = replicasFor(Math.max(...planned.steps.map(({ value }) => value)), reaction.aim);
  const onPlanned = strainedShare(planned, reaction, scheduled);
  const plannedStrain = strainOf(planned, reaction);
  const observedStrain = observed && strainOf(observed, reaction, observedEveryMs);
  // Floors by the hour are never above the highest need, so they leave at least what that would.
  const left = observedStrain === null ? 0 : Math.max((1 - protect) * observedStrain.share(1), observedStrain.share(need));
  const flatFloor =
    observedStrain === null || !Number.isFinite(reaction.delayMs)
      ? need
      : Math.min(need, Math.max(hpaFloor(planned, reaction), plannedStrain.floorFor(onPlanned), observedStrain.floorFor(left)));
  return {
    scheduled: Math.max(onPlanned, left),
    flat: (floor) => Math.max(plannedStrain.share(floor), observedStrain?.share(floor) ?? 0),
    flatFloor,
  };
}

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
