/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A figure to 4 significant digits, as messages show it. */
export function formatFigure(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}
