import { ProblemError } from '../problems';
import type { OnProgress } from '../progress';
import { parseDuration, parseTime } from '../units';

/** A moment: epoch milliseconds, or text of ISO 8601 with its zone, such as `2026-11-24T00:00:00Z`. */
export type Time = number | string;

/** A length of time: milliseconds, or text such as `24h`. */
export type Duration = number | string;

/** How work is done; changes no result. */
export type RunOptions = {
  /** Worker threads at most. @default one a core, and no more than 8 */
  readonly workers?: number;
  /**
   * Called as a stage of the work begins, with its name. A function that it returns is called as the stage goes on, with the share of it that
   * is done: with 1 as it ends, and again with the same share while one step takes long.
   */
  readonly onStage?: (stage: string) => OnProgress | undefined;
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

/** Runs one stage, telling `onStage` when it begins and ends; `work` tells how far it is. */
export async function inStage<T>({ onStage }: RunOptions, stage: string, work: (onProgress: OnProgress) => Promise<T> | T): Promise<T> {
  const tell = onStage?.(stage);
  try {
    return await work((share) => tell?.(Math.min(share, almostDone)));
  } finally {
    tell?.(1);
  }
}

/** A stage is told to be done where it ends, whatever is known of its parts. */
const almostDone = 0.999;
