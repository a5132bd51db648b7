import { DAY_MS, HOUR_MS } from '../units';
import type { ForecastInput } from './types';

/** A young series with the past of its sibling, scaled to its own level, before its own. */
export type Borrowed = {
  readonly input: ForecastInput;
  /** Own level by the sibling's over the time both know. */
  readonly ratio: number;
  /** Steps that both know. */
  readonly common: number;
  /** Standard deviation of the logarithm of what is borrowed about what will come. */
  readonly spread: number;
};

/** From this much of its own on, a series needs no sibling: two weeks tell a week's shape. */
export const ownShapeMs = 14 * DAY_MS;

/** Less in common says nothing of the level. */
export const leastCommonMs = 6 * HOUR_MS;

/**
 * Puts the past of a sibling, times the ratio of the levels, before a series that is too young to tell its own shape; or says why that
 * cannot be. The ratio is that of the sums over the steps that both know, of the last seven days of them at most.
 *
 * Spread: s^2 (1 + 1/d), s the standard deviation of ln(own / (ratio x sibling)) over the days in common, each by its sum, and d
 * their number, a fraction below one; s is taken for a fifth at least, for a sibling is never the same.
 *
 * @param own on the same grid as `sibling`: their starts lie whole intervals apart
 */
export function borrowShape(own: ForecastInput, sibling: ForecastInput): Borrowed | { readonly impossible: string } {
  const { intervalMs } = own;
  const shift = Math.round((own.start - sibling.start) / intervalMs);
  if (shift <= 0) return { impossible: 'the sibling has no longer history' };
  const pairs = own.values.reduce<{ at: number; mine: number; theirs: number }[]>((all, mine, i) => {
    const theirs = sibling.values[i + shift] ?? NaN;
    if (!Number.isNaN(mine) && !Number.isNaN(theirs)) all.push({ at: own.start + i * intervalMs, mine, theirs });
    return all;
  }, []);
  if (pairs.length * intervalMs < leastCommonMs) return { impossible: 'less than 6 hours are known of both' };
  const recent = pairs.slice(-Math.ceil((7 * DAY_MS) / intervalMs));
  const ratio = sum(recent, 'mine') / sum(recent, 'theirs');
  if (!(ratio > 0) || !Number.isFinite(ratio)) return { impossible: 'one of them was silent while both were known' };

  const values = new Float64Array(shift + own.values.length).fill(NaN);
  sibling.values.subarray(0, shift).forEach((value, i) => (values[i] = value * ratio));
  values.set(own.values, shift);
  return { input: { ...own, start: sibling.start, values }, ratio, common: pairs.length, spread: spreadOf(pairs, ratio, intervalMs) };
}

const leastSpread = 0.2;

function spreadOf(pairs: readonly { at: number; mine: number; theirs: number }[], ratio: number, intervalMs: number): number {
  const days = new Map<number, { mine: number; theirs: number }>();
  for (const { at, mine, theirs } of pairs) {
    const day = Math.floor(at / DAY_MS);
    const before = days.get(day) ?? { mine: 0, theirs: 0 };
    days.set(day, { mine: before.mine + mine, theirs: before.theirs + theirs });
  }
  const errors = [...days.values()].flatMap(({ mine, theirs }) => (mine > 0 && theirs > 0 ? [Math.log(mine / (ratio * theirs))] : []));
  const squares = errors.reduce((total, error) => total + error ** 2, 0) / Math.max(1, errors.length - 1);
  return Math.sqrt(Math.max(leastSpread ** 2, squares) * (1 + DAY_MS / (pairs.length * intervalMs)));
}

function sum(pairs: readonly { mine: number; theirs: number }[], of: 'mine' | 'theirs'): number {
  return pairs.reduce((total, pair) => total + pair[of], 0);
}
