import { ceilTolerant } from './service';

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

export type BatchQueue = {
  /** Items that wait now. */
  readonly backlog: number;
  /** Items a second that keep coming. */
  readonly arrivalsPerSecond: number;
  /** Items a second that one worker does, > 0. */
  readonly throughputPerWorker: number;
  /** Seconds until the work must be done. */
  readonly deadlineSeconds: number;
  /** Of these, the seconds until a new worker works: boot and cold start. @default 0 */
  readonly startSeconds?: number;
  /**
   * What the deadline means. `empty`: by then nothing waits, whatever came meanwhile. `each`: every item, now and later, is done
   * within that time of its arrival, in order.
   *
   * @default `empty`
   */
  readonly goal?: 'empty' | 'each';
};

export type BatchWorkers = {
  /** At least 1 while there is anything to do, else 0. */
  readonly workers: number;
  /** Workers that merely keep up with arrivals, once the backlog is gone. */
  readonly keepUp: number;
  /** Seconds from now until the backlog is gone with these workers; `null` where they only keep it from growing. */
  readonly drainedAfterSeconds: number | null;
};

/**
 * Workers for a queue of jobs with a deadline. With T the deadline, s the start, r the throughput of a worker and a the arrivals:
 * `empty` needs (backlog + a T) / (r (T - s)); `each` needs backlog / (r (T - s)) for the items that wait now, and never
 * fewer than a / r, so that those to come wait no longer.
 *
 * @returns `null` where the deadline is over before a worker can start
 */
export function batchWorkers(queue: BatchQueue): BatchWorkers | null {
  const { backlog, arrivalsPerSecond, throughputPerWorker, deadlineSeconds, startSeconds = 0, goal = 'empty' } = queue;
  const keepUp = ceilTolerant(arrivalsPerSecond / throughputPerWorker);
  if (backlog === 0 && arrivalsPerSecond === 0) return { workers: 0, keepUp: 0, drainedAfterSeconds: 0 };
  const working = deadlineSeconds - startSeconds;
  if (working <= 0) return null;
  const due = goal === 'empty' ? backlog + arrivalsPerSecond * deadlineSeconds : backlog;
  const workers = Math.max(1, keepUp, ceilTolerant(due / (throughputPerWorker * working)));
  const gain = workers * throughputPerWorker - arrivalsPerSecond;
  return {
    workers,
    keepUp,
    drainedAfterSeconds: gain <= 1e-9 * arrivalsPerSecond ? null : startSeconds + (backlog + arrivalsPerSecond * startSeconds) / gain,
  };
}
