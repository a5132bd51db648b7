import { formatFigure, round6 } from '../figures';
import { type LoadSeries } from '../history';
import { accuracyOf, type ForecastAccuracy, type Occurrence, type PastForecast } from '../forecast';
import { formatDuration, formatLoadUnit, formatTime } from '../units';
import type { ChartPanel } from './forecast-chart';
import { textTable } from './table';

/** Forecasts of the past of one signal, and how they did. */
export type BacktestReport = {
  /** `chat.load`. */
  readonly key: string;
  readonly series: LoadSeries;
  /** Ascending. */
  readonly quantiles: readonly number[];
  /** In order of time. */
  readonly past: readonly PastForecast[];
  readonly total: ForecastAccuracy;
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

/** A table of the forecasts with the whole below it, and with `compare` one of the models. */
export function backtestText(report: BacktestReport, compare: boolean): string {
  const { key, series, past, quantiles, total } = report;
  const steps = past[0].mean.length;
  const row = (first: string, chosen: string, accuracy: ForecastAccuracy, events: string) => [
    first,
    chosen,
    figure(accuracy.mae),
    share(accuracy.relativeMae),
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
        ...past.map((one) => row(formatTime(one.at), one.chosen, accuracyOf([one], quantiles), [...new Set(one.events)].join(', '))),
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
        figure(accuracy.mae),
        share(accuracy.relativeMae),
        `${report.past.filter(({ chosen }) => chosen === model).length}`,
      ]),
      null,
      ['the forecast', figure(report.total.mae), share(report.total.relativeMae), ''],
    ],
  );
}

/** The document that `--json` prints, without its warnings. */
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
          forecasts: report.past.map((one) => ({
            from: formatTime(one.at),
            model: one.chosen,
            ...figures(accuracyOf([one], report.quantiles), report.quantiles),
            events: [...new Set(one.events)],
            points: Array.from(one.mean, (mean, step) => ({
              time: formatTime(one.at + step * report.series.intervalMs),
              actual: Number.isNaN(one.actual[step]) ? null : round6(one.actual[step]),
              mean: round6(mean),
              quantiles: Object.fromEntries(report.quantiles.map((quantile, q) => [String(quantile), round6(one.quantiles[q][step])])),
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

/** The forecasts over what came, with a horizon of what came before them. */
export function backtestPanel({ key, series, past, quantiles, total, occurrences }: BacktestReport): ChartPanel {
  const { intervalMs, values } = series;
  const steps = past[0].mean.length;
  const first = Math.max(0, Math.round((past[0].at - series.start) / intervalMs) - steps);
  const start = series.start + first * intervalMs;
  const end = series.start + values.length * intervalMs;
  const coverage = quantiles.map((quantile, q) => `${quantile}: ${(100 * total.coverage[q]).toFixed(1)} %`).join(', ');
  return {
    title: `${key}: ${past.length} forecasts, each ${formatDuration(steps * intervalMs)} ahead`,
    subtitle: `${share(total.relativeMae)} of the error of seasonal naive; observations at or below quantile ${coverage}`,
    unit: series.unit ? formatLoadUnit(series.unit) : 'value',
    observed: { start, intervalMs, values: values.slice(first) },
    forecasts: past.map((one) => ({ start: one.at, intervalMs, mean: one.mean, quantiles: one.quantiles })),
    probabilities: quantiles,
    events: occurrences.filter(({ from, to }) => to > start && from < end),
  };
}

const figure = (value: number | null): string => (value === null ? 'n/a' : formatFigure(value));
const share = (value: number | null): string => (value === null ? 'n/a' : value.toFixed(3));
const rounded = (value: number | null): number | null => (value === null ? null : round6(value));
