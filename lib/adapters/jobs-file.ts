import { readFileSync } from 'node:fs';
import { type Problem, ProblemError } from '../problems';
import { HOUR_MS, parseDuration, parseTime } from '../units';
import { splitFields } from './files';
import { isPipe, pipeRefusal } from './pipe';

/** A training job of a jobs file. */
export type ListedJob = {
  /** Its name in the file; `job 3` for the third job where the file gives none. */
  readonly name: string;
  /** Its line in the file, counted from 1. */
  readonly line: number;
  /** When it arrives, ms after the earliest arrival in the file. */
  readonly arrivesMs: number;
  readonly gpus: number;
  /** How long it runs when nothing interrupts it, ms, >= 1. */
  readonly workMs: number;
  /** When it must have ended, ms after the earliest arrival in the file; `null` without a deadline. */
  readonly deadlineMs: number | null;
  /** Jobs of higher priority go first. */
  readonly priority: number;
};

const columns = ['arrival', 'gpus', 'hours', 'deadline', 'name', 'priority'] as const;
const requiredColumns = ['arrival', 'gpus', 'hours'] as const;

/**
 * Reads a CSV file of training jobs, one job in each row. Its columns may be in any order, and other columns are ignored:
 *
 * - `arrival`: a time with its zone, or a number of hours since a moment that is the same for all rows
 * - `gpus`: a whole number, >= 1
 * - `hours`: how long the job runs when nothing interrupts it, > 0
 * - `deadline` (optional): a time, or hours or a duration such as `24h` after the arrival; empty for none
 * - `name` and `priority` (optional): higher priorities go first, 0 by default
 *
 * @param shown the path of the file in messages
 * @throws ProblemError `jobs/file` (it cannot be read or has no row), `jobs/header` (a column is missing), `jobs/value` (one for each
 * wrong value, with its line)
 */
export function readJobs(path: string, shown: string): readonly ListedJob[] {
  const lines = textOf(path, shown)
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '');
  const [header, ...rows] = lines;
  if (rows.length === 0)
    throw new ProblemError({
      code: 'jobs/file',
      path: shown,
      message: 'lists no job',
      hint: `it needs a header line such as '${columns.join(',')}' and a row for each job`,
    });
  const names = splitFields(header.text, ',').map((name) => name.trim());
  const missing = requiredColumns.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new ProblemError({
      code: 'jobs/header',
      path: shown,
      message: `has no column ${missing.join(', ')}`,
      expected: `${requiredColumns.join(', ')}, and if wanted deadline, name, priority; commas between`,
      received: names.join(', '),
    });
  const problems: Problem[] = [];
  const jobs = rows.flatMap(({ text, line }, index) => {
    const fields = splitFields(text, ',');
    const field = (name: (typeof columns)[number]) => (names.includes(name) ? (fields[names.indexOf(name)] ?? '').trim() : '');
    const refuse = (name: string, expected: string) =>
      void problems.push({
        code: 'jobs/value',
        path: `${shown}:${line}`,
        message: `has no usable ${name}`,
        expected,
        received: `'${field(name as 'name')}'`,
      });
    const arrival = momentOf(field('arrival'));
    const [gpus, hours] = [Number(field('gpus')), Number(field('hours'))];
    const priority = field('priority') === '' ? 0 : Number(field('priority'));
    const deadline = deadlineOf(field('deadline'), arrival);
    if (arrival === undefined) refuse('arrival', "a time with its zone such as '2026-11-24T06:00:00Z', or hours such as '1.5'");
    if (!Number.isInteger(gpus) || gpus < 1) refuse('gpus', 'a whole number, at least 1');
    if (!(hours > 0) || !Number.isFinite(hours)) refuse('hours', 'a number above 0');
    if (!Number.isFinite(priority)) refuse('priority', 'a number');
    if (isMomentAfterHours(field('deadline'), arrival))
      problems.push({
        code: 'jobs/value',
        path: `${shown}:${line}`,
        message: 'has a time as deadline, and its arrival is in hours',
        received: `'${field('deadline')}'`,
        hint: "write both as times, or the deadline as hours or a duration after the arrival, such as '24h'",
      });
    else if (deadline === undefined)
      refuse('deadline', "a time after the arrival, or hours or a duration after it such as '24h'; empty for none");
    if (arrival === undefined || deadline === undefined) return [];
    return [
      {
        name: field('name') || `job ${index + 1}`,
        line,
        arrival,
        gpus,
        workMs: Math.max(1, Math.round(hours * HOUR_MS)),
        deadline,
        priority,
      },
    ];
  });
  const kinds = new Set(jobs.map(({ arrival }) => arrival.isTime));
  if (kinds.size > 1)
    problems.push({ code: 'jobs/value', path: shown, message: 'mixes times and hours as arrivals', hint: 'write all of them one way' });
  if (problems.length > 0) throw new ProblemError(problems);
  const first = jobs.reduce((least, { arrival }) => Math.min(least, arrival.at), Infinity);
  return jobs.map(({ arrival, deadline, ...job }) => ({
    ...job,
    arrivesMs: Math.round(arrival.at - first),
    deadlineMs: deadline === null ? null : Math.round(deadline - first),
  }));
}

type Moment = { readonly at: number; readonly isTime: boolean };

function momentOf(text: string): Moment | undefined {
  const hours = text === '' ? NaN : Number(text);
  if (Number.isFinite(hours)) return { at: hours * HOUR_MS, isTime: false };
  const at = parseTime(text);
  return at === undefined ? undefined : { at, isTime: true };
}

/** Epoch ms of a deadline, on the clock of the arrival. `null`: there is none. `undefined`: it is invalid or not after the arrival. */
function deadlineOf(text: string, arrival: Moment | undefined): number | null | undefined {
  if (text === '') return null;
  if (arrival === undefined) return null;
  const hours = Number(text);
  const at = Number.isFinite(hours) ? arrival.at + hours * HOUR_MS : (parseTime(text) ?? arrival.at + (parseDuration(text) ?? NaN));
  return at > arrival.at ? at : undefined;
}

function isMomentAfterHours(text: string, arrival: Moment | undefined): boolean {
  return arrival !== undefined && !arrival.isTime && text !== '' && !Number.isFinite(Number(text)) && parseTime(text) !== undefined;
}

function textOf(path: string, shown: string): string {
  if (isPipe(path)) throw new ProblemError({ code: 'jobs/file', path: shown, ...pipeRefusal });
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ProblemError({
      code: 'jobs/file',
      path: shown,
      message: missing ? 'does not exist' : `cannot be read: ${(error as Error).message}`,
    });
  }
}
