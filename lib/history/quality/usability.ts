import type { Problem } from '../../problems';
import { DAY_MS, formatDuration, formatTime } from '../../units';
import { excludedMask, longestOf, runsWhere, spanOf } from '../runs';
import type { ExcludedSpan } from '../operations';
import type { LoadSeries } from '../series';

/** What a history must have to be planned from. */
export type HistoryLimits = {
  /** Least share of the time that was observed, 0..1. */
  readonly leastCoverage: number;
  /** Longest time without a value. */
  readonly longestGapMs: number;
  /** Least time with a value. */
  readonly leastSpanMs: number;
};

/**
 * Why a series, after its repairs, cannot be planned from; nothing where it can. Excluded spans count neither for it nor
 * against it: they are no gap, and no history either.
 *
 * Codes: `history/too-short`, `history/low-coverage`, `history/long-gap`. Their `path` is empty: the caller knows it.
 */
export function usabilityProblems(series: LoadSeries, limits: HistoryLimits, excluded: readonly ExcludedSpan[] = []): Problem[] {
  const { values, observed, intervalMs } = series;
  const mask = excludedMask(series, excluded);
  const kept = Array.from(values.keys()).filter((index) => mask[index] === 0);
  const knownMs = kept.filter((index) => !Number.isNaN(values[index])).length * intervalMs;
  const coverage = kept.length === 0 ? 0 : kept.reduce((total, index) => total + observed[index], 0) / kept.length;
  const gap = longestOf(runsWhere(values.length, (index) => mask[index] === 0 && Number.isNaN(values[index])));
  const gapMs = (gap.to - gap.from) * intervalMs;
  const problems: Problem[] = [];
  if (knownMs < limits.leastSpanMs) {
    problems.push({
      code: 'history/too-short',
      path: '',
      message: `holds ${inDays(knownMs)} of history that can be used, too little to plan from`,
      expected: `at least ${inDays(limits.leastSpanMs)}`,
      hint: '`foresize forecast FILE` takes less, with a warning',
    });
  }
  if (coverage < limits.leastCoverage) {
    problems.push({
      code: 'history/low-coverage',
      path: '',
      message: `was observed for ${inPercent(coverage)} of its time`,
      expected: `at least ${inPercent(limits.leastCoverage)} (history.leastCoverage)`,
      hint: 'fill the gaps where the data come from; where a missing row means zero, write the zero',
    });
  }
  if (gapMs > limits.longestGapMs) {
    const { from, to } = spanOf(series, gap);
    problems.push({
      code: 'history/long-gap',
      path: '',
      message: `has no value for ${formatDuration(gapMs)}, from ${formatTime(from)} to ${formatTime(to)}`,
      expected: `at most ${formatDuration(limits.longestGapMs)} (history.longestGap)`,
      hint: 'fill it where the data come from, exclude the span with a reason, or begin the history after it',
    });
  }
  return problems;
}

function inDays(ms: number): string {
  const days = Math.round((ms / DAY_MS) * 10) / 10;
  return `${days} day${days === 1 ? '' : 's'}`;
}

/** Rounded down, so that what falls short never reads as enough. */
function inPercent(share: number): string {
  return `${Math.floor(share * 1000 + 1e-9) / 10} %`;
}
