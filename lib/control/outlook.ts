import { HOUR_MS } from '../units';
import type { Observations } from './policy';

/** What a plan expects, as it was known from a time on. Values by interval; later intervals are not forecast. */
export type Outlook = {
  /** Epoch ms from which on it is in force. */
  readonly knownFrom: number;
  /** Epoch ms of the first interval. */
  readonly start: number;
  readonly intervalMs: number;
  /** Point forecast of each interval's mean. */
  readonly mean: Float64Array;
  /** Quantiles of each interval's mean, by probability ascending. */
  readonly quantiles: readonly { readonly probability: number; readonly values: Float64Array }[];
};

/** The newest outlook that is known, or `null` before the first. */
export function outlookAt(outlooks: readonly Outlook[], now: number): Outlook | null {
  return newestKnown(outlooks, now);
}

/** Of what becomes known one after the other the newest that is, or `null` before the first. */
export function newestKnown<T extends { readonly knownFrom: number }>(all: readonly T[], now: number): T | null {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle].knownFrom <= now) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : all[low - 1];
}

/** The path of a probability: of the smallest that is at least as high, else the highest. */
export function quantilePath({ quantiles, mean }: Outlook, probability: number): Float64Array {
  const found = quantiles.find((one) => one.probability >= probability - 1e-9) ?? quantiles[quantiles.length - 1];
  return found?.values ?? mean;
}

/** The largest value of a path over a span of time; its last value goes on after its end. */
export function largestWithin({ start, intervalMs }: Outlook, path: Float64Array, from: number, to: number): number {
  const clamp = (index: number) => Math.max(0, Math.min(path.length - 1, index));
  const first = clamp(Math.floor((from - start) / intervalMs));
  const last = clamp(Math.ceil((to - start) / intervalMs) - 1);
  let most = path[first];
  for (let i = first + 1; i <= last; i++) most = Math.max(most, path[i]);
  return most;
}

/** The point forecast at a moment, in straight lines through the middles of its intervals. */
export function meanPath({ start, intervalMs, mean }: Outlook, at: number): number {
  const place = Math.max(0, Math.min(mean.length - 1, (at - start) / intervalMs - 0.5));
  const left = Math.floor(place);
  const right = Math.min(mean.length - 1, left + 1);
  return mean[left] + (mean[right] - mean[left]) * (place - left);
}

/** What is missed over so long is taken to go on, */
const missedOverMs = 3 * HOUR_MS;
/** and to fade: after so long a third of it is left. */
const fadesMs = 6 * HOUR_MS;
/** No more than threefold, or a third: beyond that the outlook is of another load. */
const mostMiss = Math.log(3);

/**
 * By how much the load of the last three hours was above what the outlook said of them, as a log; 0 where neither can be seen.
 *
 * @param offset added to both, so that no load and a little load are near each other
 */
export function missOf({ load, start, tickMs }: Observations, outlook: Outlook, now: number, offset: number): number {
  const end = load.length;
  const from = Math.max(0, Math.round((Math.max(now - missedOverMs, outlook.start) - start) / tickMs));
  if (end <= from) return 0;
  const stepTicks = Math.max(1, Math.round(HOUR_MS / 12 / tickMs));
  let [seen, expected] = [0, 0];
  for (let tick = from; tick < end; tick += stepTicks) {
    const to = Math.min(end, tick + stepTicks);
    for (let i = tick; i < to; i++) seen += load[i];
    expected += (to - tick) * meanPath(outlook, start + ((tick + to) / 2) * tickMs);
  }
  const miss = Math.log((seen / (end - from) + offset) / (expected / (end - from) + offset));
  return Math.max(-mostMiss, Math.min(mostMiss, miss));
}

/**
 * The next steps of a path as they look now: what the outlook says, moved by what it missed in the last hours, the less the further ahead.
 *
 * @param path of the outlook: its mean, or a quantile
 * @param steps intervals of the outlook, the first the one that holds now; its last value goes on after its end
 */
export function nextSteps(outlook: Outlook, path: Float64Array, miss: number, now: number, steps = 24): Float64Array {
  const { start, intervalMs } = outlook;
  const first = Math.floor((now - start) / intervalMs);
  return Float64Array.from({ length: steps }, (_, step) => {
    const index = Math.max(0, Math.min(path.length - 1, first + step));
    const ahead = Math.max(0, start + (first + step) * intervalMs - now);
    return path[index] * Math.exp(miss * Math.exp(-ahead / fadesMs));
  });
}
