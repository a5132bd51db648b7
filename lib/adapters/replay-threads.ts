import { eachInOrder } from '../forecast';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Problem, ProblemError } from '../problems';
import type { OnProgress } from '../progress';
import type { simulationDocument } from '../report/simulation';
import type { PreparedLoad, ReplaySummary, ReplaySettings } from '../simulate';

/** A load to replay in a thread, for what a plan records of it. */
export type SummaryTask = {
  readonly prepared: PreparedLoad;
  readonly settings: ReplaySettings;
  /** The name of the load in messages. */
  readonly name: string;
  readonly usdPerGpuHour: number;
};

/** A load to replay in a thread, and which texts are wanted. */
export type ReplayTask = Omit<SummaryTask, 'usdPerGpuHour'> & {
  /** The title of its table and of its chart. */
  readonly title: string;
  /** `null` where no price is known. */
  readonly usdPerGpuHour: number | null;
  /** The policies that document, table and chart show; empty for all. The verdict always considers all. */
  readonly policies: readonly string[];
  /** Whether a chart is wanted. */
  readonly chart: boolean;
};

/** The result of a replay: texts and numbers only, so that the load itself need not stay in memory. */
export type ReplayAnswer = {
  /** The JSON document of the simulation. */
  readonly document: ReturnType<typeof simulationDocument> & { readonly protect: number };
  /** The table for the terminal. */
  readonly text: string;
  /** An SVG image; `null` where no chart was wanted. */
  readonly chart: string | null;
  /** The figures of the chosen policy in the tuning window. */
  readonly tuned: { readonly gpuHours: number; readonly violationMinutes: number; readonly scoredMinutes: number };
};

/** The messages of a thread about a task: how far it is, `share`, and at last its answer. `problems`: the input is at fault; `failed`: the program is. */
export type FromReplayThread<Answer = ReplayAnswer | ReplaySummary> = { readonly share: number } | FinalMessage<Answer>;
export type FinalMessage<Answer = ReplayAnswer | ReplaySummary> =
  { readonly answer: Answer } | { readonly problems: readonly Problem[] } | { readonly failed: string };

export type ReplayThreads = {
  /** With tables, figures of other limits and charts, which take longer than the replay. */
  readonly replay: (task: ReplayTask, onProgress?: OnProgress) => Promise<ReplayAnswer>;
  readonly summarise: (task: SummaryTask, onProgress?: OnProgress) => Promise<ReplaySummary>;
  readonly close: () => Promise<void>;
};

/** Replays loads in threads, each load in one thread. A thread starts when there is a load for it. */
function replayThreads(threads: number): ReplayThreads {
  const idle: Worker[] = [];
  const workers = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];

  const take = (): Promise<Worker> => {
    const free = idle.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (workers.size < threads) {
      const worker = startThread();
      workers.add(worker);
      return Promise.resolve(worker);
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const give = (worker: Worker) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const lose = (worker: Worker) => {
    workers.delete(worker);
    if (waiting.length > 0) void take().then(waiting.shift());
  };

  const answered = async <Answer>(task: ReplayTask | SummaryTask, onProgress?: OnProgress): Promise<Answer> => {
    const worker = await take();
    const message = await ask<Answer>(worker, task, onProgress);
    if (message === null) {
      lose(worker);
      throw new Error(`the thread that replayed ${task.name} ended without an answer`);
    }
    give(worker);
    if ('problems' in message) throw new ProblemError(message.problems);
    if ('failed' in message) throw new Error(message.failed);
    return message.answer;
  };

  return {
    replay: (task, onProgress) => answered<ReplayAnswer>(task, onProgress),
    summarise: (task, onProgress) => answered<ReplaySummary>(task, onProgress),
    close: async () => {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

/**
 * Calls `work` for each item, with threads that replay loads. At most twice as many items as threads are worked on at a time, so that
 * memory does not grow with the number of items. The threads end with the last item.
 *
 * @param workers the most threads, >= 1
 * @returns the results of `work`, in the order of the items
 * @throws what `work` throws; from `threads`: ProblemError for a fault of the input, Error for any other
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

/** Sends a task to a thread and waits for its answer. Returns `null` where the thread ends without one. */
function ask<Answer>(worker: Worker, task: ReplayTask | SummaryTask, onProgress?: OnProgress): Promise<FinalMessage<Answer> | null> {
  return new Promise((settle) => {
    const lost = () => end(null);
    const receive = (message: FromReplayThread<Answer>) => ('share' in message ? onProgress?.(message.share) : end(message));
    const end = (message: FinalMessage<Answer> | null) => {
      // Removes these three listeners only: without the listeners of Node itself no message of the thread would arrive any more.
      worker.off('message', receive).off('error', lost).off('exit', lost);
      worker.unref();
      settle(message);
    };
    worker.on('message', receive).on('error', lost).on('exit', lost);
    worker.ref();
    worker.postMessage(task);
  });
}
