import { cellPattern } from './cell-forms';
import type { Layout } from './layout';

type NumberLayout = Pick<Layout, 'decimal' | 'thousands' | 'units'>;

/** A separator of thousands as a pattern: spaces and apostrophes of every kind are alike. */
export const separatorPatterns = {
  ',': ',',
  '.': String.raw`\.`,
  ' ': String.raw`[ \x{a0}\x{202f}]`,
  "'": String.raw`['\x{2019}]`,
} as const;

/** The number in a cell of text, as SQL; NULL where there is none. */
export function cellNumber(column: string, { decimal, thousands, units }: NumberLayout): string {
  if (units === undefined) return writtenNumber(column, decimal, thousands);
  const part = (group: 1 | 2): string => `regexp_extract(${column}, ${quoted(cellPattern)}, ${group})`;
  const factors = [...units].map(([unit, factor]) => `WHEN ${quoted(unit)} THEN ${factor}::DOUBLE`).join(' ');
  return `coalesce(${writtenNumber(part(1), decimal, thousands)} * CASE ${part(2)} WHEN '' THEN 1 ${factors} END, ${infinite(column)})`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Words for infinite and for no number are the same in all layouts. */
const infinite = (column: string): string =>
  `CASE WHEN regexp_full_match(${column}, '(?i)\\s*[+-]?(inf|infinity|nan)\\s*') THEN TRY_CAST(${column} AS DOUBLE) END`;

function writtenNumber(text: string, decimal: '.' | ',', thousands: Layout['thousands']): string {
  if (decimal === '.' && thousands === undefined) return `TRY_CAST(${text} AS DOUBLE)`;
  const separator = thousands && separatorPatterns[thousands];
  const digits = separator === undefined ? String.raw`\d*` : String.raw`(\d{1,3}(${separator}\d{2,3})*${separator}\d{3}|\d*)`;
  const pattern = String.raw`\s*[+-]?${digits}(${decimal === ',' ? ',' : String.raw`\.`}\d*)?([eE][+-]?\d+)?\s*`;
  const plain = separator === undefined ? text : `regexp_replace(${text}, ${quoted(separator)}, '', 'g')`;
  const pointed = decimal === ',' ? `replace(${plain}, ',', '.')` : plain;
  return `coalesce(CASE WHEN regexp_full_match(${text}, ${quoted(pattern)}) THEN TRY_CAST(${pointed} AS DOUBLE) END, ${infinite(text)})`;
}
