import { ceilTolerant } from './replicas';

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
