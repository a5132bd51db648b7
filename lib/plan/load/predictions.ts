import { type CapacityConfig, isMeasuredByLoad, type ServiceConfig } from '../../config';
import { type Applied, type Calendar, eachInOrder, type FitRunner, type Forecast, forecastWithEvents, widenAll } from '../../forecast';
import { type Problem, ProblemError } from '../../problems';
import { inEqualParts, type OnProgress } from '../../progress';
import { formatDuration, formatTime, WEEK_MS } from '../../units';
import { appliedEvent, calendarOf, eventNotes, eventProblems, eventWarnings } from './calendar';
import { type Observations, type Observed, signalsOf } from './observations';
import { type PreparedHistory, prepareHistory, youngWarning } from './borrowed-history';
import type { ForecastSummary, PlanWarning } from '../file';

/** What a signal is expected to be in each period of the plan. */
export type Prediction = {
  readonly p50: Float64Array;
  readonly protected: Float64Array;
  /**
   * Periods within which an event or a holiday begins or ends, cut there: each part has its own load, where `p50` and `protected` are those
   * of the period's mean. Epoch ms. @default there are none
   */
  readonly parts?: readonly PeriodPart[];
  /** The same without events and holidays, for a whole week at least. */
  readonly ordinary: OrdinaryPaths;
  /** From this period on the lead is longer than the history allows to test. */
  readonly untestedFrom: number;
  /** From this period on no number was given and the last one stays; only where numbers were given. */
  readonly heldFrom: number;
  readonly from: 'history' | 'given';
  readonly summary: ForecastSummary | null;
  /** What is good to know of the forecast before it is trusted, a sentence each. */
  readonly notes: readonly string[];
};

/** A part [from, to) of a period, epoch ms, and what is expected in it. */
export type PeriodPart = { readonly from: number; readonly to: number; readonly p50: number; readonly protected: number };

/** Paths by period, as long as each other. */
export type OrdinaryPaths = { readonly p50: Float64Array; readonly protected: Float64Array };

export type Predictions = {
  /** By `workload.signal`. */
  readonly signals: Readonly<Record<string, Prediction>>;
  readonly warnings: readonly PlanWarning[];
};

/** What a forecast depends on in the config. */
type ForecastConfig = Pick<CapacityConfig, 'workloads' | 'events' | 'holidays' | 'timeZone' | 'effort'>;

/** When the plan begins (epoch ms) and how many periods it has. */
export type PlanGrid = { readonly start: number; readonly steps: number; readonly periodMs: number };

/** The whole weeks that a grid begins with; a week where it is shorter. What they cost stands for other weeks. */
export function wholeWeeks({ start, steps, periodMs }: PlanGrid): PlanGrid {
  const week = Math.ceil(WEEK_MS / periodMs);
  return { start, steps: Math.max(1, Math.floor(steps / week)) * week, periodMs };
}

/**
 * Forecasts every observed signal onto the grid of the plan, and takes given numbers as they stand.
 *
 * @param workloads whose signals are forecast. @default all
 * @throws ProblemError `event/no-uplift` for events that nothing is known of, `config/unknown-country`, `config/unknown-region`
 */
export async function predict(
  config: ForecastConfig,
  observations: Observations,
  grid: PlanGrid,
  run: FitRunner,
  onProgress?: OnProgress,
  workloads: readonly string[] = Object.keys(config.workloads),
): Promise<Predictions> {
  const signals: Record<string, Prediction> = {};
  const warnings: PlanWarning[] = [];
  const problems: Problem[] = [];
  const observed = Object.entries(observations.signals).filter(([, { signal }]) => workloads.includes(signal.workload));
  const parts = inEqualParts(onProgress, observed.length);
  const forecasts = eachInOrder(
    observed.map(([key, ofSignal], index) => ({ key, ofSignal, part: parts[index] })),
    async ({ key, ofSignal, part }) => {
      const made = await forecastSignal(config, ofSignal, observations, grid, tellingFits(run, part));
      part(1);
      return { key, ...made };
    },
    atOnce,
  );
  for await (const { key, prediction, warnings: ofForecast, problems: eventsRefused } of forecasts) {
    problems.push(...eventsRefused);
    signals[key] = prediction;
    warnings.push(...ofForecast.map((warning) => ({ ...warning, path: `workloads.${key}` })));
  }
  if (problems.length > 0) throw new ProblemError(problems);
  for (const name of Object.keys(config.workloads).sort()) {
    const workload = config.workloads[name];
    if (isMeasuredByLoad(workload) || !workload.forecast) continue;
    for (const resource of ['cpu', 'memory'] as const) {
      const values = workload.forecast[resource];
      if (values) signals[`${name}.${resource}`] = given(values, workload.forecast, grid);
    }
  }
  return { signals, warnings };
}

/** A runner that tells how far the fits of one forecast are; what follows its last fit is taken for a tenth of the work. */
const tellingFits =
  (run: FitRunner, onProgress: OnProgress): FitRunner =>
  (tasks) =>
    run(tasks, (share) => onProgress(0.9 * share));

const untestedText =
  'the history is too short for a backtest: nothing says how far the forecast errs, and its quantiles are how far the history moved';

/** Forecasts under way: enough for the workers of any machine, few enough that thousands of signals need no more memory. */
const atOnce = 32;

async function forecastSignal(config: ForecastConfig, observed: Observed, observations: Observations, grid: PlanGrid, run: FitRunner) {
  const { signal } = observed;
  const { workload } = signal;
  const prepared = prepareHistory(config, observed, observations.signals);
  const { series, borrowed, impossible } = prepared;
  const end = series.start + series.values.length * series.intervalMs;
  const ahead = Math.max(0, Math.round((grid.start - end) / grid.periodMs));
  const steps = ahead + grid.steps;
  const { protect } = config.workloads[workload];
  const quantiles = [...new Set([0.5, protect])].sort((a, b) => a - b);
  const horizonEnd = end + steps * grid.periodMs;
  const calendar = calendarOf(config, workload, series.start, horizonEnd);
  const past = borrowed ? calendarOf(config, borrowed.from, series.start, observed.series.start) : null;
  const forecastSteps = (count: number) =>
    forecastWithEvents(
      series,
      { steps: count, quantiles, effort: config.effort, among: signalsOf(config).length },
      past ? withPastOf(calendar, past, observed.series.start) : calendar,
      run,
    );
  const forecasted = await forecastSteps(steps);
  const result = forecasted.forecast;
  const widened = (mean: Float64Array, of: readonly Float64Array[]) => (borrowed ? widenAll(mean, of, quantiles, borrowed.spread) : of);
  const parts = forecasted.parts
    .filter(({ step }) => step >= ahead)
    .map(({ from, to, mean, quantiles: levels }): PeriodPart => {
      const wide = widened(
        Float64Array.of(mean),
        levels.map((level) => Float64Array.of(level)),
      );
      return { from, to, p50: wide[quantiles.indexOf(0.5)][0], protected: wide[quantiles.indexOf(protect)][0] };
    });
  const weeks = Math.max(grid.steps, wholeWeeks(grid).steps);
  const { usual } = weeks > grid.steps ? await forecastSteps(ahead + weeks) : forecasted;
  const pathOf = (quantile: number, { mean, quantiles: paths }: Pick<Forecast, 'mean' | 'quantiles'>, count: number) =>
    widened(mean, paths)[quantiles.indexOf(quantile)].slice(ahead, ahead + count);
  const applied = forecasted.applied.filter(({ lift }) => lift.occurrence.to > grid.start);
  const prediction: Prediction = {
    p50: pathOf(0.5, result, grid.steps),
    protected: pathOf(protect, result, grid.steps),
    ordinary: { p50: pathOf(0.5, usual, weeks), protected: pathOf(protect, usual, weeks) },
    ...(parts.length > 0 && { parts }),
    untestedFrom: Math.max(0, result.backtest.testedSteps - ahead),
    heldFrom: grid.steps,
    from: 'history',
    summary: summarise(result, applied, borrowed, observed.quality.plateau?.level ?? null),
    notes: [...result.warnings, ...eventNotes(forecasted, calendar)],
  };
  const warningOf = (code: PlanWarning['code']) => (message: string) => ({ code, message });
  return {
    prediction,
    warnings: [
      ...youngWarning(observed, prepared).map(warningOf('forecast/young')),
      ...(impossible === undefined ? [] : [`no shape is borrowed from '${config.workloads[workload].like}': ${impossible}`]).map(
        warningOf('forecast/young'),
      ),
      ...(result.backtest.testedSteps > 0 ? [] : [untestedText]).map(warningOf('forecast/untested')),
      ...eventWarnings(forecasted, grid.start, horizonEnd).map(warningOf('forecast/event')),
    ],
    problems: eventProblems(config, `${workload}.${signal.name}`, forecasted, grid.start, series.start),
  };
}

/** The sibling's past goes with its series: its events before `until` must not pass for seasons either. */
function withPastOf(own: Calendar, sibling: Calendar, until: number): Calendar {
  return {
    ...own,
    occurrences: [...sibling.occurrences.filter(({ to }) => to <= until), ...own.occurrences.filter(({ to }) => to > until)],
  };
}

function summarise(
  { chosen, models, backtest, intervalMs, found, grain }: Forecast,
  applied: readonly Applied[],
  borrowed: PreparedHistory['borrowed'],
  cutOffAt: number | null,
): ForecastSummary {
  return {
    chosen,
    models,
    relativeMae: backtest.relativeMae,
    origins: backtest.origins,
    testedAhead: formatDuration(backtest.testedSteps * intervalMs),
    coverage: backtest.coverage,
    ...(grain && { grain }),
    ...(found.length > 0 && { seasons: found.map(({ steps, share }) => ({ period: formatDuration(steps * intervalMs), share })) }),
    ...(cutOffAt !== null && { cutOffAt }),
    events: applied.map(appliedEvent),
    ...(borrowed && { like: { workload: borrowed.from, times: borrowed.ratio, common: borrowed.common, spread: borrowed.spread } }),
  };
}

/** Given numbers, from their own start on: before it the first, after them the last stays. */
function given(values: readonly number[], { from }: NonNullable<ServiceConfig['forecast']>, grid: PlanGrid): Prediction {
  const offset = from === undefined ? 0 : Math.round((grid.start - from) / grid.periodMs);
  const at = (_: unknown, step: number) => values[Math.min(values.length - 1, Math.max(0, step + offset))];
  const path = Float64Array.from({ length: grid.steps }, at);
  const weeks = Float64Array.from({ length: Math.max(grid.steps, wholeWeeks(grid).steps) }, at);
  return {
    p50: path,
    protected: path,
    ordinary: { p50: weeks, protected: weeks },
    untestedFrom: grid.steps,
    heldFrom: Math.max(0, values.length - offset),
    from: 'given',
    summary: null,
    notes: [],
  };
}

/** The starts of the periods of a grid, ISO 8601 UTC. */
export function periodTimes({ start, steps, periodMs }: PlanGrid): string[] {
  return Array.from({ length: steps }, (_, step) => formatTime(start + step * periodMs));
}
