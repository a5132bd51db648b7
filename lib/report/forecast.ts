import { round6 } from '../figures';
import type { EventForecast, Forecast, FoundSeason } from '../forecast';
import { appliedEvent } from '../plan/load';
import type { AppliedEvent } from '../plan/file';
import { DAY_MS, formatDuration, formatLoadUnit, formatTime, type LoadUnit } from '../units';
import type { ChartPanel } from './forecast-chart';
import { textTable } from './table';

/** A forecast of a series, and the series it was made from. */
export type ForecastReport = {
  /** Over the chart. */
  readonly title: string;
  readonly made: EventForecast;
  /** Of the forecast, ascending. */
  readonly quantiles: readonly number[];
  readonly unit: LoadUnit | null;
  readonly history: {
    readonly start: number;
    readonly intervalMs: number;
    readonly values: Float64Array;
    /** Without missing ones. */
    readonly observations: number;
  };
  readonly warnings: readonly string[];
};

/** What `foresize forecast --json` prints. Times are ISO 8601 UTC, figures in the unit of the series, to 6 significant digits. */
export type ForecastDocument = {
  /** `combination`, or the name of the one model. */
  readonly model: string;
  /** `1h`. */
  readonly interval: string;
  readonly trainedOn: { readonly from: string; readonly to: string; readonly observations: number };
  readonly backtest: {
    readonly origins: number;
    /** So many steps ahead were tested. */
    readonly testedSteps: number;
    /** Mean absolute error over that of the first of `compare`; `null` where there was too little history to test. */
    readonly relativeMae: number | null;
    /** By quantile, `0.95`: share of the tested observations at or below it. */
    readonly coverage: Readonly<Record<string, number>>;
    /** By quantile: mean pinball loss. */
    readonly pinball: Readonly<Record<string, number>>;
  };
  /** Beside the day and the week, the strongest first; `share` of what other seasons leave. */
  readonly seasons: readonly { readonly period: string; readonly share: number }[];
  /** How an interval of less than an hour was forecast; `null` where nothing else was tried. */
  readonly grain: {
    readonly by: 'hour' | 'interval';
    readonly relativeMae: { readonly hour: number | null; readonly interval: number | null };
  } | null;
  readonly compare: readonly { readonly model: string; readonly relativeMae: number | null; readonly weight: number }[];
  /** One a step: the start of its interval, the point forecast, and by quantile. */
  readonly points: readonly { readonly time: string; readonly mean: number; readonly quantiles: Readonly<Record<string, number>> }[];
  readonly events: readonly AppliedEvent[];
  readonly warnings: readonly string[];
};

/** The document that `--json` prints. */
export function forecastDocument({ made, quantiles, history, warnings }: ForecastReport): ForecastDocument {
  const { forecast, applied } = made;
  const { backtest, models } = forecast;
  return {
    model: forecast.chosen,
    interval: formatDuration(forecast.intervalMs),
    trainedOn: { from: formatTime(history.start), to: formatTime(forecast.start), observations: history.observations },
    backtest: {
      origins: backtest.origins,
      testedSteps: backtest.testedSteps,
      relativeMae: rounded(backtest.relativeMae),
      coverage: allRounded(backtest.coverage),
      pinball: allRounded(backtest.pinball),
    },
    seasons: forecast.found.map(({ steps, share }) => ({ period: formatDuration(steps * forecast.intervalMs), share: round6(share) })),
    grain: grainOf(forecast),
    compare: models.map(({ name, relativeMae, weight }) => ({ model: name, relativeMae: rounded(relativeMae), weight: round6(weight) })),
    points: Array.from(forecast.mean, (mean, step) => ({
      time: formatTime(forecast.start + step * forecast.intervalMs),
      mean: round6(mean),
      quantiles: Object.fromEntries(quantiles.map((quantile, index) => [String(quantile), round6(forecast.quantiles[index][step])])),
    })),
    events: applied.map(appliedEvent).map((event) => ({ ...event, uplift: round6(event.uplift) })),
    warnings,
  };
}

/**
 * A table of the forecast with what it is worth below.
 *
 * @param compare whether a table of the models stands above it
 */
export function forecastText({ made, quantiles }: ForecastReport, compare: boolean): string {
  const { forecast, applied } = made;
  return [
    ...(compare ? [comparison(forecast), ''] : []),
    pointsTable(forecast, quantiles),
    '',
    verdict(forecast),
    ...grainLine(forecast),
    ...forecast.found.map((season) => seasonLine(season, forecast.intervalMs)),
    ...applied.map((lifted) => eventLine(appliedEvent(lifted))),
  ].join('\n');
}

/** The end of the history, three horizons or at least three days of it, and the forecast. */
export function forecastPanel({ title, made, quantiles, unit, history }: ForecastReport): ChartPanel {
  const { forecast, applied } = made;
  const { intervalMs, values } = history;
  const tail = Math.min(values.length, Math.max(3 * forecast.mean.length, Math.ceil((3 * DAY_MS) / intervalMs)));
  const ahead = formatDuration(forecast.mean.length * intervalMs);
  return {
    title: `${title}: ${ahead} ahead from ${formatTime(forecast.start)}`,
    subtitle: verdict(forecast),
    unit: unit ? formatLoadUnit(unit) : 'value',
    observed: { start: forecast.start - tail * intervalMs, intervalMs, values: values.slice(values.length - tail) },
    forecasts: [forecast],
    probabilities: quantiles,
    events: applied.map(({ lift: { occurrence } }) => occurrence),
  };
}

function grainOf({ grain }: Forecast): ForecastDocument['grain'] {
  return grain && { by: grain.by, relativeMae: { hour: rounded(grain.relativeMae.hour), interval: rounded(grain.relativeMae.interval) } };
}

function grainLine({ grain, intervalMs }: Forecast): string[] {
  if (grain === null) return [];
  const [hour, interval] = [grain.relativeMae.hour, grain.relativeMae.interval].map((error) => error?.toFixed(3) ?? 'not tested');
  const own = formatDuration(intervalMs);
  return [
    grain.by === 'hour'
      ? `by hourly means and their shape within the hour: ${hour}, directly every ${own}: ${interval}`
      : `directly every ${own}: ${interval}, by hourly means and their shape within the hour: ${hour}`,
  ];
}

function seasonLine({ steps, share }: FoundSeason, intervalMs: number): string {
  return `a cycle of ${formatDuration(steps * intervalMs)} was found: ${Math.round(100 * share)} % of what other seasons leave`;
}

function eventLine({ name, from, to, uplift, source, stated }: AppliedEvent): string {
  const why = source === 'config' ? 'as stated' : `${source}${stated === null ? '' : `, stated ${stated}`}`;
  return `event '${name}' lifts it ${uplift.toFixed(2)} times from ${from} to ${to}: ${why}`;
}

function pointsTable(forecast: Forecast, quantiles: readonly number[]): string {
  return textTable(
    [
      { title: 'time' },
      { title: 'mean', align: 'right' },
      ...quantiles.map((quantile) => ({ title: String(quantile), align: 'right' as const })),
    ],
    Array.from(forecast.mean, (mean, step) => [
      formatTime(forecast.start + step * forecast.intervalMs),
      String(round6(mean)),
      ...forecast.quantiles.map((path) => String(round6(path[step]))),
    ]),
  );
}

function comparison({ models }: Forecast): string {
  return textTable(
    [{ title: 'model' }, { title: `error relative to ${models[0].name}`, align: 'right' }, { title: 'weight', align: 'right' }],
    models.map(({ name, relativeMae, weight }) => [name, relativeMae === null ? 'not tested' : relativeMae.toFixed(3), weight.toFixed(3)]),
  );
}

function verdict({ chosen, models, backtest, intervalMs }: Forecast): string {
  if (backtest.relativeMae === null) return `${chosen}; too little history to test it`;
  const ahead = formatDuration(backtest.testedSteps * intervalMs);
  return `${chosen}: ${backtest.relativeMae.toFixed(3)} of the error of ${models[0].name} in ${backtest.origins} backtests, tested ${ahead} ahead`;
}

const rounded = (value: number | null): number | null => (value === null ? null : round6(value));

function allRounded(figures: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, round6(value)]));
}
