import { mean, median } from '../../history';
import { seasonsWithin } from '../training-data';
import { powerSpectrum } from './spectrum';
import type { FoundSeason } from '../types';

/**
 * Seasons of a complete series beside the day and the week, the strongest first, at most two.
 *
 * The profiles of the day and of the week, where the series holds two, are taken out first, then the correlation of neighbours. Each
 * whole number of steps that the series holds six times is a candidate. Its statistic is the power at its first one, two, four or eight
 * harmonics by the median power nearby; such a sum follows a gamma distribution where there is only noise. A candidate is found where
 * that happens by chance once in a million series (all candidates counted), where its profile makes up a tenth of what is left, and
 * where both halves of the series show it alike. Whatever lies too near a harmonic of the day to be told from it is no candidate, and
 * without two weeks nothing above a quarter of a day is, for a weekend could pass for it.
 *
 * A part of the day (eight hours) or of the week (seven) is a season of its own where the whole day (week) adds nothing to it.
 *
 * @param values complete, all of it before the first place to be forecast from
 * @see R. A. Fisher, "Tests of significance in harmonic analysis", Proc. Royal Society A 125 (1929), for the test of the largest
 */
export function findSeasons(values: Float64Array, intervalMs: number): readonly FoundSeason[] {
  const n = values.length;
  if (n < fewest) return [];
  const known = seasonsWithin(n, intervalMs).map(({ steps }) => steps);
  const centred = withoutTrend(clipped(values));
  const size = sumOfSquares(centred);
  // What rounding leaves of a constant is no wave.
  if (!(size > rounding ** 2 * sumOfSquares(values))) return [];
  const found: FoundSeason[] = [];
  const add = (steps: number, left: Float64Array, fitted: Float64Array) => {
    const share = 1 - (sumOfSquares(fitted) / (n - steps)) * (n / sumOfSquares(left));
    if (share >= leastShare) found.push({ steps, share });
    return share >= leastShare;
  };
  let rest = withoutAll(centred, known);
  while (found.length < mostFound && sumOfSquares(rest) > rounding * size) {
    const steps = strongest(rest, known, limitOf(n, intervalMs, known));
    const fitted = steps === null ? rest : withoutAll(centred, [...known, ...found.map((one) => one.steps), steps]);
    if (steps === null || found.some((one) => one.steps === steps) || !add(steps, rest, fitted)) break;
    rest = fitted;
  }
  const others = found.map((one) => one.steps);
  const part = found.length < mostFound ? partOf(centred, known, others) : null;
  if (part !== null) {
    const left = withoutAll(centred, [...others, ...known.filter((steps) => steps % part !== 0)]);
    add(part, left, without(left, part));
  }
  return found.filter((one) => !found.some((other) => other !== one && other.steps % one.steps === 0));
}

const mostFound = 2;
const fewest = 48;
const rounding = 1e-12;
const leastShare = 0.1;
const fewestCycles = 6;

/** Longest candidate. */
function limitOf(n: number, intervalMs: number, known: readonly number[]): number {
  const week = 7 * 86_400_000;
  const cycles = Math.floor(n / fewestCycles);
  const knowsWeek = known.some((steps) => Math.abs(steps * intervalMs - week) <= 0.01 * week);
  return knowsWeek ? cycles : Math.min(cycles, Math.floor(week / 28 / intervalMs));
}

/** The candidate that chance explains least, refined to the step; `null` where chance may explain all. */
function strongest(rest: Float64Array, known: readonly number[], longest: number): number | null {
  const n = rest.length;
  const { length, power } = powerSpectrum(filtered(rest, neighbour(rest)));
  const background = localMedian(power, Math.ceil((12 * length) / n));
  const nearKnown = nearHarmonics(known, 2 / n);
  let best: { steps: number; unlikely: number } | null = null;
  for (let steps = 2; steps <= longest; steps++) {
    if (nearKnown(1 / steps)) continue;
    let sum = 0;
    let count = 0;
    for (let k = 1; k <= 8 && 2 * k <= steps; k++) {
      const frequency = k / steps;
      if (!nearKnown(frequency)) {
        const at = Math.round(frequency * length);
        sum += power[at] / background[at];
        count += 1;
      }
      if ((k & (k - 1)) !== 0) continue;
      const unlikely = gammaTail(count, sum) - Math.log(4 * longest);
      if (unlikely > (best?.unlikely ?? leastUnlikely) + 1e-9) best = { steps, unlikely };
    }
  }
  if (best === null) return null;
  const exact = simplest(
    rest,
    refined(rest, best.steps, (steps) => steps <= longest && !nearKnown(1 / steps)),
  );
  return lasting(rest, exact) ? exact : null;
}

/** Whether a frequency lies too near one of the first 24 of the day, of the hour, or of the first three of the week to be told from it. */
function nearHarmonics([day, week]: readonly number[], near: number): (frequency: number) => boolean {
  return (frequency) => {
    const times = Math.round(frequency * (day ?? 0));
    const loud = times <= 24 || times % 24 === 0;
    if (day !== undefined && loud && Math.abs(frequency - times / day) < near) return true;
    return week !== undefined && Math.abs(frequency - Math.min(3, Math.round(frequency * week)) / week) < near;
  };
}

/** Of the candidates that the spectrum cannot tell apart, the one that leaves least. */
function refined(rest: Float64Array, about: number, allowed: (steps: number) => boolean): number {
  const n = rest.length;
  const tolerance = Math.ceil((about * about) / n);
  const leaves = (steps: number) => sumOfSquares(without(rest, steps)) / (n - steps);
  let [best, least] = [about, leaves(about)];
  for (let steps = Math.max(2, about - tolerance); steps <= about + tolerance; steps++) {
    if (!allowed(steps)) continue;
    const left = leaves(steps);
    if (left < least * (1 - 1e-9)) [best, least] = [steps, left];
  }
  return best;
}

/** The shortest part of a cycle to which the whole adds nothing. */
function simplest(rest: Float64Array, steps: number): number {
  for (let part = 2; part <= steps / 2; part++) if (steps % part === 0 && !adds(rest, part, steps)) return part;
  return steps;
}

/** Whether the profile of the whole says clearly more than that of a part of it. */
function adds(values: Float64Array, part: number, whole: number): boolean {
  const left = sumOfSquares(without(values, whole));
  const added = sumOfSquares(without(values, part)) - left;
  const [extra, freedom] = [whole - part, values.length - whole];
  const chance = 1 + 3 * Math.sqrt(2 / extra + 2 / freedom);
  return added > rounding * sumOfSquares(values) && added / extra > (left / freedom) * chance;
}

/** Minus the logarithm of the probability that is put down to chance: once in a million. */
const leastUnlikely = Math.log(1e6);

/** Minus the logarithm of P(sum of `count` exponentials of mean 1 >= sum). */
function gammaTail(count: number, sum: number): number {
  let term = 1;
  let total = 1;
  for (let i = 1; i < count; i++) total += term *= sum / i;
  return sum - Math.log(total);
}

/** Mean power to be expected at each place: the median within `reach` places, by ln 2 the mean of an exponential. */
function localMedian(power: Float64Array, reach: number): Float64Array {
  const last = power.length - 1;
  const stride = Math.max(1, Math.floor(reach / 4));
  const knots = Array.from({ length: Math.floor(last / stride) + 2 }, (_, i) => Math.min(last, i * stride));
  const medians = knots.map((at) => {
    const from = Math.max(0, Math.min(at - reach, last - 2 * reach));
    return median(power.slice(from, Math.min(last, from + 2 * reach) + 1)) / Math.LN2;
  });
  return power.map((_, at) => medians[Math.round(at / stride)]);
}

/** Correlation of neighbours. */
function neighbour(values: Float64Array): number {
  let [cross, square] = [0, 0];
  for (let i = 1; i < values.length; i++) {
    cross += values[i] * values[i - 1];
    square += values[i - 1] ** 2;
  }
  return square > 0 ? cross / square : 0;
}

/** Values less a share of the one before. */
function filtered(values: Float64Array, share: number): Float64Array {
  return values.map((value, i) => (i === 0 ? value : value - share * values[i - 1]));
}

/** Whether the profile of the first half is that of the second. */
function lasting(values: Float64Array, steps: number): boolean {
  const half = Math.floor(values.length / 2 / steps) * steps;
  const [first, second] = [profile(values.subarray(0, half), steps), profile(values.subarray(half, 2 * half), steps)];
  let [cross, one, other] = [0, 0, 0];
  first.forEach((value, i) => {
    cross += value * second[i];
    one += value ** 2;
    other += second[i] ** 2;
  });
  return cross >= alike * Math.sqrt(one * other);
}

const alike = 0.3;

/** Smallest part of the day, or of the week beside the day, that leaves nothing for the whole to add. */
function partOf(centred: Float64Array, known: readonly number[], others: readonly number[]): number | null {
  const n = centred.length;
  for (const [i, whole] of known.entries()) {
    const base = withoutAll(centred, [...others, ...known.slice(0, i)]);
    const white = filtered(base, neighbour(without(base, whole)));
    const total = sumOfSquares(white);
    for (let steps = 3; steps <= whole / 2; steps++) {
      if (whole % steps !== 0 || known.includes(steps) || adds(white, steps, whole)) continue;
      const left = sumOfSquares(without(white, steps));
      const gained = (total - left) / (steps - 1);
      const told = gained > rounding * total && gained > (left / (n - steps)) * (1 + 8 * Math.sqrt(2 / (steps - 1)));
      if (told && lasting(white, steps)) return steps;
    }
  }
  return null;
}

/** Values less the profiles of all cycles together, by backfitting. */
function withoutAll(values: Float64Array, cycles: readonly number[]): Float64Array {
  let rest = values;
  for (let pass = 0; pass < (cycles.length > 1 ? passes : 1); pass++) for (const steps of cycles) rest = without(rest, steps);
  return rest;
}

const passes = 8;

/** Values less their mean at each place of a cycle. */
function without(values: Float64Array, steps: number): Float64Array {
  const means = profile(values, steps);
  return values.map((value, i) => value - means[i % steps]);
}

function profile(values: Float64Array, steps: number): Float64Array {
  const sums = new Float64Array(steps);
  const counts = new Float64Array(steps);
  for (let i = 0; i < values.length; i++) {
    sums[i % steps] += values[i];
    counts[i % steps] += 1;
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[i]));
}

/** Values less their least-squares line; their mean is 0. */
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

/** Values held within eight usual deviations of their median: one spike must not pass for a wave. */
function clipped(values: Float64Array): Float64Array {
  const centre = median(values);
  const most = 8 * median(values.map((value) => Math.abs(value - centre)));
  return most > 0 ? values.map((value) => Math.max(centre - most, Math.min(centre + most, value))) : values;
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
