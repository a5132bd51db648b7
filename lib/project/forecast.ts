import { basename } from 'node:path';
import { z } from 'zod';
import { type EventInput, eventSchema, resolveEvents } from '../config';
import { type Effort, type EventForecast, forecastWithEvents, type Occurrence } from '../forecast';
import { type LoadSeries, quality, type SeriesQuality } from '../history';
import { eventNotes, eventWarnings, teachingInput } from '../plan/load';
import { type Problem, ProblemError } from '../problems';
import type { OnProgress } from '../progress';
import { type ForecastDocument, forecastDocument, forecastPanel, type ForecastReport, forecastText } from '../report/forecast';
import { forecastChart } from '../report/forecast-chart';
import { DAY_MS, formatTime, HOUR_MS } from '../units';
import { type FileOptions, fileSource, readFile, saidOf } from './loads';
import { withFits } from './fits';
import { type Duration, durationOf, inStage, type RunOptions, type Time, timeOf } from './options';

/** Values at regular times, oldest first: `values[i]` is that of the interval which begins at `start + i x interval`; NaN where there is none. */
export type RegularSeries = {
  /** A whole multiple of the interval, such as a full hour. */
  readonly start: Time;
  readonly interval: Duration;
  readonly values: ArrayLike<number>;
};

export type ForecastOptions = FileOptions &
  RunOptions & {
    /** What to forecast: a CSV, NDJSON or Parquet file, by its ending, or values at hand. */
    readonly load: string | RegularSeries;
    /** How far ahead. @default 24 hours */
    readonly horizon?: Duration;
    /** One step; the observations of a file are aggregated to it. @default 1 hour; that of the values at hand */
    readonly interval?: Duration;
    /** Between 0 and 1, ascending. @default 0.5, 0.8, 0.9, 0.95, 0.99 */
    readonly quantiles?: readonly number[];
    /** As in a config: past times of an event teach what its coming ones do, or an uplift says it. @default none */
    readonly events?: readonly EventInput[];
    /** Whether the forecast learns from values far from the usual that do not come again. @default `leave-out` */
    readonly outliers?: 'leave-out' | 'learn';
    /** Whether days of the calendar that the history shows to be unlike others lift the forecast. @default `learn` */
    readonly calendar?: 'learn' | 'ignore';
    /** How much each model is tested. @default `balanced` */
    readonly effort?: Effort;
    /** Whether the text shows every model beside the one chosen. @default false */
    readonly compare?: boolean;
    /** Draws the end of the history and the forecast. @default false */
    readonly chart?: boolean;
  };

export type ForecastResult = {
  /** What `foresize forecast --json` prints. */
  readonly document: ForecastDocument;
  /** What `foresize forecast` prints. */
  readonly text: string;
  /** An SVG; `null` where none was asked for. */
  readonly chart: string | null;
};

/**
 * Forecasts any series on its own, without a config.
 *
 * @throws ProblemError where the file cannot be used, and `event/no-uplift`
 * @example const { document } = await forecast({ load: 'chat.csv', horizon: '3h', interval: '5m' }); document.points[0].mean
 */
export async function forecast(options: ForecastOptions): Promise<ForecastResult> {
  const { quantiles = [0.5, 0.8, 0.9, 0.95, 0.99], zone = 'UTC', effort = 'balanced' } = options;
  const occurrences = occurrencesOf(options.events ?? [], zone);
  const daysOff: ReadonlySet<string> | undefined = options.calendar === 'ignore' ? undefined : new Set();
  const calendar = { timeZone: zone, occurrences, ...(daysOff && { daysOff }) };
  return withFits(options, async (run) => {
    const { name, series, warnings } = await inStage(options, 'reading', (onProgress) => read(options, onProgress));
    const { intervalMs, values } = series;
    const steps = Math.max(1, Math.round(durationOf(options.horizon ?? DAY_MS, 'horizon') / intervalMs));
    const judged = quality(series, {
      expected: occurrences,
      ...(daysOff && { calendar: { timeZone: zone, daysOff, holidays: [] } }),
      counts: options.series === 'count',
      outliersTeach: options.outliers === 'learn',
    });
    const nonNegative = options.series !== 'level' || values.every((value) => !(value < 0));
    const input = teachingInput({ series, quality: judged }, nonNegative);
    const made = await inStage(options, 'forecasting', (onProgress) =>
      forecastWithEvents(input, { steps, quantiles, effort }, calendar, (tasks) => run(tasks, onProgress)),
    );
    const from = made.forecast.start;
    refuseUnknown(made, from);
    const notes = [
      ...leftOut(judged),
      ...made.forecast.warnings,
      ...eventNotes(made, calendar),
      ...eventWarnings(made, from, from + steps * intervalMs),
    ].map((message) => `${name}: ${message}`);
    const report: ForecastReport = {
      title: basename(name),
      made,
      quantiles,
      unit: options.unit ?? null,
      history: { start: series.start, intervalMs, values, observations: series.origin.observations },
      warnings: [...warnings, ...notes],
    };
    return {
      document: forecastDocument(report),
      text: forecastText(report, options.compare ?? false),
      chart: options.chart ? forecastChart([forecastPanel(report)]) : null,
    };
  });
}

/** What is taken for a fault, in words: the forecast is made without it. */
function leftOut({ faults, findings }: SeriesQuality): string[] {
  if (faults.length === 0) return [];
  return findings
    .filter(({ code }) => code === 'history/outliers' || code === 'history/partial-end')
    .map(({ message }) => `${message}: left out of the forecast (--outliers learn takes it in).`);
}

type Read = { readonly name: string; readonly series: LoadSeries; readonly warnings: readonly string[] };

async function read(options: ForecastOptions, onProgress: OnProgress): Promise<Read> {
  const { load } = options;
  if (typeof load !== 'string') {
    const values = Float64Array.from(load.values);
    const observations = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
    const [start, intervalMs] = [timeOf(load.start, 'load.start'), durationOf(load.interval, 'load.interval')];
    if (!(intervalMs > 0) || start % intervalMs !== 0)
      throw new ProblemError({
        code: 'project/option',
        path: 'load.start',
        message: 'cannot be taken',
        expected: 'a whole multiple of the interval, such as a full hour',
        received: formatTime(start),
      });
    const to = start + values.length * intervalMs;
    return {
      name: 'load',
      series: {
        start,
        intervalMs,
        values,
        observed: values.map((value) => (Number.isNaN(value) ? 0 : 1)),
        kind: 'rate',
        unit: null,
        origin: { text: 'values', digest: '', observations, from: start, to, spacingMs: intervalMs, repairs: [] },
      },
      warnings: [],
    };
  }
  const intervalMs = durationOf(options.interval ?? HOUR_MS, 'interval');
  const reading = await readFile({ source: fileSource(load, options), defaultKind: 'rate', intervalMs, path: load }, onProgress);
  const { series } = reading;
  return {
    name: load,
    series,
    warnings: saidOf(reading),
  };
}

/** The times that events took and take place; days are days of the zone. */
function occurrencesOf(events: readonly EventInput[], zone: string): Occurrence[] {
  const parsed = z.array(eventSchema).safeParse(events);
  if (!parsed.success)
    throw new ProblemError(
      parsed.error.issues.map(({ path, message }): Problem => ({ code: 'project/option', path: ['events', ...path].join('.'), message })),
    );
  return resolveEvents(parsed.data, zone).map(({ name, from, to, uplift }) => ({
    kind: 'event',
    name,
    group: `event ${name}`,
    from,
    to,
    uplift,
  }));
}

/** @throws ProblemError `event/no-uplift` */
function refuseUnknown({ unknown }: EventForecast, start: number): void {
  const problems = unknown
    .filter(({ to }) => to > start)
    .map(({ name, from }): Problem => ({
      code: 'event/no-uplift',
      path: `--event ${name}`,
      message: `takes place at ${formatTime(from)}, and no past time of it in the history teaches what it does`,
      hint: `list past dates too, or state an uplift: --event ${name}=${formatTime(from).slice(0, 10)}@2.5`,
    }));
  if (problems.length > 0) throw new ProblemError(problems);
}
