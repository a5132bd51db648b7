import { extname, join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { LinearProgram, LinearSolution, Solver } from '../sizing';
import { highsSolver } from './highs';

/** Programs for a thread; `next` counts those that some thread has begun. */
export type SolveJob = {
  readonly id: number;
  readonly programs: readonly LinearProgram[];
  readonly next: Int32Array;
};

/** What a thread has solved of a job, by place. */
export type SolveReport = {
  readonly id: number;
  readonly solved: readonly (readonly [place: number, solution: LinearSolution | { readonly failed: string }])[];
};

/** `port`: where reports go; `reports`: counts them, so that one can be waited for. */
export type SolveThreadData = { readonly port: MessagePort; readonly reports: Int32Array };

export type ThreadedSolver = Solver & {
  readonly many: (programs: readonly LinearProgram[]) => readonly LinearSolution[];
  /** Ends the other threads; what is asked afterwards is solved here. */
  readonly close: () => Promise<void>;
};

/**
 * Programs of one plan after which threads are worth their start, some 0.2 s of a core each: a plan of few pools has a hundred and
 * needs none, a plan of many has thousands of a few milliseconds each.
 */
const fewPrograms = 300;

/**
 * Runs work with the solver of sizing, as plans and the benchmark have it: HiGHS, on several threads where there are many programs.
 * The threads end with the work.
 *
 * @param workers threads, this one included, >= 1; changes no result
 * @throws Error where the solver cannot be loaded
 */
export async function withSizingSolver<T>(workers: number, work: (solver: Solver) => Promise<T> | T): Promise<T> {
  const solver = threadedSolver(await highsSolver(), workers, fewPrograms);
  try {
    return await work(solver);
  } finally {
    await solver.close();
  }
}

/**
 * Solves many programs at once on several threads, this one included: each takes the next program that nobody has begun. Each
 * program is solved from scratch, so the answers are the same for any number of threads, and in the order of the programs. A thread
 * that is not up yet, or no more, costs time and nothing else: what it leaves is solved here.
 *
 * @param solver solves what falls to this thread
 * @param threads >= 1
 * @param startAfter programs that are solved here before the other threads are started
 */
export function threadedSolver(solver: Solver, threads: number, startAfter = 0): ThreadedSolver {
  let others: readonly Thread[] = [];
  let [id, asked, isClosed] = [0, 0, false];
  const many = (programs: readonly LinearProgram[]): readonly LinearSolution[] => {
    asked += programs.length;
    if (others.length === 0 && asked > startAfter && !isClosed) others = Array.from({ length: Math.max(0, threads - 1) }, startThread);
    if (others.length === 0 || programs.length < 2) return programs.map((program) => solver(program));
    id += 1;
    const next = new Int32Array(new SharedArrayBuffer(4));
    const job: SolveJob = { id, programs, next };
    for (const { worker } of others) worker.postMessage(job);
    const solutions = new Map<number, LinearSolution>();
    for (let place = Atomics.add(next, 0, 1); place < programs.length; place = Atomics.add(next, 0, 1)) {
      solutions.set(place, solver(programs[place]));
    }
    for (const other of others) collect(other, job, solutions);
    return programs.map((program, place) => solutions.get(place) ?? solver(program));
  };
  const close = async () => {
    isClosed = true;
    const ending = others;
    others = [];
    await Promise.all(ending.map(({ worker }) => worker.terminate()));
  };
  return Object.assign((program: LinearProgram) => solver(program), { many, close });
}

type Thread = { readonly worker: Worker; readonly port: MessagePort; readonly reports: Int32Array };

function startThread(): Thread {
  const { port1, port2 } = new MessageChannel();
  const reports = new Int32Array(new SharedArrayBuffer(4));
  const extension = extname(__filename);
  const execArgv = extension === '.ts' ? ['-r', join(__dirname, '../../bin/register.cjs')] : [];
  const workerData: SolveThreadData = { port: port2, reports };
  const worker = new Worker(join(__dirname, `highs-worker${extension}`), { execArgv, workerData, transferList: [port2] });
  // It says nothing when it fails: what it leaves undone is done here.
  worker.on('error', () => undefined);
  worker.unref();
  port1.unref();
  return { worker, port: port1, reports };
}

/** A program of one period takes a few hundredths of a second; after this the thread is taken for dead. */
const longestSilenceMs = 120_000;

/** Waits for what other threads have begun and nobody has answered. */
function collect({ port, reports }: Thread, { id, programs }: SolveJob, solutions: Map<number, LinearSolution>): void {
  while (solutions.size < programs.length) {
    const seen = Atomics.load(reports, 0);
    const received: { readonly message: SolveReport } | undefined = receiveMessageOnPort(port);
    if (!received) {
      if (Atomics.wait(reports, 0, seen, longestSilenceMs) === 'timed-out') return;
      continue;
    }
    if (received.message.id !== id) continue;
    for (const [place, solution] of received.message.solved) if (!('failed' in solution)) solutions.set(place, solution);
    return;
  }
}
