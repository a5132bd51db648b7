import { HOUR_MS } from '../units';
import type { Observations } from './policy';

/** A forecast as it was known from a moment on. Values by interval; later intervals are not forecast. */
export type Outlook = {
  /** Epoch ms from which on the forecast is in force. */
  readonly knownFrom: number;
  /** Epoch ms of the first interval. */
  readonly start: number;
  readonly intervalMs: number;
  /** Point forecast of each interval's mean. */
  readonly mean: Float64Array;
  /** Quantiles of each interval's mean, by probability ascending. */
  readonly quantiles: readonly { readonly probability: number; readonly values: Float64Array }[];
  /** How many times higher than usual the highest load of each interval is above its mean, 1 or more. @default 1 */
  readonly peaks?: Float64Array;
};

/** The newest outlook that is in force at a moment, or `null` before the first. */
export function outlookAt(outlooks: readonly Outlook[], now: number): Outlook | null {
  return newestKnown(outlooks, now);
}

/** Of entries that become known one after the other the newest that is known at a moment, or `null` before the first. */
export function newestKnown<T extends { readonly knownFrom: number }>(entries: readonly T[], now: number): T | null {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].knownFrom <= now) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : entries[low - 1];
}

/** The path of the smallest forecast quantile that is at least as high as a probability; where there is none, of the highest. */
export function quantilePath({ quantiles, mean }: Outlook, probability: number): Float64Array {
  const quantile = quantiles.find((forecast) => forecast.probability >= probability - 1e-9) ?? quantiles[quantiles.length - 1];
  return quantile?.values ?? mean;
}

/** A path of an outlook at the highest load of each interval. */
export function peakPath({ peaks }: Outlook, path: Float64Array): Float64Array {
  return peaks === undefined ? path : path.map((value, index) => value * peaks[index]);
}

/** The largest value of an outlook's path between two moments, epoch ms; the path's last value goes on after its end. */
export function largestWithin({ start, intervalMs }: Outlook, path: Float64Array, from: number, to: number): number {
  const clamp = (index: number) => Math.max(0, Math.min(path.length - 1, index));
  const first = clamp(Math.floor((from - start) / intervalMs));
  const last = clamp(Math.ceil((to - start) / intervalMs) - 1);
  let largest = path[first];
  for (let i = first + 1; i <= last; i++) largest = Math.max(largest, path[i]);
  return largest;
}

/** The point forecast at a moment, in straight lines through the middles of its intervals. */
export function meanPath({ start, intervalMs, mean }: Outlook, at: number): number {
  const place = Math.max(0, Math.min(mean.length - 1, (at - start) / intervalMs - 0.5));
  const left = Math.floor(place);
  const right = Math.min(mean.length - 1, left + 1);
  return mean[left] + (mean[right] - mean[left]) * (place - left);
}

/** The error of an outlook is measured over so much of the past, */
const errorWindowMs = 3 * HOUR_MS;
/** and taken to fade: after so long a third of it is left. */
const fadesMs = 6 * HOUR_MS;
/** An error of more than threefold, or a third, says that the outlook is of another load. */
const largestError = Math.log(3);

/**
 * The log of how many times the load of the last three hours was what the outlook said of them; 0 where neither can be seen.
 *
 * @param offset added to both, so that no load and a little load are near each other
 */
export function missOf({ load, start, tickMs }: Observations, outlook: Outlook, now: number, offset: number): number {
  const end = load.length;
  const from = Math.max(0, Math.round((Math.max(now - errorWindowMs, outlook.start) - start) / tickMs));
  if (end <= from) return 0;
  const stepTicks = Math.max(1, Math.round(HOUR_MS / 12 / tickMs));
  let [seen, expected] = [0, 0];
  for (let tick = from; tick < end; tick += stepTicks) {
    const to = Math.min(end, tick + stepTicks);
    for (let i = tick; i < to; i++) seen += load[i];
    expected += (to - tick) * meanPath(outlook, start + ((tick + to) / 2) * tickMs);
  }
  const miss = Math.log((seen / (end - from) + offset) / (expected / (end - from) + offset));
  return Math.max(-largestError, Math.min(largestError, miss));
}

/**
 * The next intervals of an outlook's path, corrected by what the outlook missed in the last hours: in full in the interval that holds now,
 * and the less the further an interval lies ahead.
 *
 * @param path of the outlook: its mean, or a quantile; its last value goes on after its end
 * @param miss as `missOf` measures it
 * @param steps how many intervals, the first the one that holds now
 */
export function nextSteps(outlook: Outlook, path: Float64Array, miss: number, now: number, steps = 24): Float64Array {
  const { start, intervalMs } = outlook;
  const first = Math.floor((now - start) / intervalMs);
  return Float64Array.from({ length: steps }, (_, step) => {
    const index = Math.max(0, Math.min(path.length - 1, first + step));
    const aheadMs = Math.max(0, start + (first + step) * intervalMs - now);
    return path[index] * Math.exp(miss * Math.exp(-aheadMs / fadesMs));
  });
}
