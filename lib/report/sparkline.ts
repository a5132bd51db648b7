const bars = '▁▂▃▄▅▆▇█';

/** One character a value, from the lowest bar at zero (or at the lowest value, where that is below) to the highest; a gap is a dot. */
export function sparkline(values: ArrayLike<number>): string {
  const known = Array.from(values).filter(Number.isFinite);
  const low = Math.min(0, ...known);
  const high = Math.max(...known);
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return '·';
    return high === low ? bars[0] : bars[Math.min(bars.length - 1, Math.floor(((value - low) / (high - low)) * bars.length))];
  }).join('');
}
