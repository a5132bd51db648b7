import { batchWorkers } from './batch-queue';
import type { StepFunction } from './steps';

export type Queue = {
  /** Items a second that arrive, by period. */
  readonly arrivals: StepFunction;
  /** Items that wait when it begins. */
  readonly backlog: number;
  /** Items a second that one worker does, > 0. */
  readonly throughputPerWorker: number;
  /** From the arrival of an item until it must be done. */
  readonly deadlineSeconds: number;
  /** From the beginning until the first new worker works: boot and cold start. */
  readonly startSeconds: number;
};

export type QueueWorkers = {
  readonly workers: number;
  /** The span of arrivals that asks for so many, epoch ms; the backlog is part of one that begins with the queue. */
  readonly binds: { readonly from: number; readonly to: number };
};

/**
 * The fewest workers, all the time, with which each item of a queue is done within a deadline of its arrival, in order, and the queue
 * does not grow over the whole.
 *
 * What arrives from s to t must be done by t + deadline, and work on it cannot begin before s: so for each such span the workers do in
 * t - s + deadline what arrived in it. Spans need begin and end only where the arrivals change, since between these the quotient has no
 * maximum of its own.
 *
 * @returns `null` where the deadline is over before a worker can start
 */
export function queueWorkers({ arrivals, backlog, throughputPerWorker, deadlineSeconds, startSeconds }: Queue): QueueWorkers | null {
  const { steps, end } = arrivals;
  const edges = [...steps.map(({ from }) => from), end];
  const begin = edges[0];
  const mean = steps.reduce((sum, { value, from }, index) => sum + value * (edges[index + 1] - from), 0) / (end - begin);
  const common = { throughputPerWorker, startSeconds };
  const first = batchWorkers({ ...common, backlog, arrivalsPerSecond: mean, deadlineSeconds, goal: 'each' });
  if (first === null) return null;
  let best: QueueWorkers = { workers: first.workers, binds: { from: begin, to: first.workers > first.keepUp ? begin : end } };
  for (let from = 0; from < steps.length; from++) {
    let items = from === 0 ? backlog : 0;
    for (let to = from; to < steps.length; to++) {
      items += (steps[to].value * (edges[to + 1] - edges[to])) / 1_000;
      const spanSeconds = (edges[to + 1] - edges[from]) / 1_000;
      const needed = batchWorkers({
        throughputPerWorker,
        backlog: items,
        arrivalsPerSecond: 0,
        deadlineSeconds: spanSeconds + deadlineSeconds,
        startSeconds: from === 0 ? startSeconds : 0,
      });
      if (needed !== null && needed.workers > best.workers)
        best = { workers: needed.workers, binds: { from: edges[from], to: edges[to + 1] } };
    }
  }
  return best;
}
