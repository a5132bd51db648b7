import type { CapacityConfig, SourceConfig } from '../config/schema';
import { divide, excludeSpans, toRatePerSecond } from '../history/operations';
import { type HistoryOutcome, type HistoryReader, type HistoryRequest, type LoadSeries, readingOf } from '../history/series';
import { isProblemError, type Problem, ProblemError } from '../problems';
import { DAY_MS, formatDuration, formatTime } from '../units';
import type { HistorySource, PlanWarning } from './types';
import { type HistoryProblems, withhold } from './withheld';

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
  /** Workloads whose forecast is withheld, and what is wrong with their history. */
  readonly withheld: HistoryProblems;
};

/** A plan needs at least this much history, gaps and excluded spans not counted; `forecast` takes less and warns. */
export const leastHistoryMs = 3 * DAY_MS;

/**
 * Reads the history of every workload, all of it in one call of the reader. A history that cannot be used withholds the forecast of its
 * workload, or is refused, as `history.unusable` says.
 *
 * @throws ProblemError with the problems of all histories together
 */
export async function observe(config: CapacityConfig, read: HistoryReader): Promise<Observations> {
  const wanted = signalsOf(config);
  const requests = wanted.flatMap((signal) => requestsOf(signal, config.period));
  const outcomes = requests.length === 0 ? [] : await read(requests.map(({ request }) => request));
  const byKey = new Map(requests.map(({ key }, index) => [key, outcomes[index]]));
  const signals: Record<string, Observed> = {};
  const unusable: Record<string, Problem[]> = {};
  const mistakes: Problem[] = [];

  for (const signal of wanted) {
    const key = `${signal.workload}.${signal.name}`;
    const parts = 'usage' in signal.source ? [`${key}.usage`, `${key}.capacity`] : [key];
    const found = signalOutcome(
      config,
      signal,
      key,
      parts.map((part) => byKey.get(part) ?? { problems: [] }),
      mistakes,
    );
    if ('problems' in found) unusable[signal.workload] = distinct([...(unusable[signal.workload] ?? []), ...found.problems]);
    else signals[key] = { signal, series: found.series };
  }
  if (mistakes.length > 0) throw new ProblemError(distinct([...mistakes, ...Object.values(unusable).flat()]));
  const readings = [...byKey].flatMap(([key, outcome]) => ('problems' in outcome ? [] : [[key, outcome] as const]));
  return withhold(
    config,
    {
      signals,
      sources: Object.fromEntries(readings.map(([key, { series }]) => [key, describe(signals[key]?.series ?? series)])),
      warnings: readings.flatMap(([, { warnings }]) => warnings.map(({ code, path, message }) => ({ code, path, message }))),
      withheld: {},
    },
    unusable,
  );
}

/** One signal as a plan can use it, or what is wrong with its history; a mistake of the config goes to `mistakes`. */
function signalOutcome(
  config: CapacityConfig,
  { workload: name, name: resource, source }: Signal,
  key: string,
  outcomes: readonly HistoryOutcome[],
  mistakes: Problem[],
): { readonly series: LoadSeries } | { readonly problems: readonly Problem[] } {
  const problems = outcomes.flatMap((outcome) => ('problems' in outcome ? outcome.problems : []));
  if (problems.length > 0) return { problems };
  try {
    const [first, second] = outcomes.map((outcome) => readingOf(outcome).series);
    const series = 'usage' in source ? ofPresentCapacity(first, second, `workloads.${key}`) : first;
    const { exclude } = config.workloads[name];
    const prepared = excludeSpans(resource === 'load' ? toRatePerSecond(series) : inPercent(series, key, mistakes), exclude);
    const tooShort = shortness(prepared, `workloads.${key} (${series.origin.text})`, config.period);
    return tooShort === undefined ? { series: prepared } : { problems: [tooShort] };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return { problems: error.problems };
  }
}

function shortness({ values }: LoadSeries, path: string, periodMs: number): Problem | undefined {
  const knownMs = values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0) * periodMs;
  if (knownMs >= leastHistoryMs) return undefined;
  return {
    code: 'history/too-short',
    path,
    message: `holds ${formatSpan(knownMs)} of history that can be used, too little to plan from`,
    expected: `at least ${formatSpan(leastHistoryMs)}`,
    hint: '`foresize forecast FILE` takes less, with a warning',
  };
}

/** Two series of one file have the same trouble with its times: said once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** Every source that the history of a config is read from. */
export function sourcesOf(config: CapacityConfig): SourceConfig[] {
  return signalsOf(config).flatMap(({ source }) => ('usage' in source ? [source.usage, source.capacity] : [source]));
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
