import { DAY_MS, formatDuration, formatTime, HOUR_MS, MINUTE_MS, SECOND_MS } from '../units';
import type { QualityFinding } from './finding';
import type { LoadSeries } from './series';

/** Whether the end of a series is too old at a moment, or lies after it. One interval of grace, since the last one may just have begun. */
export function ageFindings(series: LoadSeries, asOf: number, maxAgeMs: number): QualityFinding[] {
  const { start, intervalMs, values, origin } = series;
  const end = start + values.length * intervalMs;
  if (origin.to > asOf + intervalMs) {
    const from = Math.min(end, Math.max(start, Math.ceil(asOf / intervalMs) * intervalMs));
    return [
      {
        code: 'history/future',
        severity: 'look',
        from,
        to: end,
        count: Math.round((end - from) / intervalMs),
        message: `holds observations up to ${formatTime(origin.to)}, ${roughly(origin.to - asOf)} after ${formatTime(asOf)}`,
        consequence: 'nothing was observed in the future: check the zone and the clock, or give a later --as-of',
      },
    ];
  }
  if (asOf - origin.to <= maxAgeMs) return [];
  return [
    {
      code: 'history/stale',
      severity: 'look',
      from: origin.to,
      to: asOf,
      count: Math.ceil((asOf - origin.to) / intervalMs),
      message: `ends at ${formatTime(origin.to)}, ${roughly(asOf - origin.to)} before ${formatTime(asOf)}`,
      consequence: `a plan refuses history older than ${formatDuration(maxAgeMs)}: bring it up to date, or plan as of its end with --as-of`,
    },
  ];
}

/** Two significant parts are enough: 30d, 26h, 90s. */
function roughly(ms: number): string {
  const unit = [DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS].find((size) => ms >= 2 * size) ?? SECOND_MS;
  return formatDuration(Math.round(ms / unit) * unit);
}
