import { SECOND_MS } from '../units';
import type { LoadSeries } from './series';

/** A load of what was served, made whole by the requests that waited beside it. */
export type CompletedLoad = {
  /** What arrived, per second. */
  readonly series: LoadSeries;
  /** Intervals in which it is more than what was served. */
  readonly raised: number;
};

/**
 * What arrived: what was served and by how much the queue grew, interval by interval. The growth of an interval is taken from the means of
 * the queue on either side of it. Where the queue was not observed the load stays as it was, never as if nobody had waited; requests that
 * gave up waiting are not in it.
 *
 * @param served a rate per second
 * @param queue requests that wait, a level, on a grid of the same interval
 */
export function withQueue(served: LoadSeries, queue: LoadSeries): CompletedLoad {
  const { start, intervalMs, values } = served;
  if (queue.intervalMs !== intervalMs) return { series: served, raised: 0 };
  const offset = Math.round((start - queue.start) / intervalMs);
  const waiting = (index: number) => queue.values[index + offset] ?? NaN;
  const seconds = intervalMs / SECOND_MS;
  let raised = 0;
  const arrived = values.map((value, index) => {
    const growth = growthAt(waiting, index) / seconds;
    if (Number.isNaN(value) || Number.isNaN(growth)) return value;
    if (growth > 0) raised += 1;
    return Math.max(0, value + growth);
  });
  return { series: { ...served, values: arrived }, raised };
}

/** By how much a queue grows within an interval; NaN where that is not known. */
function growthAt(waiting: (index: number) => number, index: number): number {
  const [before, here, after] = [waiting(index - 1), waiting(index), waiting(index + 1)];
  if (!Number.isNaN(before) && !Number.isNaN(after)) return (after - before) / 2;
  return Number.isNaN(before) ? after - here : here - before;
}
