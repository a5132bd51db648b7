import { type Command, InvalidArgumentError, Option } from 'commander';
import { IANAZone } from 'luxon';
import { basename, resolve } from 'node:path';
import { fileHistoryReader } from '../../lib/adapters/files';
import { workerFitRunner } from '../../lib/adapters/workers';
import type { FileSourceConfig } from '../../lib/config/schema';
import { type Effort, originsByEffort } from '../../lib/forecast/effort';
import { type EventForecast, forecastWithEvents } from '../../lib/forecast/forecast-events';
import type { FoundSeason } from '../../lib/forecast/find-seasons';
import type { Forecast } from '../../lib/forecast/types';
import { type LoadSeries, readingOf, type SeriesKind } from '../../lib/history/series';
import { writeTogether } from '../../lib/adapters/write-file';
import { appliedEvent, eventNotes } from '../../lib/plan/calendar';
import type { AppliedEvent } from '../../lib/plan/types';
import { type ChartPanel, forecastChart } from '../../lib/report/forecast-chart';
import { textTable } from '../../lib/report/table';
import { type Problem, ProblemError } from '../../lib/problems';
import { DAY_MS, formatDuration, formatLoadUnit, formatTime, HOUR_MS, parseLoadUnit, round6 } from '../../lib/units';
import { action, durationArgument, type ExitCode, print, printJson, stage, warn, withWorkers } from './common';
import { fileSource } from '../../lib/project/loads';
import { type EventOption, eventOption, occurrencesOf } from './event-option';

type ForecastOptions = {
  readonly horizon: number;
  readonly interval: number;
  readonly series: SeriesKind;
  readonly quantiles: readonly number[];
  readonly timeColumn: string;
  readonly valueColumn: string;
  readonly zone?: string;
  readonly unit?: FileSourceConfig['unit'];
  readonly event: readonly EventOption[];
  readonly svg?: string;
  readonly compare?: boolean;
  readonly json?: boolean;
  readonly effort: Effort;
  readonly workers: number;
};

export function forecastCommand(program: Command): void {
  withWorkers(program.command('forecast'))
    .description('forecast any series on its own, without a config')
    .argument('<file>', 'CSV, NDJSON or Parquet (by its ending) with a column of times and a column of values')
    .addOption(new Option('--horizon <duration>', 'how far ahead').argParser(durationArgument).default(24 * HOUR_MS, '24h'))
    .addOption(
      new Option('--interval <duration>', 'one step; observations are aggregated to it').argParser(durationArgument).default(HOUR_MS, '1h'),
    )
    .addOption(new Option('--series <kind>', 'what a value is').choices(['rate', 'level', 'count', 'counter']).default('rate'))
    .option('--quantiles <list>', 'between 0 and 1, separated by commas', quantileList, [0.5, 0.8, 0.9, 0.95, 0.99])
    .option('--time-column <name>', 'column of the time', 'timestamp')
    .option('--value-column <name>', 'column of the value', 'value')
    .option('--zone <name>', 'IANA zone of times that carry none; days and seasons follow its clock', zoneArgument)
    .option(
      '--event <name=dates>',
      'an event at dates, past ones teach the coming one; @2.5 states an uplift; may be repeated',
      eventOption,
      [],
    )
    .option('--unit <unit>', "unit of the values, such as 'req/s'", unitArgument)
    .addOption(new Option('--effort <effort>', 'how much to backtest').choices(Object.keys(originsByEffort)).default('balanced'))
    .option('--compare', 'show every model beside the one chosen')
    .option('--svg <file>', 'draw the end of the history and the forecast')
    .option('--json', 'one JSON document on stdout and nothing else there')
    .addHelpText(
      'after',
      '\nExamples:\n  foresize forecast load.csv\n  foresize forecast load.csv --horizon 3h --interval 5m --json\n  foresize forecast hits.csv --series count --time-column time --value-column hits --compare\n  foresize forecast load.csv --event black-friday=2024-11-29,2025-11-28,2026-11-27 --svg load.svg',
    )
    .action(
      action(async (file: string, options: ForecastOptions): Promise<ExitCode> => {
        const source = fileSource(file, options);
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
          const zone = options.zone ?? 'UTC';
          const made = await stage('forecasting', () =>
            forecastWithEvents(
              input,
              { steps, quantiles: options.quantiles, effort: options.effort },
              { timeZone: zone, occurrences: occurrencesOf(options.event, zone) },
              runner,
            ),
          );
          const result = made.forecast;
          const end = result.start + steps * result.intervalMs;
          refuseUnknown(made, result.start);
          const notes = [
            ...warnings.map(({ path, message }) => `${path}: ${message}`),
            ...[...result.warnings, ...eventNotes(made, result.start, end)].map((message) => `${file}: ${message}`),
          ];
          notes.forEach(warn);
          if (options.svg !== undefined)
            writeTogether([{ path: resolve(options.svg), text: forecastChart([panelOf(made, series, options, file)]) }]);
          if (options.json) printJson(document(made, series, options, notes));
          else
            print(
              [
                ...(options.compare ? [comparison(result), ''] : []),
                pointsTable(result, options.quantiles),
                '',
                verdict(result),
                ...grainLine(result),
                ...result.found.map((season) => seasonLine(season, result.intervalMs)),
                ...made.applied.map((applied) => eventLine(appliedEvent(applied))),
              ].join('\n'),
            );
          return 0;
        } finally {
          await runner.close();
        }
      }),
    );
}

/** The document that `--json` prints. */
function document({ forecast: result, applied }: EventForecast, series: LoadSeries, options: ForecastOptions, warnings: readonly string[]) {
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
    seasons: result.found.map(({ steps, share }) => ({ period: formatDuration(steps * result.intervalMs), share: round6(share) })),
    grain: grainOf(result),
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
    events: applied.map(appliedEvent).map((event) => ({ ...event, uplift: round6(event.uplift) })),
    warnings,
  };
}

/** The end of the history, three horizons or at least three days of it, and the forecast. */
function panelOf(
  { forecast: result, applied }: EventForecast,
  series: LoadSeries,
  { quantiles, unit }: ForecastOptions,
  file: string,
): ChartPanel {
  const { intervalMs, values } = series;
  const tail = Math.min(values.length, Math.max(3 * result.mean.length, Math.ceil((3 * DAY_MS) / intervalMs)));
  const ahead = formatDuration(result.mean.length * intervalMs);
  return {
    title: `${basename(file)}: ${ahead} ahead from ${formatTime(result.start)}`,
    subtitle: verdict(result),
    unit: unit ? formatLoadUnit(unit) : 'value',
    observed: { start: result.start - tail * intervalMs, intervalMs, values: values.slice(values.length - tail) },
    forecasts: [result],
    probabilities: quantiles,
    events: applied.map(({ lift: { occurrence } }) => occurrence),
  };
}

/** How an interval of less than an hour was forecast; `null` where nothing else was tried. */
function grainOf({ grain }: Forecast) {
  const rounded = (error: number | null) => (error === null ? null : round6(error));
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

/** @throws ProblemError `event/no-uplift` */
function refuseUnknown({ unknown }: EventForecast, from: number): void {
  const problems = unknown
    .filter(({ to }) => to > from)
    .map(({ name, from }): Problem => ({
      code: 'event/no-uplift',
      path: `--event ${name}`,
      message: `takes place at ${formatTime(from)}, and no past time of it in the history teaches what it does`,
      hint: `list past dates too, or state an uplift: --event ${name}=${formatTime(from).slice(0, 10)}@2.5`,
    }));
  if (problems.length > 0) throw new ProblemError(problems);
}

function zoneArgument(text: string): string {
  if (!IANAZone.isValidZone(text)) throw new InvalidArgumentError("is not an IANA time zone, such as 'Europe/Berlin'");
  return text;
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
    [{ title: 'model' }, { title: `error relative to ${models[0].name}`, align: 'right' }, { title: 'weight', align: 'right' }],
    models.map(({ name, relativeMae, weight }) => [name, relativeMae === null ? 'not tested' : relativeMae.toFixed(3), weight.toFixed(3)]),
  );
}

function verdict({ chosen, models, backtest, intervalMs }: Forecast): string {
  if (backtest.relativeMae === null) return `${chosen}; too little history to test it`;
  const ahead = formatDuration(backtest.testedSteps * intervalMs);
  return `${chosen}: ${backtest.relativeMae.toFixed(3)} of the error of ${models[0].name} in ${backtest.origins} backtests, tested ${ahead} ahead`;
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
