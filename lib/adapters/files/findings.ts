import { type ClockChange, clockOf, shorten } from '../../history';
import type { Problem } from '../../problems';
import { formatTime } from '../../units';
import { findColumn, noColumn } from './columns';
import type { Engine } from './engine';
import type { PartFile } from './find';
import type { Intake } from './intake';
import type { OpenFile } from './open-file';
import { timeForms } from './sql';

/** The most values of a label that a message shows. */
const shownValues = 6;

/**
 * Says why a series has no row: the files hold no rows at all, or no row has its labels. In the second case the hint names some of
 * the values that these labels do have.
 *
 * @param scanned the files that were read for it; files whose folders rule it out are not among them
 * @param rows the number of rows in all files together
 */
export async function missedProblems(
  engine: Engine,
  { request }: Intake,
  scanned: readonly { readonly file: OpenFile & PartFile }[],
  files: readonly PartFile[],
  rows: number,
  shown: string,
): Promise<readonly Problem[]> {
  const { where, kind } = request.source;
  if (where === undefined || (rows === 0 && scanned.length > 0)) {
    const message = kind === 'csv' ? 'holds a header and no rows' : 'holds no rows';
    return [{ code: 'history/no-rows', path: shown, message, hint: 'has the export run?' }];
  }
  const labels = Object.entries(where).map(([name, value]) => `${name} = ${shorten(String(value))}`);
  const found: string[] = [];
  for (const name of Object.keys(where)) {
    const values = await valuesOf(engine, name, scanned, files);
    if (values.length > 0)
      found.push(`${name} is ${values.slice(0, shownValues).map(shorten).join(', ')}${values.length > shownValues ? ', ...' : ''}`);
  }
  return [
    {
      code: 'history/no-match',
      path: shown,
      message: `has no row where ${labels.join(' and ')}`,
      hint: found.length === 0 ? undefined : `where there are rows, ${found.join('; ')}`,
    },
  ];
}

/**
 * A problem for each key of a NDJSON source (time, value, labels) that no row of its files has. It can be called only after the last
 * file was read, because a key may first appear late.
 */
export function absentKeys({ request, tally }: Intake, scanned: readonly { readonly file: OpenFile & PartFile }[]): readonly Problem[] {
  const files = scanned.map(({ file }) => file);
  const { time, value, where = {}, kind } = request.source;
  if (kind !== 'ndjson' || files.length === 0 || files.some(({ isComplete }) => isComplete)) return [];
  const names = [...new Set(files.flatMap(({ columns, partitions }) => [...columns.map(({ name }) => name), ...Object.keys(partitions)]))];
  const wanted = [
    { option: 'time' as const, name: time, absent: tally.rows > 0 && tally.troubles.get('time')?.count === tally.rows },
    ...[value].flat().map((name: string) => ({ option: 'value' as const, name, absent: tally.rows > 0 && tally.missing === tally.rows })),
    ...Object.keys(where).map((name) => ({ option: 'where' as const, name, absent: tally.rows === 0 })),
  ];
  return wanted
    .filter(({ name, absent }) => absent && !names.includes(name) && !name.includes('*'))
    .map(({ option, name }) => noColumn(files[0], option, name, names));
}

/** Some values of a label, sorted: those of the folders, or if it is in no folder, those of the first file that has the column. */
async function valuesOf(
  engine: Engine,
  name: string,
  scanned: readonly { readonly file: OpenFile & PartFile }[],
  files: readonly PartFile[],
): Promise<readonly string[]> {
  const inFolders = files.flatMap(({ partitions }) => (Object.hasOwn(partitions, name) ? [partitions[name]] : []));
  if (inFolders.length > 0) return [...new Set(inFolders)].sort();
  for (const { file } of scanned) {
    const column = findColumn(file, 'where', name);
    if ('code' in column) continue;
    const { sql, values } = file.from([column]);
    const rows = await engine.rows(
      `SELECT DISTINCT CAST(${column.sql} AS VARCHAR) AS label FROM ${sql} WHERE label IS NOT NULL ORDER BY label LIMIT ${shownValues + 1}`,
      values,
    );
    if (rows.length > 0) return rows.map(([label]) => String(label));
  }
  return [];
}

/**
 * The warnings and notes about the rows of a series: times written in several forms, hours that a clock change doubled or skipped,
 * times that were read as epoch numbers, and how many rows had no value.
 *
 * @param path the place that the warnings and notes name
 */
export function reportTimes(intake: Intake, path: string): { readonly warnings: readonly Problem[]; readonly notes: readonly Problem[] } {
  const { forms, missing } = intake.tally;
  const notes: Problem[] = intake.layout.told.map((told) => ({ path, ...told }));
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
  const changes = clockFindings(intake, path);
  return { warnings: [...mixed, ...changes.warnings], notes: [...notes, ...changes.notes] };
}

/** What there is to say of changes of the clock among the times: notes where the two hours could be told apart, else warnings. */
function clockFindings(
  { clock, request, tally, layout }: Intake,
  path: string,
): { warnings: readonly Problem[]; notes: readonly Problem[] } {
  const { zone } = request.source;
  const { firstLocal, lastLocal, doubled } = tally;
  if (clock === undefined || zone === undefined || firstLocal > lastLocal) return { warnings: [], notes: [] };
  const changes = clockOf(zone, firstLocal, lastLocal)
    .changes.filter(({ from, to }) => firstLocal < to && lastLocal >= from)
    .map((change) => {
      const rows = doubled.filter(({ change: { at } }) => at === change.at);
      const second = rows.filter(({ file, row }) => layout.inSecondHour.get(file)?.has(row)).length;
      return { change, count: clock.within.get(change.at) ?? 0, second };
    });
  return {
    warnings: changes
      .filter(({ change, count, second }) => second === 0 && (count > 0 || change.hour === 'doubled'))
      .map(({ change, count }) => clockWarning(change, count, zone, path)),
    notes: changes
      .filter(({ second }) => second > 0)
      .map(({ change, count, second }) => clockNote(change, [count - second, second], zone, path)),
  };
}

function spanText({ from, to }: ClockChange): string {
  return `${formatTime(from).slice(11, 16)} to ${formatTime(to).slice(11, 16)}`;
}

function clockNote(change: ClockChange, [first, second]: readonly [number, number], zone: string, path: string): Problem {
  const day = formatTime(change.from).slice(0, 10);
  return {
    code: 'history/clock-change',
    path,
    message: `on ${day} the clock of ${zone} went back, so ${spanText(change)} happened twice; its rows are told apart by their order, ${first} of the first time and ${second} of the second`,
  };
}

function clockWarning(change: ClockChange, count: number, zone: string, path: string): Problem {
  const { from, hour } = change;
  const day = formatTime(from).slice(0, 10);
  const span = spanText(change);
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
