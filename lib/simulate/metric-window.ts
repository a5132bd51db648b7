import type { MetricConfig } from '../config/schema';
import { HOUR_MS, parseDuration } from '../units';

/** Over how much a metric is a mean: the longest range that its query looks back, an hour at most; `null` where it says none. */
export function metricWindowMs(metric: MetricConfig | undefined): number | null {
  if (metric?.kind !== 'prometheus') return null;
  const ranges = [...metric.query.matchAll(/\[([^\]:]+)[\]:]/g)].flatMap(([, range]) => parseDuration(range.trim()) ?? []);
  return ranges.length === 0 ? null : Math.min(HOUR_MS, Math.max(...ranges));
}
