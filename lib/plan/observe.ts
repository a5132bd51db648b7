import type { CapacityConfig, SourceConfig } from '../config/schema';
import { divide, excludeSpans, toRatePerSecond } from '../history/operations';
import { type HistoryReader, type HistoryReading, type HistoryRequest, type LoadSeries, readingOf } from '../history/series';
import { type Problem, ProblemError } from '../problems';
import { DAY_MS, formatDuration, formatTime } from '../units';
import type { HistorySource, PlanWarning } from './types';

/** One measured thing of a workload. */
export type Signal = {
  readonly workload: string;
  readonly name: 'load' | 'cpu' | 'memory';
  readonly source: SourceConfig | { readonly usage: SourceConfig; readonly capacity: SourceConfig };
};

/** A signal as it was observed: load per second (or a level), utilisation in percent. */
export type Observed = {
  readonly signal: Signal;
  readonly series: LoadSeries;
};

export type Observations = {
  /** By `workload.signal`, sorted. */
  readonly signals: Readonly<Record<string, Observed>>;
  /** By `workload.signal`, or `workload.signal.usage` and `.capacity`. */
  readonly sources: Readonly<Record<string, HistorySource>>;
  readonly warnings: readonly PlanWarning[];
};

/** A plan needs at least this much history, gaps and excluded spans not counted; `forecast` takes less and warns. */
export const leastHistoryMs = 3 * DAY_MS;

/**
 * Reads the history of every workload, all of it in one call of the reader.
 *
 * @throws ProblemError with the problems of all histories together
 */
export async function observe(config: CapacityConfig, read: HistoryReader): Promise<Observations> {
  const signals = signalsOf(config);
  const requests = signals.flatMap((signal) => requestsOf(signal, config.period));
  const outcomes = requests.length === 0 ? [] : await read(requests.map(({ request }) => request));
  const problems = distinct(outcomes.flatMap((outcome) => ('problems' in outcome ? outcome.problems : [])));
  if (problems.length > 0) throw new ProblemError(problems);
  const byKey = new Map(requests.map(({ key }, index) => [key, readingOf(outcomes[index])]));
  const observed: Record<string, Observed> = {};

  for (const signal of signals) {
    const key = `${signal.workload}.${signal.name}`;
    const series =
      'usage' in signal.source
        ? ofPresentCapacity(take(byKey, `${key}.usage`).series, take(byKey, `${key}.capacity`).series, `workloads.${key}`)
        : take(byKey, key).series;
    const workload = config.workloads[signal.workload];
    const prepared = excludeSpans(signal.name === 'load' ? toRatePerSecond(series) : inPercent(series, key, problems), workload.exclude);
    const known = prepared.values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0) * config.period;
    if (known < leastHistoryMs) {
      problems.push({
        code: 'history/too-short',
        path: `workloads.${key} (${series.origin.text})`,
        message: `holds ${formatSpan(known)} of history that can be used, too little to plan from`,
        expected: `at least ${formatSpan(leastHistoryMs)}`,
        hint: '`foresize forecast FILE` takes less, with a warning',
      });
    }
    observed[key] = { signal, series: prepared };
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return {
    signals: observed,
    sources: Object.fromEntries([...byKey].map(([key, { series }]) => [key, describe(observed[key]?.series ?? series)])),
    warnings: [...byKey.values()].flatMap(({ warnings }) => warnings.map(({ code, path, message }) => ({ code, path, message }))),
  };
}

/** Two series of one file have the same trouble with its times: said once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function signalsOf(config: CapacityConfig): Signal[] {
  const signals: Signal[] = [];
  for (const workload of Object.keys(config.workloads).sort()) {
    const fields = config.workloads[workload];
    if (fields.kind === 'service') {
      if (fields.cpu) signals.push({ workload, name: 'cpu', source: fields.cpu });
      if (fields.memory) signals.push({ workload, name: 'memory', source: fields.memory });
    } else if (fields.load) signals.push({ workload, name: 'load', source: fields.load });
  }
  return signals;
}

function requestsOf({ workload, name, source }: Signal, intervalMs: number): { key: string; request: HistoryRequest }[] {
  const defaultKind = name === 'load' ? 'rate' : 'level';
  const request = (part: SourceConfig, suffix: string) => ({
    key: `${workload}.${name}${suffix}`,
    request: { source: part, defaultKind, intervalMs, path: `workloads.${workload}.${name}${suffix}` } as const,
  });
  return 'usage' in source ? [request(source.usage, '.usage'), request(source.capacity, '.capacity')] : [request(source, '')];
}

function take(readings: ReadonlyMap<string, HistoryReading>, key: string): HistoryReading {
  const reading = readings.get(key);
  if (!reading) throw new Error(`no reading for ${key}`);
  return reading;
}

/**
 * Utilisation = usage / capacity, in percent. Demand counts servers of today, so usage is held against the capacity of today,
 * the last one observed: 87 % of eight servers is 70 % of ten.
 */
function ofPresentCapacity(usage: LoadSeries, capacity: LoadSeries, path: string): LoadSeries {
  const present = capacity.values.findLast((value) => value > 0) ?? NaN;
  return divide(usage, { ...capacity, values: capacity.values.map((value) => (value > 0 ? present : value)) }, path);
}

function inPercent(series: LoadSeries, key: string, problems: Problem[]): LoadSeries {
  const noun = series.unit?.noun ?? '%';
  if (noun === '%') return series;
  if (noun === 'ratio') return { ...series, values: series.values.map((value) => value * 100), unit: { noun: '%', perMs: null } };
  problems.push({
    code: 'history/unit',
    path: `workloads.${key}`,
    message: `is in ${noun}, which is no utilisation`,
    expected: "'%' or 'ratio'",
    hint: 'give usage and capacity: { usage: csv(...), capacity: csv(...) }',
  });
  return series;
}

function describe(series: LoadSeries): HistorySource {
  const { origin, values } = series;
  return {
    origin: origin.text,
    digest: origin.digest,
    from: formatTime(origin.from),
    to: formatTime(origin.to),
    interval: formatDuration(origin.spacingMs),
    observations: origin.observations,
    missingPeriods: values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0),
    repairs: origin.repairs,
  };
}

function formatSpan(ms: number): string {
  const days = Math.round((ms / DAY_MS) * 10) / 10;
  return `${days} day${days === 1 ? '' : 's'}`;
}
