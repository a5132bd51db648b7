import { DAY_MS, HOUR_MS } from '../../units';
import { type Run, runsWhere } from '../runs';
import { median, quantile, spread } from '../robust';
import type { LoadSeries } from '../series';

/** A level at which a load ends on many days, as if more could not be served or measured. */
export type Plateau = {
  readonly level: number;
  /** Days on which the load stays there for hours, and of how many. */
  readonly days: number;
  readonly ofDays: number;
  /** Intervals at the level. */
  readonly count: number;
  /** Robust standard deviations, as shares: of the values at the level, and of the others about their usual. */
  readonly spread: number;
  readonly spreadOfRest: number;
  /** Places of the first and after the last of them. */
  readonly run: Run;
};

/** A stretch at the top of a day lasts so long at least, and takes so many intervals. */
const leastMs = 3 * HOUR_MS;
const leastIntervals = 4;
/** Its values lie within this share of the range of the load below the top of the day. */
const band = 0.03;
/** Tops of days agree within this share of themselves. */
const sameLevel = 0.01;
const leastDays = 3;
/** Of the days from the first to the last; where an end is known, fewer are enough. */
const leastShareOfDays = { usually: 0.7, atKnownEnd: 0.4 };
/** The values at a level vary by at most this share of it, and by so much less than the rest does. */
const mostSpread = 0.01;
const mostOfRest = 1 / 3;
/** At a whole number of replicas, up to so many, within this share of it, as much as this is enough. */
const mostReplicas = 40;
const nearReplicas = 0.005;
const mostOfRestAtReplicas = 2 / 3;
/** From this share of all there is on, a utilisation is at its end whatever the rest does. */
const nearWhole = 0.985;
/** A level of fewer steps than this of the values, which may be whole numbers, is seen often without being an end. */
const leastSteps = 12;
/** Above a level lies at most this share of the values of its days. */
const mostAbove = 0.02;
const least = 7 * DAY_MS;

/** What is known of where a load could end. */
export type KnownEnds = {
  /** What one replica can serve, in the unit of the series per second. */
  readonly perReplica?: number;
};

/**
 * The level at which a load is cut off: that on at least three days, and seven of ten from the first of them to the last, the
 * highest values of the day form one stretch of three hours or longer, which agrees with that of the other days within a hundredth and
 * varies by less than a third of what the rest of the load varies by from day to day. A load that is as high for hours of its own accord
 * varies there as it does elsewhere; the top of a daily wave is shorter. At a whole number of replicas, and next to 100 %, less is
 * enough. Days begin where the load is lowest.
 *
 * @param excluded 1 for each interval that teaches nothing
 * @returns the level of the most recent days that have one; `null` for less than a week, and where there is none
 */
export function plateauOf(
  { start, intervalMs, values, observed, unit }: LoadSeries,
  excluded: Uint8Array,
  { perReplica }: KnownEnds = {},
): Plateau | null {
  const known = values.map((value, index) => (excluded[index] === 0 && observed[index] > 0 ? value : NaN));
  const valued = known.filter((value) => !Number.isNaN(value));
  if (valued.length * intervalMs < least || intervalMs > HOUR_MS) return null;
  const low = quantile(valued, 0.02);
  const tops = topsOfDays(intervalMs, known, low);
  const whole = unit?.noun === '%' ? 100 : unit?.noun === 'ratio' ? 1 : Infinity;
  const mostOf = (level: number) =>
    level >= nearWhole * whole ? Infinity : replicasAt(level, perReplica) === null ? mostOfRest : mostOfRestAtReplicas;
  const series = { start, intervalMs, values: known };
  return tops.reduceRight<Plateau | null>((found, { level }) => found ?? plateauAt(level, tops, series, valued, mostOf(level)), null);
}

/** How many replicas serve just so much; `null` where no whole number does, or nobody knows. */
export function replicasAt(level: number, perReplica: number | undefined): number | null {
  const replicas = Math.round(level / (perReplica ?? NaN));
  const isNear = replicas >= 1 && replicas <= mostReplicas && Math.abs(level / (perReplica ?? NaN) - replicas) <= nearReplicas * replicas;
  return isNear ? replicas : null;
}

type Top = { readonly day: number; readonly level: number; readonly run: Run };
type Known = Pick<LoadSeries, 'start' | 'intervalMs' | 'values'>;

/** By day, its longest stretch of values near its highest, where that is long enough. */
function topsOfDays(intervalMs: number, values: Float64Array, low: number): Top[] {
  const [perDay, shortest] = [Math.round(DAY_MS / intervalMs), Math.max(leastIntervals, Math.ceil(leastMs / intervalMs))];
  const offset = (perDay - (quietest(values, perDay) % perDay)) % perDay;
  const tops: Top[] = [];
  for (let from = -offset; from < values.length; from += perDay) {
    const [first, end] = [Math.max(0, from), Math.min(values.length, from + perDay)];
    const inside = values.slice(first, end);
    const highest = inside.reduce((most, value) => (value > most ? value : most), -Infinity);
    if (!(highest > low)) continue;
    const longest = runsWhere(inside.length, (index) => inside[index] >= highest - band * (highest - low)).reduce(
      (best, run) => (run.to - run.from > best.to - best.from ? run : best),
      { from: 0, to: 0 },
    );
    if (longest.to - longest.from < shortest) continue;
    const run = { from: first + longest.from, to: first + longest.to };
    tops.push({ day: Math.round((from + offset) / perDay), level: median(values.slice(run.from, run.to)), run });
  }
  return tops;
}

/** The first place of a series whose time of the day has the lowest median. */
function quietest(values: Float64Array, perDay: number): number {
  const medians = Array.from({ length: perDay }, (_, place) =>
    median(values.filter((value, index) => index % perDay === place && !Number.isNaN(value))),
  );
  return medians.reduce((best, value, place) => (value < medians[best] ? place : best), 0);
}

function plateauAt(level: number, tops: readonly Top[], series: Known, valued: Float64Array, mostOf: number): Plateau | null {
  const agreeing = tops.filter((top) => Math.abs(top.level - level) <= sameLevel * level);
  const [first, last] = [agreeing[0], agreeing[agreeing.length - 1]];
  const ofDays = last.day - first.day + 1;
  const leastShare = leastShareOfDays[mostOf > mostOfRest ? 'atKnownEnd' : 'usually'];
  if (agreeing.length < Math.max(leastDays, leastShare * ofDays)) return null;
  const { values } = series;
  const at = agreeing.flatMap(({ run }) => [...values.slice(run.from, run.to)]);
  const spreadAt = spread(at) / level;
  if (spreadAt > mostSpread || level < leastSteps * stepOf(valued)) return null;
  const run = { from: first.run.from, to: last.run.to };
  const during = values.slice(run.from, run.to).filter((value) => !Number.isNaN(value));
  if (during.filter((value) => value > level * (1 + 2 * sameLevel)).length > mostAbove * during.length) return null;
  const rest = spreadOfRest(series, run, level);
  if (mostOf < Infinity && !(spreadAt <= mostOf * rest)) return null;
  return { level: median(at), days: agreeing.length, ofDays, count: at.length, spread: spreadAt, spreadOfRest: rest, run };
}

/** The smallest difference of two values: 1 of whole numbers. */
function stepOf(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  let smallest = Infinity;
  for (let index = 1; index < sorted.length; index += 1) {
    const difference = sorted[index] - sorted[index - 1];
    if (difference > 0 && difference < smallest) smallest = difference;
  }
  return Number.isFinite(smallest) ? smallest : 0;
}

/** How the values well below a level vary about the median of their time of the day, as a share of that; NaN where there are too few to tell. */
function spreadOfRest({ start, intervalMs, values }: Known, { from, to }: Run, level: number): number {
  const byTime = new Map<number, number[]>();
  for (let index = from; index < to; index += 1) {
    if (!(values[index] < level * (1 - 3 * sameLevel))) continue;
    const time = (start + index * intervalMs) % DAY_MS;
    byTime.set(time, [...(byTime.get(time) ?? []), values[index]]);
  }
  const shares = [...byTime.values()].flatMap((group) => {
    const usual = median(group);
    return group.length < leastDays || usual <= 0 ? [] : group.map((value) => value / usual - 1);
  });
  return shares.length < 4 * leastIntervals ? NaN : spread(shares, 0);
}
