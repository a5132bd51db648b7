import { mean, median } from '../history';
import { logOffset } from './sweep';

/** Steps [first, end) of a series. */
export type StepSpan = { readonly first: number; readonly end: number };

/** Weeks before and after that say what a span would have been. */
export const weeksAround = [-1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6] as const;

/** Neighbouring weeks that take part at most: the nearest. */
const mostWeeks = 8;

/**
 * What a span would have been without what happened in it: step by step the median of the same times of the nearest weeks, at most eight
 * within six on either side, each week raised or lowered to the level of the days around the span. NaN where no week says anything.
 *
 * The level of a week is the sum over three days before and after the span by the sum at the same times of that week, over the steps that
 * both know.
 *
 * @param masked NaN where missing, and within every event: what an event did says nothing of usual weeks
 */
export function baselineOf(masked: Float64Array, span: StepSpan, day: number, week: number): Float64Array {
  const weeks = weeksAround
    .map((k) => ({ offset: k * week, level: levelOf(masked, span, 3 * day, k * week) }))
    .filter(({ level, offset }) => level !== null && knows(masked, span, offset))
    .slice(0, mostWeeks);
  return Float64Array.from({ length: span.end - span.first }, (_, i) => {
    const candidates = weeks
      .map(({ offset, level }) => (masked[span.first + i + offset] ?? NaN) * (level ?? 1))
      .filter((value) => !Number.isNaN(value));
    return median(candidates);
  });
}

/**
 * How far what came stands above its baseline: ln((came + d) / (baseline + d)), d a twentieth of the mean baseline, so that hours near
 * zero are no special case. NaN where either is not known.
 */
export function logRatios(came: Float64Array, baseline: Float64Array): Float64Array {
  const known = baseline.filter((value) => !Number.isNaN(value));
  const offset = known.length === 0 ? NaN : logOffset * mean(known);
  return came.map((value, i) => (offset > 0 ? Math.log((value + offset) / (baseline[i] + offset)) : NaN));
}

function knows(masked: Float64Array, { first, end }: StepSpan, offset: number): boolean {
  for (let i = Math.max(0, first + offset); i < Math.min(masked.length, end + offset); i++) if (!Number.isNaN(masked[i])) return true;
  return false;
}

/** `null` where fewer than a quarter of the steps around are known in both weeks, or the other week was silent. */
function levelOf(masked: Float64Array, { first, end }: StepSpan, around: number, offset: number): number | null {
  let [own, other, known] = [0, 0, 0];
  const add = (i: number) => {
    const [a, b] = [masked[i] ?? NaN, masked[i + offset] ?? NaN];
    if (Number.isNaN(a) || Number.isNaN(b)) return;
    own += a;
    other += b;
    known += 1;
  };
  for (let i = first - around; i < first; i++) add(i);
  for (let i = end; i < end + around; i++) add(i);
  return 4 * known >= around && other > 0 ? own / other : null;
}
