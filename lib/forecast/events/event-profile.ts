import { mean, median } from '../../history';
import { logOffset } from '../models';

import { leastReach, type Occurrence, reachOf, stepsOf } from './occurrence';
import { seasonsOf, type Series } from '../training-data';
import { weightedMedian } from '../backtest';
import { DAY_MS, WEEK_MS } from '../../units';

/** What past occurrences of a group teach about the next one. Lifts are natural logarithms of times the usual load. */
export type Profile = {
  /** Past occurrences that it comes from. */
  readonly past: number;
  /** Lift of an occurrence as a whole. */
  readonly level: number;
  /** By step from the start of an occurrence: what is added to the level. */
  readonly shape: Float64Array;
  /** Standard deviation of the next occurrence's level about this one. */
  readonly spread: number;
  /** Levels of the group's names, where they have past occurrences of their own. */
  readonly named: Readonly<Record<string, { readonly past: number; readonly level: number }>>;
};

/**
 * Learns from the past occurrences of one group, or `null` where the history holds none that can be read: at least half of its steps
 * observed, with a usual load to hold them against.
 *
 * - Lift of a step: ln((came + d) / (baseline + d)); where the occurrence reaches a share w of the step, that of 1 + (ratio - 1) / w.
 * - Level: median of the occurrences' mean lifts. It is drawn towards 0 by the noise of ordinary weeks: times
 *   max(0, 1 - s^2 / (n level^2)), s^2 the mean square of what the same reckoning gives for the weeks around, where nothing happened.
 * - Shape: by step from the start, median of the lifts less their occurrence's mean, times max(0, 1 - v / (n V)), V its own mean square
 *   and v the variance by step of those ordinary weeks.
 * - Spread: t^2 (1 + 1/n), where t^2 = (t0^2 + sum of squared distances between occurrences and level) / n and t0 is a fifth of the
 *   level: what one occurrence alone is taken to say about the next.
 * - Occurrences weigh by the square of the largest share of the load that they reach.
 * - Where the group has several names, each one's level is (sum of its own + k x that of the group) / (its number + k), with
 *   k = s^2 / (variance of the occurrences' levels - s^2), held between 1/4 and 4: the more alike the names are, the more the group says.
 *
 * @param series with the load as it came; NaN where missing
 * @param masked the same with every occurrence taken out
 * @param taught whether a step teaches this occurrence: not where another one reaches it
 * @see B. Efron, C. Morris, "Stein's estimation rule and its competitors" (1973), for k as a ratio of variances
 * @see W. James, C. Stein, "Estimation with quadratic loss" (1961), for drawing towards 0 in the form of its positive part
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
  const raw = weightedMedian(
    lessons.map(({ level }) => level),
    weights,
  );
  const level = raw === 0 ? 0 : raw * Math.max(0, 1 - noise.level / (n * raw ** 2));
  const apart = n * weightedMean(lessons.map((lesson) => ({ value: (lesson.level - raw) ** 2, weight: lesson.reach ** 2 })));
  const between = ((oneSays * raw) ** 2 + apart) / n;
  return {
    past: n,
    level,
    shape: shapeOf(lessons, weights, noise.step / n),
    spread: Math.sqrt(between * (1 + 1 / n)),
    named: levelsByName(lessons, level, noise.level / Math.max(0, apart / n - noise.level)),
  };
}

/** Spread of the next occurrence's level, as a share of the level, where there is one to go by. */
const oneSays = 0.2;

/** Occurrences that a group's level counts for beside those of a name: at least and at most. */
const groupCounts = { least: 0.25, most: 4 };

/** Lower lifts are taken for this: load cannot be less than none. */
const leastRatio = 0.02;

type Lesson = {
  readonly name: string;
  /** Largest part of the load that it reached. */
  readonly reach: number;
  readonly level: number;
  /** By step from its start, less the level; NaN where not known. */
  readonly shape: Float64Array;
  /** The same reckoning on ordinary weeks: squared level, and variance by step. */
  readonly ordinary: readonly { readonly level: number; readonly step: number }[];
};

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
  const reaches = Float64Array.from({ length: span.end - span.first }, (_, i) =>
    reachOf(occurrence, start + (span.first + i) * intervalMs, intervalMs),
  );
  const reach = reaches.reduce((most, value) => Math.max(most, value), 0);
  const usable = reaches.map((value, i) => (value >= Math.max(leastReach, reach / 2) && taught(occurrence, span.first + i) ? value : NaN));
  const wanted = usable.filter((value) => !Number.isNaN(value)).length;
  const ratios = logRatios(values.slice(span.first, span.end), baselineOf(masked, span, day, week));
  const lifts = ratios.map((ratio, i) => Math.log(Math.max(leastRatio, 1 + (Math.exp(ratio) - 1) / usable[i])));
  const known = lifts.filter((lift) => !Number.isNaN(lift));
  if (wanted === 0 || 2 * known.length < wanted) return null;
  const level = meanOrZero(known);
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

/** What the reckoning gives where nothing happened: the same times of the weeks around. */
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

function noiseOf(lessons: readonly Lesson[]): { level: number; step: number } {
  const ordinary = lessons.flatMap((lesson) => lesson.ordinary.map((week) => ({ ...week, weight: lesson.reach ** 2 })));
  return {
    level: weightedMean(ordinary.map(({ level, weight }) => ({ value: level, weight }))),
    step: weightedMean(ordinary.map(({ step, weight }) => ({ value: step, weight }))),
  };
}

function shapeOf(lessons: readonly Lesson[], weights: readonly number[], noise: number): Float64Array {
  const length = lessons.reduce((most, { shape }) => Math.max(most, shape.length), 0);
  const raw = Float64Array.from({ length }, (_, step) => {
    const there = lessons.flatMap(({ shape }, i) => (Number.isNaN(shape[step] ?? NaN) ? [] : [{ value: shape[step], weight: weights[i] }]));
    return there.length === 0
      ? 0
      : weightedMedian(
          there.map(({ value }) => value),
          there.map(({ weight }) => weight),
        );
  });
  const own = meanOrZero(raw.map((value) => value ** 2));
  return raw.map((value) => (own > 0 ? value * Math.max(0, 1 - noise / own) : 0));
}

function levelsByName(lessons: readonly Lesson[], group: number, alike: number): Profile['named'] {
  const k = Math.min(groupCounts.most, Math.max(groupCounts.least, Number.isNaN(alike) ? groupCounts.most : alike));
  const names = [...new Set(lessons.map(({ name }) => name))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const own = lessons.filter((lesson) => lesson.name === name).map(({ level }) => level);
      const sum = own.reduce((a, b) => a + b, 0);
      const level = names.length === 1 ? group : (sum + k * group) / (own.length + k);
      return [name, { past: own.length, level }];
    }),
  );
}

/** 0 of none. */
function weightedMean(all: readonly { readonly value: number; readonly weight: number }[]): number {
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  return total > 0 ? all.reduce((sum, { value, weight }) => sum + value * weight, 0) / total : 0;
}

const meanOrZero = (values: ArrayLike<number>) => (values.length === 0 ? 0 : mean(values));

/** Steps [first, end) of a series. */
export type StepSpan = { readonly first: number; readonly end: number };

/** Weeks before and after that say what a span would have been. */
export const weeksAround = [-1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6] as const;

/** Neighbouring weeks that take part at most: the nearest. */
const mostWeeks = 8;

/**
 * What a span would have been without what happened in it: step by step the median of the same times of the nearest weeks, at most eight
 * within six on either side, each week raised or lowered to the level of the days around the span. NaN where no week says anything.
 *
 * The level of a week is the sum over three days before and after the span by the sum at the same times of that week, over the steps that
 * both know.
 *
 * @param masked NaN where missing, and within every event: what an event did says nothing of usual weeks
 */
export function baselineOf(masked: Float64Array, span: StepSpan, day: number, week: number): Float64Array {
  const weeks = weeksAround
    .map((k) => ({ offset: k * week, level: levelOf(masked, span, 3 * day, k * week) }))
    .filter(({ level, offset }) => level !== null && knows(masked, span, offset))
    .slice(0, mostWeeks);
  return Float64Array.from({ length: span.end - span.first }, (_, i) => {
    const candidates = weeks
      .map(({ offset, level }) => (masked[span.first + i + offset] ?? NaN) * (level ?? 1))
      .filter((value) => !Number.isNaN(value));
    return median(candidates);
  });
}

/**
 * How far what came stands above its baseline: ln((came + d) / (baseline + d)), d a twentieth of the mean baseline, so that hours near
 * zero are no special case. NaN where either is not known.
 */
export function logRatios(came: Float64Array, baseline: Float64Array): Float64Array {
  const known = baseline.filter((value) => !Number.isNaN(value));
  const offset = known.length === 0 ? NaN : logOffset * mean(known);
  return came.map((value, i) => (offset > 0 ? Math.log((value + offset) / (baseline[i] + offset)) : NaN));
}

function knows(masked: Float64Array, { first, end }: StepSpan, offset: number): boolean {
  for (let i = Math.max(0, first + offset); i < Math.min(masked.length, end + offset); i++) if (!Number.isNaN(masked[i])) return true;
  return false;
}

/** `null` where fewer than a quarter of the steps around are known in both weeks, or the other week was silent. */
function levelOf(masked: Float64Array, { first, end }: StepSpan, around: number, offset: number): number | null {
  let [own, other, known] = [0, 0, 0];
  const add = (i: number) => {
    const [a, b] = [masked[i] ?? NaN, masked[i + offset] ?? NaN];
    if (Number.isNaN(a) || Number.isNaN(b)) return;
    own += a;
    other += b;
    known += 1;
  };
  for (let i = first - around; i < first; i++) add(i);
  for (let i = end; i < end + around; i++) add(i);
  return 4 * known >= around && other > 0 ? own / other : null;
}
