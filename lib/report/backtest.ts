import { formatFigure, round6 } from '../figures';
import { type LoadSeries } from '../history';
import { accuracyOf, type ForecastAccuracy, type Occurrence, type PastForecast } from '../forecast';
import { formatDuration, formatLoadUnit, formatTime } from '../units';
import type { ChartPanel } from './forecast-chart';
import { textTable } from './table';

/** Forecasts of one signal from past origins, and how large their errors were. */
export type BacktestReport = {
  /** The workload and the signal: `chat.load`. */
  readonly key: string;
  readonly series: LoadSeries;
  /** The probabilities of the quantiles, ascending: 0.5, 0.95. */
  readonly quantiles: readonly number[];
  /** At least one forecast, in order of their origins. */
  readonly past: readonly PastForecast[];
  /** The accuracy of all forecasts together. */
  readonly total: ForecastAccuracy;
  /** The events that the chart marks. */
  readonly occurrences: readonly Occurrence[];
};

/** The accuracy of each model alone over all forecasts, the baseline first. */
function modelAccuracies({ past }: BacktestReport): readonly { readonly model: string; readonly accuracy: ForecastAccuracy }[] {
  const names = [...new Set(past.flatMap(({ models }) => models.map(({ name }) => name)))];
  return names.map((model) => ({
    model,
    accuracy: accuracyOf(past, [], ({ models }) => models.find(({ name }) => name === model)?.path ?? null),
  }));
}

/**
 * The text that `foresize backtest` prints for one signal: a table with a row for each forecast and a row for all of them.
 *
 * @param compare whether a table of the models alone follows
 */
export function backtestText(report: BacktestReport, compare: boolean): string {
  const { key, series, past, quantiles, total } = report;
  const steps = past[0].mean.length;
  const row = (first: string, chosen: string, accuracy: ForecastAccuracy, events: string) => [
    first,
    chosen,
    figureText(accuracy.mae),
    shareText(accuracy.relativeMae),
    ...quantiles.map((_, q) => (accuracy.observed === 0 ? 'n/a' : accuracy.coverage[q].toFixed(3))),
    events,
  ];
  const unit = series.unit ? ` ${formatLoadUnit(series.unit)}` : '';
  const lines = [
    `${key}: ${past.length} forecasts, each ${formatDuration(steps * series.intervalMs)} ahead; error in${unit || ' the unit of the series'}, relative to seasonal naive; share of observations at or below each quantile`,
    textTable(
      [
        { title: 'from' },
        { title: 'model' },
        { title: 'error', align: 'right' },
        { title: 'relative', align: 'right' },
        ...quantiles.map((quantile) => ({ title: `<= ${quantile}`, align: 'right' as const })),
        { title: 'events' },
      ],
      [
        ...past.map((forecast) => {
          const events = [...new Set(forecast.events)].join(', ');
          return row(formatTime(forecast.at), forecast.chosen, accuracyOf([forecast], quantiles), events);
        }),
        null,
        row('all', '', total, ''),
      ],
    ),
  ];
  return compare ? [...lines, '', comparison(report)].join('\n') : lines.join('\n');
}

function comparison(report: BacktestReport): string {
  const models = modelAccuracies(report);
  return textTable(
    [
      { title: 'model alone' },
      { title: 'error', align: 'right' },
      { title: 'relative', align: 'right' },
      { title: 'chosen', align: 'right' },
    ],
    [
      ...models.map(({ model, accuracy }) => [
        model,
        figureText(accuracy.mae),
        shareText(accuracy.relativeMae),
        `${report.past.filter(({ chosen }) => chosen === model).length}`,
      ]),
      null,
      ['the forecast', figureText(report.total.mae), shareText(report.total.relativeMae), ''],
    ],
  );
}

/** The document that `foresize backtest --json` prints, except its warnings. */
export function backtestDocument(reports: readonly BacktestReport[], horizonMs: number) {
  return {
    horizon: formatDuration(horizonMs),
    signals: Object.fromEntries(
      reports.map((report) => [
        report.key,
        {
          interval: formatDuration(report.series.intervalMs),
          unit: report.series.unit ? formatLoadUnit(report.series.unit) : null,
          ...figures(report.total, report.quantiles),
          forecasts: report.past.map((forecast) => ({
            from: formatTime(forecast.at),
            model: forecast.chosen,
            ...figures(accuracyOf([forecast], report.quantiles), report.quantiles),
            events: [...new Set(forecast.events)],
            points: Array.from(forecast.mean, (mean, step) => ({
              time: formatTime(forecast.at + step * report.series.intervalMs),
              actual: Number.isNaN(forecast.actual[step]) ? null : round6(forecast.actual[step]),
              mean: round6(mean),
              quantiles: Object.fromEntries(report.quantiles.map((quantile, q) => [String(quantile), round6(forecast.quantiles[q][step])])),
            })),
          })),
          compare: modelAccuracies(report).map(({ model, accuracy }) => ({
            model,
            mae: rounded(accuracy.mae),
            relativeMae: rounded(accuracy.relativeMae),
          })),
        },
      ]),
    ),
  };
}

function figures({ observed, mae, relativeMae, coverage }: ForecastAccuracy, quantiles: readonly number[]) {
  return {
    observed,
    mae: rounded(mae),
    relativeMae: rounded(relativeMae),
    coverage: Object.fromEntries(quantiles.flatMap((quantile, q) => (observed === 0 ? [] : [[String(quantile), round6(coverage[q])]]))),
  };
}

/** The chart of the forecasts over the observed values, which begin one horizon before the first forecast. */
export function backtestPanel({ key, series, past, quantiles, total, occurrences }: BacktestReport): ChartPanel {
  const { intervalMs, values } = series;
  const steps = past[0].mean.length;
  const first = Math.max(0, Math.round((past[0].at - series.start) / intervalMs) - steps);
  const start = series.start + first * intervalMs;
  const end = series.start + values.length * intervalMs;
  const coverage = quantiles.map((quantile, q) => `${quantile}: ${(100 * total.coverage[q]).toFixed(1)} %`).join(', ');
  return {
    title: `${key}: ${past.length} forecasts, each ${formatDuration(steps * intervalMs)} ahead`,
    subtitle: `${shareText(total.relativeMae)} of the error of seasonal naive; observations at or below quantile ${coverage}`,
    unit: series.unit ? formatLoadUnit(series.unit) : 'value',
    observed: { start, intervalMs, values: values.slice(first) },
    forecasts: past.map(({ at, mean, quantiles: paths }) => ({ start: at, intervalMs, mean, quantiles: paths })),
    probabilities: quantiles,
    events: occurrences.filter(({ from, to }) => to > start && from < end),
  };
}

const figureText = (value: number | null): string => (value === null ? 'n/a' : formatFigure(value));
const shareText = (value: number | null): string => (value === null ? 'n/a' : value.toFixed(3));
const rounded = (value: number | null): number | null => (value === null ? null : round6(value));
