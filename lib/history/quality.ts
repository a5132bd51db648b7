import { DAY_MS, formatDuration, formatTime } from '../units';
import type { LoadSeries } from './series';

/** Something of a series that deserves a look. `[from, to)` is where, epoch ms. */
export type QualityFinding = {
  readonly code: 'history/missing' | 'history/partly-observed' | 'history/longest-gap' | 'history/flat-line' | 'history/all-zero';
  readonly from: number;
  readonly to: number;
  /** Intervals concerned. */
  readonly count: number;
  readonly message: string;
  /** What it means for a forecast. */
  readonly consequence: string;
};

export type SeriesQuality = {
  readonly intervals: number;
  /** Intervals without a value. */
  readonly missing: number;
  /** Share of the time from the first to the last interval that was observed, 0..1. */
  readonly coverage: number;
  readonly findings: readonly QualityFinding[];
};

/** A run of equal values at least this long is a flat line, unless the series is shorter than twice that. */
const flatLineMs = DAY_MS;

/**
 * Judges a series before anything is made of it: coverage, missing and partly observed intervals, the longest gap, flat lines.
 * A clean series has no findings.
 */
export function quality(series: LoadSeries): SeriesQuality {
  const { values, observed } = series;
  const gaps = runsWhere(values, Number.isNaN);
  const missing = lengthOf(gaps);
  const findings = [...missingFindings(series, gaps, missing), ...partialFinding(series), ...flatFindings(series)];
  const coverage = observed.length === 0 ? 0 : observed.reduce((total, share) => total + share, 0) / observed.length;
  return { intervals: values.length, missing, coverage, findings };
}

/** Indices [from, to). */
type Run = { readonly from: number; readonly to: number };

function missingFindings(series: LoadSeries, gaps: readonly Run[], missing: number): QualityFinding[] {
  if (gaps.length === 0) return [];
  const longest = longestOf(gaps);
  const length = longest.to - longest.from;
  const gapText = gaps.length === 1 ? 'in one gap' : `in ${gaps.length} gaps`;
  return [
    {
      code: 'history/missing',
      ...spanOf(series, { from: gaps[0].from, to: gaps[gaps.length - 1].to }),
      count: missing,
      message: `${missing} of ${series.values.length} intervals have no value, ${gapText}`,
      consequence: 'they are known as missing, never taken for zero; a forecast fills them from what surrounds them',
    },
    {
      code: 'history/longest-gap',
      ...spanOf(series, longest),
      count: length,
      message: `the longest gap is ${formatDuration(length * series.intervalMs)}, from ${formatTime(spanOf(series, longest).from)}`,
      consequence: 'the longer a gap, the less its filling is worth',
    },
  ];
}

function partialFinding(series: LoadSeries): QualityFinding[] {
  const partial = runsWhere(series.observed, (share, index) => share < 1 && !Number.isNaN(series.values[index]));
  if (partial.length === 0) return [];
  return [
    {
      code: 'history/partly-observed',
      ...spanOf(series, { from: partial[0].from, to: partial[partial.length - 1].to }),
      count: lengthOf(partial),
      message: `${lengthOf(partial)} intervals are observed for at least half of their time, not for all of it`,
      consequence: series.kind === 'count' ? 'their counts are scaled up to the whole interval' : 'their mean is that of the observed part',
    },
  ];
}

function flatFindings(series: LoadSeries): QualityFinding[] {
  const { values, intervalMs } = series;
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length > 1 && known.every((value) => value === 0)) {
    return [
      {
        code: 'history/all-zero',
        ...spanOf(series, { from: 0, to: values.length }),
        count: known.length,
        message: 'every value is 0',
        consequence: 'the forecast is 0 throughout: is it the right column?',
      },
    ];
  }
  const least = Math.max(3, Math.ceil(flatLineMs / intervalMs));
  if (known.length < 2 * least) return [];
  const flat = equalRuns(values).filter(({ from, to }) => to - from >= least);
  if (flat.length === 0) return [];
  const longest = longestOf(flat);
  return [
    {
      code: 'history/flat-line',
      ...spanOf(series, longest),
      count: lengthOf(flat),
      message: `the value stays at ${values[longest.from]} for ${formatDuration((longest.to - longest.from) * intervalMs)} from ${formatTime(spanOf(series, longest).from)}`,
      consequence: 'a stuck sensor looks like this: exclude the span if it is one',
    },
  ];
}

function spanOf({ start, intervalMs }: LoadSeries, { from, to }: Run): { from: number; to: number } {
  return { from: start + from * intervalMs, to: start + to * intervalMs };
}

function runsWhere(values: Float64Array, holds: (value: number, index: number) => boolean): Run[] {
  const runs: { from: number; to: number }[] = [];
  values.forEach((value, index) => {
    if (!holds(value, index)) return;
    const last = runs.at(-1);
    if (last?.to === index) last.to = index + 1;
    else runs.push({ from: index, to: index + 1 });
  });
  return runs;
}

function equalRuns(values: Float64Array): Run[] {
  const runs: Run[] = [];
  for (let from = 0; from < values.length;) {
    let to = from + 1;
    while (to < values.length && values[to] === values[from]) to += 1;
    if (to - from > 1) runs.push({ from, to });
    from = to;
  }
  return runs;
}

const lengthOf = (runs: readonly Run[]): number => runs.reduce((total, { from, to }) => total + to - from, 0);

const longestOf = (runs: readonly Run[]): Run => runs.reduce((best, run) => (run.to - run.from > best.to - best.from ? run : best));
