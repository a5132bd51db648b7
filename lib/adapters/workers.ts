import type { FitResult, FitRunner } from '../forecast';
import { inEqualParts } from '../progress';
import { defaultEntry, startThread, type Job, type Thread } from './fit-thread';

export type WorkerOptions = {
  /** The most threads, >= 1. A thread starts when there is work for it, or when `warm` is called. */
  readonly workers: number;
  /** The longest time that one fit may take, ms. @default 10000 */
  readonly timeoutMs?: number;
  /** A thread is replaced after this many tasks, so that no memory can pile up in it. @default 2000 */
  readonly fitsPerThread?: number;
  /** The path of the program that the threads run. @default the program that fits the models of `lib/forecast/models` */
  readonly entry?: string;
};

export type WorkerFitRunner = FitRunner & {
  /** Starts all threads now, so that they are ready when the first tasks come. */
  readonly warm: () => void;
  /** Ends all threads. Tasks that are not finished fail. Idle threads do not keep the process alive, even if this is never called. */
  readonly close: () => Promise<void>;
};

/**
 * Creates a runner of fits in worker threads. Its results are in the order of the tasks, and the same for any number of workers.
 *
 * When a fit fails, crashes its thread or exceeds the time limit, only the result of its task is `{ failed }`: the thread is replaced,
 * and another one works on the rest of the batch. Threads print nothing. Of the results, only a failure by the time limit depends on
 * the machine.
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

  const run: FitRunner = async (tasks, onProgress) => {
    if (closed) return tasks.map(() => ({ failed: 'the fit runner is closed' }));
    const jobs: Job[] = [];
    const parts = inEqualParts(onProgress, tasks.length);
    const results = tasks.map((task, index) =>
      new Promise<FitResult>((settle) => jobs.push({ task, settle })).finally(() => parts[index](1)),
    );
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

/** The most tasks in one message: enough to make messages cheap, few enough to share the work evenly. */
const largestBatch = 8;
