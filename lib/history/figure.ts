/** A figure to 4 significant digits, as messages show it. */
export function formatFigure(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}
