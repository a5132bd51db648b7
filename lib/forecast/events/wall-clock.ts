import { type ClockChange, clockOf } from '../../history';
import type { Series } from '../training-data';
import { DAY_MS, WEEK_MS } from '../../units';

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

/**
 * The last change of the zone's clock that a load took no notice of, epoch ms; `null` where it follows the clock, or where nothing tells.
 *
 * The values of the week after a change are set against those of the week before it, once at the same time of UTC and once at the same
 * time on the wall: a machine's rhythm, customers elsewhere, or a history whose zone was mislabelled keep to UTC. The zone's clock is
 * believed unless UTC is clearly nearer, over a day of pairs at least.
 *
 * @param zone a valid IANA zone
 */
export function unfollowedChange({ start, intervalMs, values }: Series, zone: string): number | null {
  if (zone === 'UTC') return null;
  const end = start + values.length * intervalMs;
  const changes = clockOf(zone, start, end).changes.filter(({ at }) => at > start && at < end);
  const apart = (change: ClockChange) => distances({ start, intervalMs, values }, change);
  const told = changes.map((change) => ({ at: change.at, ...apart(change) })).filter(({ pairs }) => pairs * intervalMs >= DAY_MS);
  const sum = (figure: (one: (typeof told)[number]) => number) => told.reduce((total, one) => total + figure(one), 0);
  const last = told[told.length - 1];
  return last !== undefined && sum(({ utc }) => utc) < clearly * sum(({ wall }) => wall) ? last.at : null;
}

/** UTC is nearer when its distance is below this share of the other. */
const clearly = 0.8;

/** Sums of distances over the week after a change, where both have something to be set against. */
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
