import { round6 } from '../figures';
import type { Problem } from '../problems';
import { formatDuration, formatLoadUnit, formatTime } from '../units';
import { findingsOf, type JudgedSeries, type JudgedWorkload } from './history-findings';

/**
 * The document that `foresize history --json` prints; `docs/history-quality.md` describes it.
 *
 * @param refused the problems of histories that cannot be used
 * @param asOf the time at which the age of the last observation was judged, epoch ms; `null` where it was not
 */
export function historyDocument(workloads: readonly JudgedWorkload[], refused: readonly Problem[], asOf: number | null) {
  return {
    asOf: asOf === null ? null : formatTime(asOf),
    series: Object.fromEntries(workloads.flatMap(({ series }) => series.map((judged) => [judged.key, describe(judged)] as const))),
    findings: workloads.flatMap(findingsOf),
    refused,
  };
}

function describe({ series, quality }: JudgedSeries) {
  const { origin, intervalMs, start, unit, kind } = series;
  const { levelShift: shift } = quality;
  return {
    origin: origin.text,
    digest: origin.digest,
    unit: unit === null ? null : formatLoadUnit(unit),
    kind,
    from: formatTime(origin.from),
    to: formatTime(origin.to),
    observations: origin.observations,
    every: formatDuration(origin.spacingMs),
    interval: formatDuration(intervalMs),
    intervals: quality.intervals,
    missing: quality.missing,
    filled: quality.filled,
    excluded: quality.excluded,
    coverage: round6(quality.coverage),
    longestGap: formatDuration(quality.longestGapMs),
    seasonality: quality.seasonality.map(({ periodMs, strength }) => ({ period: formatDuration(periodMs), strength: round6(strength) })),
    levelShift: shift && {
      at: formatTime(shift.at),
      before: round6(shift.before),
      after: round6(shift.after),
      pValue: round6(shift.pValue),
    },
    outliers: quality.outliers.map(({ index, value, usual }) => ({
      at: formatTime(start + index * intervalMs),
      value: round6(value),
      usual: round6(usual),
    })),
    repairs: origin.repairs,
  };
}
