import type { CapacityConfig } from '../../config';
import { formatFigure } from '../../figures';
import { type Borrowed, borrowShape, leastCommonMs, ownShapeMs } from '../../forecast/sibling';
import type { ForecastInput } from '../../forecast/types';
import { type LoadSeries } from '../../history';
import type { Problem } from '../../problems';
import { DAY_MS, formatDuration } from '../../units';
import type { HistoryProblems, Observations, Observed } from './observations';

/** A plan needs at least this much history, gaps and excluded spans not counted; `forecast` takes less and warns. */
export const leastHistoryMs = 3 * DAY_MS;

export type Prepared = {
  readonly series: ForecastInput;
  readonly borrowed: (Borrowed & { readonly from: string }) | null;
  /** Why nothing is borrowed although the config names a sibling and the history is too young for a week's shape. */
  readonly impossible?: string;
};

type Signals = Observations['signals'];

/** A history too young for a week's shape, with the past of its sibling before it where the config names one. */
export function withSibling(config: CapacityConfig, { signal, series }: Observed, signals: Signals): Prepared {
  const own: ForecastInput = { start: series.start, intervalMs: series.intervalMs, values: series.values, nonNegative: true };
  const { like } = config.workloads[signal.workload];
  const old = series.values.length * series.intervalMs >= ownShapeMs && knownMs(series) >= leastHistoryMs;
  if (like === undefined || old) return { series: own, borrowed: null };
  const key = `${like}.${signal.name}`;
  const none = (impossible: string) => ({ series: own, borrowed: null, impossible });
  if (!Object.hasOwn(signals, key)) return none('it has no history that can be used');
  const sibling = signals[key].series;
  if (knownMs(sibling) < leastHistoryMs) return none(`its own history is no longer than ${formatDuration(knownMs(sibling))}`);
  const found = borrowShape(own, { ...sibling, nonNegative: true });
  return 'impossible' in found ? none(found.impossible) : { series: found.input, borrowed: { ...found, from: like } };
}

/** Least history that a workload can be planned from, with what a sibling may lend. */
export function leastHistoryOf(config: CapacityConfig, workload: string): number {
  return config.workloads[workload].like === undefined ? leastHistoryMs : leastCommonMs;
}

/** What to do about a history that is too short, of a workload that names no sibling. */
export function youngHint(config: CapacityConfig, workload: string, { code }: Problem): { readonly hint?: string } {
  if (code !== 'history/too-short' || config.workloads[workload].like !== undefined) return {};
  return {
    hint: `name a workload of the same shape by \`like\`, which is enough from ${formatDuration(leastCommonMs)} on, or keep its present floor by history.unusable: 'keep-floor'`,
  };
}

/** Workloads with too little history of their own whose sibling can lend nothing, and why; one that was not read is not judged. */
export function tooYoung(config: CapacityConfig, signals: Signals): HistoryProblems {
  const young: Record<string, readonly Problem[]> = {};
  for (const [key, observed] of Object.entries(signals)) {
    const { workload } = observed.signal;
    const known = knownMs(observed.series);
    const { like } = config.workloads[workload];
    if (known >= leastHistoryMs || like === undefined || !Object.hasOwn(config.workloads, like)) continue;
    const { impossible } = withSibling(config, observed, signals);
    if (impossible === undefined) continue;
    const problem: Problem = {
      code: 'history/too-short',
      path: `workloads.${key} (${observed.series.origin.text})`,
      message: `holds ${formatDuration(known)} of history that can be used, and no shape can be borrowed from '${like}': ${impossible}`,
      expected: `at least ${formatDuration(leastHistoryMs)} of its own, or ${formatDuration(leastCommonMs)} in common with a longer one`,
      hint: 'name another sibling by `like`, or wait for more history',
    };
    young[workload] = [...(young[workload] ?? []), problem];
  }
  return young;
}

/** What a plan says of a workload that stands on little more than the shape of another one; nothing where its own history is long enough. */
export function youngWarning({ series }: Observed, { borrowed }: Prepared): string[] {
  const known = knownMs(series);
  if (borrowed === null || known >= leastHistoryMs) return [];
  return [
    `A history of ${formatDuration(known)} says nothing of the hours and days that it has not seen: their shape is that of '${borrowed.from}', times ${formatFigure(borrowed.ratio)}, and the quantiles are wider for it. Plan again as history grows.`,
  ];
}

function knownMs({ values, intervalMs }: LoadSeries): number {
  return values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0) * intervalMs;
}
