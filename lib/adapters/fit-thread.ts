import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type FitResult, type FitTask, reasonOf } from '../forecast';
import type { FromFitWorker } from './serve-fits';

/** A task for a fit worker, and the function that receives its result. */
export type Job = { readonly task: FitTask; readonly settle: (result: FitResult) => void };

/** One worker thread, which works on one batch of jobs at a time. */
export type Thread = {
  readonly idle: () => boolean;
  /** How many tasks the thread has answered so far. */
  readonly fits: () => number;
  /** Gives an idle thread its next batch. An empty batch does nothing. */
  readonly work: (jobs: readonly Job[]) => void;
  /** Returns the jobs that are not settled yet. The thread settles none of them afterwards. */
  readonly abandon: () => readonly Job[];
  /** Abandons the jobs and ends the thread. */
  readonly end: () => Promise<void>;
};

export type ThreadEvents = {
  /** Called when all jobs of a batch are settled. */
  readonly done: () => void;
  /** Called when the thread can no longer be used. `unfinished`: batches of jobs that another thread has to work on. */
  readonly lost: (unfinished: readonly (readonly Job[])[]) => void;
};

/**
 * Starts a worker thread for fits.
 *
 * - When a job fails or exceeds its time, it is settled with `{ failed }` and the thread is lost; the rest of its batch is unfinished.
 * - When a thread never reports that it is ready, its whole batch is settled with `{ failed }`.
 * - When a thread crashes with one job left, that job is settled with `{ failed }`. With several jobs left it is not known which one
 *   crashed it, because a crash can lose the answers sent just before it: each of them is unfinished, as a batch of its own.
 *
 * @param entry the path of the program that the thread runs
 * @param timeoutMs the longest time that one fit may take, ms; a task of n fits may take n times as long
 */
export function startThread(entry: string, timeoutMs: number, { done, lost }: ThreadEvents): Thread {
  const worker = new Worker(entry, { execArgv: loaderOf(entry) });
  let jobs: readonly Job[] = [];
  let ready = false;
  let fits = 0;
  let timer: NodeJS.Timeout | undefined;

  const watch = () => {
    clearTimeout(timer);
    const limitMs = ready ? timeoutMs * fitsOf(jobs[0]) : Math.max(timeoutMs, longestStartMs);
    if (jobs.length > 0) timer = setTimeout(() => giveUp(`no answer within ${limitMs} ms`), limitMs);
  };

  const giveUp = (failed: string) => {
    const [first, ...rest] = abandon();
    first?.settle({ failed });
    if (!ready) for (const job of rest) job.settle({ failed });
    lost(ready && rest.length > 0 ? [rest] : []);
  };

  const crash = (failed: string) => {
    if (!ready || jobs.length <= 1) return giveUp(failed);
    lost(abandon().map((job) => [job]));
  };

  const abandon = () => {
    const left = jobs;
    jobs = [];
    clearTimeout(timer);
    worker.removeAllListeners().on('error', () => undefined);
    return left;
  };

  // Nothing is sent before the thread is up: a crash can swallow that message too, and then it would seem never to have come up.
  const send = () => {
    if (jobs.length > 0) worker.postMessage(jobs.map(({ task }) => ({ ...task, values: task.values.slice() })));
  };

  worker.on('message', (message: FromFitWorker) => {
    if (message === 'ready') {
      ready = true;
      send();
      return watch();
    }
    fits += 1;
    if ('failed' in message) return giveUp(message.failed);
    const [first, ...rest] = jobs;
    jobs = rest;
    first.settle(message);
    watch();
    if (jobs.length > 0) return;
    worker.unref();
    done();
  });
  worker.on('error', (error: unknown) => crash(`the worker crashed: ${reasonOf(error)}`));
  worker.on('exit', (code) => crash(`the worker ended with code ${code}`));
  worker.unref();

  return {
    idle: () => jobs.length === 0,
    fits: () => fits,
    work: (batch) => {
      if (batch.length === 0) return;
      jobs = batch;
      worker.ref();
      if (ready) send();
      watch();
    },
    abandon,
    end: async () => {
      abandon();
      await worker.terminate();
    },
  };
}

/** The number of fits in a job. The time limit is that of one fit. */
function fitsOf(job: Job | undefined): number {
  return job === undefined ? 1 : Math.max(1, job.task.models.length * job.task.origins.length);
}

/** The least time that a thread is given to start. It usually takes a tenth of a second, on an overloaded machine much longer. */
const longestStartMs = 60_000;

const extension = extname(__filename);

/** The path of `fit-worker` beside this file: TypeScript in a clone of the repository, JavaScript in the built package. */
export const defaultEntry = join(__dirname, `fit-worker${extension}`);

/** The arguments with which Node can run the entry. A thread does not inherit the loader of TypeScript from its parent. */
function loaderOf(entry: string): string[] {
  return extname(entry) === '.ts' ? ['-r', join(__dirname, '../../bin/register.cjs')] : [];
}
