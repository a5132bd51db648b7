import { mean, median } from '../../history';
import { logOffset } from '../models';

import { leastReach, type Occurrence, reachOf, stepsOf } from './occurrence';
import { seasonsOf, type Series } from '../training-data';
import { weightedMedian } from '../backtest';
import { DAY_MS, WEEK_MS } from '../../units';

/**
 * What the past occurrences of a group teach about the next one. A lift is the natural logarithm of the factor on the usual load: ln 2 for
 * twice the load.
 */
export type Profile = {
  /** Number of past occurrences that it was learned from. */
  readonly past: number;
  /** Lift of an occurrence as a whole: the mean over its steps. */
  readonly level: number;
  /** What is added to the level at each step, counted from the start of an occurrence. */
  readonly shape: Float64Array;
  /** Standard deviation of the level of the next occurrence about `level`. */
  readonly spread: number;
  /** By name, for the names in the group that have past occurrences: how many, and the level of the name. */
  readonly named: Readonly<Record<string, { readonly past: number; readonly level: number }>>;
};

/**
 * Learns a profile from the past occurrences of one group. An occurrence can be used when at least half of its steps were observed and a
 * baseline is known there; `null` where none can be used.
 *
 * - Lift of a step: ln((observed + d) / (baseline + d)), see `logRatios`. Where the occurrence reaches only a share w of the step, that
 *   ratio r becomes 1 + (r - 1) / w.
 * - Level: the median of the mean lifts of the occurrences. Because some of it may be noise it is drawn towards 0, by the factor max(0, 1 -
 *   s^2 / (n level^2)). n is the number of occurrences, and s^2 the mean square of the level that the same calculation gives for the weeks
 *   around them, where nothing happened.
 * - Shape: at each step from the start, the median of the lifts less the mean lift of their occurrence, times max(0, 1 - v / (n V)). V is
 *   the mean square of this shape, and v the variance between the steps in those weeks.
 * - Spread: sqrt(t^2 (1 + 1/n)), where t^2 = (t0^2 + sum of the squared distances of the occurrences from the level) / n. t0 is a fifth of
 *   the level, which is assumed to be the spread where only one occurrence is known.
 * - An occurrence weighs by the square of the largest share of the load that it reaches.
 * - In a group of several names, the level of a name is (sum of its own levels + k x level of the group) / (number of its own + k), where k
 *   = s^2 / (variance of the levels of the occurrences - s^2), held between 1/4 and 4: the more alike the names are, the more the group
 *   counts.
 *
 * @param series the load as observed; NaN where missing
 * @param masked the same values, NaN also where any occurrence reaches
 * @param taught whether an occurrence can be learned at a step (an index of the series): not where another occurrence reaches it too
 * @see B. Efron, C. Morris, "Stein's estimation rule and its competitors" (1973), for k as a ratio of variances
 * @see W. James, C. Stein, "Estimation with quadratic loss" (1961), for the factors that draw towards 0, in their positive part
 */
export function learnProfile(
  series: Series,
  masked: Float64Array,
  occurrences: readonly Occurrence[],
  taught: (occurrence: Occurrence, step: number) => boolean,
): Profile | null {
  const seasons = seasonsOf(series.intervalMs);
  const [day, week] = [DAY_MS, WEEK_MS].map((ms) => seasons.find((season) => season.ms === ms)?.steps);
  if (week === undefined) return null;
  const lessons = occurrences.flatMap((occurrence) => lessonOf(series, masked, occurrence, taught, day ?? 1, week) ?? []);
  if (lessons.length === 0) return null;
  const n = lessons.length;
  const weights = lessons.map(({ reach }) => reach ** 2);
  const noise = noiseOf(lessons);
  const medianLevel = weightedMedian(
    lessons.map(({ level }) => level),
    weights,
  );
  const level = medianLevel === 0 ? 0 : medianLevel * Math.max(0, 1 - noise.level / (n * medianLevel ** 2));
  const squaredDistances =
    n * weightedMean(lessons.map((lesson) => ({ value: (lesson.level - medianLevel) ** 2, weight: lesson.reach ** 2 })));
  const variance = ((assumedSpread * medianLevel) ** 2 + squaredDistances) / n;
  return {
    past: n,
    level,
    shape: shapeOf(lessons, weights, noise.step / n),
    spread: Math.sqrt(variance * (1 + 1 / n)),
    named: levelsByName(lessons, level, noise.level / Math.max(0, squaredDistances / n - noise.level)),
  };
}

/** Assumed spread of the level of the next occurrence, as a share of the level, where one occurrence is known. */
const assumedSpread = 0.2;

/** Least and largest number of occurrences of a name that the level of the group counts as. */
const groupCounts = { least: 0.25, most: 4 };

/** A step has at least this share of the usual load: a smaller ratio, whose logarithm would be far below the others, is raised to it. */
const leastRatio = 0.02;

/** What one past occurrence teaches. */
type Lesson = {
  readonly name: string;
  /** The largest share of the load that it reached. */
  readonly reach: number;
  /** Mean of its lifts. */
  readonly level: number;
  /** Its lifts less the level, by step from its start; NaN where not known. */
  readonly shape: Float64Array;
  /** The same calculation for ordinary weeks: the square of the level, and the variance between the steps. */
  readonly ordinary: readonly { readonly level: number; readonly step: number }[];
};

/** What an occurrence teaches; `null` where it is not within the series or too little of it is known. */
function lessonOf(
  series: Series,
  masked: Float64Array,
  occurrence: Occurrence,
  taught: (occurrence: Occurrence, step: number) => boolean,
  day: number,
  week: number,
): Lesson | null {
  const { start, intervalMs, values } = series;
  const span = stepsOf(occurrence, start, intervalMs);
  if (span.first < 0 || span.end > values.length || span.end <= span.first) return null;
  const reachByStep = Float64Array.from({ length: span.end - span.first }, (_, i) =>
    reachOf(occurrence, start + (span.first + i) * intervalMs, intervalMs),
  );
  const reach = reachByStep.reduce((largest, value) => Math.max(largest, value), 0);
  const usableReach = reachByStep.map((value, i) =>
    value >= Math.max(leastReach, reach / 2) && taught(occurrence, span.first + i) ? value : NaN,
  );
  const usableSteps = usableReach.filter((value) => !Number.isNaN(value)).length;
  const ratios = logRatios(values.slice(span.first, span.end), baselineOf(masked, span, day, week));
  const lifts = ratios.map((ratio, i) => Math.log(Math.max(leastRatio, 1 + (Math.exp(ratio) - 1) / usableReach[i])));
  const observedLifts = lifts.filter((lift) => !Number.isNaN(lift));
  if (usableSteps === 0 || 2 * observedLifts.length < usableSteps) return null;
  const level = meanOrZero(observedLifts);
  return {
    name: occurrence.name,
    reach,
    level,
    shape: lifts.map((lift) => lift - level),
    ordinary: ordinaryWeeks(masked, span, day, week).map((ordinary) => ({
      level: ordinary.level / reach ** 2,
      step: ordinary.step / reach ** 2,
    })),
  };
}

/** What the calculation gives for the same times of the weeks around a span, where nothing happened. */
function ordinaryWeeks(masked: Float64Array, { first, end }: StepSpan, day: number, week: number) {
  return weeksAround.flatMap((k) => {
    const span = { first: first + k * week, end: end + k * week };
    if (span.first < 0 || span.end > masked.length) return [];
    const ratios = logRatios(masked.slice(span.first, span.end), baselineOf(masked, span, day, week)).filter(
      (ratio) => !Number.isNaN(ratio),
    );
    if (2 * ratios.length < end - first) return [];
    const level = meanOrZero(ratios);
    return [{ level: level ** 2, step: meanOrZero(ratios.map((ratio) => (ratio - level) ** 2)) }];
  });
}

/** Mean square of the level and mean variance between the steps, over the ordinary weeks of all lessons. */
function noiseOf(lessons: readonly Lesson[]): { level: number; step: number } {
  const ordinary = lessons.flatMap((lesson) => lesson.ordinary.map((week) => ({ ...week, weight: lesson.reach ** 2 })));
  return {
    level: weightedMean(ordinary.map(({ level, weight }) => ({ value: level, weight }))),
    step: weightedMean(ordinary.map(({ step, weight }) => ({ value: step, weight }))),
  };
}

/** The common shape, drawn towards 0 by the variance `noise` that chance gives it. */
function shapeOf(lessons: readonly Lesson[], weights: readonly number[], noise: number): Float64Array {
  const length = lessons.reduce((longest, { shape }) => Math.max(longest, shape.length), 0);
  const medians = Float64Array.from({ length }, (_, step) => {
    const knownShapes = lessons.flatMap(({ shape }, i) =>
      Number.isNaN(shape[step] ?? NaN) ? [] : [{ value: shape[step], weight: weights[i] }],
    );
    return knownShapes.length === 0
      ? 0
      : weightedMedian(
          knownShapes.map(({ value }) => value),
          knownShapes.map(({ weight }) => weight),
        );
  });
  const meanSquare = meanOrZero(medians.map((value) => value ** 2));
  return medians.map((value) => (meanSquare > 0 ? value * Math.max(0, 1 - noise / meanSquare) : 0));
}

/** Levels of the names of a group, each drawn towards that of the group as if this had been seen `groupWeight` times. */
function levelsByName(lessons: readonly Lesson[], groupLevel: number, groupWeight: number): Profile['named'] {
  const k = Math.min(groupCounts.most, Math.max(groupCounts.least, Number.isNaN(groupWeight) ? groupCounts.most : groupWeight));
  const names = [...new Set(lessons.map(({ name }) => name))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const levels = lessons.filter((lesson) => lesson.name === name).map(({ level }) => level);
      const sum = levels.reduce((a, b) => a + b, 0);
      const level = names.length === 1 ? groupLevel : (sum + k * groupLevel) / (levels.length + k);
      return [name, { past: levels.length, level }];
    }),
  );
}

/** Weighted mean; 0 where the weights have no sum. */
function weightedMean(weighted: readonly { readonly value: number; readonly weight: number }[]): number {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return total > 0 ? weighted.reduce((sum, { value, weight }) => sum + value * weight, 0) / total : 0;
}

const meanOrZero = (values: ArrayLike<number>) => (values.length === 0 ? 0 : mean(values));

/** The steps [first, end) of a series. */
export type StepSpan = { readonly first: number; readonly end: number };

/** Distances in weeks, nearest first, of the weeks whose load a span is compared with. */
export const weeksAround = [-1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6] as const;

/** Of these, the largest number of weeks that is used. */
const maximumWeeks = 8;

/**
 * The load that a span would have had without what happened in it. At each step it is the median of the load at the same time of the
 * nearest weeks: at most eight weeks, within six on either side. Each week is first scaled to the level of the days around the span; none is
 * where these days can be compared in no week, such as where every other week is masked. NaN where no week is known.
 *
 * The scale of a week is the sum of the load over three days before and three days after the span, divided by the sum at the same times of
 * that week, over the steps known in both.
 *
 * @param masked NaN where missing, and within every event, for what an event did tells nothing about usual weeks
 * @param day, week steps
 */
export function baselineOf(masked: Float64Array, span: StepSpan, day: number, week: number): Float64Array {
  const observedWeeks = weeksAround
    .map((k) => ({ offset: k * week, level: levelOf(masked, span, 3 * day, k * week) }))
    .filter(({ offset }) => isObserved(masked, span, offset));
  const comparable = observedWeeks.filter(({ level }) => level !== null);
  const weeks = (comparable.length > 0 ? comparable : observedWeeks).slice(0, maximumWeeks);
  return Float64Array.from({ length: span.end - span.first }, (_, i) => {
    const candidates = weeks
      .map(({ offset, level }) => (masked[span.first + i + offset] ?? NaN) * (level ?? 1))
      .filter((value) => !Number.isNaN(value));
    return median(candidates);
  });
}

/**
 * The lift at each step: ln((observed + d) / (baseline + d)), with d a twentieth of the mean baseline, so that hours near zero need no
 * special case. NaN where either is not known.
 */
export function logRatios(observed: Float64Array, baseline: Float64Array): Float64Array {
  const knownBaseline = baseline.filter((value) => !Number.isNaN(value));
  const offset = knownBaseline.length === 0 ? NaN : logOffset * mean(knownBaseline);
  return observed.map((value, i) => (offset > 0 ? Math.log((value + offset) / (baseline[i] + offset)) : NaN));
}

/** Whether any value of a span, moved by `offset` steps, was observed. */
function isObserved(masked: Float64Array, { first, end }: StepSpan, offset: number): boolean {
  for (let i = Math.max(0, first + offset); i < Math.min(masked.length, end + offset); i++) if (!Number.isNaN(masked[i])) return true;
  return false;
}

/**
 * The level of the days around a span divided by their level `offset` steps away. `null` where fewer than a quarter of these steps are
 * known in both weeks, or where the other week had no load.
 */
function levelOf(masked: Float64Array, { first, end }: StepSpan, around: number, offset: number): number | null {
  let [sum, otherSum, knownSteps] = [0, 0, 0];
  const add = (i: number) => {
    const [a, b] = [masked[i] ?? NaN, masked[i + offset] ?? NaN];
    if (Number.isNaN(a) || Number.isNaN(b)) return;
    sum += a;
    otherSum += b;
    knownSteps += 1;
  };
  for (let i = first - around; i < first; i++) add(i);
  for (let i = end; i < end + around; i++) add(i);
  return 4 * knownSteps >= around && otherSum > 0 ? sum / otherSum : null;
}
