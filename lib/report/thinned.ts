/** Points of a line: place and value; NaN breaks the line. */
export type Point = { readonly at: number; readonly value: number };

/** More points than a picture has pixels for are drawn as their extremes. */
const mostPoints = 3_000;

/**
 * As many points as can be told apart in a picture: all of them, or of each of equal stretches the lowest and the highest in
 * their order, so that no peak is lost. A stretch without any value breaks the line.
 */
export function thinned(values: Float64Array, most = mostPoints): Point[] {
  if (values.length <= most) return Array.from(values, (value, at) => ({ at, value }));
  const stretch = Math.ceil((2 * values.length) / most);
  const points: Point[] = [];
  for (let from = 0; from < values.length; from += stretch) {
    const [low, high] = extremes(values, from, Math.min(values.length, from + stretch));
    if (low === high) points.push({ at: low, value: values[low] });
    else for (const at of [Math.min(low, high), Math.max(low, high)]) points.push({ at, value: values[at] });
  }
  return points;
}

/** Places of the lowest and the highest value; of none, the first place twice. */
function extremes(values: Float64Array, from: number, to: number): readonly [number, number] {
  let [low, high] = [from, from];
  for (let at = from; at < to; at += 1) {
    if (!(values[at] >= values[low])) low = Number.isNaN(values[at]) ? low : at;
    if (!(values[at] <= values[high])) high = Number.isNaN(values[at]) ? high : at;
  }
  return [low, high];
}
