import type { Backtest } from './backtest';
import { logOffset } from './scale';

/** How an error is measured and put back onto a path: as a difference, or as a ratio that stays usable near zero. */
export type ErrorForm = 'additive' | 'multiplicative';

/** Backtest errors at a run of leads, in ascending order, each with the index of its origin. */
export type ErrorBucket = {
  /** Leads from + 1 .. to, counted from 1. */
  readonly from: number;
  readonly to: number;
  readonly sorted: Float64Array;
  readonly origins: Uint16Array;
};

/**
 * The error of a prediction: what came less what was said, or the logarithm of their ratio, both raised by a twentieth of the mean
 * level so that zero is no special case.
 */
export function errorOf(form: ErrorForm, came: number, predicted: number, level: number): number {
  if (form === 'additive') return came - predicted;
  const offset = logOffset * level;
  return Math.log((came + offset) / (Math.max(0, predicted) + offset));
}

/** Where a path with this error would have been. */
export function shift(form: ErrorForm, predicted: number, error: number, level: number): number {
  if (form === 'additive') return predicted + error;
  const offset = logOffset * level;
  return (Math.max(0, predicted) + offset) * Math.exp(error) - offset;
}

/**
 * Errors of paths pooled over runs of neighbouring leads that double in length: the first has 60 errors or so, enough for a tail.
 * Origins fall on many times of the day, so each run sees them all.
 */
export function bucketErrors(
  { actual, testedSteps, levels }: Backtest,
  paths: readonly (Float64Array | null)[],
  form: ErrorForm,
): ErrorBucket[] {
  return bucketEnds(testedSteps, actual.length).map((to, i, ends) => {
    const from = ends[i - 1] ?? 0;
    const errors: { readonly error: number; readonly origin: number }[] = [];
    paths.forEach((path, origin) => {
      for (let lead = from; path !== null && lead < to; lead++) {
        const came = actual[origin][lead];
        if (!Number.isNaN(came)) errors.push({ error: errorOf(form, came, path[lead], levels[origin]), origin });
      }
    });
    errors.sort((a, b) => a.error - b.error || a.origin - b.origin);
    return { from, to, sorted: Float64Array.from(errors, ({ error }) => error), origins: Uint16Array.from(errors, ({ origin }) => origin) };
  });
}

const enough = 60;

function bucketEnds(testedSteps: number, origins: number): number[] {
  const ends: number[] = [];
  const first = Math.ceil(enough / Math.max(1, origins));
  for (let end = first; end < testedSteps; end *= 2) ends.push(end);
  if (ends.length > 0 && testedSteps - ends[ends.length - 1] < first) ends.pop();
  return testedSteps > 0 ? [...ends, testedSteps] : [];
}
