import { leastObserved } from './reading';
import type { ExcludedSpan } from './operations';
import type { LoadSeries } from './series';

/** A run of intervals of a series, by their indices: from `from` up to but not including `to`. */
export type Run = { readonly from: number; readonly to: number };

/** Whether an interval has a value that was observed, and not one that a repair filled in. */
export function isObserved({ values, observed }: LoadSeries, index: number): boolean {
  return observed[index] >= leastObserved && !Number.isNaN(values[index]);
}

/** Whether an interval has a value that a repair filled in. */
export function isRepaired({ values, observed }: LoadSeries, index: number): boolean {
  return observed[index] < leastObserved && !Number.isNaN(values[index]);
}

/** One number for each interval of a series: 1 where an excluded span overlaps it, otherwise 0. */
export function excludedMask({ start, intervalMs, values }: LoadSeries, spans: readonly Pick<ExcludedSpan, 'from' | 'to'>[]): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (const { from, to } of spans) {
    const first = Math.max(0, Math.floor((from - start) / intervalMs));
    mask.fill(1, first, Math.max(first, Math.ceil((to - start) / intervalMs)));
  }
  return mask;
}

/**
 * The runs of consecutive indices from 0 to `length - 1` for which `holds` is true, each as long as possible, in order.
 *
 * @example runsWhere(5, (index) => index !== 2) // [{ from: 0, to: 2 }, { from: 3, to: 5 }]
 */
export function runsWhere(length: number, holds: (index: number) => boolean): Run[] {
  const runs: Run[] = [];
  for (let from = 0; from < length; from += 1) {
    if (!holds(from)) continue;
    let to = from + 1;
    while (to < length && holds(to)) to += 1;
    runs.push({ from, to });
    from = to;
  }
  return runs;
}

/** The number of intervals in all runs together. */
export const lengthOf = (runs: readonly Run[]): number => runs.reduce((total, { from, to }) => total + to - from, 0);

/** The longest run, the first one where several are equally long; an empty run at 0 where there is none. */
export const longestOf = (runs: readonly Run[]): Run =>
  runs.reduce((best, run) => (run.to - run.from > best.to - best.from ? run : best), { from: 0, to: 0 });

/** The times of a run, epoch ms: the start of its first interval and the end of its last. */
export function spanOf({ start, intervalMs }: Pick<LoadSeries, 'start' | 'intervalMs'>, { from, to }: Run): { from: number; to: number } {
  return { from: start + from * intervalMs, to: start + to * intervalMs };
}
