import { DAY_MS, HOUR_MS, WEEK_MS } from '../../units';
import { isObserved } from '../runs';
import { ranks } from '../robust';
import type { LoadSeries } from '../series';

/** A repetition, and how much of the load follows it: 0 none, 1 all. */
export type Seasonality = { readonly periodMs: number; readonly strength: number };

/** From this strength on, a repetition counts as found. */
export const leastStrength = 0.2;

/** A block (a day, a week) counts when at least this share of its hours was observed. */
const leastShareOfBlock = 0.9;

/**
 * How strongly a series repeats every 24 h, and how much of what that leaves repeats every 168 h. Of hourly means, ranked so that
 * a spike hides nothing, each day (week) less its own mean:
 *
 * - 24 h: 1 - Var(rest) / Var(all), the rest being what the mean of each hour of the day leaves (Wang, Smith and Hyndman 2006);
 * - 168 h: 1 - Var(rest) / Var(rest of 24 h), likewise with each hour of the week.
 *
 * Variances are by their degrees of freedom, so that noise has strength 0 on average whatever its length. Needs two whole days, or
 * weeks; a period with fewer, or of fewer than two intervals, is left out.
 *
 * @param excluded 1 for each interval that teaches nothing
 */
export function seasonality(series: LoadSeries, excluded: Uint8Array): readonly Seasonality[] {
  const hours = hourlyMeans(series, excluded);
  if (hours === null) return [];
  const perDay = DAY_MS / hours.stepMs;
  const seasons: Seasonality[] = [];
  const daily = blocksOf(hours, DAY_MS);
  if (daily.count >= 2) seasons.push({ periodMs: DAY_MS, strength: gain(variance(daily, 1), variance(daily, perDay)) });
  const weekly = blocksOf(hours, WEEK_MS);
  if (weekly.count >= 2) seasons.push({ periodMs: WEEK_MS, strength: gain(variance(weekly, perDay), variance(weekly, 7 * perDay)) });
  return seasons;
}

const gain = (all: number, rest: number): number => (all > 0 ? Math.min(1, Math.max(0, 1 - rest / all)) : 0);

/** Means by the hour, or by the interval where that is longer; NaN where less than half was observed. */
type Hourly = { readonly start: number; readonly stepMs: number; readonly values: Float64Array };

function hourlyMeans(series: LoadSeries, excluded: Uint8Array): Hourly | null {
  const { start, intervalMs, values } = series;
  const stepMs = Math.max(HOUR_MS, intervalMs);
  if (!Number.isInteger(DAY_MS / stepMs) || DAY_MS / stepMs < 2) return null;
  const first = Math.floor(start / stepMs);
  const length = Math.max(0, Math.ceil((start + values.length * intervalMs) / stepMs) - first);
  const sums = new Float64Array(length);
  const counts = new Float64Array(length);
  values.forEach((value, index) => {
    if (excluded[index] === 1 || !isObserved(series, index)) return;
    const step = Math.floor((start + index * intervalMs) / stepMs) - first;
    sums[step] += value;
    counts[step] += 1;
  });
  const least = stepMs / intervalMs / 2;
  return { start: first * stepMs, stepMs, values: sums.map((sum, step) => (counts[step] >= least ? sum / counts[step] : NaN)) };
}

/** Ranked values of whole blocks, each less the mean of its block, with their place within it. */
type Blocks = { readonly count: number; readonly values: Float64Array; readonly places: Uint16Array };

function blocksOf({ start, stepMs, values }: Hourly, blockMs: number): Blocks {
  const perBlock = blockMs / stepMs;
  const members = new Map<number, number[]>();
  values.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const block = Math.floor((start + index * stepMs) / blockMs);
    const inside = members.get(block);
    if (inside) inside.push(index);
    else members.set(block, [index]);
  });
  const whole = [...members.values()].filter((inside) => inside.length >= leastShareOfBlock * perBlock);
  const ranked = ranks(Float64Array.from(whole.flat(), (index) => values[index]));
  const places = Uint16Array.from(whole.flat(), (index) => Math.round(((start + index * stepMs) % blockMs) / stepMs));
  let at = 0;
  for (const { length } of whole) {
    const block = ranked.subarray(at, at + length);
    const mean = block.reduce((total, rank) => total + rank, 0) / length;
    block.forEach((rank, index) => (block[index] = rank - mean));
    at += length;
  }
  return { count: whole.length, values: ranked, places };
}

/** Variance around the mean of each place in a cycle of so many steps, by the degrees of freedom. */
function variance({ count, values, places }: Blocks, cycle: number): number {
  const sums = new Float64Array(cycle);
  const sizes = new Float64Array(cycle);
  values.forEach((value, index) => {
    sums[places[index] % cycle] += value;
    sizes[places[index] % cycle] += 1;
  });
  const freedom = values.length - count - cycle + 1;
  if (freedom <= 0) return 0;
  const squares = values.reduce((total, value, index) => {
    const place = places[index] % cycle;
    return total + (value - sums[place] / sizes[place]) ** 2;
  }, 0);
  return squares / freedom;
}
