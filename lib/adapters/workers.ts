import { availableParallelism } from 'node:os';
import type { FitResult, FitRunner } from '../forecast';
import { defaultEntry, startThread, type Job, type Thread } from './fit-thread';

export type WorkerOptions = {
  /** Threads at most, >= 1; each starts when there is work for it, or with `warm`. */
  readonly workers: number;
  /** Longest one fit may take. @default 10 s */
  readonly timeoutMs?: number;
  /** Fits after which a thread is replaced, so that nothing can pile up in it. @default 2000 */
  readonly fitsPerThread?: number;
  /** The threads' program. @default the one that fits the models of `lib/forecast/models` */
  readonly entry?: string;
};

export type WorkerFitRunner = FitRunner & {
  /** Starts the threads ahead of the work, so that they come up while something else is done. */
  readonly warm: () => void;
  /** Ends all threads; fits under way come back as failed. An idle pool does not keep the process alive even without it. */
  readonly close: () => Promise<void>;
};

/**
 * Runs fits in worker threads: results in the order of the tasks and the same for any number of workers.
 *
 * A fit that fails, crashes its thread or outlasts the time limit costs that one fit; its thread is replaced and the rest of its
 * batch goes on in another. What threads print goes nowhere. The time limit is the one thing that depends on the machine.
 */
export function workerFitRunner({
  workers,
  timeoutMs = 10_000,
  fitsPerThread = 2_000,
  entry = defaultEntry,
}: WorkerOptions): WorkerFitRunner {
  const queue: (readonly Job[])[] = [];
  const threads = new Set<Thread>();
  const ending = new Set<Promise<void>>();
  let closed = false;

  const run: FitRunner = async (tasks) => {
    if (closed) return tasks.map(() => ({ failed: 'the fit runner is closed' }));
    const jobs: Job[] = [];
    const results = tasks.map((task) => new Promise<FitResult>((settle) => jobs.push({ task, settle })));
    const size = Math.max(1, Math.min(largestBatch, Math.ceil(tasks.length / (2 * workers))));
    for (let from = 0; from < jobs.length; from += size) queue.push(jobs.slice(from, from + size));
    dispatch();
    return Promise.all(results);
  };

  const dispatch = () => {
    for (const thread of threads) if (thread.idle()) thread.work(queue.shift() ?? []);
    while (queue.length > 0 && threads.size < workers) start().work(queue.shift() ?? []);
  };

  const start = (): Thread => {
    const thread = startThread(entry, timeoutMs, {
      done: () => {
        if (thread.fits() >= fitsPerThread) retire(thread);
        dispatch();
      },
      lost: (left) => {
        retire(thread);
        queue.unshift(...left);
        dispatch();
      },
    });
    threads.add(thread);
    return thread;
  };

  const retire = (thread: Thread) => {
    threads.delete(thread);
    const end = thread.end().finally(() => ending.delete(end));
    ending.add(end);
  };

  const close = async () => {
    closed = true;
    const left = [...queue.splice(0), ...[...threads].map((thread) => thread.abandon())].flat();
    for (const { settle } of left) settle({ failed: 'the fit runner was closed' });
    for (const thread of [...threads]) retire(thread);
    await Promise.all(ending);
  };

  const warm = () => {
    while (!closed && threads.size < workers) start();
  };

  return Object.assign(run, { warm, close });
}

/** Tasks that travel together: enough to make the message cheap, few enough to share the work evenly. */
const largestBatch = 8;

/** One a core, and no more than 8. */
export function defaultWorkers(): number {
  return Math.min(8, availableParallelism());
}
