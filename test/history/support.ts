import { type ObservationSource, readSeries } from '../../lib/history/reading/series-reader';
import type { HistoryReading, HistoryRequest, LoadSeries, SeriesKind } from '../../lib/history/series';
import { HOUR_MS } from '../../lib/units';

export type Row = readonly [time: number, value: number];

/** A Monday. */
export const monday = Date.UTC(2026, 0, 5);

/** Rows in memory as a source. */
export function sourceOf(rows: readonly Row[]): ObservationSource {
  return {
    text: 'csv load.csv',
    place: 'load.csv',
    visit: (order, each) => {
      for (const [time, value] of order === 'by time' ? [...rows].sort(([a], [b]) => a - b) : rows) each(time, value);
      return Promise.resolve();
    },
  };
}

export function requestOf(series: SeriesKind, intervalMs = HOUR_MS): HistoryRequest {
  return {
    source: { kind: 'csv', path: 'load.csv', time: 'timestamp', value: 'value', series },
    defaultKind: 'rate',
    intervalMs,
    path: 'workloads.chat.load',
  };
}

export function read(rows: readonly Row[], series: SeriesKind, intervalMs = HOUR_MS): Promise<HistoryReading> {
  return readSeries(requestOf(series, intervalMs), sourceOf(rows));
}

export function every(ms: number, values: readonly number[], start = monday): Row[] {
  return values.map((value, index): Row => [start + index * ms, value]).filter(([, value]) => !Number.isNaN(value));
}

/** Amounts as the readings of what has counted them: running sums, which begin again now and then. */
export function countedUp(amounts: readonly number[]): number[] {
  let total = 0;
  return amounts.map((amount) => (Number.isNaN(amount) ? NaN : (total = Math.floor(amount) % 17 === 16 ? amount : total + amount)));
}

/** A series as it might have been read; NaN is missing. */
export function seriesOf(values: readonly number[], rest: Partial<LoadSeries> = {}): LoadSeries {
  const intervalMs = rest.intervalMs ?? HOUR_MS;
  const start = rest.start ?? monday;
  return {
    start,
    intervalMs,
    values: Float64Array.from(values),
    observed: Float64Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1)),
    kind: 'level',
    unit: null,
    origin: {
      text: 'csv load.csv',
      digest: 'sha256:0',
      observations: values.length,
      from: start,
      to: start + values.length * intervalMs,
      spacingMs: intervalMs,
      repairs: [],
    },
    ...rest,
  };
}
