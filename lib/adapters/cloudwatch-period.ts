import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../units';

/**
 * How long CloudWatch keeps what it has of each period.
 *
 * @see the CloudWatch user guide, "Metrics retention": under 60 s for 3 hours (high-resolution metrics alone), 60 s for 15 days,
 * 300 s for 63 days, 3600 s for 455 days
 */
const retention: readonly (readonly [periodMs: number, reachMs: number])[] = [
  ...[1, 5, 10, 30].map((seconds) => [seconds * SECOND_MS, 3 * HOUR_MS] as const),
  [MINUTE_MS, 15 * DAY_MS],
  [5 * MINUTE_MS, 63 * DAY_MS],
  [HOUR_MS, 455 * DAY_MS],
];

const usualMs = 5 * MINUTE_MS;

export type MetricPeriod = {
  /** Of the points, for the whole range, ms. */
  readonly periodMs: number;
  /** How far back there is anything of this period, ms. */
  readonly reachMs: number;
};

/**
 * The one period in which a whole range is asked for. A series of two periods would be judged as mixed, so the part that is older
 * decides for all: five minutes, or what divides the interval below that, as long as that reaches back; a coarser period where
 * it does not; and where none does that divides the interval, the one that reaches farthest, which cuts the range.
 *
 * @param rangeMs from the first moment asked for until now
 * @param intervalMs of the grid the series is wanted on: the period is never coarser, and divides it
 * @returns `undefined` for an interval that no period of CloudWatch divides, such as 90 ms
 */
export function choosePeriod(rangeMs: number, intervalMs: number): MetricPeriod | undefined {
  const possible = retention.filter(([periodMs]) => intervalMs % periodMs === 0).map(([periodMs, reachMs]) => ({ periodMs, reachMs }));
  const reaching = possible.filter(({ reachMs }) => reachMs >= rangeMs);
  return reaching.findLast(({ periodMs }) => periodMs <= usualMs) ?? reaching[0] ?? possible.at(-1);
}
