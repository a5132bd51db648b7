import { type Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { fileHistoryReader } from '../../lib/adapters/files';
import { workerFitRunner } from '../../lib/adapters/workers';
import type { FileSourceConfig } from '../../lib/config/schema';
import { type Effort, originsByEffort } from '../../lib/forecast/effort';
import { forecast } from '../../lib/forecast/forecast';
import type { Forecast } from '../../lib/forecast/types';
import { type LoadSeries, readingOf, type SeriesKind } from '../../lib/history/series';
import { textTable } from '../../lib/report/table';
import { formatDuration, formatTime, HOUR_MS, parseLoadUnit, round6 } from '../../lib/units';
import { action, durationArgument, type ExitCode, print, printJson, stage, warn, withWorkers } from './common';

type ForecastOptions = {
  readonly horizon: number;
  readonly interval: number;
  readonly series: SeriesKind;
  readonly quantiles: readonly number[];
  readonly timeColumn: string;
  readonly valueColumn: string;
  readonly zone?: string;
  readonly unit?: FileSourceConfig['unit'];
  readonly compare?: boolean;
  readonly json?: boolean;
  readonly effort: Effort;
  readonly workers: number;
};

export function forecastCommand(program: Command): void {
  withWorkers(program.command('forecast'))
    .description('forecast any series on its own, without a config')
    .argument('<file>', 'CSV with a column of times and a column of values')
    .addOption(new Option('--horizon <duration>', 'how far ahead').argParser(durationArgument).default(24 * HOUR_MS, '24h'))
    .addOption(
      new Option('--interval <duration>', 'one step; observations are aggregated to it').argParser(durationArgument).default(HOUR_MS, '1h'),
    )
    .addOption(new Option('--series <kind>', 'what a value is').choices(['rate', 'level', 'count', 'counter']).default('rate'))
    .option('--quantiles <list>', 'between 0 and 1, separated by commas', quantileList, [0.5, 0.8, 0.9, 0.95, 0.99])
    .option('--time-column <name>', 'column of the time', 'timestamp')
    .option('--value-column <name>', 'column of the value', 'value')
    .option('--zone <name>', 'IANA zone of times that carry none')
    .option('--unit <unit>', "unit of the values, such as 'req/s'", unitArgument)
    .addOption(new Option('--effort <effort>', 'how much to backtest').choices(Object.keys(originsByEffort)).default('balanced'))
    .option('--compare', 'show every model beside the one chosen')
    .option('--json', 'one JSON document on stdout and nothing else there')
    .addHelpText(
      'after',
      '\nExamples:\n  foresize forecast load.csv\n  foresize forecast load.csv --horizon 3h --interval 5m --json\n  foresize forecast hits.csv --series count --time-column time --value-column hits --compare',
    )
    .action(
      action(async (file: string, options: ForecastOptions): Promise<ExitCode> => {
        const source: FileSourceConfig = {
          kind: 'csv',
          path: file,
          unit: options.unit,
          series: options.series,
          time: options.timeColumn,
          value: options.valueColumn,
          zone: options.zone,
        };
        const runner = workerFitRunner({ workers: options.workers });
        try {
          runner.warm();
          const read = fileHistoryReader({ baseDirectory: resolve('.') });
          const [outcome] = await stage('reading', () => read([{ source, defaultKind: 'rate', intervalMs: options.interval, path: file }]));
          const { series, warnings } = readingOf(outcome);
          const steps = Math.max(1, Math.round(options.horizon / options.interval));
          const input = {
            start: series.start,
            intervalMs: series.intervalMs,
            values: series.values,
            nonNegative: options.series !== 'level' || isNonNegative(series),
          };
          const result = await stage('forecasting', () =>
            forecast(input, { steps, quantiles: options.quantiles, origins: originsByEffort[options.effort] }, runner),
          );
          const notes = [
            ...warnings.map(({ path, message }) => `${path}: ${message}`),
            ...result.warnings.map((message) => `${file}: ${message}`),
          ];
          notes.forEach(warn);
          if (options.json) printJson(document(result, series, options, notes));
          else
            print(`${options.compare ? `${comparison(result)}\n\n` : ''}${pointsTable(result, options.quantiles)}\n\n${verdict(result)}`);
          return 0;
        } finally {
          await runner.close();
        }
      }),
    );
}

/** The document that `--json` prints. */
function document(result: Forecast, series: LoadSeries, options: ForecastOptions, warnings: readonly string[]) {
  const { backtest, models } = result;
  const rounded = (figures: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, round6(value)]));
  return {
    model: result.chosen,
    interval: formatDuration(result.intervalMs),
    trainedOn: {
      from: formatTime(series.start),
      to: formatTime(result.start),
      observations: series.origin.observations,
    },
    backtest: {
      origins: backtest.origins,
      testedSteps: backtest.testedSteps,
      relativeMae: backtest.relativeMae === null ? null : round6(backtest.relativeMae),
      coverage: rounded(backtest.coverage),
      pinball: rounded(backtest.pinball),
    },
    compare: models.map(({ name, relativeMae, weight }) => ({
      model: name,
      relativeMae: relativeMae === null ? null : round6(relativeMae),
      weight: round6(weight),
    })),
    points: Array.from(result.mean, (mean, step) => ({
      time: formatTime(result.start + step * result.intervalMs),
      mean: round6(mean),
      quantiles: Object.fromEntries(options.quantiles.map((quantile, index) => [String(quantile), round6(result.quantiles[index][step])])),
    })),
    warnings,
  };
}

function pointsTable(result: Forecast, quantiles: readonly number[]): string {
  return textTable(
    [
      { title: 'time' },
      { title: 'mean', align: 'right' },
      ...quantiles.map((quantile) => ({ title: String(quantile), align: 'right' as const })),
    ],
    Array.from(result.mean, (mean, step) => [
      formatTime(result.start + step * result.intervalMs),
      String(round6(mean)),
      ...result.quantiles.map((path) => String(round6(path[step]))),
    ]),
  );
}

function comparison({ models }: Forecast): string {
  return textTable(
    [{ title: 'model' }, { title: 'error relative to seasonal naive', align: 'right' }, { title: 'weight', align: 'right' }],
    models.map(({ name, relativeMae, weight }) => [name, relativeMae === null ? 'not tested' : relativeMae.toFixed(3), weight.toFixed(3)]),
  );
}

function verdict({ chosen, backtest, intervalMs }: Forecast): string {
  if (backtest.relativeMae === null) return `${chosen}; too little history to test it`;
  const ahead = formatDuration(backtest.testedSteps * intervalMs);
  return `${chosen}: ${backtest.relativeMae.toFixed(3)} of the error of seasonal naive in ${backtest.origins} backtests, tested ${ahead} ahead`;
}

/** A level may be negative (a temperature); one that never was is taken as a load. */
function isNonNegative({ values }: LoadSeries): boolean {
  return values.every((value) => !(value < 0));
}

function quantileList(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.length === 0 || values.some((value) => !(value > 0 && value < 1)))
    throw new InvalidArgumentError("must be numbers between 0 and 1, such as '0.5,0.95'");
  return [...new Set(values)].sort((a, b) => a - b);
}

function unitArgument(text: string): FileSourceConfig['unit'] {
  const unit = parseLoadUnit(text);
  if (unit === undefined) throw new InvalidArgumentError("is not a known unit; for example 'req/s', 'tokens/min', '%'");
  return unit;
}
