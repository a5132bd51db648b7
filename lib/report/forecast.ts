import { plural, round6 } from '../figures';
import type { EventForecast, Forecast, FoundSeason } from '../forecast';
import { appliedEvent } from '../plan/load';
import type { AppliedEvent } from '../plan/file';
import { DAY_MS, formatDuration, formatLoadUnit, formatTime, type LoadUnit } from '../units';
import type { ChartPanel } from './forecast-chart';
import { textTable } from './table';

/** A forecast of a series, with the series that it was made from. */
export type ForecastReport = {
  /** What the title of the chart calls the series. */
  readonly title: string;
  readonly made: EventForecast;
  /** The probabilities of the quantiles, ascending: 0.5, 0.95. */
  readonly quantiles: readonly number[];
  /** `null` where the series has no unit. */
  readonly unit: LoadUnit | null;
  readonly history: {
    /** Epoch ms of the start of the first interval. */
    readonly start: number;
    readonly intervalMs: number;
    readonly values: Float64Array;
    /** The number of values that are not missing. */
    readonly observations: number;
  };
  readonly warnings: readonly string[];
};

/**
 * The document that `foresize forecast --json` prints. Times are ISO 8601 UTC. Figures are in the unit of the series, with 6 significant
 * digits.
 */
export type ForecastDocument = {
  /** `combination`, or the name of the only model that the forecast was made with. */
  readonly model: string;
  /** The length of a step, such as `1h`. */
  readonly interval: string;
  readonly trainedOn: { readonly from: string; readonly to: string; readonly observations: number };
  readonly backtest: {
    /** The number of past origins from which forecasts were tested. */
    readonly origins: number;
    /** How many steps ahead the forecasts were tested. */
    readonly testedSteps: number;
    /** The mean absolute error divided by that of the first model of `compare`; `null` where there was too little history to test. */
    readonly relativeMae: number | null;
    /** For each quantile, such as `0.95`, the share of the tested observations at or below it. */
    readonly coverage: Readonly<Record<string, number>>;
    /** For each quantile its mean pinball loss. */
    readonly pinball: Readonly<Record<string, number>>;
  };
  /** Seasons other than the day and the week, the strongest first. `share`: how much it explains of what other seasons leave. */
  readonly seasons: readonly { readonly period: string; readonly share: number }[];
  /**
   * For a series with intervals shorter than an hour, whether it was forecast by the hour or directly by its intervals, and the relative
   * error of both; `null` where only one of them was tried.
   */
  readonly grain: {
    readonly by: 'hour' | 'interval';
    readonly relativeMae: { readonly hour: number | null; readonly interval: number | null };
  } | null;
  readonly compare: readonly { readonly model: string; readonly relativeMae: number | null; readonly weight: number }[];
  /** One point for each step: the start of its interval, the point forecast, and the load at each quantile. */
  readonly points: readonly { readonly time: string; readonly mean: number; readonly quantiles: Readonly<Record<string, number>> }[];
  readonly events: readonly AppliedEvent[];
  readonly warnings: readonly string[];
};

/** The document that `foresize forecast --json` prints. */
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
 * The text that `foresize forecast` prints: a table with a row for each step, and below it how good the forecast is, and the seasons and
 * events in it.
 *
 * @param compare whether a table of the models precedes it
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

/** The chart of the forecast after the end of the history: three times the horizon of it, and at least three days. */
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
  const step = formatDuration(intervalMs);
  return [
    grain.by === 'hour'
      ? `by hourly means and their shape within the hour: ${hour}, directly every ${step}: ${interval}`
      : `directly every ${step}: ${interval}, by hourly means and their shape within the hour: ${hour}`,
  ];
}

function seasonLine({ steps, share }: FoundSeason, intervalMs: number): string {
  return `a cycle of ${formatDuration(steps * intervalMs)} was found: ${Math.round(100 * share)} % of what other seasons leave`;
}

function eventLine({ name, from, to, uplift, source, seen, stated }: AppliedEvent): string {
  if (seen !== undefined) return `${name} lifts it ${uplift.toFixed(2)} times from ${from} to ${to}: seen ${plural(seen, 'time')}`;
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
