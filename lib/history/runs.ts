import { leastObserved } from './reading';
import type { ExcludedSpan } from './operations';
import type { LoadSeries } from './series';

/** Places [from, to) of a series. */
export type Run = { readonly from: number; readonly to: number };

/** Whether the value of an interval was observed there, rather than missing or filled. */
export function isObserved({ values, observed }: LoadSeries, index: number): boolean {
  return observed[index] >= leastObserved && !Number.isNaN(values[index]);
}

/** Whether an interval has a value that a rule of repair put there. */
export function isRepaired({ values, observed }: LoadSeries, index: number): boolean {
  return observed[index] < leastObserved && !Number.isNaN(values[index]);
}

/** 1 for each interval that an excluded span touches, 0 for the others. */
export function excludedMask({ start, intervalMs, values }: LoadSeries, spans: readonly ExcludedSpan[]): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (const { from, to } of spans) {
    const first = Math.max(0, Math.floor((from - start) / intervalMs));
    mask.fill(1, first, Math.max(first, Math.ceil((to - start) / intervalMs)));
  }
  return mask;
}

/** The longest runs of places of which something holds, in order. */
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

export const lengthOf = (runs: readonly Run[]): number => runs.reduce((total, { from, to }) => total + to - from, 0);

/** The longest run, the first of equals. */
export const longestOf = (runs: readonly Run[]): Run =>
  runs.reduce((best, run) => (run.to - run.from > best.to - best.from ? run : best), { from: 0, to: 0 });

/** A run as times, epoch ms. */
export function spanOf({ start, intervalMs }: Pick<LoadSeries, 'start' | 'intervalMs'>, { from, to }: Run): { from: number; to: number } {
  return { from: start + from * intervalMs, to: start + to * intervalMs };
}
