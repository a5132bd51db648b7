import { DAY_MS, formatDuration, formatTime, HOUR_MS, SECOND_MS, MINUTE_MS } from '../../units';
import type { QualityFinding } from './finding';
import { isObserved, isRepaired, lengthOf, longestOf, type Run, runsWhere, spanOf } from '../runs';
import type { LoadSeries } from '../series';

/** More missing than this share of the intervals deserves a look. */
const muchMissing = 0.05;
/** Likewise more filled by rules: they were meant for exceptions. */
const muchFilled = 0.2;
const muchPartial = 0.1;
/** A longer gap hides a slope or a peak. In a coarse series, more than three intervals. */
const longGapMs = 6 * HOUR_MS;
const longGapIntervals = 3;

/**
 * What was not observed: intervals without a value, the longest gap, partly observed intervals, and what rules filled.
 *
 * @param excluded 1 for each interval that teaches nothing
 * @param gaps runs of intervals without a value, excluded ones left out
 */
export function gapFindings(series: LoadSeries, excluded: Uint8Array, gaps: readonly Run[]): QualityFinding[] {
  return [...missingFindings(series, gaps), ...partialFindings(series, excluded), ...filledFindings(series)];
}

function missingFindings(series: LoadSeries, gaps: readonly Run[]): QualityFinding[] {
  if (gaps.length === 0) return [];
  const { intervalMs, values } = series;
  const missing = lengthOf(gaps);
  const longest = longestOf(gaps);
  const intervals = longest.to - longest.from;
  const longestMs = intervals * intervalMs;
  return [
    {
      code: 'history/missing',
      severity: missing > muchMissing * values.length ? 'look' : 'note',
      ...spanOf(series, around(gaps)),
      count: missing,
      message: `${missing} of ${values.length} intervals ${missing === 1 ? 'has' : 'have'} no value, ${inGaps(gaps)}`,
      consequence: 'they are known as missing, never taken for zero; a forecast fills them from what surrounds them',
    },
    {
      code: 'history/longest-gap',
      severity: longestMs > Math.max(longGapMs, longGapIntervals * intervalMs) ? 'look' : 'note',
      ...spanOf(series, longest),
      count: intervals,
      message: `the longest gap is ${formatDuration(longestMs)}, from ${formatTime(spanOf(series, longest).from)}`,
      consequence: "the longer a gap, the less its filling is worth; repairs: ['same hour last week'] fills it by a rule you choose",
    },
  ];
}

function partialFindings(series: LoadSeries, excluded: Uint8Array): QualityFinding[] {
  const { observed, values, kind } = series;
  const partial = runsWhere(values.length, (index) => excluded[index] === 0 && observed[index] < 1 && isObserved(series, index));
  if (partial.length === 0) return [];
  const count = lengthOf(partial);
  return [
    {
      code: 'history/partly-observed',
      severity: count > muchPartial * values.length ? 'look' : 'note',
      ...spanOf(series, around(partial)),
      count,
      message: `${count} ${count === 1 ? 'interval is' : 'intervals are'} observed for at least half of the time, not for all of it`,
      consequence: kind === 'count' ? 'their counts are scaled up to the whole interval' : 'their mean is that of the observed part',
    },
  ];
}

function filledFindings(series: LoadSeries): QualityFinding[] {
  const { values } = series;
  const filled = runsWhere(values.length, (index) => isRepaired(series, index));
  if (filled.length === 0) return [];
  const count = lengthOf(filled);
  return [
    {
      code: 'history/filled',
      severity: count > muchFilled * values.length ? 'look' : 'note',
      ...spanOf(series, around(filled)),
      count,
      message: `${count} of ${values.length} intervals ${count === 1 ? 'was' : 'were'} not observed and filled by a rule, ${inGaps(filled)}`,
      consequence: 'repairs tell which rule filled how many',
    },
  ];
}

const around = (runs: readonly Run[]): Run => ({ from: runs[0].from, to: runs[runs.length - 1].to });

const inGaps = (gaps: readonly Run[]): string => (gaps.length === 1 ? 'in one gap' : `in ${gaps.length} gaps`);

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
