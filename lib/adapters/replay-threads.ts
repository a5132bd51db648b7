import { eachInOrder } from '../forecast';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Problem, ProblemError } from '../problems';
import type { simulationDocument } from '../report/simulation';
import type { PreparedLoad, ReplaySummary, ReplaySettings } from '../simulate';

/** A load to replay, and what is wanted of it. */
export type ReplayTask = {
  readonly prepared: PreparedLoad;
  readonly settings: ReplaySettings;
  /** Under which it goes in the document, and over its table and chart. */
  readonly name: string;
  readonly title: string;
  readonly usdPerGpuHour: number | null;
  /** Only these policies are shown; empty for all. */
  readonly policies: readonly string[];
  readonly chart: boolean;
};

export type ReplayAnswer = {
  readonly document: ReturnType<typeof simulationDocument> & { readonly protect: number };
  readonly text: string;
  readonly chart: string | null;
  /** What a plan holds of it; `null` without a price. */
  readonly summary: ReplaySummary | null;
  /** What the chosen policy came to where it was tuned. */
  readonly tuned: { readonly gpuHours: number; readonly violationMinutes: number; readonly scoredMinutes: number };
};

/** What a thread says of a task. */
export type FromReplayThread = { readonly answer: ReplayAnswer } | { readonly problems: readonly Problem[] } | { readonly failed: string };

export type ReplayThreads = {
  readonly replay: (task: ReplayTask) => Promise<ReplayAnswer>;
  readonly close: () => Promise<void>;
};

/** Replays loads in threads, each in one; threads start as there is work. An answer is text and figures, so that nothing of a load stays. */
function replayThreads(threads: number): ReplayThreads {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];

  const take = (): Promise<Worker> => {
    const free = idle.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (all.size < threads) {
      const worker = startThread();
      all.add(worker);
      return Promise.resolve(worker);
    }
    return new Promise((found) => waiting.push(found));
  };
  const give = (worker: Worker) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const lose = (worker: Worker) => {
    all.delete(worker);
    if (waiting.length > 0) void take().then(waiting.shift());
  };

  return {
    replay: async (task) => {
      const worker = await take();
      const said = await ask(worker, task);
      if (said === null) {
        lose(worker);
        throw new Error(`the thread that replayed ${task.name} ended without an answer`);
      }
      give(worker);
      if ('problems' in said) throw new ProblemError(said.problems);
      if ('failed' in said) throw new Error(said.failed);
      return said.answer;
    },
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

/**
 * Works on items by the threads of one call, a bounded number under way, so that memory does not grow with how many there are. The
 * threads end with it.
 *
 * @param workers threads at most, >= 1
 * @returns what `work` gives for each item, in the order of the items
 */
export async function onReplayThreads<Item, Answer>(
  items: readonly Item[],
  workers: number,
  work: (item: Item, threads: ReplayThreads) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const threads = replayThreads(workers);
  const answers: Answer[] = [];
  try {
    for await (const answer of eachInOrder(items, (item) => work(item, threads), 2 * workers)) answers.push(answer);
    return answers;
  } finally {
    await threads.close();
  }
}

function startThread(): Worker {
  const extension = extname(__filename);
  const execArgv = extension === '.ts' ? ['-r', join(__dirname, '../../bin/register.cjs')] : [];
  const worker = new Worker(join(__dirname, `replay-worker${extension}`), { execArgv });
  worker.unref();
  return worker;
}

/** `null` where the thread ends instead. */
function ask(worker: Worker, task: ReplayTask): Promise<FromReplayThread | null> {
  return new Promise((settle) => {
    const lost = () => end(null);
    const end = (said: FromReplayThread | null) => {
      // Only ours: without those of Node itself a thread would be heard no more.
      worker.off('message', end).off('error', lost).off('exit', lost);
      worker.unref();
      settle(said);
    };
    worker.on('message', end).on('error', lost).on('exit', lost);
    worker.ref();
    worker.postMessage(task);
  });
}
