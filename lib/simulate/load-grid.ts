import type { LoadSeries } from '../history/series';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../units';
import type { LoadGrid } from './refine';

const grids = [HOUR_MS, 30 * MINUTE_MS, 20 * MINUTE_MS, 15 * MINUTE_MS, 10 * MINUTE_MS, 5 * MINUTE_MS, MINUTE_MS, 15 * SECOND_MS];

/** The coarsest grid, of an hour at most, that is as fine as observations that lie so far apart. */
export function gridOf(spacingMs: number): number {
  return grids.find((grid) => grid <= spacingMs * 1.01) ?? 15 * SECOND_MS;
}

/** A series from its first whole hour on; counts become rates. */
export function loadGridOf({ start, intervalMs, values, kind }: Pick<LoadSeries, 'start' | 'intervalMs' | 'values' | 'kind'>): LoadGrid {
  const skipped = Math.round((Math.ceil(start / HOUR_MS) * HOUR_MS - start) / intervalMs);
  const perSecond = kind === 'count' ? SECOND_MS / intervalMs : 1;
  return { start: start + skipped * intervalMs, intervalMs, values: values.slice(skipped).map((value) => value * perSecond) };
}
