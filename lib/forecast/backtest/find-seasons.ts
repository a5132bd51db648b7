import { mean, median } from '../../history';
import { seasonsWithin } from '../training-data';
import { powerSpectrum } from './spectrum';
import type { FoundSeason } from '../types';

/**
 * Finds the seasons that a complete series shows beside the day and the week: at most two, the strongest first.
 *
 * First the profiles of the day and of the week are taken out, where the series holds two of them, and then the correlation of neighbouring
 * values. Every whole number of steps of which the series holds six cycles is a candidate. Its statistic is the sum of the power at its
 * first one, two, four or eight harmonics, each divided by the median power at frequencies near by; in pure noise such a sum has a gamma
 * distribution. A candidate is a season where three conditions hold:
 *
 * - chance gives a statistic so large at most once in a million series, all candidates counted;
 * - the profile of its cycle explains at least a tenth of the variance that is left;
 * - the first and the second half of the series have similar profiles.
 *
 * A period whose frequency cannot be told from a harmonic of the day or week is no candidate. Without two weeks of values, neither is one
 * above a quarter of a day, for a weekend could look like it.
 *
 * A part of the day (eight hours) or of the week (seven) is a season of its own where the whole day (week) adds nothing to it.
 *
 * @param values complete; only values before the first origin, so that no forecast in a backtest knows its future
 * @see R. A. Fisher, "Tests of significance in harmonic analysis", Proc. Royal Society A 125 (1929), for the test of the largest
 */
export function findSeasons(values: Float64Array, intervalMs: number): readonly FoundSeason[] {
  const n = values.length;
  if (n < smallestLength) return [];
  const calendarSeasons = seasonsWithin(n, intervalMs).map(({ steps }) => steps);
  const centred = withoutTrend(clipped(values));
  const variation = sumOfSquares(centred);
  // The variation of a constant series is only rounding, and must not be taken for a wave.
  if (!(variation > rounding ** 2 * sumOfSquares(values))) return [];
  const found: FoundSeason[] = [];
  const add = (steps: number, before: Float64Array, after: Float64Array) => {
    const share = 1 - (sumOfSquares(after) / (n - steps)) * (n / sumOfSquares(before));
    if (share >= smallestShare) found.push({ steps, share });
    return share >= smallestShare;
  };
  let residuals = withoutAll(centred, calendarSeasons);
  while (found.length < maximumSeasons && sumOfSquares(residuals) > rounding * variation) {
    const steps = strongest(residuals, calendarSeasons, longestCandidate(n, intervalMs, calendarSeasons));
    const after = steps === null ? residuals : withoutAll(centred, [...calendarSeasons, ...found.map((season) => season.steps), steps]);
    if (steps === null || found.some((season) => season.steps === steps) || !add(steps, residuals, after)) break;
    residuals = after;
  }
  const foundSteps = found.map((season) => season.steps);
  const part = found.length < maximumSeasons ? partOf(centred, calendarSeasons, foundSteps) : null;
  if (part !== null) {
    const before = withoutAll(centred, [...foundSteps, ...calendarSeasons.filter((steps) => steps % part !== 0)]);
    add(part, before, without(before, part));
  }
  return found.filter((season) => !found.some((longer) => longer !== season && longer.steps % season.steps === 0));
}

const maximumSeasons = 2;
const smallestLength = 48;
const rounding = 1e-12;
const smallestShare = 0.1;
const minimumCycles = 6;

/** The longest candidate, in steps. */
function longestCandidate(n: number, intervalMs: number, calendarSeasons: readonly number[]): number {
  const week = 7 * 86_400_000;
  const cycles = Math.floor(n / minimumCycles);
  const knowsWeek = calendarSeasons.some((steps) => Math.abs(steps * intervalMs - week) <= 0.01 * week);
  return knowsWeek ? cycles : Math.min(cycles, Math.floor(week / 28 / intervalMs));
}

/** The candidate that chance explains least, refined to the exact step; `null` where chance can explain every candidate. */
function strongest(residuals: Float64Array, calendarSeasons: readonly number[], longest: number): number | null {
  const n = residuals.length;
  const { length, power } = powerSpectrum(filtered(residuals, autocorrelation(residuals)));
  const background = localMedian(power, Math.ceil((12 * length) / n));
  const nearCalendar = nearHarmonics(calendarSeasons, 2 / n);
  let best: { steps: number; surprise: number } | null = null;
  for (let steps = 2; steps <= longest; steps++) {
    if (nearCalendar(1 / steps)) continue;
    let sum = 0;
    let count = 0;
    for (let k = 1; k <= 8 && 2 * k <= steps; k++) {
      const frequency = k / steps;
      if (!nearCalendar(frequency)) {
        const index = Math.round(frequency * length);
        sum += power[index] / background[index];
        count += 1;
      }
      if ((k & (k - 1)) !== 0) continue;
      const surprise = gammaTail(count, sum) - Math.log(4 * longest);
      if (surprise > (best?.surprise ?? smallestSurprise) + 1e-9) best = { steps, surprise };
    }
  }
  if (best === null) return null;
  const period = simplest(
    residuals,
    refined(residuals, best.steps, (steps) => steps <= longest && !nearCalendar(1 / steps)),
  );
  return isLasting(residuals, period) ? period : null;
}

/**
 * Whether a frequency (cycles in a step) cannot be told from the first 24 harmonics of the day, the harmonics of the hour, or the first
 * three of the week, because it is less than `near` away.
 */
function nearHarmonics([day, week]: readonly number[], tolerance: number): (frequency: number) => boolean {
  return (frequency) => {
    const times = Math.round(frequency * (day ?? 0));
    const loud = times <= 24 || times % 24 === 0;
    if (day !== undefined && loud && Math.abs(frequency - times / day) < tolerance) return true;
    return week !== undefined && Math.abs(frequency - Math.min(3, Math.round(frequency * week)) / week) < tolerance;
  };
}

/** Among the periods that the spectrum cannot tell from `period`, the one whose profile leaves the least variance. */
function refined(residuals: Float64Array, period: number, allowed: (steps: number) => boolean): number {
  const n = residuals.length;
  const tolerance = Math.ceil((period * period) / n);
  const varianceWithout = (steps: number) => sumOfSquares(without(residuals, steps)) / (n - steps);
  let [best, smallest] = [period, varianceWithout(period)];
  for (let steps = Math.max(2, period - tolerance); steps <= period + tolerance; steps++) {
    if (!allowed(steps)) continue;
    const variance = varianceWithout(steps);
    if (variance < smallest * (1 - 1e-9)) [best, smallest] = [steps, variance];
  }
  return best;
}

/** The shortest part of a cycle, in steps, to which the whole cycle adds nothing. */
function simplest(residuals: Float64Array, steps: number): number {
  for (let part = 2; part <= steps / 2; part++) if (steps % part === 0 && !adds(residuals, part, steps)) return part;
  return steps;
}

/** Whether the profile of a whole cycle explains clearly more than that of a part of it. */
function adds(values: Float64Array, part: number, whole: number): boolean {
  const unexplained = sumOfSquares(without(values, whole));
  const explained = sumOfSquares(without(values, part)) - unexplained;
  const [extra, freedom] = [whole - part, values.length - whole];
  const chance = 1 + 3 * Math.sqrt(2 / extra + 2 / freedom);
  return explained > rounding * sumOfSquares(values) && explained / extra > (unexplained / freedom) * chance;
}

/** A candidate counts when minus the logarithm of its probability by chance is above this: once in a million. */
const smallestSurprise = Math.log(1e6);

/** Minus the logarithm of the probability that the sum of `count` exponential variables of mean 1 is `sum` or more. */
function gammaTail(count: number, sum: number): number {
  let term = 1;
  let total = 1;
  for (let i = 1; i < count; i++) total += term *= sum / i;
  return sum - Math.log(total);
}

/** The mean power to expect at each index in noise: the median within `reach` indexes, divided by ln 2 as for an exponential distribution. */
function localMedian(power: Float64Array, reach: number): Float64Array {
  const last = power.length - 1;
  const stride = Math.max(1, Math.floor(reach / 4));
  const knots = Array.from({ length: Math.floor(last / stride) + 2 }, (_, i) => Math.min(last, i * stride));
  const medians = knots.map((index) => {
    const from = Math.max(0, Math.min(index - reach, last - 2 * reach));
    return median(power.slice(from, Math.min(last, from + 2 * reach) + 1)) / Math.LN2;
  });
  return power.map((_, index) => medians[Math.round(index / stride)]);
}

/** Correlation of neighbouring values. */
function autocorrelation(values: Float64Array): number {
  let [cross, square] = [0, 0];
  for (let i = 1; i < values.length; i++) {
    cross += values[i] * values[i - 1];
    square += values[i - 1] ** 2;
  }
  return square > 0 ? cross / square : 0;
}

/** Values less a share of the value before each of them; the first one unchanged. */
function filtered(values: Float64Array, share: number): Float64Array {
  return values.map((value, i) => (i === 0 ? value : value - share * values[i - 1]));
}

/** Whether the two halves of the series have similar profiles, by their correlation. */
function isLasting(values: Float64Array, steps: number): boolean {
  const half = Math.floor(values.length / 2 / steps) * steps;
  const [first, second] = [profile(values.subarray(0, half), steps), profile(values.subarray(half, 2 * half), steps)];
  let [cross, firstSquares, secondSquares] = [0, 0, 0];
  first.forEach((value, i) => {
    cross += value * second[i];
    firstSquares += value ** 2;
    secondSquares += second[i] ** 2;
  });
  return cross >= smallestCorrelation * Math.sqrt(firstSquares * secondSquares);
}

const smallestCorrelation = 0.3;

/**
 * The smallest part of the day, or of the week beside the day, to which the whole adds nothing; `null` where there is none.
 *
 * @param calendarSeasons steps of the day and of the week
 * @param foundSteps steps of the seasons that were found before
 */
function partOf(centred: Float64Array, calendarSeasons: readonly number[], foundSteps: readonly number[]): number | null {
  const n = centred.length;
  for (const [i, whole] of calendarSeasons.entries()) {
    const residuals = withoutAll(centred, [...foundSteps, ...calendarSeasons.slice(0, i)]);
    const white = filtered(residuals, autocorrelation(without(residuals, whole)));
    const total = sumOfSquares(white);
    for (let steps = 3; steps <= whole / 2; steps++) {
      if (whole % steps !== 0 || calendarSeasons.includes(steps) || adds(white, steps, whole)) continue;
      const unexplained = sumOfSquares(without(white, steps));
      const gained = (total - unexplained) / (steps - 1);
      const isClear = gained > rounding * total && gained > (unexplained / (n - steps)) * (1 + 8 * Math.sqrt(2 / (steps - 1)));
      if (isClear && isLasting(white, steps)) return steps;
    }
  }
  return null;
}

/** Values without the profiles of all cycles together, found by backfitting. */
function withoutAll(values: Float64Array, cycles: readonly number[]): Float64Array {
  let residuals = values;
  for (let pass = 0; pass < (cycles.length > 1 ? passes : 1); pass++) for (const steps of cycles) residuals = without(residuals, steps);
  return residuals;
}

const passes = 8;

/** Values less their mean at the same place of the cycle. */
function without(values: Float64Array, steps: number): Float64Array {
  const means = profile(values, steps);
  return values.map((value, i) => value - means[i % steps]);
}

/** Mean of the values at each place of a cycle. */
function profile(values: Float64Array, steps: number): Float64Array {
  const sums = new Float64Array(steps);
  const counts = new Float64Array(steps);
  for (let i = 0; i < values.length; i++) {
    sums[i % steps] += values[i];
    counts[i % steps] += 1;
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[i]));
}

/** Values without their least-squares line; their mean is 0. */
function withoutTrend(values: Float64Array): Float64Array {
  const centre = (values.length - 1) / 2;
  const level = mean(values);
  let [moment, square] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    moment += (i - centre) * (values[i] - level);
    square += (i - centre) ** 2;
  }
  const slope = moment / square;
  return values.map((value, i) => value - level - slope * (i - centre));
}

/** Values limited to eight median absolute deviations from their median, so that one spike is not taken for a wave. */
function clipped(values: Float64Array): Float64Array {
  const centre = median(values);
  const largestDeviation = 8 * median(values.map((value) => Math.abs(value - centre)));
  return largestDeviation > 0
    ? values.map((value) => Math.max(centre - largestDeviation, Math.min(centre + largestDeviation, value)))
    : values;
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
