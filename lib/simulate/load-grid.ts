import type { LoadSeries } from '../history/series';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../units';
import type { LoadGrid } from './refine';

/** Whole ticks that divide an hour, and a minute or into whole minutes. */
const grids = [
  ...[15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map((minutes) => minutes * MINUTE_MS),
];

/** The finest grid, of an hour at most, that is no finer than observations that lie so far apart. */
export function gridOf(spacingMs: number): number {
  return grids.find((grid) => grid >= spacingMs) ?? HOUR_MS;
}

/** A series from its first whole hour on; counts become rates. */
export function loadGridOf({
  start,
  intervalMs,
  values,
  kind,
  origin,
}: Pick<LoadSeries, 'start' | 'intervalMs' | 'values' | 'kind' | 'origin'>): LoadGrid {
  const skipped = Math.round((Math.ceil(start / HOUR_MS) * HOUR_MS - start) / intervalMs);
  const perSecond = kind === 'count' ? SECOND_MS / intervalMs : 1;
  return {
    start: start + skipped * intervalMs,
    intervalMs,
    values: values.slice(skipped).map((value) => value * perSecond),
    observedMs: origin.spacingMs,
  };
}
