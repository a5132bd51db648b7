import { formatFigure, percent, plural } from '../../figures';
import type { CodeOf, Problem } from '../../problems';
import { formatDuration, formatTime } from '../../units';
import type { Aggregated } from './aggregation';
import type { HistoryReading } from '../series';
import type { CounterFall, CounterFaults } from './counter-faults';
import type { Survey } from './survey';

/** What is known once a series is read: how many rows were out of order as they stood, and what the passes told. */
export type Read = {
  readonly outOfOrder: number;
  readonly surveyed: Survey;
  readonly aggregated: Aggregated;
  /** Of a counter. */
  readonly faults: CounterFaults | null;
};

/** What was mended, by named rule, with count. */
export function repairsOf({ outOfOrder, surveyed, aggregated, faults }: Read): string[] {
  const repairs: string[] = [];
  if (outOfOrder > 0) repairs.push(`sorted ${plural(outOfOrder, 'row')} out of order`);
  if (surveyed.unequalMoments > 0) repairs.push(`took the larger value at ${plural(surveyed.unequalMoments, 'time')} with unequal ones`);
  if (faults !== null && faults.restarts > 0) repairs.push(`read ${plural(faults.restarts, 'restart')} of the counter as a rise from 0`);
  if (faults !== null && faults.falls.length > 0)
    repairs.push(`took ${plural(faults.falls.length, 'fall')} of the counter that no restart explains for missing`);
  if (faults !== null && faults.dips.length > 0) repairs.push(`took ${plural(faults.dips.length, 'dip')} of the counter for missing`);
  if (aggregated.scaled > 0) repairs.push(`scaled up ${plural(aggregated.scaled, 'partly observed count')}`);
  return repairs;
}

/** One row a happening, or a file joined from copies, shows as many equal rows: above this share of rows it deserves a look. */
const manyDuplicates = 0.1;

/**
 * What is worth a look, and what is good to know.
 *
 * @param path where warnings belong
 */
export function reportOf(
  { outOfOrder, surveyed, aggregated, faults }: Read,
  path: string,
): Required<Pick<HistoryReading, 'warnings' | 'notes'>> {
  const warnings: Problem[] = [];
  const notes: Problem[] = [];
  const { rows, equalDuplicates, unequalMoments, firstUnequal, spacing } = surveyed;
  const report = (to: Problem[], code: CodeOf<'history'>, message: string, hint?: string) =>
    to.push({ code: `history/${code}`, path, message, hint });

  if (outOfOrder > 0) report(warnings, 'out-of-order', `${plural(outOfOrder, 'row')} out of order, sorted by time`);
  if (unequalMoments > 0) {
    report(
      warnings,
      'unequal-duplicates',
      `${plural(unequalMoments, 'time')} with unequal values, the first ${formatTime(firstUnequal)}; the larger is taken`,
      'does the file hold several series?',
    );
  }
  if (equalDuplicates > manyDuplicates * rows) {
    report(
      warnings,
      'equal-duplicates',
      `${equalDuplicates} of ${rows} rows repeat another and are ignored`,
      'one row a happening is no series: count them by time first',
    );
  } else if (equalDuplicates > 0) report(notes, 'equal-duplicates', `${plural(equalDuplicates, 'equal duplicate')} ignored`);
  if (spacing?.other) {
    report(
      warnings,
      'mixed-intervals',
      `observed mostly every ${formatDuration(spacing.usualMs)} and ${spacing.other.count} times ${formatDuration(spacing.other.ms)} apart; each observation stands for ${formatDuration(spacing.usualMs)}`,
      'give the two parts as one interval',
    );
  }
  const { beforeMs, afterMs } = aggregated.leftOut;
  if (beforeMs > 0 || afterMs > 0) {
    const parts = [
      beforeMs > 0 && `${formatDuration(beforeMs)} before the first`,
      afterMs > 0 && `${formatDuration(afterMs)} after the last`,
    ];
    report(
      notes,
      'partial-edges',
      `${parts.filter(Boolean).join(' and ')} whole interval left out: partly observed intervals are not extrapolated`,
    );
  }
  if (faults !== null) reportFaults(faults, warnings, notes, path);
  return { warnings, notes };
}

function reportFaults({ restarts, falls, dips }: CounterFaults, warnings: Problem[], notes: Problem[], path: string): void {
  if (restarts > 0) {
    notes.push({
      code: 'history/counter-restarts',
      path,
      message: `the counter fell ${plural(restarts, 'time')}, taken as restarts from 0`,
    });
  }
  if (falls.length > 0) {
    warnings.push({
      code: 'history/counter-falls',
      path,
      message: `the counter fell ${plural(falls.length, 'time')} without beginning again near 0, the first ${fallText(falls[0])}, ${percent(falls[0].after / falls[0].before)} of it; what happened meanwhile is taken for missing`,
      hint: 'a sum of counters falls so when a member leaves: take the rate of each first, then the sum; of one counter, look at what writes it',
    });
  }
  if (dips.length > 0) {
    warnings.push({
      code: 'history/counter-dips',
      path,
      message: `the counter fell ${plural(dips.length, 'time')} and was back soon after, the first ${fallText(dips[0])}; what happened meanwhile is taken for missing`,
      hint: 'readings out of order, of two recorders in turn, or a 0 where nothing was read look like this: look at what writes them',
    });
  }
}

const fallText = ({ until, before, after }: CounterFall): string =>
  `at ${formatTime(until)} from ${formatFigure(before)} to ${formatFigure(after)}`;
