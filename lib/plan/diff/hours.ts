import { DAY_MS, WEEK_MS } from '../../units';
import type { PlanSpan, Steps } from '../file';

/** A period of the plan after, and the period of the plan before that it is compared with; `was` is `null` where there is none. */
export type ComparedPeriod = { readonly at: number; readonly was: number | null };

export type ComparedPeriods = {
  readonly periodMs: number;
  readonly pairs: readonly ComparedPeriod[];
  /** Periods of the plan before that none of the plan after is compared with, epoch ms. */
  readonly left: readonly number[];
};

/**
 * Each period of the plan after beside the same time in the plan before; where that is not in it, beside the same time so many weeks
 * before, so that the Friday that comes is compared with the Friday that goes; else so many days before. No period of the plan before is
 * taken twice.
 *
 * Where the periods of the two differ, both are taken apart into the shorter one.
 */
export function comparePeriods(before: PlanSpan, after: PlanSpan): ComparedPeriods {
  const periodMs = Math.min(before.periodMs, after.periodMs);
  const left = new Set(times(before, periodMs));
  const taken = new Map<number, number>();
  const all = times(after, periodMs);
  const take = (distance: (at: number) => number) => {
    for (const at of all) {
      const was = at - distance(at);
      if (!taken.has(at) && left.delete(was)) taken.set(at, was);
    }
  };
  take(() => 0);
  take((at) => WEEK_MS * Math.max(1, Math.ceil((at - (before.end - periodMs)) / WEEK_MS)));
  take((at) => DAY_MS * Math.max(1, Math.ceil((at - (before.end - periodMs)) / DAY_MS)));
  return { periodMs, pairs: all.map((at) => ({ at, was: taken.get(at) ?? null })), left: [...left] };
}

function times({ start, end }: PlanSpan, periodMs: number): number[] {
  return Array.from({ length: Math.round((end - start) / periodMs) }, (_, index) => start + index * periodMs);
}

/** At a moment; before the first step its value. */
export function valueAt(steps: Steps, at: number): number {
  let [low, high] = [0, steps.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle].from <= at) low = middle;
    else high = middle;
  }
  return steps.length === 0 ? 0 : steps[low].value;
}

/** The mean over `[from, to)`. */
export function meanOver(steps: Steps, from: number, to: number): number {
  let sum = 0;
  let at = from;
  for (const step of steps) {
    if (step.from <= at) continue;
    if (step.from >= to) break;
    sum += valueAt(steps, at) * (step.from - at);
    at = step.from;
  }
  return (sum + valueAt(steps, at) * (to - at)) / (to - from);
}
