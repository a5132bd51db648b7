import { defaultWorkers, workerFitRunner, type WorkerFitRunner } from '../adapters/workers';
import { ProblemError } from '../problems';
import { parseDuration, parseTime } from '../units';

/** A moment: epoch milliseconds, or text of ISO 8601 with its zone, such as `2026-11-24T00:00:00Z`. */
export type Time = number | string;

/** A length of time: milliseconds, or text such as `24h`. */
export type Duration = number | string;

/** How work is done; changes no result. */
export type RunOptions = {
  /** Worker threads at most. @default one a core, and no more than 8 */
  readonly workers?: number;
  /** Called as a stage of the work begins, with its name; a function that it returns is called as that stage ends. */
  readonly onStage?: (stage: string) => unknown;
};

/** @throws ProblemError `project/option` where the text is no moment */
export function timeOf(value: Time, option: string): number;
export function timeOf(value: Time | undefined, option: string): number | undefined;
export function timeOf(value: Time | undefined, option: string): number | undefined {
  return parsed(value, option, parseTime, "a time with its zone, such as '2026-11-24T00:00:00Z'");
}

/** @throws ProblemError `project/option` where the text is no length of time */
export function durationOf(value: Duration, option: string): number;
export function durationOf(value: Duration | undefined, option: string): number | undefined;
export function durationOf(value: Duration | undefined, option: string): number | undefined {
  return parsed(value, option, parseDuration, "a duration, such as '24h'");
}

function parsed(
  value: number | string | undefined,
  option: string,
  parse: (text: string) => number | undefined,
  expected: string,
): number | undefined {
  const amount = typeof value === 'string' ? parse(value) : value;
  if (amount === undefined && value !== undefined)
    throw new ProblemError({ code: 'project/option', path: option, message: 'cannot be taken', expected, received: `${value}` });
  return amount;
}

/** Runs one stage, telling `onStage` when it begins and ends. */
export async function inStage<T>({ onStage }: RunOptions, stage: string, work: () => Promise<T> | T): Promise<T> {
  const ended = onStage?.(stage);
  try {
    return await work();
  } finally {
    if (typeof ended === 'function') (ended as () => void)();
  }
}

/** Runs work that fits models, in threads that start at once and end with it. */
export async function withFits<T>(
  { workers = defaultWorkers() }: RunOptions,
  work: (run: WorkerFitRunner, workers: number) => Promise<T>,
): Promise<T> {
  const run = workerFitRunner({ workers });
  try {
    run.warm();
    return await work(run, workers);
  } finally {
    await run.close();
  }
}
