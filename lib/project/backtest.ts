import type { CapacityConfig } from '../config';
import { accuracyOf, type Effort, type FitRunner, rollingForecasts } from '../forecast';
import { calendarOf, observe, type Observed, signalsOf, teachingInput } from '../plan/load';
import { ProblemError } from '../problems';
import type { OnProgress } from '../progress';
import { type BacktestReport, backtestDocument, backtestPanel, backtestText } from '../report/backtest';
import { forecastChart } from '../report/forecast-chart';
import { DAY_MS } from '../units';
import { withFits } from './fits';
import { type Duration, durationOf, inStage, type RunOptions } from './options';
import { type HistoryOptions, openHistory } from './open-history';
import { checkWorkload, openProject, type ProjectSource } from './project';

export type BacktestOptions = ProjectSource &
  HistoryOptions &
  RunOptions & {
    /** Only this one. @default all */
    readonly workload?: string;
    /** How far each forecast looks ahead: a whole number of periods of the config. @default 24 hours */
    readonly horizon?: Duration;
    /** Forecasts, one horizon after another up to the end of the history. @default 14 */
    readonly forecasts?: number;
    /** How much each forecast tests its models. @default the config's */
    readonly effort?: Effort;
    /** Whether every model alone is shown beside the forecast in the text. @default false */
    readonly compare?: boolean;
    /** Draws the forecasts over what came. @default false */
    readonly chart?: boolean;
  };

export type BacktestResult = {
  /** What `foresize backtest --json` prints. */
  readonly document: ReturnType<typeof backtestDocument> & { readonly warnings: readonly string[] };
  /** What `foresize backtest` prints. */
  readonly text: string;
  /** An SVG; `null` where none was asked for, or there is nothing to draw. */
  readonly chart: string | null;
};

/**
 * What the last weeks' forecasts of the workloads of a config would have been, beside what came.
 *
 * @throws ProblemError `cli/unknown-workload`, `cli/horizon`, and those of reading the history
 */
export async function backtest(options: BacktestOptions = {}): Promise<BacktestResult> {
  const { workload, compare = false } = options;
  const project = openProject(options);
  const { config } = project;
  if (workload !== undefined) checkWorkload(config, workload);
  const horizonMs = durationOf(options.horizon ?? DAY_MS, 'horizon');
  if (horizonMs % config.period !== 0)
    throw new ProblemError({ code: 'cli/horizon', path: '--horizon', message: 'is not a whole number of periods of the config' });
  return withFits(options, async (run) => {
    const observations = await inStage(options, 'reading history', (onProgress) =>
      observe(config, openHistory(project, options, onProgress)),
    );
    const signals = Object.entries(observations.signals).filter(([, { signal }]) => workload === undefined || signal.workload === workload);
    const reports: BacktestReport[] = [];
    for (const [key, observed] of signals)
      reports.push(
        await inStage(options, `forecasting ${key}`, (onProgress) =>
          backtestSignal(config, key, observed, horizonMs, options, run, onProgress),
        ),
      );
    const warnings = [
      ...Object.keys(observations.withheld).map((name) => `workloads.${name}: its history cannot be used`),
      ...reports
        .filter(({ past }) => past.length === 0)
        .map(({ key }) => `workloads.${key}: the history is too short for a forecast of its past`),
      ...(signals.length === 0 ? ['no workload has a history to test forecasts on'] : []),
    ];
    const drawn = reports.filter(({ past }) => past.length > 0);
    return {
      document: { ...backtestDocument(reports, horizonMs), warnings },
      text: drawn.map((report) => backtestText(report, compare)).join('\n\n'),
      chart: options.chart && drawn.length > 0 ? forecastChart(drawn.map(backtestPanel)) : null,
    };
  });
}

async function backtestSignal(
  config: CapacityConfig,
  key: string,
  observed: Observed,
  horizonMs: number,
  { effort = config.effort, forecasts = 14, compare = false }: BacktestOptions,
  run: FitRunner,
  onProgress: OnProgress,
): Promise<BacktestReport> {
  const { signal, series } = observed;
  const { protect } = config.workloads[signal.workload];
  const quantiles = [...new Set([0.5, 0.8, 0.9, 0.95, 0.99, protect])].sort((a, b) => a - b);
  const end = series.start + series.values.length * series.intervalMs;
  const calendar = calendarOf(config, signal.workload, series.start, end);
  const past = await rollingForecasts(
    teachingInput(observed, true),
    { steps: horizonMs / series.intervalMs, quantiles, effort, among: signalsOf(config).length, forecasts, compare },
    calendar,
    run,
    onProgress,
  );
  return { key, series, quantiles, past, total: accuracyOf(past, quantiles), occurrences: calendar.occurrences };
}
