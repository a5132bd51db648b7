import { type ClockChange, clockOf, type ZoneClock } from '../history/clock-changes';
import type { Problem } from '../problems';
import { formatTime } from '../units';
import type { Engine } from './files-engine';
import type { SeriesColumns } from './files-refusals';
import { timeForms } from './files-table';

/** How the times of a series are read: as SQL, and what there is to say about it. */
export type Times = { readonly sql: string; readonly warnings: readonly Problem[]; readonly notes: readonly Problem[] };

/**
 * Times of a series as epoch ms: local ones by the clock of `zone`, which the caller has made sure is there where it is needed.
 *
 * @param path where warnings belong
 */
export async function readTimes(
  engine: Engine,
  { table, time, value }: SeriesColumns,
  zone: string | undefined,
  path: string,
): Promise<Times> {
  const [t, f, v] = [`t${time.index}`, `f${time.index}`, `v${value.index}`];
  const [warnings, notes]: [Problem[], Problem[]] = [[], []];
  const forms = Object.values(timeForms).map((form) => `count(*) FILTER (WHERE ${f} = ${form})`);
  const [[zoned, local, seconds, milliseconds, missing, first, last]] = (
    await engine.rows(
      `SELECT ${forms.join(', ')}, count(*) - count(${v}), min(${t}) FILTER (WHERE ${f} = ${timeForms.local}), max(${t}) FILTER (WHERE ${f} = ${timeForms.local}) FROM ${table}`,
    )
  ).map((row) => row.map(Number));

  const used = [
    zoned && 'ISO 8601 with a zone',
    local && 'ISO 8601 without a zone',
    seconds && 'epoch seconds',
    milliseconds && 'epoch milliseconds',
  ].filter((form) => form !== 0);
  if (used.length > 1) {
    warnings.push({
      code: 'history/mixed-times',
      path,
      message: `times are written in several ways: ${used.join(', ')}`,
      hint: 'was the file joined from several sources?',
    });
  } else if (seconds > 0 || milliseconds > 0)
    notes.push({ code: 'history/epoch-times', path, message: `times are read as ${String(used[0])}` });
  if (missing > 0)
    notes.push({
      code: 'history/missing-values',
      path,
      message: `${missing} ${missing === 1 ? 'row has' : 'rows have'} no value: missing, not zero`,
    });
  if (local === 0 || zone === undefined) return { sql: t, warnings, notes };

  const clock = clockOf(zone, first, last);
  for (const change of clock.changes) {
    const [[count]] = await engine.rows(
      `SELECT count(*) FROM ${table} WHERE ${f} = ${timeForms.local} AND ${t} >= ${change.from} AND ${t} < ${change.to}`,
    );
    const crossed = first < change.to && last >= change.from;
    if (crossed && (Number(count) > 0 || change.hour === 'doubled')) warnings.push(clockWarning(change, Number(count), zone, path));
  }
  return { sql: `CASE WHEN ${f} = ${timeForms.local} THEN ${t} - ${offsetSql(clock, t)} ELSE ${t} END`, warnings, notes };
}

/** The offset at a local time, as SQL; only numbers of our own are written into it. */
function offsetSql({ firstOffsetMs, changes }: ZoneClock, t: string): string {
  if (changes.length === 0) return `${firstOffsetMs}`;
  const cases = changes.map(({ beforeMs, to }) => `WHEN ${t} < ${to} THEN ${beforeMs}`);
  return `CASE ${cases.join(' ')} ELSE ${changes[changes.length - 1].afterMs} END`;
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
