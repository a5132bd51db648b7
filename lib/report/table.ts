import { textWidth } from './text-width';

/** A column of a table. Its cells are at the left where `align` is left out. */
export type Column = { readonly title: string; readonly align?: 'left' | 'right' };

/**
 * A table as aligned text: two spaces between columns, a rule under the titles, and a rule wherever `rows` holds `null`, such as before
 * a row of totals.
 */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[] | null)[]): string {
  const widths = columns.map(({ title }, index) => Math.max(textWidth(title), ...rows.map((row) => (row ? textWidth(row[index]) : 0))));
  const rule = widths.map((size) => '─'.repeat(size)).join('  ');
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        columns[index].align === 'right'
          ? ' '.repeat(widths[index] - textWidth(cell)) + cell
          : cell + ' '.repeat(widths[index] - textWidth(cell)),
      )
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), rule, ...rows.map((row) => (row ? line(row) : rule))].join('\n');
}
