/** Characters of which a terminal shows none by itself: marks on the one before, joiners, variation selectors. */
const unseen = /\p{Mn}|\p{Me}|\p{Cf}/u;

/**
 * Characters that take two columns: those that Unicode calls wide or fullwidth (UAX 11), by their blocks, and emoji.
 *
 * @see https://www.unicode.org/reports/tr11/
 */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  let columns = 0;
  for (const character of text) if (!unseen.test(character)) columns += wide.test(character) ? 2 : 1;
  return columns;
}

/**
 * A text whose lines fit a number of columns. Lines are broken between words; what follows begins under the last column of a table, or
 * indented by two more. A rule of a table is cut off, and a word that is too long stands by itself.
 */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrappedLine(line, columns))
    .join('\n');
}

function wrappedLine(line: string, columns: number): string[] {
  if (textWidth(line) <= columns) return [line];
  if (/^[─ ]+$/.test(line)) return [line.slice(0, columns)];
  const indent = ' '.repeat(indentOf(line, columns));
  const lines: string[] = [];
  let current = /^ */.exec(line)?.[0] ?? '';
  let isEmpty = true;
  for (const part of line.trimStart().split(/(?<=\S)(?= )/)) {
    if (!isEmpty && textWidth(current) + textWidth(part) > columns) {
      lines.push(current.trimEnd());
      current = indent + part.trimStart();
    } else current += part;
    isEmpty = false;
  }
  return [...lines, current];
}

/** Under the last column of a table where that leaves half of the width, else two more than the line itself. */
function indentOf(line: string, columns: number): number {
  const own = (/^ */.exec(line)?.[0] ?? '').length;
  const gaps = [...line.slice(own).matchAll(/ {2,}(?=\S)/g)].map(
    ({ index, 0: gap }) => own + textWidth(line.slice(own, own + index)) + gap.length,
  );
  const last = gaps.filter((at) => at <= columns / 2).at(-1);
  return last ?? Math.min(own + 2, Math.floor(columns / 2));
}
