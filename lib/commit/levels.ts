import { median, spread } from '../history';
import type { Random } from '../random';

/** How the level of a load may move from week to week: what is known of it, and what is not. Logarithms of weekly means. */
export type LevelModel = {
  /** The level of the present week. */
  readonly now: number;
  /** How the level grows a week, as it goes on, and the standard error of that. */
  readonly slope: number;
  readonly slopeError: number;
  /** What is left of the slope after each week: 1 where growth was declared. */
  readonly damping: number;
  /** Standard deviation of what a week adds that the next ones keep, and of what it adds for itself. */
  readonly shift: number;
  readonly noise: number;
  /** By week ahead, from the year before; nothing where the history is too short for a yearly season. */
  readonly season: readonly number[];
};

/** Weeks of a year, and how many of history a yearly season needs: a year, and weeks whose year before shows whether it repeats. */
export const weeksOfYear = 52;
export const seasonWeeks = weeksOfYear + 8;
export const weeksPerMonth = 365 / 12 / 7;

/** Most weeks of history that a trend is read from. */
const trendWeeks = weeksOfYear;
/** Weeks for which a trend counts half: a few weeks tell no trend from a season. */
const halfTrustedWeeks = 13;
/** What is left of a trend that nobody declared after each week ahead. */
const damping = 0.95;
/** How much less the week before counts for the level of now. */
const forgetting = 0.5;

/**
 * The level of a load by week, as a damped trend with shifts: the slope is the median of the slopes between weeks (Theil and Sen), shrunk by
 * how sure it is and by how few weeks there are, and the level of now an average in which each week before counts half as much. A yearly
 * season is the change of the level in the same weeks a year before, as far as the last weeks repeat theirs.
 *
 * @param means weekly means, oldest first, at least one
 * @param growth share that the user says the load grows by a month; `null`: as the history shows
 * @param ahead weeks ahead that a season is wanted for
 */
export function levelModel(means: readonly number[], growth: number | null, ahead: number): LevelModel {
  const least = Math.max(leastOfHighest * Math.max(...means), Number.MIN_VALUE);
  const logs = means.map((mean) => Math.log(Math.max(mean, least)));
  const season = seasonOf(logs, ahead, growth !== null);
  const window = logs.slice(-trendWeeks);
  const slope =
    growth !== null
      ? { value: Math.log1p(growth) / weeksPerMonth, error: 0 }
      : season.length > 0
        ? { value: 0, error: 0 }
        : shrunkSlope(window);
  const changes = window.slice(1).map((log, index) => log - window[index] - slope.value);
  const weekly = changes.length === 0 ? unknownSpread : Math.max(leastSpread, spread(changes, 0));
  return {
    now: levelNow(window, slope.value),
    slope: slope.value,
    slopeError: slope.error,
    damping: growth === null ? damping : 1,
    // A change from one week to the next is in part for good: how much, the next weeks show only when they are there.
    shift: Math.max(weekly * 0.5, leastShift),
    noise: weekly * 0.5,
    season,
  };
}

/** Of the highest week: one below it counts as so much, for a load that was not there yet says nothing of how its level moves. */
const leastOfHighest = 0.01;
/** Where a single week is known, and the least that any load moves. */
const unknownSpread = 0.15;
const leastSpread = 0.02;
/** The least that a week adds for good: a load that was steady for weeks is not so for a year. */
const leastShift = 0.04;

/** One course of the level, by week ahead, as logarithms. */
export function drawLevels({ now, slope, slopeError, damping, shift, noise, season }: LevelModel, weeks: number, random: Random): number[] {
  const drawn = slope + slopeError * random.normal();
  const levels: number[] = [];
  let [trend, moved] = [0, 0];
  let step = drawn;
  for (let week = 0; week < weeks; week += 1) {
    trend += step;
    step *= damping;
    moved += shift * random.normal() * shiftLasts ** week;
    const [declared, measured] = damping === 1 ? [Math.min(trend, mostDeclared), 0] : [0, trend];
    const unsure = measured + moved + noise * random.normal();
    levels.push(now + declared + Math.max(-mostUnsure, Math.min(mostUnsure, unsure)) + (season[week] ?? 0));
  }
  return levels;
}

/** No course leaves the level of now by more than tenfold, beside growth that is declared and the season. */
const mostUnsure = Math.log(10);
/** Growth that is declared ends at a hundredfold. */
const mostDeclared = Math.log(100);
/** Shifts far ahead add less: what is known of a load bounds how far it goes. */
const shiftLasts = 0.97;

function levelNow(logs: readonly number[], slope: number): number {
  let [sum, weight] = [0, 0];
  logs.forEach((log, index) => {
    const age = logs.length - 1 - index;
    const counts = forgetting ** age;
    sum += counts * (log + slope * age);
    weight += counts;
  });
  return sum / weight;
}

/** The median of the slopes between any two weeks, times how much of its square is no error. */
function shrunkSlope(logs: readonly number[]): { readonly value: number; readonly error: number } {
  if (logs.length < 3) return { value: 0, error: 0 };
  const slopes = logs.flatMap((to, later) => logs.slice(0, later).map((from, earlier) => (to - from) / (later - earlier)));
  const slope = median(slopes);
  const around = spread(logs.map((log, index) => log - slope * index));
  const n = logs.length;
  const error = Math.max(around, leastSpread) / Math.sqrt((n * (n * n - 1)) / 12);
  const sure = (slope ** 2 / (slope ** 2 + error ** 2)) * (n / (n + halfTrustedWeeks));
  return { value: slope * sure, error: error * Math.sqrt(sure) };
}

/** Change of the level since now, by week ahead, in the same weeks a year before. */
function seasonOf(logs: readonly number[], ahead: number, isGrowthApart: boolean): readonly number[] {
  if (logs.length < seasonWeeks) return [];
  const yearBefore = (week: number) => {
    const around = [-1, 0, 1].map((by) => logs[week - weeksOfYear + by]).filter((log) => log !== undefined);
    return around.reduce((sum, log) => sum + log, 0) / around.length;
  };
  const last = logs.length - 1;
  const overlap = logs.slice(weeksOfYear).map((log, index) => ({ log, before: yearBefore(weeksOfYear + index) }));
  const repeats = Math.max(0, Math.min(1, regression(overlap)));
  const base = yearBefore(last);
  // How much of a change within a year is growth, where that is declared and counted apart: a week's part of the change from year to year.
  const grown = isGrowthApart ? overlap.reduce((sum, { log, before }) => sum + log - before, 0) / overlap.length / weeksOfYear : 0;
  const at = (week: number): number => (week <= last ? yearBefore(week) : yearBefore(last + 1 + ((week - last - 1) % weeksOfYear)));
  return Array.from(
    { length: ahead },
    (_, index) => repeats * (at(last + 1 + (index % weeksOfYear)) - base - grown * (1 + (index % weeksOfYear))),
  );
}

/** How much of the movement of a year before the last weeks repeat. */
function regression(pairs: readonly { readonly log: number; readonly before: number }[]): number {
  const mean = (of: (pair: (typeof pairs)[number]) => number) => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [log, before] = [mean((pair) => pair.log), mean((pair) => pair.before)];
  const together = pairs.reduce((sum, pair) => sum + (pair.log - log) * (pair.before - before), 0);
  const alone = pairs.reduce((sum, pair) => sum + (pair.before - before) ** 2, 0);
  return alone === 0 ? 0 : together / alone;
}
