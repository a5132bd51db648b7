/** A point of a line: the index of a value, and the value. NaN breaks the line. */
export type Point = { readonly at: number; readonly value: number };

/** The most points of a line that can be told apart in a picture. */
const defaultMostPoints = 3_000;

/**
 * Reduces the values of a line to the points that can be told apart in a picture. Up to `mostPoints` values are all kept. More values
 * are divided into stretches of equal length, and the lowest and the highest value of each stretch are kept in their order, so that no
 * peak is lost. A stretch without any value gives a NaN, which breaks the line.
 *
 * @param mostPoints about how many points the result may have
 */
export function thinned(values: Float64Array, mostPoints = defaultMostPoints): Point[] {
  if (values.length <= mostPoints) return Array.from(values, (value, at) => ({ at, value }));
  const stretch = Math.ceil((2 * values.length) / mostPoints);
  const points: Point[] = [];
  for (let from = 0; from < values.length; from += stretch) {
    const [low, high] = extremes(values, from, Math.min(values.length, from + stretch));
    if (low === high) points.push({ at: low, value: values[low] });
    else for (const at of [Math.min(low, high), Math.max(low, high)]) points.push({ at, value: values[at] });
  }
  return points;
}

/** The indices of the lowest and the highest value from `from` up to but not including `to`; `from` twice where there is no value. */
function extremes(values: Float64Array, from: number, to: number): readonly [number, number] {
  let [low, high] = [from, from];
  for (let at = from; at < to; at += 1) {
    if (!(values[at] >= values[low])) low = Number.isNaN(values[at]) ? low : at;
    if (!(values[at] <= values[high])) high = Number.isNaN(values[at]) ? high : at;
  }
  return [low, high];
}
