import { shorten } from '../history';
import type { Problem } from '../problems';
import type { Engine } from './files-engine';
import type { PartFile } from './files-find';
import type { Intake } from './files-intake';
import { findColumn, noColumn, type OpenFile } from './files-open';

/** Values of a label that a message shows. */
const shownValues = 6;

/**
 * Why a series has no row: there are none at all, or none has its labels; then with some of the labels that there are.
 *
 * @param scanned the files that may have held it
 * @param rows of all files together
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

/** Keys that a series of NDJSON wants and no row has: nothing tells before the end of the last file. */
export function absentKeys({ request, tally }: Intake, scanned: readonly { readonly file: OpenFile & PartFile }[]): readonly Problem[] {
  const files = scanned.map(({ file }) => file);
  const { time, value, where = {}, kind } = request.source;
  if (kind !== 'ndjson' || files.length === 0) return [];
  const names = [...new Set(files.flatMap(({ columns, partitions }) => [...columns.map(({ name }) => name), ...Object.keys(partitions)]))];
  const wanted = [
    { option: 'time' as const, name: time, absent: tally.rows > 0 && tally.troubles.get('time')?.count === tally.rows },
    { option: 'value' as const, name: value, absent: tally.rows > 0 && tally.missing === tally.rows },
    ...Object.keys(where).map((name) => ({ option: 'where' as const, name, absent: tally.rows === 0 })),
  ];
  return wanted
    .filter(({ name, absent }) => absent && !names.includes(name))
    .map(({ option, name }) => noColumn(files[0], option, name, names));
}

/** Some values of a label, sorted: of the folders, else of the first file that has the column. */
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
