import type { ForecastInput } from '../../forecast';
import type { LoadSeries } from '../../history';
import type { Observed } from './observations';

type Judged = Pick<Observed, 'series' | 'quality'>;

/**
 * What of an observed signal a forecast may learn from: the series without the values that are taken for faults. Those within it are
 * missing; at its beginning and its end it is shorter by them, so that a forecast begins at the last value that can be believed.
 */
export function teachingOf({ series, quality: { faults } }: Judged): LoadSeries {
  if (faults.length === 0) return series;
  const isFault = new Set(faults);
  const first = series.values.findIndex((_, index) => !isFault.has(index));
  const end = series.values.findLastIndex((_, index) => !isFault.has(index)) + 1;
  return {
    ...series,
    start: series.start + first * series.intervalMs,
    values: series.values.map((value, index) => (isFault.has(index) ? NaN : value)).slice(first, end),
    observed: series.observed.slice(first, end),
  };
}

/** The same as the input of a forecast, where what is taken for a fault is excluded rather than missing. */
export function teachingInput(judged: Judged, nonNegative: boolean): ForecastInput {
  const { start, intervalMs, values } = teachingOf(judged);
  const { series, quality } = judged;
  if (quality.faults.length === 0) return { start, intervalMs, values, nonNegative };
  const excluded = new Uint8Array(values.length);
  for (const index of quality.faults) excluded[index - Math.round((start - series.start) / intervalMs)] = 1;
  return { start, intervalMs, values, nonNegative, excluded };
}

/** A finer series of the same signal with what the coarser one takes for faults as missing. */
export function withoutFaults(finer: LoadSeries, { series, quality: { faults } }: Judged): LoadSeries {
  const { start, intervalMs } = series;
  if (faults.length === 0) return finer;
  const isFault = new Set(faults);
  const placeOf = (index: number) => Math.floor((finer.start + index * finer.intervalMs - start) / intervalMs);
  return { ...finer, values: finer.values.map((value, index) => (isFault.has(placeOf(index)) ? NaN : value)) };
}
