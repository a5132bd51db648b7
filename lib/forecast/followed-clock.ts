import { clockOf, type ClockChange } from '../history';
import { DAY_MS, WEEK_MS } from '../units';
import type { Series } from './training';

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
