import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, WEEK_MS } from '../../units';
import { randomOf } from '../../random';
import type { LoadSeries } from '../../history';

/** A load on a regular grid: each value is the mean over its interval, NaN where it is missing. */
export type LoadGrid = {
  /** Epoch ms of the first interval. */
  readonly start: number;
  readonly intervalMs: number;
  readonly values: Float64Array;
  /** How far apart the observations were, for messages. @default `intervalMs` */
  readonly observedMs?: number;
  /** The interval from which on it was recorded as finely as `observedMs`; before it further apart, and within that as it went later. @default 0 */
  readonly fineFrom?: number;
};

/** A load by tick. */
export type RefinedLoad = {
  readonly start: number;
  readonly tickMs: number;
  /** Mean load of each tick, complete and never negative. */
  readonly values: Float64Array;
  /** 1 for each tick in which the load was not observed: a straight line stands in its place, which is replayed and never scored. */
  readonly missing: Uint8Array;
};

/**
 * How much a load varies within an interval, beside its course from one interval to the next: the standard deviation relative to the load,
 * and how long a deviation lasts. Measured on seven recorded series of 5 minutes: within an hour they deviate by 5 % (median of the robust
 * figures) to 12 % (median of the plain ones), and within ten minutes by half as much. A process that forgets exponentially, with a
 * deviation of 10 % and 20 minutes, gives 7 % and 3.9 %. Below five minutes nothing was measured: the same process goes on.
 */
export const variation = { share: 0.1, lastsMs: 20 * MINUTE_MS } as const;

/**
 * Refines a load to ticks. Every interval keeps its mean; between neighbours the load runs in straight lines; seeded variation is added
 * that averages to nothing over each interval. A series as fine as the ticks stays as it is.
 *
 * @param tickMs a divisor of the interval
 */
export function refineLoad(load: LoadGrid, tickMs: number, seed: number): RefinedLoad {
  const perInterval = Math.round(load.intervalMs / tickMs);
  const { values: means, missing: holes } = bridged(load.values);
  const missing = new Uint8Array(means.length * perInterval);
  holes.forEach((hole, i) => missing.fill(hole, i * perInterval, (i + 1) * perInterval));
  const base = { start: load.start, tickMs, missing };
  if (perInterval <= 1) return { ...base, values: means };
  const values = keepingMeans(means, perInterval);
  const noise = forgetful(values.length, tickMs, seed);
  const slow = keepingMeans(meansOf(noise, perInterval), perInterval, true);
  for (let i = 0; i < values.length; i++) values[i] = Math.max(0, values[i] * (1 + noise[i] - slow[i]));
  for (let i = 0; i < means.length; i++) rescale(values.subarray(i * perInterval, (i + 1) * perInterval), means[i]);
  return { ...base, values };
}

/**
 * Joins the means of intervals by straight lines that keep them: the boundary of two intervals lies halfway between their means, and the
 * middle of each is such that its mean is kept. A load never goes below zero; `signed` values may.
 */
export function keepingMeans(means: Float64Array, perInterval: number, signed = false): Float64Array {
  const values = new Float64Array(means.length * perInterval);
  const boundary = (i: number, j: number) => {
    const halfway = (means[i] + means[j]) / 2;
    return signed ? halfway : Math.min(halfway, 2 * Math.min(means[i], means[j]));
  };
  for (let i = 0; i < means.length; i++) {
    const left = i === 0 ? means[i] : boundary(i - 1, i);
    const right = i === means.length - 1 ? means[i] : boundary(i, i + 1);
    const middle = 2 * means[i] - (left + right) / 2;
    const integral = (x: number) =>
      x <= 0.5 ? left * x + (middle - left) * x * x : (left + middle) / 4 + middle * (x - 0.5) + (right - middle) * (x - 0.5) * (x - 0.5);
    for (let j = 0; j < perInterval; j++)
      values[i * perInterval + j] = (integral((j + 1) / perInterval) - integral(j / perInterval)) * perInterval;
  }
  return values;
}

function bridged(values: Float64Array): { readonly values: Float64Array; readonly missing: Uint8Array } {
  const missing = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
  return { values: drawLines(values).map((value) => Math.max(0, value)), missing };
}

/** Fills what is missing by straight lines; level before the first and after the last observation, zero where there is none. */
export function drawLines(values: Float64Array): Float64Array {
  const filled = values.slice();
  let before = -1;
  for (let i = 0; i < filled.length; i++) {
    if (Number.isNaN(filled[i])) continue;
    for (let j = before + 1; j < i; j++)
      filled[j] = before < 0 ? filled[i] : filled[before] + ((filled[i] - filled[before]) * (j - before)) / (i - before);
    before = i;
  }
  return filled.fill(before < 0 ? 0 : filled[before], before + 1);
}

/** The largest of a load's values from a place on, up to but without another. */
export function largestLoad(values: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let i = from; i < Math.min(to, values.length); i++) largest = Math.max(largest, values[i]);
  return largest;
}

/** A stationary process that forgets exponentially (Ornstein-Uhlenbeck), sampled each tick. */
function forgetful(length: number, tickMs: number, seed: number): Float64Array {
  const { normal } = randomOf(seed);
  const kept = Math.exp(-tickMs / variation.lastsMs);
  const fresh = variation.share * Math.sqrt(1 - kept * kept);
  const values = new Float64Array(length);
  let value = variation.share * normal();
  for (let i = 0; i < length; i++) {
    values[i] = value;
    value = kept * value + fresh * normal();
  }
  return values;
}

export function meansOf(values: Float64Array, perInterval: number): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / perInterval) }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < perInterval; j++) sum += values[i * perInterval + j];
    return sum / perInterval;
  });
}

function rescale(values: Float64Array, mean: number): void {
  let sum = 0;
  for (const value of values) sum += value;
  if (sum > 0) for (let i = 0; i < values.length; i++) values[i] *= (mean * values.length) / sum;
}

/** The grid of a series, from its first whole hour on; counts become rates. */
export function loadGridOf({
  start,
  intervalMs,
  values,
  kind,
  origin,
}: Pick<LoadSeries, 'start' | 'intervalMs' | 'values' | 'kind' | 'origin'>): LoadGrid {
  const skipped = Math.round((Math.ceil(start / HOUR_MS) * HOUR_MS - start) / intervalMs);
  const perSecond = kind === 'count' ? SECOND_MS / intervalMs : 1;
  return {
    start: start + skipped * intervalMs,
    intervalMs,
    values: values.slice(skipped).map((value) => value * perSecond),
    observedMs: origin.spacingMs,
  };
}

/** From this length on, or from two thirds of the load on, a finer record tells what happens within an interval of the coarser one, ms. */
const tellingMs = 6 * DAY_MS;

/**
 * A load with its last weeks from a finer record, on the grid of that. Before it, an interval of the coarser record, an hour at most, keeps
 * its mean and takes its course from the finer record: from the same time a whole number of its weeks later (of its days, where it has no
 * week). The coarser load itself where the finer record is too short to tell, or ends a day or more before it.
 */
export function joinFiner(coarse: LoadGrid, finer: LoadGrid): LoadGrid {
  const { intervalMs } = finer;
  const coarseMs = coarse.values.length * coarse.intervalMs;
  const finerMs = finer.values.length * intervalMs;
  const isTelling = finerMs >= Math.min(tellingMs, (2 / 3) * coarseMs);
  if (!isTelling || finer.start + finerMs <= coarse.start + coarseMs - DAY_MS) return coarse;
  if (coarse.intervalMs > HOUR_MS || coarse.start >= finer.start) return finer;
  const perValue = coarse.intervalMs / intervalMs;
  const fineFrom = (finer.start - coarse.start) / intervalMs;
  const cycleMs = finerMs < WEEK_MS ? DAY_MS : WEEK_MS;
  const again = (Math.floor(finerMs / cycleMs) * cycleMs) / intervalMs;
  const values = new Float64Array(fineFrom + finer.values.length);
  values.set(finer.values, fineFrom);
  for (let i = 0; i < fineFrom; i += perValue) {
    const from = (((i - fineFrom) % again) + again) % again;
    const course = finer.values.subarray(from, from + perValue);
    const mean = course.reduce((sum, value) => sum + value, 0) / perValue;
    for (let j = 0; j < perValue; j++) values[i + j] = coarse.values[i / perValue] * (mean > 0 ? course[j] / mean : 1);
  }
  return { ...finer, start: coarse.start, values, fineFrom };
}
