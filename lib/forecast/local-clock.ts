import { clockOf } from '../history';
import type { Series } from './training';

/**
 * Moments moved onto the wall clock of a zone as it stood at a reference moment: between two changes of the clock a load keeps its hours,
 * across one it moves by an hour of UTC, and a day's pattern that follows the wall clock is one pattern here.
 */
export type LocalClock = {
  /** Epoch ms -> ms on the wall clock; a whole number of steps apart. */
  readonly toLocal: (at: number) => number;
};

/**
 * The clock of `zone` from `from` to `to`; `null` where it does not change in between, or by no whole number of steps (days, 7 minutes):
 * then there is nothing to move.
 */
export function localClock(zone: string, intervalMs: number, from: number, to: number, reference: number): LocalClock | null {
  if (zone === 'UTC') return null;
  const { firstOffsetMs, changes } = clockOf(zone, from, to);
  const within = changes.filter(({ at }) => at > from && at < to);
  if (within.length === 0 || within.some(({ beforeMs, afterMs }) => (afterMs - beforeMs) % intervalMs !== 0)) return null;
  const offset = (at: number) => changes.findLast((change) => change.at <= at)?.afterMs ?? firstOffsetMs;
  const present = offset(reference);
  return { toLocal: (at) => at + offset(at) - present };
}

/**
 * A series by wall clock: an hour that happened twice holds the mean of both, one that never was is missing.
 */
export function seriesByLocalClock<S extends Series>(series: S, { toLocal }: LocalClock): S {
  const { start, intervalMs, values } = series;
  const localStart = toLocal(start);
  const place = (i: number) => Math.round((toLocal(start + i * intervalMs) - localStart) / intervalMs);
  const length = values.reduce((most, _, i) => Math.max(most, place(i) + 1), 0);
  const local = new Float64Array(length).fill(NaN);
  values.forEach((value, i) => {
    const at = place(i);
    if (at < 0 || Number.isNaN(value)) return;
    local[at] = Number.isNaN(local[at]) ? value : (local[at] + value) / 2;
  });
  return { ...series, start: localStart, values: local };
}

/**
 * Where each of `steps` steps from `start` on stands in a path by wall clock that begins at the same place. An hour that happens twice
 * stands at one place twice.
 */
export function placesByLocalClock(start: number, intervalMs: number, steps: number, { toLocal }: LocalClock): readonly number[] {
  return Array.from({ length: steps }, (_, step) => {
    const place = Math.round((toLocal(start + step * intervalMs) - start) / intervalMs);
    return Math.max(0, place);
  });
}
