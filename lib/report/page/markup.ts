/** A part of a page: HTML that may be put into it as it is. */
export type Markup = { readonly html: string };

type Part = Markup | string | number | null | readonly Part[];

/**
 * HTML from a template. What is put in is text and is escaped, in an element as in an attribute between double quotes; other markup stays as
 * it is, a list is put in one after another, and `null` is nothing.
 *
 * @example markup`<p title="${'a "b"'}">${'<c>'}</p>`.html // '<p title="a &quot;b&quot;">&lt;c&gt;</p>'
 */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: texts.reduce((all, text, index) => `${all}${htmlOf(parts[index - 1])}${text}`) };
}

function htmlOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(`${part}`);
  return 'html' in part ? part.html : part.map(htmlOf).join('');
}

const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => names[sign]);

/**
 * A figure of the plan: `text` is what is shown, `value` what the plan holds at `path`, for who reads the page by a program.
 *
 * @param path such as `workloads.chat.floor`
 */
export function figure(path: string, value: number, text: string): Markup {
  return markup`<data value="${value}" data-of="${path}">${text}</data>`;
}

/** The `id` of the part of the page that a workload or a pool has. Names hold letters, digits, `-`, `_` and `.`. */
export function anchor(kind: 'workload' | 'pool', name: string): string {
  return `${kind}-${name}`;
}
