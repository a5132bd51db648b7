import { replicasFor } from './service';
import type { StepFunction } from './steps';

const minuteMs = 60_000;
/** Over weeks of history every fifth minute gives the same share as every minute. */
const observedEveryMs = 5 * minuteMs;

/**
 * How often the replicas of a load are strained because the autoscaler is late. In a strained minute each replica runs above its aim by
 * more than the tolerance of the autoscaler, or it is full. The headroom of the target is meant for variation inside a period; in a
 * strained minute it is spent on the delay.
 *
 * The replicas of a minute are those of the floor, or those that the load `delayMs` earlier asks for, whichever are more.
 */
export type Strain = {
  /** Share of the minutes, 0..1, that are strained with a flat floor. */
  readonly share: (floor: number) => number;
  /** The lowest flat floor with which at most this share of the minutes is strained. */
  readonly floorFor: (share: number) => number;
};

/**
 * The strain of a load under an autoscaler.
 *
 * @param load by period; between the middles of the periods it is a straight line
 * @param reaction `delayMs` is Infinity where no autoscaler follows the load
 * @param everyMs distance of the minutes that are looked at
 */
export function strainOf(load: StepFunction, reaction: HpaReaction, everyMs = minuteMs): Strain {
  // A floor matters only in minutes in which the autoscaler alone has too few replicas; kept is how many each of these minutes needs.
  const neededReplicas: number[] = [];
  const minutes = eachMinute(load, reaction, everyMs, (_, needed, reacted) => {
    if (needed > reacted) neededReplicas.push(needed);
  });
  const sorted = Float64Array.from(neededReplicas).sort();
  const minutesAbove = (floor: number) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] > floor) high = middle;
      else low = middle + 1;
    }
    return sorted.length - low;
  };
  return {
    share: (floor) => (minutes === 0 ? 0 : minutesAbove(floor) / minutes),
    floorFor: (share) => {
      const allowedMinutes = Math.floor(share * minutes + 1e-6);
      return allowedMinutes >= sorted.length ? 1 : Math.max(1, Math.ceil(sorted[sorted.length - 1 - allowedMinutes]));
    },
  };
}

/** Share of the minutes of a load, 0..1, that are strained above floors that change over time. */
export function strainedShare(load: StepFunction, reaction: HpaReaction, { steps }: StepFunction): number {
  let [index, strained] = [0, 0];
  const minutes = eachMinute(load, reaction, minuteMs, (time, needed, reacted) => {
    while (index + 1 < steps.length && steps[index + 1].from <= time) index++;
    if (needed > Math.max(steps[index].value, reacted)) strained++;
  });
  return minutes === 0 ? 0 : strained / minutes;
}

/**
 * Visits the minutes of a load with the replicas that each needs and those that the autoscaler has by then.
 *
 * @returns the number of minutes visited
 */
function eachMinute(
  load: StepFunction,
  reaction: HpaReaction,
  everyMs: number,
  visit: (time: number, needed: number, reacted: number) => void,
): number {
  const { fullLoad, aim, delayMs } = reaction;
  const largestLoad = Math.min(fullLoad, aim * (1 + hpaTolerance)) * (1 + 1e-9);
  const follows = Number.isFinite(delayMs);
  const [loadNow, loadBefore] = [throughMiddles(load), throughMiddles(load)];
  const begin = load.steps[0].from;
  let minutes = 0;
  for (let time = begin; time < load.end; time += everyMs, minutes++) {
    visit(time, loadNow(time) / largestLoad, follows ? replicasFor(loadBefore(Math.max(begin, time - delayMs)), aim) : 1);
  }
  return minutes;
}

/** Floors by the hour, and the loads that floors are judged by. */
export type ProtectionInput = {
  /** The protected load, by period. */
  readonly planned: StepFunction;
  /** The load as it was observed, by period; `null` where nothing was. */
  readonly observed: StepFunction | null;
  /** Floors by the hour for the planned load; a flat floor is compared with them. */
  readonly scheduled: StepFunction;
  /** Quantile of the load that the floors by the hour cover. */
  readonly protect: number;
};

/** How well floors protect a load. Each share is the larger one of that on the planned load and that on the observed load. */
export type Protection = {
  /** Share of the minutes that are strained with the floors by the hour. */
  readonly scheduled: number;
  /** Share of the minutes that are strained with a flat floor. */
  readonly flat: (floor: number) => number;
  /** The lowest flat floor that protects as well as the floors by the hour. */
  readonly flatFloor: number;
};

/**
 * Compares floors by the hour with a single flat floor (`minReplicas`), and finds the lowest flat floor that protects as well. With that
 * floor
 *
 * - an HPA above it is never overrun on the planned load (`hpaFloor`);
 * - no larger share of the minutes of the planned load is strained than with the floors by the hour;
 * - no larger share of the minutes of the observed load is strained than floors by the hour would leave.
 *
 * Floors by the hour cover all but 1 - protect of the periods. So of the minutes that are strained under an HPA alone they leave this
 * share, or, if that is more, the share that their highest floor alone would leave.
 *
 * The flat floor is what the highest load needs where no autoscaler follows the load or where nothing was observed.
 */
export function protectionOf({ planned, observed, scheduled, protect }: ProtectionInput, reaction: HpaReaction): Protection {
  const highestNeed = replicasFor(Math.max(...planned.steps.map(({ value }) => value)), reaction.aim);
  const plannedShare = strainedShare(planned, reaction, scheduled);
  const plannedStrain = strainOf(planned, reaction);
  const observedStrain = observed && strainOf(observed, reaction, observedEveryMs);
  // Floors by the hour are never above the highest need, so at least the share is strained that this leaves as a flat floor.
  const leftShare = observedStrain === null ? 0 : Math.max((1 - protect) * observedStrain.share(1), observedStrain.share(highestNeed));
  const flatFloor =
    observedStrain === null || !Number.isFinite(reaction.delayMs)
      ? highestNeed
      : Math.min(
          highestNeed,
          Math.max(hpaFloor(planned, reaction), plannedStrain.floorFor(plannedShare), observedStrain.floorFor(leftShare)),
        );
  return {
    scheduled: Math.max(plannedShare, leftShare),
    flat: (floor) => Math.max(plannedStrain.share(floor), observedStrain?.share(floor) ?? 0),
    flatFloor,
  };
}

/** The replicas of a workload and how late its HPA adds some. */
export type HpaReaction = {
  /** Load at which a replica is full: throughput. */
  readonly fullLoad: number;
  /** Load the HPA aims at: throughput x target. */
  readonly aim: number;
  /** From a rise of the load until a new replica serves it: age of the metric, sync period, boot of a node, cold start. */
  readonly delayMs: number;
};

/** The HPA changes nothing while the load is within this share of its target (the default tolerance of Kubernetes). */
export const hpaTolerance = 0.1;
/** Age of a metric (30 s) plus the sync period of the HPA (15 s). */
export const hpaLagMs = 45_000;

/**
 * The lowest single `minReplicas` with which an HPA above it is never overrun.
 *
 * The load is a straight line between the middles of the periods. At any minute the HPA has the replicas that the load `delayMs` earlier
 * asked for, at the upper end of its tolerance. Where the load of the minute would be more than these can serve when full, the floor must
 * already hold the replicas for it, at their target. In all other minutes the HPA is fast enough and no floor is needed.
 *
 * @param load protected load by period
 * @returns a whole number >= 1
 */
export function hpaFloor(load: StepFunction, { fullLoad, aim, delayMs }: HpaReaction): number {
  const loadAt = throughMiddles(load);
  const begin = load.steps[0].from;
  let floor = 1;
  for (let time = begin; time < load.end; time += 60_000) {
    const loadNow = loadAt(time);
    const provided = Math.max(1, Math.ceil(loadAt(Math.max(begin, time - delayMs)) / (aim * (1 + hpaTolerance)))) * fullLoad;
    if (provided < loadNow) floor = Math.max(floor, replicasFor(loadNow, aim));
  }
  return floor;
}

/**
 * The load as straight lines between the middles of the steps, constant before the first middle and after the last. It is fast for times
 * that are asked in order.
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
