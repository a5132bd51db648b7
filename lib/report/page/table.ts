import { type Markup, markup } from './markup';

/** A column of a table. `number` columns stand at the right, a `bar` is kept on one line; `extra` ones are left out where the page is narrow. */
export type PageColumn = { readonly title: string; readonly is?: 'number' | 'bar' | 'text'; readonly extra?: true };

/** A cell; the first of a row is its header. */
type Cell = Markup | string;

/**
 * A table with its caption. Cells and rows have no end tags, which HTML lets go, and classes without quotes: tables are most of a page of
 * many workloads.
 */
export function pageTable(caption: string, columns: readonly PageColumn[], rows: readonly (readonly Cell[])[]): Markup {
  const looks = columns.map(({ is = 'text', extra }): Markup | null => {
    const name = `${is === 'text' ? '' : is === 'number' ? 'n' : 'b'}${extra === true ? 'x' : ''}`;
    return name === '' ? null : markup` class=${name}`;
  });
  const body = rows.map((row) => markup`<tr><th>${row[0]}${row.slice(1).map((cell, index) => markup`<td${looks[index + 1]}>${cell}`)}`);
  return markup`<table><caption>${caption}</caption><thead><tr>${columns.map(({ title }, index) => markup`<th scope=col${looks[index]}>${title}`)}<tbody>${body}</table>`;
}

/** A share of the largest, 0..1, as a bar beside a figure. */
export function bar(share: number): Markup {
  return markup`<span class="bar"><i style="width:${Math.round(100 * Math.max(0, Math.min(1, share)))}%"></i></span>`;
}

/** What can be opened: its title, and what is within. */
export function closed(title: string, body: Markup): Markup {
  return markup`<details class="more"><summary>${title}</summary>${body}</details>`;
}
