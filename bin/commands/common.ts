import { type Command, InvalidArgumentError, Option } from 'commander';
import { displayPath } from '../../lib/adapters/config-file';
import { defaultWorkers } from '../../lib/adapters/machine';
import { isProblemError, ProblemError, renderProblem } from '../../lib/problems';
import type { FileOptions, PlanResult } from '../../lib/project';
import { warningLines } from '../../lib/report/plan-warnings';
import { parseDuration, parseTime } from '../../lib/units';
import type { ExitCode } from '../program';

export type CommonOptions = {
  readonly config?: string;
  readonly plan?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly workers: number;
};

/** Adds the options that every command about a config has. */
export function withCommonOptions(command: Command): Command {
  return withWorkers(
    command
      .option('--config <file>', 'the config (default: foresize.config.* in the current folder)')
      .option('--plan <file>', 'the plan (default: capacity-plan.json beside the config)')
      .option('--json', 'one JSON document on stdout and nothing else there'),
  );
}

export function withWorkers(command: Command): Command {
  return command
    .addOption(
      new Option('--workers <n>', 'worker threads; changes no result').argParser(wholeNumber).default(defaultWorkers(), 'one a core'),
    )
    .option('--quiet', 'no line of progress, which a terminal shows of anything over two seconds');
}

/** What the cells of a file by itself are; see `FileOptions`. */
export type CellOptions = Pick<FileOptions, 'dateFormat' | 'decimal' | 'thousands'>;

/** Adds the options that say how the cells of a file by itself are written. */
export function withCellOptions(command: Command): Command {
  return command
    .addOption(new Option('--date-format <order>', 'of dates that are not ISO 8601').choices(['dd/mm/yyyy', 'mm/dd/yyyy', 'yyyy/mm/dd']))
    .addOption(new Option('--decimal <sign>', 'of the values').choices(['.', ',']))
    .addOption(new Option('--thousands <sign>', 'what separates thousands in the values').choices([',', '.', ' ', "'"]));
}

/** Runs what reads a file by itself; what a refusal proposes as an option of a call is then an option of the command line. */
export async function inFlags<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    throw new ProblemError(error.problems.map(({ hint, ...problem }) => ({ ...problem, hint: hint?.replace(namedOption, flagOf) })));
  }
}

const namedOption = /\b(timeColumn|valueColumn|zone|dateFormat|decimal|thousands|series): (?=')/g;
const flagOf = (_: string, name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `;

/** Adds the options of commands that may ask live sources. */
export function withHistoryOptions(command: Command): Command {
  return withAsOf(command.option('--offline', 'take what live sources answered before; use no network'));
}

export function withAsOf(command: Command): Command {
  return command.option(
    '--as-of <time>',
    'the moment to plan for (default: the end of the last observation; now, where a live source is asked)',
    timeArgument,
  );
}

export type HistoryOptions = { readonly offline?: boolean; readonly asOf?: number };

/** What has become of the file of a plan, once it is written. */
export function planNote({ kept, why, file, age }: PlanResult): string {
  const name = displayPath(file);
  const when = age === null ? '' : `; ${age.text}`;
  if (kept) return `${name} stays as it is: ${why}${when}`;
  return `wrote ${name}${why === null ? '' : `: ${why}`}${when}`;
}

/**
 * Warns of a plan that is expired, and says what else of it needs a look.
 *
 * @returns the exit code
 */
export function exitCodeOf({ age, plan, hasSteps }: Pick<PlanResult, 'age' | 'plan' | 'hasSteps'>, warn: (text: string) => void): ExitCode {
  if (!age?.isExpired) return hasSteps ? 2 : 0;
  warn(
    `the plan is ${age.text}: it was valid until ${plan.validUntil} and cannot be deployed; plan again with a history that is up to date, or state asOf: 'data' for a sample from the past`,
  );
  return 2;
}

/** What making a plan gave to look at, a line a kind. */
export function warningsOf({ dropped, anew, warnings, plan }: PlanResult): readonly string[] {
  return [...[dropped, anew].flatMap((problem) => (problem === null ? [] : [renderProblem(problem)])), ...warningLines(warnings, plan)];
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number, at least 1');
  return value;
}

/** A comma-separated list of some of these words. */
export const listArgument =
  <Word extends string>(words: readonly Word[]) =>
  (text: string): readonly Word[] => {
    const parts = [...new Set(text.split(',').map((part) => part.trim()))];
    const unknown = parts.filter((part) => !words.some((word) => word === part));
    if (unknown.length > 0) throw new InvalidArgumentError(`must be some of ${words.join(', ')}, with commas between them`);
    return words.filter((word) => parts.includes(word));
  };

export function timeArgument(text: string): number {
  const time = parseTime(text);
  if (time === undefined) throw new InvalidArgumentError("must be a time with its zone, such as '2026-11-24T00:00:00Z'");
  return time;
}

export function durationArgument(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined || duration <= 0) throw new InvalidArgumentError("must be a duration, such as '24h'");
  return duration;
}
