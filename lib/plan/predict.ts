import type { CapacityConfig, ServiceConfig } from '../config/schema';
import { applyUplifts, type Uplift } from '../forecast/events';
import { forecast } from '../forecast/forecast';
import { originsByEffort } from '../forecast/effort';
import type { FitRunner, Forecast } from '../forecast/types';
import { formatDuration, formatTime } from '../units';
import type { Observations, Observed } from './observe';
import type { ForecastSummary, PlanWarning } from './types';

/** What a signal is expected to be in each period of the plan. */
export type Prediction = {
  readonly p50: Float64Array;
  readonly protected: Float64Array;
  /** From this period on the lead is longer than the history allows to test. */
  readonly untestedFrom: number;
  /** From this period on no number was given and the last one stays; only where numbers were given. */
  readonly heldFrom: number;
  readonly from: 'history' | 'given';
  readonly summary: ForecastSummary | null;
};

export type Predictions = {
  /** By `workload.signal`. */
  readonly signals: Readonly<Record<string, Prediction>>;
  readonly warnings: readonly PlanWarning[];
};

/** When the plan begins and how many periods it has. */
export type PlanGrid = { readonly start: number; readonly steps: number; readonly periodMs: number };

/** Forecasts every observed signal onto the grid of the plan, and takes given numbers as they stand. */
export async function predict(config: CapacityConfig, observations: Observations, grid: PlanGrid, run: FitRunner): Promise<Predictions> {
  const signals: Record<string, Prediction> = {};
  const warnings: PlanWarning[] = [];
  const forecasts = await Promise.all(
    Object.entries(observations.signals).map(async ([key, observed]) => [key, await forecastSignal(config, observed, grid, run)] as const),
  );
  for (const [key, { prediction, messages }] of forecasts) {
    signals[key] = prediction;
    warnings.push(...messages.map((message) => ({ code: 'forecast/note', path: `workloads.${key}`, message })));
  }
  for (const name of Object.keys(config.workloads).sort()) {
    const workload = config.workloads[name];
    if (workload.kind !== 'service' || !workload.forecast) continue;
    for (const resource of ['cpu', 'memory'] as const) {
      const values = workload.forecast[resource];
      if (values) signals[`${name}.${resource}`] = given(values, workload.forecast, grid);
    }
  }
  return { signals, warnings };
}

async function forecastSignal(config: CapacityConfig, { signal, series }: Observed, grid: PlanGrid, run: FitRunner) {
  const end = series.start + series.values.length * series.intervalMs;
  const ahead = Math.max(0, Math.round((grid.start - end) / grid.periodMs));
  const { protect } = config.workloads[signal.workload];
  const quantiles = [...new Set([0.5, protect])].sort((a, b) => a - b);
  const result = await forecast(
    { start: series.start, intervalMs: series.intervalMs, values: series.values, nonNegative: true },
    { steps: ahead + grid.steps, quantiles, origins: originsByEffort[config.effort] },
    run,
  );
  const events = config.events.filter((event) => event.workload === undefined || event.workload === signal.workload);
  const pick = (quantile: number) =>
    applyUplifts(result.quantiles[quantiles.indexOf(quantile)].subarray(ahead), grid.start, grid.periodMs, events);
  const lifted = pick(protect);
  const prediction: Prediction = {
    p50: pick(0.5).path,
    protected: lifted.path,
    untestedFrom: Math.max(0, result.backtest.testedSteps - ahead),
    heldFrom: grid.steps,
    from: 'history',
    summary: summarise(result, lifted.applied),
  };
  return { prediction, messages: result.warnings };
}

function summarise({ chosen, models, backtest, intervalMs }: Forecast, applied: readonly Uplift[]): ForecastSummary {
  return {
    chosen,
    models,
    relativeMae: backtest.relativeMae,
    origins: backtest.origins,
    testedAhead: formatDuration(backtest.testedSteps * intervalMs),
    coverage: backtest.coverage,
    events: applied.map(({ name, from, to, uplift }) => ({ name, from: formatTime(from), to: formatTime(to), uplift })),
  };
}

/** Given numbers, from their own start on: before it the first, after them the last stays. */
function given(values: readonly number[], { from }: NonNullable<ServiceConfig['forecast']>, grid: PlanGrid): Prediction {
  const offset = from === undefined ? 0 : Math.round((grid.start - from) / grid.periodMs);
  const path = Float64Array.from({ length: grid.steps }, (_, step) => values[Math.min(values.length - 1, Math.max(0, step + offset))]);
  return {
    p50: path,
    protected: path,
    untestedFrom: grid.steps,
    heldFrom: Math.max(0, values.length - offset),
    from: 'given',
    summary: null,
  };
}

/** The periods of the grid, as text. */
export function periodTimes({ start, steps, periodMs }: PlanGrid): string[] {
  return Array.from({ length: steps }, (_, step) => formatTime(start + step * periodMs));
}
