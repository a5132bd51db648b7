import type { LoadSeries } from '../series';
import { recurring } from './recurring';
import { type Distances, distancesFromUsual, type Outlier } from './usual';
import { quantile } from '../robust';
import { DAY_MS, WEEK_MS } from '../../units';

export type { Outlier } from './usual';

/** Values far from what is usual at their times, in order of time. */
export type Unusual = {
  /** Single values that come no second time. */
  readonly outliers: readonly Outlier[];
  /** Those that come again at the same time of other weeks, months or days, or ever so often: they are of the load. */
  readonly recurring: readonly Outlier[];
  /** The last value of a series of counts, where it is as low as that of an interval that was not over yet. */
  readonly partialEnd: Outlier | null;
};

/** How far from the usual a value must lie, in spreads of all distances. */
const leastSpreads = 8;
/** And in multiples of the distance that 95 % keep. */
const leastTails = 4;
/** And at least twice the usual value, or half of it. */
const leastFactor = 2;
/** Above this share of all values they are the nature of the load. */
const mostShare = 0.01;
/** One stretch of at most a day in two weeks may hold more of them, so much in all. */
const mostShareInStretches = 0.05;

/**
 * Finds single values that nothing usual explains (`distancesFromUsual`); a daily peak is usual, and what comes again is none.
 *
 * Of 200 synthetic series of two to eight weeks of hours without any, it reports some in none where noise is normal, in 0.5 to
 * 3.5 % where it is lognormal with a spread of 0.5, in 3 to 27 % with 1: there the largest values are far from usual indeed.
 *
 * Needs a week, and intervals of at most a day.
 *
 * @param excluded 1 for each interval that teaches nothing
 * @param counts whether values count what happened in their interval
 */
export function unusualValues(series: LoadSeries, excluded: Uint8Array, counts: boolean): Unusual {
  const usual = distancesFromUsual(series, excluded);
  if (usual === null) return { outliers: [], recurring: [], partialEnd: null };
  const { observedAt, distances, spread, usualAt } = usual;
  const least = Math.max(leastSpreads * spread, leastTails * quantile(distances.map(Math.abs), 0.95));
  const far = observedAt.flatMap((index, place): Outlier[] => {
    if (Math.abs(distances[place]) <= least) return [];
    const outlier = { index, value: series.values[index], usual: usualAt(index) };
    return isFar(outlier) ? [outlier] : [];
  });
  const again = recurring(series, far);
  const once = far.filter((outlier) => !again.includes(outlier));
  const outliers = isException(series, once, observedAt.length) ? once : [];
  const partialEnd = counts ? partialEndOf(series, usual) : null;
  return {
    outliers: partialEnd === null ? outliers : outliers.filter(({ index }) => index !== partialEnd.index),
    recurring: again,
    partialEnd,
  };
}

function isFar({ value, usual }: Outlier): boolean {
  return Math.abs(value) >= leastFactor * Math.abs(usual) || Math.abs(value) <= Math.abs(usual) / leastFactor || value * usual < 0;
}

/** Whether they are few, or lie in one stretch of at most a day in two weeks that has an end. */
function isException({ values, intervalMs }: LoadSeries, outliers: readonly Outlier[], observed: number): boolean {
  if (outliers.length <= Math.max(1, mostShare * observed)) return true;
  if (outliers.length > mostShareInStretches * observed) return false;
  const stretches = stretchesOf(outliers);
  const most = Math.max(1, Math.floor((observed * intervalMs) / (2 * WEEK_MS)));
  return stretches.length <= most && stretches.every(({ from, to }) => (to - from + 1) * intervalMs <= DAY_MS && to < values.length - 1);
}

/** Values at most two places apart belong together. */
function stretchesOf(outliers: readonly Outlier[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { index } of outliers) {
    const last = stretches[stretches.length - 1];
    if (last !== undefined && index <= last.to + 2) last.to = index;
    else stretches.push({ from: index, to: index });
  }
  return stretches;
}

/** What an interval that was not over lacks at least, as a share of the usual, and in spreads of all distances. */
const leastLacking = 0.1;
const leastSpreadsOfEnd = 4;
/** And in multiples of the distance that 99 % keep. */
const leastTailsOfEnd = 1.25;

/** Only counts are lower for it: the mean of part of an interval is a mean. Values on a coarser grid than their own have left it out. */
function partialEndOf({ values, intervalMs, origin }: LoadSeries, { observedAt, distances, spread, usualAt }: Distances): Outlier | null {
  const place = observedAt.length - 1;
  const index = observedAt[place];
  if (origin.spacingMs !== intervalMs || index !== values.length - 1) return null;
  const least = Math.max(leastSpreadsOfEnd * spread, leastTailsOfEnd * quantile(distances.map(Math.abs), 0.99));
  const end = { index, value: values[index], usual: usualAt(index) };
  return -distances[place] > least && end.value >= 0 && end.value <= (1 - leastLacking) * end.usual ? end : null;
}
