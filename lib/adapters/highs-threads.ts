import { extname, join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { LinearProgram, LinearSolution, Solver } from '../sizing';
import { highsSolver } from './highs';

/** The message that gives threads a list of programs, of which each thread solves those that no other thread has begun. */
export type SolveJob = {
  /** The number of the job. The reports of a thread repeat it. */
  readonly id: number;
  readonly programs: readonly LinearProgram[];
  /** One number that all threads share: the index of the next program that no thread has begun. */
  readonly next: Int32Array;
};

/** The message with which a thread answers a job: the solutions of the programs that it has begun, each with its index in the job. */
export type SolveReport = {
  readonly id: number;
  readonly solved: readonly (readonly [index: number, solution: LinearSolution | { readonly failed: string }])[];
};

/** What a thread is started with. */
export type SolveThreadData = {
  /** The thread sends its reports here. */
  readonly port: MessagePort;
  /** One shared number: how many reports the thread has sent. The main thread can wait until it changes. */
  readonly reports: Int32Array;
};

export type ThreadedSolver = Solver & {
  /** Solves programs on all threads. The solutions are in the order of the programs. */
  readonly many: (programs: readonly LinearProgram[]) => readonly LinearSolution[];
  /** Ends the other threads. Programs that are given afterwards are solved on the calling thread. */
  readonly close: () => Promise<void>;
};

/**
 * The number of programs from which on threads are worth their start, which takes about 0.2 s of a core each. A plan with few pools
 * has about a hundred programs and needs no threads; a plan with many pools has thousands, of a few milliseconds each.
 */
const fewPrograms = 300;

/**
 * Calls `work` with the solver of sizing: HiGHS, on several threads where there are many programs. The threads end when `work` ends.
 *
 * @param workers number of threads, including the calling one, >= 1; it changes no result
 * @param onTick called now and then while the calling thread, which nothing else can run on, is busy with a long search
 * @throws Error when the solver cannot be loaded
 */
export async function withSizingSolver<T>(workers: number, work: (solver: Solver) => Promise<T> | T, onTick?: () => void): Promise<T> {
  const solver = threadedSolver(await highsSolver({ onTick }), workers, fewPrograms);
  try {
    return await work(solver);
  } finally {
    await solver.close();
  }
}

/**
 * Makes a solver that solves many programs at once on several threads, including the calling one. Each thread takes the next program
 * that no other thread has begun. Each program is solved from scratch, so the solutions are the same for any number of threads. A
 * thread that has not started yet or has died costs only time: the calling thread solves the programs that it leaves.
 *
 * @param solver solves the programs of the calling thread
 * @param threads number of threads, including the calling one, >= 1
 * @param startAfter the other threads are started with the first call of `many` that brings the number of programs above this
 */
export function threadedSolver(solver: Solver, threads: number, startAfter = 0): ThreadedSolver {
  let otherThreads: readonly Thread[] = [];
  let [id, programsSoFar, isClosed] = [0, 0, false];
  const many = (programs: readonly LinearProgram[]): readonly LinearSolution[] => {
    programsSoFar += programs.length;
    if (otherThreads.length === 0 && programsSoFar > startAfter && !isClosed)
      otherThreads = Array.from({ length: Math.max(0, threads - 1) }, startThread);
    if (otherThreads.length === 0 || programs.length < 2) return programs.map((program) => solver(program));
    id += 1;
    const next = new Int32Array(new SharedArrayBuffer(4));
    const job: SolveJob = { id, programs, next };
    for (const { worker } of otherThreads) worker.postMessage(job);
    const solutions = new Map<number, LinearSolution>();
    for (let index = Atomics.add(next, 0, 1); index < programs.length; index = Atomics.add(next, 0, 1)) {
      solutions.set(index, solver(programs[index]));
    }
    for (const thread of otherThreads) collect(thread, job, solutions);
    return programs.map((program, index) => solutions.get(index) ?? solver(program));
  };
  const close = async () => {
    isClosed = true;
    const ending = otherThreads;
    otherThreads = [];
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
  // A failure of the thread needs no message: the calling thread solves the programs that it leaves.
  worker.on('error', () => undefined);
  worker.unref();
  port1.unref();
  return { worker, port: port1, reports };
}

/** A thread that sends no report for this long counts as dead. The program of one period takes a few hundredths of a second. */
const longestSilenceMs = 120_000;

/** Waits for the report of another thread on this job and adds its solutions. Does not wait once all programs are solved. */
function collect({ port, reports }: Thread, { id, programs }: SolveJob, solutions: Map<number, LinearSolution>): void {
  while (solutions.size < programs.length) {
    const seen = Atomics.load(reports, 0);
    const received: { readonly message: SolveReport } | undefined = receiveMessageOnPort(port);
    if (!received) {
      if (Atomics.wait(reports, 0, seen, longestSilenceMs) === 'timed-out') return;
      continue;
    }
    if (received.message.id !== id) continue;
    for (const [index, solution] of received.message.solved) if (!('failed' in solution)) solutions.set(index, solution);
    return;
  }
}
