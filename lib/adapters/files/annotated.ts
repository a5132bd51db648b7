import { splitFields } from './dialect';
import type { PlacedRow } from './documents';
import type { TextRecord } from './records';

/** The annotations of InfluxDB before the header of a table. */
const annotation = /^"?#(group|datatype|default)"?\s*([,;\t]|$)/;

/** Whether a CSV file begins as InfluxDB writes annotated CSV. */
export function isAnnotated(head: string): boolean {
  return annotation.test(head.replace(/^\uFEFF/, '').trimStart());
}

export type AnnotatedRow = PlacedRow & {
  /** What tells the series of the row from others: the columns that its table is grouped by, without those of time. */
  readonly labels: Readonly<Record<string, string>>;
};

/**
 * The rows of CSV that holds tables one after the other, with an empty line between, each with a header of its own; annotated CSV of
 * InfluxDB has annotations before it. A cell that is empty has the default of its column.
 *
 * @param records all of the file from the first header or annotation on, the empty ones too
 * @see InfluxDB 2, Annotated CSV: #group, #datatype, #default
 */
export async function* annotatedRows(records: AsyncIterable<TextRecord>, delimiter: string): AsyncGenerator<AnnotatedRow> {
  let annotations: Record<string, readonly string[]> = {};
  let header: readonly string[] | undefined;
  let error: boolean = false;
  for await (const { text, line } of records) {
    const record = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (record.trim() === '') {
      header = undefined;
      continue;
    }
    const fields = splitFields(record, delimiter);
    const named = annotation.exec(record)?.[1];
    if (named !== undefined) {
      annotations = { ...(header === undefined ? annotations : {}), [named]: fields };
      header = undefined;
    } else if (header === undefined) {
      header = fields.map((name) => name.trim());
      error = header.includes('error') && header.includes('reference');
    } else if (!error) yield rowOf(header, fields, annotations, `${line}`);
  }
}

const innerColumns = ['', 'result', 'table', '_start', '_stop', '_time', '_value'];

function rowOf(
  header: readonly string[],
  fields: readonly string[],
  { group = [], default: defaults = [] }: Record<string, readonly string[]>,
  place: string,
): AnnotatedRow {
  const cells = header.map((name, index) => [name, (fields[index] ?? '') !== '' ? fields[index] : (defaults[index] ?? '')] as const);
  // Without annotations, nothing but their number tells the tables of InfluxDB apart.
  const isLabel = ([name]: readonly [string, string], index: number): boolean =>
    group.length === 0 ? name === 'table' && header.includes('result') : group[index] === 'true' && !innerColumns.includes(name);
  const labels = cells.filter(isLabel);
  return {
    place,
    cells: Object.fromEntries(cells.filter(([name]) => name !== '').map(([name, cell]) => [name, cell === '' ? null : cell])),
    labels: Object.fromEntries(labels),
  };
}
