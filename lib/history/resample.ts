import { type CodeOf, ProblemError } from '../problems';
import { formatDuration } from '../units';
import { gridBetween, leastObserved, round14 } from './aggregation';
import type { LoadSeries } from './series';

/**
 * A series on a coarser grid. Each interval carries its observed share, so that the result is that of reading the observations on
 * the coarser grid at once (within rounding), gaps and edges included: means are weighted by what was observed, counts add up what
 * was observed before they are scaled to the whole, and an interval is known from an observed share of 0.5 on.
 *
 * Partial intervals at the edges are left out. What was left out of `series` at its own edges stays so: it lies within them.
 *
 * A series without `observedValues` is taken by its `values`: what it does not know is then not observed.
 *
 * @param intervalMs a whole multiple of the interval of the series
 * @throws ProblemError `history/no-multiple` where it is none, `history/too-short` where the series covers no whole interval
 */
export function resample(series: LoadSeries, intervalMs: number): LoadSeries {
  const { origin } = series;
  const refuse = (code: CodeOf<'history'>, message: string): never => {
    throw new ProblemError({ code: `history/${code}`, path: origin.text, message });
  };
  const ratio = intervalMs / series.intervalMs;
  const [fine, coarse] = [formatDuration(series.intervalMs), formatDuration(intervalMs)];
  if (!Number.isInteger(ratio) || ratio < 1) return refuse('no-multiple', `is by ${fine}, and ${coarse} is no whole multiple of that`);
  if (ratio === 1) return series;
  const { start, length } = gridBetween(series.start, series.start + series.values.length * series.intervalMs, intervalMs);
  if (length === 0) return refuse('too-short', `covers no whole interval of ${coarse}`);

  const offset = (start - series.start) / series.intervalMs;
  const fineValues = series.observedValues ?? series.values;
  const share = (index: number): number => (Number.isNaN(fineValues[index]) ? 0 : series.observed[index]);
  const observed = new Float64Array(length);
  const observedValues = new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    let [sum, shares] = [0, 0];
    for (let part = offset + index * ratio; part < offset + (index + 1) * ratio; part += 1) {
      if (share(part) === 0) continue;
      sum += fineValues[part] * share(part);
      shares += share(part);
    }
    observed[index] = shares / ratio;
    observedValues[index] = shares === 0 ? NaN : round14(series.kind === 'count' ? sum / observed[index] : sum / shares);
  }
  return {
    ...series,
    start,
    intervalMs,
    values: observedValues.map((value, index) => (observed[index] < leastObserved ? NaN : value)),
    observed,
    observedValues,
    origin: { ...origin, leftOut: leftOutOf(series, start, start + length * intervalMs) },
  };
}

/** What the edges of the coarser grid leave out, beside what was left out before. */
function leftOutOf({ start, intervalMs, observed, origin }: LoadSeries, from: number, to: number): { beforeMs: number; afterMs: number } {
  const observedMs = (index: number, end: number): number =>
    observed.slice(Math.max(0, index), end).reduce((total, share) => total + Math.round(share * intervalMs), 0);
  return {
    beforeMs: (origin.leftOut?.beforeMs ?? 0) + observedMs(0, (from - start) / intervalMs),
    afterMs: (origin.leftOut?.afterMs ?? 0) + observedMs((to - start) / intervalMs, observed.length),
  };
}
