import { type ClockChange, clockOf } from '../../history';
import type { Series } from '../training-data';
import type { ForecastInput } from '../types';
import { DAY_MS, WEEK_MS } from '../../units';

/**
 * The wall clock of a zone, as it stands at a reference moment. Between two changes of the clock a load keeps its hours; at a change they
 * move by an hour of UTC. On this clock a pattern that follows the wall clock stays the same.
 */
export type LocalClock = {
  /** Epoch ms -> ms on the wall clock. The two differ by a whole number of steps. */
  readonly toLocal: (at: number) => number;
};

/**
 * The wall clock of `zone` from `from` to `to`. `null` where there is nothing to move: where the clock does not change in that time, or
 * where a change is no whole number of steps (intervals of a day or of 7 minutes).
 *
 * @param from, to, reference epoch ms
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

/** A series on the wall clock. An hour that came twice has the mean of both, and an hour that was skipped is missing (NaN). */
export function seriesByLocalClock<S extends Series & Pick<ForecastInput, 'excluded'>>(series: S, { toLocal }: LocalClock): S {
  const { start, intervalMs, values, excluded } = series;
  const localStart = toLocal(start);
  const place = (i: number) => Math.round((toLocal(start + i * intervalMs) - localStart) / intervalMs);
  const length = values.reduce((longest, _, i) => Math.max(longest, place(i) + 1), 0);
  const local = new Float64Array(length).fill(NaN);
  values.forEach((value, i) => {
    const at = place(i);
    if (at < 0 || Number.isNaN(value)) return;
    local[at] = Number.isNaN(local[at]) ? value : (local[at] + value) / 2;
  });
  if (excluded === undefined) return { ...series, start: localStart, values: local };
  const localExcluded = new Uint8Array(length);
  values.forEach((_, i) => {
    const at = place(i);
    if (at >= 0 && excluded[i] === 1 && (Number.isNaN(local[at]) || local[at] === values[i])) localExcluded[at] = 1;
  });
  return { ...series, start: localStart, values: local, excluded: localExcluded };
}

/**
 * For each of `steps` steps of UTC from `start`, its index in a path on the wall clock that begins at the same moment. Both steps of an
 * hour that comes twice have the same index.
 */
export function placesByLocalClock(start: number, intervalMs: number, steps: number, { toLocal }: LocalClock): readonly number[] {
  return Array.from({ length: steps }, (_, step) => {
    const place = Math.round((toLocal(start + step * intervalMs) - start) / intervalMs);
    return Math.max(0, place);
  });
}

/**
 * The last change of the clock of a zone that the load did not follow, epoch ms; `null` where the load follows the clock or where nothing
 * shows whether it does.
 *
 * The values of the week after a change are compared with those of the week before it, once at the same time of UTC and once at the same
 * time on the wall. A load keeps to UTC when machines or customers elsewhere make it, or when its history has a wrong zone. It is taken to
 * follow the clock unless the distance at the same time of UTC is clearly smaller, over pairs that cover at least a day.
 *
 * @param zone a valid IANA zone
 */
export function unfollowedChange({ start, intervalMs, values }: Series, zone: string): number | null {
  if (zone === 'UTC') return null;
  const end = start + values.length * intervalMs;
  const changes = clockOf(zone, start, end).changes.filter(({ at }) => at > start && at < end);
  const distancesAt = (change: ClockChange) => distances({ start, intervalMs, values }, change);
  const comparisons = changes
    .map((change) => ({ at: change.at, ...distancesAt(change) }))
    .filter(({ pairs }) => pairs * intervalMs >= DAY_MS);
  const sum = (distance: (comparison: (typeof comparisons)[number]) => number) =>
    comparisons.reduce((total, comparison) => total + distance(comparison), 0);
  const last = comparisons[comparisons.length - 1];
  return last !== undefined && sum(({ utc }) => utc) < clearAdvantage * sum(({ wall }) => wall) ? last.at : null;
}

/** UTC is clearly nearer when its distance is below this share of the other distance. */
const clearAdvantage = 0.8;

/** Sums of the absolute differences over the week after a change, where both comparisons have a value, and the number of pairs. */
function distances({ start, intervalMs, values }: Series, { at, beforeMs, afterMs }: ClockChange) {
  const place = (moment: number) => Math.round((moment - start) / intervalMs);
  const [week, moved] = [Math.round(WEEK_MS / intervalMs), Math.round((afterMs - beforeMs) / intervalMs)];
  let [utc, wall, pairs] = [0, 0, 0];
  for (let i = place(at); i < Math.min(values.length, place(at) + week); i++) {
    const [byUtc, byWall] = [values[i] - values[i - week], values[i] - values[i - week + moved]];
    if (i - week + moved < 0 || Number.isNaN(byUtc) || Number.isNaN(byWall)) continue;
    utc += Math.abs(byUtc);
    wall += Math.abs(byWall);
    pairs += 1;
  }
  return { utc, wall, pairs };
}
