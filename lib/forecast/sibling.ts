import { DAY_MS, HOUR_MS } from '../units';
import type { ForecastInput } from './types';

/** A young series with the past of its sibling, scaled to the level of the young one, put before its own values. */
export type Borrowed = {
  readonly input: ForecastInput;
  /** Level of the series divided by that of its sibling, over the steps at which both were observed, of the last seven days of them. */
  readonly ratio: number;
  /** Number of steps at which both were observed. */
  readonly common: number;
  /** Standard deviation of the logarithm of the coming load about the borrowed forecast. */
  readonly spread: number;
};

/** A series with at least this much history of its own needs no sibling, for two weeks show the shape of a week. */
export const ownShapeMs = 14 * DAY_MS;

/** With less time than this in common, the ratio of the two levels is not known well enough. */
export const leastCommonMs = 6 * HOUR_MS;

/**
 * Puts the past of a sibling, times the ratio of the two levels, before a series that is too young to show its own shape; or says why that
 * cannot be done. The ratio is that of the sums over the steps at which both were observed, of the last seven days of such steps at most.
 *
 * The spread is sqrt(s^2 (1 + 1/d)). s is the standard deviation of ln(own / (ratio x sibling)) over the days in common, by the sums of
 * each day; it is at least 0.2, for a sibling is never quite the same. d is the time in common in days, 0.5 for twelve hours.
 *
 * @param own a series on the same grid as `sibling`: their starts are a whole number of intervals apart
 * @returns the longer series, or `impossible`: the reason, as a clause for a message
 */
export function borrowShape(own: ForecastInput, sibling: ForecastInput): Borrowed | { readonly impossible: string } {
  const { intervalMs } = own;
  const shift = Math.round((own.start - sibling.start) / intervalMs);
  if (shift <= 0) return { impossible: 'the sibling has no longer history' };
  const pairs = own.values.reduce<{ at: number; ownValue: number; siblingValue: number }[]>((common, ownValue, i) => {
    const siblingValue = sibling.values[i + shift] ?? NaN;
    if (!Number.isNaN(ownValue) && !Number.isNaN(siblingValue)) common.push({ at: own.start + i * intervalMs, ownValue, siblingValue });
    return common;
  }, []);
  if (pairs.length * intervalMs < leastCommonMs) return { impossible: 'less than 6 hours are known of both' };
  const recent = pairs.slice(-Math.ceil((7 * DAY_MS) / intervalMs));
  const ratio = sum(recent, 'ownValue') / sum(recent, 'siblingValue');
  if (!(ratio > 0) || !Number.isFinite(ratio)) return { impossible: 'one of them was silent while both were known' };

  const values = new Float64Array(shift + own.values.length).fill(NaN);
  sibling.values.subarray(0, shift).forEach((value, i) => (values[i] = value * ratio));
  values.set(own.values, shift);
  const excluded = own.excluded && new Uint8Array(values.length);
  excluded?.set(own.excluded ?? [], shift);
  return {
    input: { ...own, start: sibling.start, values, excluded },
    ratio,
    common: pairs.length,
    spread: spreadOf(pairs, ratio, intervalMs),
  };
}

const smallestDeviation = 0.2;

function spreadOf(pairs: readonly { at: number; ownValue: number; siblingValue: number }[], ratio: number, intervalMs: number): number {
  const days = new Map<number, { ownValue: number; siblingValue: number }>();
  for (const { at, ownValue, siblingValue } of pairs) {
    const day = Math.floor(at / DAY_MS);
    const sums = days.get(day) ?? { ownValue: 0, siblingValue: 0 };
    days.set(day, { ownValue: sums.ownValue + ownValue, siblingValue: sums.siblingValue + siblingValue });
  }
  const errors = [...days.values()].flatMap(({ ownValue, siblingValue }) =>
    ownValue > 0 && siblingValue > 0 ? [Math.log(ownValue / (ratio * siblingValue))] : [],
  );
  const squares = errors.reduce((total, error) => total + error ** 2, 0) / Math.max(1, errors.length - 1);
  return Math.sqrt(Math.max(smallestDeviation ** 2, squares) * (1 + DAY_MS / (pairs.length * intervalMs)));
}

function sum(pairs: readonly { ownValue: number; siblingValue: number }[], of: 'ownValue' | 'siblingValue'): number {
  return pairs.reduce((total, pair) => total + pair[of], 0);
}
