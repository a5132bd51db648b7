import type { CapacityConfig } from '../../config';
import { formatFigure } from '../../figures';
import { type Borrowed, borrowShape, type ForecastInput, leastCommonMs, ownShapeMs } from '../../forecast';
import { type LoadSeries } from '../../history';
import type { Problem } from '../../problems';
import { DAY_MS, formatDuration } from '../../units';
import type { HistoryProblems, Observations, Observed } from './observations';
import { teachingInput, teachingOf } from './teaching';

/** A plan needs at least this much history, gaps and excluded spans not counted; `forecast` takes less and warns. */
export const leastHistoryMs = 3 * DAY_MS;

/** The history of a signal as its forecast takes it. */
export type PreparedHistory = {
  /** The history of the signal itself, or the past of its sibling followed by its own. */
  readonly series: ForecastInput;
  /** How the past of the sibling was scaled, and the name of the sibling; `null` where nothing was borrowed. */
  readonly borrowed: (Borrowed & { readonly from: string }) | null;
  /** Why nothing is borrowed although the config names a sibling and the history is too young for a week's shape. */
  readonly impossible?: string;
};

type Signals = Observations['signals'];
type Workloads = Pick<CapacityConfig, 'workloads'>;

/**
 * Prepares the history of a signal for its forecast. A history that is too young to show a week's shape (less than two weeks long, or with
 * less than three days of values) gets the past of its sibling before it, scaled to its own level, where the config names a sibling by
 * `like`. Any other history stays as it is. What is taken for a fault is left out of both.
 *
 * @param signals all usable signals by `workload.signal`; the sibling is looked up among them
 * @returns the series to forecast from; `borrowed` is `null` and `impossible` says why where a named sibling cannot help
 */
export function prepareHistory({ workloads }: Workloads, observed: Observed, signals: Signals): PreparedHistory {
  const { signal } = observed;
  const ownSeries = teachingInput(observed, true);
  const { like } = workloads[signal.workload];
  const showsWeek = ownSeries.values.length * ownSeries.intervalMs >= ownShapeMs && knownMs(ownSeries) >= leastHistoryMs;
  if (like === undefined || showsWeek) return { series: ownSeries, borrowed: null };
  const key = `${like}.${signal.name}`;
  const nothingBorrowed = (impossible: string) => ({ series: ownSeries, borrowed: null, impossible });
  if (!Object.hasOwn(signals, key)) return nothingBorrowed('it has no history that can be used');
  const sibling = teachingOf(signals[key]);
  if (knownMs(sibling) < leastHistoryMs) return nothingBorrowed(`its own history is no longer than ${formatDuration(knownMs(sibling))}`);
  const shape = borrowShape(ownSeries, { ...sibling, nonNegative: true });
  return 'impossible' in shape ? nothingBorrowed(shape.impossible) : { series: shape.input, borrowed: { ...shape, from: like } };
}

/** The least history that a workload can be planned from, ms: three days, or six hours where it names a sibling. */
export function leastHistoryOf({ workloads }: Workloads, workload: string): number {
  return workloads[workload].like === undefined ? leastHistoryMs : leastCommonMs;
}

/** The hint to name a sibling, for a problem `history/too-short` of a workload that names none; no hint for any other problem. */
export function youngHint({ workloads }: Workloads, workload: string, { code }: Problem): { readonly hint?: string } {
  if (code !== 'history/too-short' || workloads[workload].like !== undefined) return {};
  return {
    hint: `name a workload of the same shape by \`like\`, which is enough from ${formatDuration(leastCommonMs)} on, or keep its present floor by history.unusable: 'keep-floor'`,
  };
}

/**
 * The workloads that name a sibling, have less than three days of values themselves, and whose sibling can lend nothing: by workload, one
 * problem `history/too-short` for each such history, which says why. Workloads of which nothing was observed are left out.
 */
export function youngHistoryProblems({ workloads }: Workloads, signals: Signals): HistoryProblems {
  const young: Record<string, readonly Problem[]> = {};
  for (const [key, observed] of Object.entries(signals)) {
    const { workload } = observed.signal;
    const valuesMs = knownMs(observed.series);
    const { like } = workloads[workload];
    if (valuesMs >= leastHistoryMs || like === undefined || !Object.hasOwn(workloads, like)) continue;
    const { impossible } = prepareHistory({ workloads }, observed, signals);
    if (impossible === undefined) continue;
    const problem: Problem = {
      code: 'history/too-short',
      path: `workloads.${key} (${observed.series.origin.text})`,
      message: `holds ${formatDuration(valuesMs)} of history that can be used, and no shape can be borrowed from '${like}': ${impossible}`,
      expected: `at least ${formatDuration(leastHistoryMs)} of its own, or ${formatDuration(leastCommonMs)} in common with a longer one`,
      hint: 'name another sibling by `like`, or wait for more history',
    };
    young[workload] = [...(young[workload] ?? []), problem];
  }
  return young;
}

/**
 * The warning that a forecast rests on the shape of a sibling; none where nothing was borrowed or the history has three days of values
 * of its own.
 */
export function youngWarning({ series }: Observed, { borrowed }: PreparedHistory): string[] {
  const valuesMs = knownMs(series);
  if (borrowed === null || valuesMs >= leastHistoryMs) return [];
  return [
    `A history of ${formatDuration(valuesMs)} says nothing of the hours and days that it has not seen: their shape is that of '${borrowed.from}', times ${formatFigure(borrowed.ratio)}, and the quantiles are wider for it. Plan again as history grows.`,
  ];
}

/** Time of a series that has values, ms. */
function knownMs({ values, intervalMs }: Pick<LoadSeries, 'values' | 'intervalMs'>): number {
  return values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0) * intervalMs;
}
