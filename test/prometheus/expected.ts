import { MINUTE_MS, SECOND_MS } from '../../lib/units';
import type { Sample } from './generator';

/** What Prometheus looks back for a sample that is still current. */
const lookbackMs = 5 * MINUTE_MS;

/** The last sample that is at most five minutes old. */
export function instantAt(samples: readonly Sample[], time: number): number | undefined {
  const last = windowOf(samples, time, lookbackMs).at(-1);
  return last?.[1];
}

/** Of the samples in a window that ends at the time; `undefined` without any. */
export function overTime(
  samples: readonly Sample[],
  time: number,
  windowMs: number,
  of: (values: readonly number[]) => number,
): number | undefined {
  const values = windowOf(samples, time, windowMs).map(([, value]) => value);
  return values.length === 0 ? undefined : of(values);
}

/**
 * `rate` as Prometheus defines it: the increase between the first and the last sample of the window, falls taken as restarts
 * from 0, extrapolated to the edges of the window where a sample is nearer to the edge than 1.1 times the usual distance, and
 * otherwise by half that distance; towards the beginning never below a counter of 0.
 *
 * @see extrapolatedRate in promql/functions.go of Prometheus 2
 */
export function rateAt(samples: readonly Sample[], time: number, windowMs: number): number | undefined {
  const inside = windowOf(samples, time, windowMs);
  if (inside.length < 2) return undefined;
  const [firstTime, firstValue] = inside[0];
  const [lastTime, lastValue] = inside[inside.length - 1];
  let increase = lastValue - firstValue;
  for (let index = 1; index < inside.length; index += 1) {
    if (inside[index][1] < inside[index - 1][1]) increase += inside[index - 1][1];
  }
  const sampledMs = lastTime - firstTime;
  const usualMs = sampledMs / (inside.length - 1);
  let toStartMs = firstTime - (time - windowMs);
  const toEndMs = time - lastTime;
  if (increase > 0 && firstValue >= 0) toStartMs = Math.min(toStartMs, sampledMs * (firstValue / increase));
  const edge = (ms: number) => (ms < usualMs * 1.1 ? ms : usualMs / 2);
  return (increase * ((sampledMs + edge(toStartMs) + edge(toEndMs)) / sampledMs)) / (windowMs / SECOND_MS);
}

/** Samples in (time - window, time], found by bisection. */
function windowOf(samples: readonly Sample[], time: number, windowMs: number): readonly Sample[] {
  const firstAfter = (limit: number): number => {
    let [low, high] = [0, samples.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (samples[middle][0] > limit) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return samples.slice(firstAfter(time - windowMs), firstAfter(time));
}
