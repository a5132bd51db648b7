import type { RepairRule } from '../config';
import { formatTime, WEEK_MS } from '../units';
import { excludedMask, isObserved, lengthOf, type Run, runsWhere } from './runs';
import type { ExcludedSpan } from './operations';
import type { LoadSeries } from './series';

/**
 * Fills missing intervals by named rules, in their order. What no rule fills stays missing.
 *
 * - `interpolate`: a gap of at most so many intervals, observed on both sides, becomes a straight line. A gap is what was not
 *   observed, whatever an earlier rule has filled of it; nothing is drawn over the edge of a series or of an excluded span.
 * - `same-hour-last-week`: the value of the same interval one week before, where it was observed. An interval that does not
 *   divide a week has no such value.
 * - `unequal-duplicates` concerns the reading of rows, and nothing here.
 *
 * Only observed values are drawn from, never filled ones, so a second time changes nothing. An excluded interval is neither filled
 * nor drawn from. Known values and `observed` stay as they are; `origin.repairs` gets a line for each rule that filled anything.
 */
export function repairGaps(series: LoadSeries, rules: readonly RepairRule[], excluded: readonly ExcludedSpan[] = []): LoadSeries {
  const values = series.values.slice();
  const mask = excludedMask(series, excluded);
  const draft: Draft = { values, isKnown: (index) => mask[index] === 0 && isObserved(series, index), intervalMs: series.intervalMs };
  const gaps = runsWhere(values.length, (index) => mask[index] === 0 && !draft.isKnown(index));
  const repairs: string[] = [];
  for (const rule of rules) {
    const before = values.slice();
    if (rule.kind === 'interpolate') gaps.filter(({ from, to }) => to - from <= rule.upToIntervals).forEach((gap) => drawLine(draft, gap));
    if (rule.kind === 'same-hour-last-week') gaps.forEach((gap) => copyLastWeek(draft, gap));
    const filled = runsWhere(values.length, (index) => Number.isNaN(before[index]) && !Number.isNaN(values[index]));
    if (filled.length > 0) repairs.push(`${nameOf(rule)}: ${describe(series, filled)}`);
  }
  return repairs.length === 0
    ? series
    : { ...series, values, origin: { ...series.origin, repairs: [...series.origin.repairs, ...repairs] } };
}

type Draft = {
  readonly values: Float64Array;
  /** Whether an interval was observed and may be drawn from. */
  readonly isKnown: (index: number) => boolean;
  readonly intervalMs: number;
};

function drawLine({ values, isKnown }: Draft, { from, to }: Run): void {
  if (from === 0 || to === values.length || !isKnown(from - 1) || !isKnown(to)) return;
  const [before, after] = [values[from - 1], values[to]];
  for (let index = from; index < to; index += 1) {
    if (!Number.isNaN(values[index])) continue;
    const share = (index - from + 1) / (to - from + 1);
    // Rounding must not carry a value past its neighbours.
    values[index] = Math.min(Math.max(before * (1 - share) + after * share, Math.min(before, after)), Math.max(before, after));
  }
}

function copyLastWeek({ values, isKnown, intervalMs }: Draft, { from, to }: Run): void {
  const week = WEEK_MS / intervalMs;
  if (!Number.isInteger(week)) return;
  for (let index = Math.max(from, week); index < to; index += 1) {
    if (Number.isNaN(values[index]) && isKnown(index - week)) values[index] = values[index - week];
  }
}

/** A rule as the config writes it. */
function nameOf(rule: RepairRule): string {
  if (rule.kind === 'same-hour-last-week') return 'same hour last week';
  if (rule.kind === 'unequal-duplicates') return `unequal duplicates: ${rule.take}`;
  return `interpolate-up-to ${rule.upToIntervals} interval${rule.upToIntervals === 1 ? '' : 's'}`;
}

function describe(series: LoadSeries, filled: readonly Run[]): string {
  const gaps = filled.length === 1 ? '1 gap' : `${filled.length} gaps`;
  return `filled ${lengthOf(filled)} in ${gaps}, the first ${formatTime(series.start + filled[0].from * series.intervalMs)}`;
}
