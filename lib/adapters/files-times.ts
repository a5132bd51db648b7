import { type ClockChange, clockOf } from '../history';
import { type Problem } from '../problems';
import { formatTime } from '../units';
import type { Intake } from './files-intake';
import { timeForms } from './files-sql';

/**
 * What there is to say about the times of a series, and how many rows had no value.
 *
 * @param path where warnings belong
 */
export function reportTimes(intake: Intake, path: string): { readonly warnings: readonly Problem[]; readonly notes: readonly Problem[] } {
  const { forms, missing } = intake.tally;
  const notes: Problem[] = [];
  const used = timeForms.filter((_, form) => forms[form] > 0);
  if (used.length === 1 && used[0].startsWith('epoch'))
    notes.push({ code: 'history/epoch-times', path, message: `times are read as ${used[0]}` });
  if (missing > 0)
    notes.push({
      code: 'history/missing-values',
      path,
      message: `${missing} ${missing === 1 ? 'row has' : 'rows have'} no value: missing, not zero`,
    });
  const mixed: readonly Problem[] =
    used.length > 1
      ? [
          {
            code: 'history/mixed-times',
            path,
            message: `times are written in several ways: ${used.join(', ')}`,
            hint: 'was the file joined from several sources?',
          },
        ]
      : [];
  return { warnings: [...mixed, ...clockWarnings(intake, path)], notes };
}

function clockWarnings({ clock, request, tally }: Intake, path: string): Problem[] {
  const { zone } = request.source;
  const { firstLocal, lastLocal } = tally;
  if (clock === undefined || zone === undefined || firstLocal > lastLocal) return [];
  return clockOf(zone, firstLocal, lastLocal)
    .changes.filter(({ from, to }) => firstLocal < to && lastLocal >= from)
    .map((change) => ({ change, count: clock.within.get(change.at) ?? 0 }))
    .filter(({ change, count }) => count > 0 || change.hour === 'doubled')
    .map(({ change, count }) => clockWarning(change, count, zone, path));
}

function clockWarning({ from, to, hour }: ClockChange, count: number, zone: string, path: string): Problem {
  const day = formatTime(from).slice(0, 10);
  const span = `${formatTime(from).slice(11, 16)} to ${formatTime(to).slice(11, 16)}`;
  return {
    code: 'history/clock-change',
    path,
    message:
      hour === 'doubled'
        ? `on ${day} the clock of ${zone} went back, so ${span} happened twice; its rows, ${count} in all, are read as the first time, and the second is missing`
        : `on ${day} the clock of ${zone} went forward, so ${span} did not exist; rows there, ${count} in all, are read as if it had not`,
    hint: 'write times with their offset, or in UTC',
  };
}

/** The offset from UTC at a local time between two, as SQL; only numbers of our own are written into it. */
export function offsetSql(zone: string, firstLocal: number, lastLocal: number, local: string): string {
  const { firstOffsetMs, changes } = clockOf(zone, firstLocal, lastLocal);
  if (changes.length === 0) return `${firstOffsetMs}`;
  const cases = changes.map(({ beforeMs, to }) => `WHEN ${local} < ${to} THEN ${beforeMs}`);
  return `CASE ${cases.join(' ')} ELSE ${changes[changes.length - 1].afterMs} END`;
}
