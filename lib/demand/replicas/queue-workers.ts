import { ceilTolerant } from './service';

import type { StepFunction } from './steps';

/** A queue of items with a deadline for each item, and arrivals that change by period. */
export type Queue = {
  /** Arrivals in items a second, by period. */
  readonly arrivals: StepFunction;
  /** Items that wait when the arrivals begin. */
  readonly backlog: number;
  /** Items a second that one worker does, > 0. */
  readonly throughputPerWorker: number;
  /** From the arrival of an item until it must be done. */
  readonly deadlineSeconds: number;
  /** From the beginning of the arrivals until the first new worker works: boot and cold start. */
  readonly startSeconds: number;
};

/** A number of workers, and why no fewer do. */
export type QueueWorkers = {
  readonly workers: number;
  /** The span of arrivals that needs so many, epoch ms. A span that begins with the arrivals includes the backlog. */
  readonly binds: { readonly from: number; readonly to: number };
};

/**
 * The smallest constant number of workers with which every item of a queue is done within the deadline after its arrival, and the queue
 * does not grow over the whole time. Items are done in the order of arrival.
 *
 * What arrives between s and t must be done by t + deadline, and work on it cannot begin before s. So for every such span the workers must
 * do, within t - s + deadline, all that arrived in it. It is enough to look at spans that begin and end where the rate of arrivals changes,
 * since the number of workers has no maximum in between.
 *
 * @returns `null` where the deadline is over before a worker can start
 */
export function queueWorkers({ arrivals, backlog, throughputPerWorker, deadlineSeconds, startSeconds }: Queue): QueueWorkers | null {
  const { steps, end } = arrivals;
  const edges = [...steps.map(({ from }) => from), end];
  const begin = edges[0];
  const mean = steps.reduce((sum, { value, from }, index) => sum + value * (edges[index + 1] - from), 0) / (end - begin);
  const common = { throughputPerWorker, startSeconds };
  const overall = batchWorkers({ ...common, backlog, arrivalsPerSecond: mean, deadlineSeconds, goal: 'each' });
  if (overall === null) return null;
  let best: QueueWorkers = { workers: overall.workers, binds: { from: begin, to: overall.workers > overall.keepUp ? begin : end } };
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

/** A queue of items that must be done by a deadline, with a constant rate of arrivals. */
export type BatchQueue = {
  /** Items that wait now. */
  readonly backlog: number;
  /** Items a second that arrive from now on. */
  readonly arrivalsPerSecond: number;
  /** Items a second that one worker does, > 0. */
  readonly throughputPerWorker: number;
  /** Seconds until the work must be done. */
  readonly deadlineSeconds: number;
  /** Of these, the seconds until a new worker works: boot and cold start. @default 0 */
  readonly startSeconds?: number;
  /**
   * What the deadline means. `empty`: at the deadline no item waits, whatever arrived before it. `each`: every item, also a later one, is
   * done within that time after its arrival, in order.
   *
   * @default `empty`
   */
  readonly goal?: 'empty' | 'each';
};

/** Workers for a queue with a deadline. */
export type BatchWorkers = {
  /** At least 1 while there is anything to do, else 0. */
  readonly workers: number;
  /** Workers that are enough for the arrivals alone, without a backlog. */
  readonly keepUp: number;
  /** Seconds from now until the backlog is done by these workers; `null` where they only keep it from growing. */
  readonly drainedAfterSeconds: number | null;
};

/**
 * The number of workers for a queue with a deadline. With T the deadline, s the start of new workers, r the throughput of a worker and a
 * the arrivals, the goal `empty` needs (backlog + a T) / (r (T - s)) workers. The goal `each` needs backlog / (r (T - s)) for the items
 * that wait now, and at least a / r, so that later items do not wait longer.
 *
 * @returns `null` where the deadline is over before a worker can start
 */
export function batchWorkers(queue: BatchQueue): BatchWorkers | null {
  const { backlog, arrivalsPerSecond, throughputPerWorker, deadlineSeconds, startSeconds = 0, goal = 'empty' } = queue;
  const keepUp = ceilTolerant(arrivalsPerSecond / throughputPerWorker);
  if (backlog === 0 && arrivalsPerSecond === 0) return { workers: 0, keepUp: 0, drainedAfterSeconds: 0 };
  const workingSeconds = deadlineSeconds - startSeconds;
  if (workingSeconds <= 0) return null;
  const dueItems = goal === 'empty' ? backlog + arrivalsPerSecond * deadlineSeconds : backlog;
  const workers = Math.max(1, keepUp, ceilTolerant(dueItems / (throughputPerWorker * workingSeconds)));
  const netRate = workers * throughputPerWorker - arrivalsPerSecond;
  return {
    workers,
    keepUp,
    drainedAfterSeconds: netRate <= 1e-9 * arrivalsPerSecond ? null : startSeconds + (backlog + arrivalsPerSecond * startSeconds) / netRate,
  };
}
