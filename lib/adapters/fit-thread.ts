import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type FitResult, type FitTask, reasonOf } from '../forecast';
import type { FromFitWorker } from './serve-fits';

export type Job = { readonly task: FitTask; readonly settle: (result: FitResult) => void };

/** One worker thread, working through one batch of jobs at a time. */
export type Thread = {
  readonly idle: () => boolean;
  /** Fits answered so far. */
  readonly fits: () => number;
  readonly work: (jobs: readonly Job[]) => void;
  /** Takes the unanswered jobs back and answers no more. */
  readonly abandon: () => readonly Job[];
  readonly end: () => Promise<void>;
};

export type ThreadEvents = {
  /** A batch is through. */
  readonly done: () => void;
  /** The thread is of no more use; these batches are still to be done. */
  readonly lost: (left: readonly (readonly Job[])[]) => void;
};

/**
 * Starts a thread. A job that fails or runs out of time is answered with a failure and the thread given up; a thread that never came
 * up fails its whole batch. A crash may swallow the answers of jobs before it, so it says which job was to blame only where there is
 * one left; otherwise each job that is left is tried again on its own.
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

/** The time limit is one fit's: a task of many fits has it for each. */
function fitsOf(job: Job | undefined): number {
  return job === undefined ? 1 : Math.max(1, job.task.models.length * job.task.origins.length);
}

/** A thread comes up in a tenth of a second; on a machine that is short of everything it is given time. */
const longestStartMs = 60_000;

const extension = extname(__filename);

/** The program beside this file, TypeScript in a clone and JavaScript once built. */
export const defaultEntry = join(__dirname, `fit-worker${extension}`);

/** A thread is a fresh Node: TypeScript needs the loader of this repository, whatever the parent runs under. */
function loaderOf(entry: string): string[] {
  return extname(entry) === '.ts' ? ['-r', join(__dirname, '../../bin/register.cjs')] : [];
}
