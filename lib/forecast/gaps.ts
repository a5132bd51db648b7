import { seasonsOf } from './seasons';

/**
 * A complete series to train on, from one with gaps (NaN) and at least one observation. Looks at nothing but `values`.
 *
 * A gap of at most an eighth of a day (at least one step) between two observations is drawn as a straight line. In a longer one, each value is that of the
 * same time the week before, else the day before, else the day or week after, filled values included; where there is none, the
 * straight line again, and at the edges the nearest observation.
 */
export function fillGaps(values: Float64Array, intervalMs: number): Float64Array {
  const filled = values.slice();
  const seasons = seasonsOf(intervalMs).map(({ steps }) => steps);
  const short = Math.max(1, Math.floor((seasons[0] ?? 8) / 8));
  const gaps = gapsIn(values);
  for (const gap of gaps) if (gap.to - gap.from <= short && gap.from > 0 && gap.to < values.length) drawLine(filled, gap);
  const long = gaps.filter((gap) => Number.isNaN(filled[gap.from]));
  for (const gap of long) borrowBefore(filled, gap, [...seasons].reverse());
  for (const gap of [...long].reverse()) borrowAfter(filled, gap, seasons);
  for (const gap of gapsIn(filled)) drawLine(filled, gap);
  return filled;
}

/** Places from..to - 1 are missing. */
type Gap = { readonly from: number; readonly to: number };

function gapsIn(values: Float64Array): readonly Gap[] {
  const gaps: Gap[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    const from = i;
    while (i < values.length && Number.isNaN(values[i])) i++;
    gaps.push({ from, to: i });
  }
  return gaps;
}

function borrowBefore(filled: Float64Array, { from, to }: Gap, seasons: readonly number[]): void {
  for (let i = from; i < to; i++) {
    const season = seasons.find((steps) => i >= steps && !Number.isNaN(filled[i - steps]));
    if (season !== undefined) filled[i] = filled[i - season];
  }
}

function borrowAfter(filled: Float64Array, { from, to }: Gap, seasons: readonly number[]): void {
  for (let i = to - 1; i >= from; i--) {
    if (!Number.isNaN(filled[i])) continue;
    const season = seasons.find((steps) => !Number.isNaN(filled[i + steps] ?? NaN));
    if (season !== undefined) filled[i] = filled[i + season];
  }
}

/** From the value before the gap to the one after it; the one there is where there is one only. */
function drawLine(filled: Float64Array, { from, to }: Gap): void {
  const before = from > 0 ? filled[from - 1] : filled[to];
  const after = to < filled.length ? filled[to] : before;
  for (let i = from; i < to; i++) filled[i] = before + (after - before) * ((i - from + 1) / (to - from + 1));
}
