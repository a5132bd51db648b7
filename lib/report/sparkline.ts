const bars = '▁▂▃▄▅▆▇█';

/**
 * Draws values as a row of bars, one character for each value. The lowest bar stands for zero, or for the lowest value where that is
 * negative, and the highest bar for the highest value. A missing value is a dot.
 *
 * @example sparkline([0, 1, 2, NaN, 4]) // '▁▃▅·█'
 */
export function sparkline(values: ArrayLike<number>): string {
  const finite = Array.from(values).filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const high = Math.max(...finite);
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return '·';
    return high === low ? bars[0] : bars[Math.min(bars.length - 1, Math.floor(((value - low) / (high - low)) * bars.length))];
  }).join('');
}
