import type { LoadSeries } from '../history';
import { HOUR_MS, SECOND_MS } from '../units';
import type { LoadGrid } from './refine';

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
