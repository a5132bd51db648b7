import { type Command, Option } from 'commander';
import { resolve } from 'node:path';
import { workerFitRunner } from '../../lib/adapters/workers';
import { writeTogether } from '../../lib/adapters/write-file';
import type { CapacityConfig } from '../../lib/config/schema';
import { type Effort, originsByEffort } from '../../lib/forecast/effort';
import { type PastForecast, rollingForecasts, verdictOf } from '../../lib/forecast/rolling';
import type { FitRunner } from '../../lib/forecast/types';
import { calendarOf } from '../../lib/plan/calendar';
import { observe } from '../../lib/plan/observe';
import { type Observed, signalsOf } from '../../lib/plan/observations';
import { ProblemError } from '../../lib/problems';
import { type BacktestReport, backtestDocument, backtestPanel, backtestText } from '../../lib/report/backtest';
import { forecastChart } from '../../lib/report/forecast-chart';
import { DAY_MS } from '../../lib/units';
import {
  action,
  type CommonOptions,
  durationArgument,
  type ExitCode,
  type HistoryOptions,
  print,
  printJson,
  running,
  stage,
  warn,
  wholeNumber,
  withCommonOptions,
  withHistoryOptions,
} from './common';
import { checkWorkload, openHistory, openProject } from '../../lib/project/project';

type BacktestOptions = CommonOptions &
  HistoryOptions & {
    readonly horizon: number;
    readonly forecasts: number;
    readonly effort?: Effort;
    readonly compare?: boolean;
    readonly svg?: string;
  };

export function backtestCommand(program: Command): void {
  withHistoryOptions(withCommonOptions(program.command('backtest')))
    .description("what the last weeks' forecasts would have been, beside what came")
    .argument('[workload]', 'only this one')
    .addOption(new Option('--horizon <duration>', 'how far each forecast looks ahead').argParser(durationArgument).default(DAY_MS, '24h'))
    .addOption(
      new Option('--forecasts <n>', 'forecasts, one horizon after another up to the end of the history').argParser(wholeNumber).default(14),
    )
    .addOption(
      new Option('--effort <effort>', "how much each forecast tests its models (default: the config's)").choices(
        Object.keys(originsByEffort),
      ),
    )
    .option('--compare', 'show every model alone beside the forecast')
    .option('--svg <file>', 'draw the forecasts over what came')
    .addHelpText(
      'after',
      '\nExamples:\n  foresize backtest\n  foresize backtest chat --horizon 7d --forecasts 4 --compare\n  foresize backtest chat --svg backtest.svg --json',
    )
    .action(
      action(async (workload: string | undefined, options: BacktestOptions): Promise<ExitCode> => {
        const project = openProject(options);
        const { config } = project;
        checkOptions(config, workload, options);
        const runner = workerFitRunner({ workers: options.workers });
        try {
          runner.warm();
          const observations = await stage('reading history', () => observe(config, openHistory(project, { ...options, ...running() })));
          const mine = Object.entries(observations.signals).filter(
            ([, { signal }]) => workload === undefined || signal.workload === workload,
          );
          const reports: BacktestReport[] = [];
          for (const [key, observed] of mine)
            reports.push(await stage(`forecasting ${key}`, () => backtest(config, key, observed, options, runner)));
          const warnings = [
            ...Object.keys(observations.withheld).map((name) => `workloads.${name}: its history cannot be used`),
            ...reports
              .filter(({ past }) => past.length === 0)
              .map(({ key }) => `workloads.${key}: the history is too short for a forecast of its past`),
            ...(mine.length === 0 ? ['no workload has a history to test forecasts on'] : []),
          ];
          warnings.forEach(warn);
          const drawn = reports.filter(({ past }) => past.length > 0);
          if (options.svg !== undefined && drawn.length > 0)
            writeTogether([{ path: resolve(options.svg), text: forecastChart(drawn.map(backtestPanel)) }]);
          if (options.json) printJson({ ...backtestDocument(reports, options.horizon), warnings });
          else print(drawn.map((report) => backtestText(report, options.compare ?? false)).join('\n\n'));
          return 0;
        } finally {
          await runner.close();
        }
      }),
    );
}

function checkOptions(config: CapacityConfig, workload: string | undefined, { horizon }: BacktestOptions): void {
  if (workload !== undefined) checkWorkload(config, workload);
  if (horizon % config.period !== 0)
    throw new ProblemError({ code: 'cli/horizon', path: '--horizon', message: 'is not a whole number of periods of the config' });
}

async function backtest(
  config: CapacityConfig,
  key: string,
  { signal, series }: Observed,
  options: BacktestOptions,
  run: FitRunner,
): Promise<BacktestReport> {
  const { protect } = config.workloads[signal.workload];
  const quantiles = [...new Set([0.5, 0.8, 0.9, 0.95, 0.99, protect])].sort((a, b) => a - b);
  const end = series.start + series.values.length * series.intervalMs;
  const calendar = calendarOf(config, signal.workload, series.start, end);
  const past: readonly PastForecast[] = await rollingForecasts(
    { start: series.start, intervalMs: series.intervalMs, values: series.values, nonNegative: true },
    {
      steps: options.horizon / series.intervalMs,
      quantiles,
      effort: options.effort ?? config.effort,
      among: signalsOf(config).length,
      forecasts: options.forecasts,
      compare: options.compare ?? false,
    },
    calendar,
    run,
  );
  return { key, series, quantiles, past, total: verdictOf(past, quantiles), occurrences: calendar.occurrences };
}
