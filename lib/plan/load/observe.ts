import { type CapacityConfig, isMeasuredByLoad, seriesKindOf, type SourceConfig, type WorkloadConfig } from '../../config';
import {
  completedFinding,
  divide,
  excludeSpans,
  type HistoryOutcome,
  type HistoryReader,
  type HistoryReading,
  type HistoryRequest,
  type LoadSeries,
  quality,
  readingOf,
  repairGaps,
  type SeriesQuality,
  toRatePerSecond,
  usabilityProblems,
  withQueue,
} from '../../history';
import { distinctProblems, isProblemError, type Problem, ProblemError } from '../../problems';
import { formatDuration, formatTime } from '../../units';
import { calendarOf } from './calendar';
import { leastHistoryMs, leastHistoryOf, youngHistoryProblems, youngHint } from './borrowed-history';
import { type Observations, type Observed, type Signal, signalsOf, withhold } from './observations';
import { finerRecord } from './finer-record';
import { withoutFaults } from './teaching';
import type { HistorySource } from '../file';

/**
 * Reads the history of every workload, all of it in one call of the reader. A history that cannot be used withholds the forecast of its
 * workload, or is refused, as `history.unusable` says.
 *
 * @param isFinest whether the load of a workload is also wanted on the grid of its observations; both come from one reading
 * @throws ProblemError with the problems of all histories together
 */
export async function observe(
  config: Pick<CapacityConfig, 'workloads' | 'history' | 'period' | 'events' | 'holidays' | 'timeZone'>,
  read: HistoryReader,
  isFinest: (workload: string) => boolean = () => false,
): Promise<Observations> {
  const wanted = signalsOf(config);
  const requests = wanted.flatMap((signal) => requestsOf(signal, config, isFinest(signal.workload)));
  const outcomes = requests.length === 0 ? [] : await read(requests.map(({ request }) => request));
  const byKey = new Map(requests.map(({ key }, index) => [key, outcomes[index]]));
  const signals: Record<string, Observed> = {};
  const [unusable, warnings, notes]: Record<string, readonly Problem[]>[] = [{}, {}, {}];
  const mistakes: Problem[] = [];

  for (const signal of wanted) {
    const { workload } = signal;
    const key = `${workload}.${signal.name}`;
    const parts = keysOf(signal).map((part) => byKey.get(part) ?? { problems: [] });
    const outcome = signalOutcome(config, signal, key, parts, mistakes);
    if ('problems' in outcome) unusable[workload] = distinctProblems([...(unusable[workload] ?? []), ...outcome.problems]);
    else signals[key] = { signal, ...outcome.observed };
    warnings[workload] = distinctProblems([
      ...(warnings[workload] ?? []),
      ...parts.flatMap((part) => ('series' in part ? part.warnings : [])),
    ]);
    notes[workload] = distinctProblems([
      ...(notes[workload] ?? []),
      ...parts.flatMap((part) => ('series' in part ? (part.notes ?? []) : [])),
      ...('problems' in outcome ? [] : outcome.notes),
    ]);
  }
  if (mistakes.length > 0) throw new ProblemError(distinctProblems([...mistakes, ...Object.values(unusable).flat()]));
  const readings = [...byKey].flatMap(([key, outcome]) => ('problems' in outcome ? [] : [[key, outcome.series] as const]));
  const finer = Object.entries(signals).flatMap(([key, { finer: series }]) => (series ? [[`${key}.finer`, series] as const] : []));
  const sources = Object.fromEntries(
    [...readings.map(([key, series]) => [key, signals[key]?.series ?? series] as const), ...finer].map(([key, series]) => [
      key,
      describe(series),
    ]),
  );
  const usable = Object.fromEntries(Object.entries(signals).filter(([, { signal }]) => !Object.hasOwn(unusable, signal.workload)));
  return withhold(config, { signals, sources, warnings, notes, withheld: {} }, { ...unusable, ...youngHistoryProblems(config, usable) });
}

/** One signal as a plan can use it, or what is wrong with its history; a mistake of the config goes to `mistakes`. */
function signalOutcome(
  config: Pick<CapacityConfig, 'workloads' | 'history' | 'events' | 'holidays' | 'timeZone'>,
  { workload: name, name: resource, source }: Signal,
  key: string,
  outcomes: readonly HistoryOutcome[],
  mistakes: Problem[],
): { readonly observed: Omit<Observed, 'signal'>; readonly notes: readonly Problem[] } | { readonly problems: readonly Problem[] } {
  const problems = outcomes.flatMap((outcome) => ('problems' in outcome ? outcome.problems : []));
  if (problems.length > 0) return { problems };
  try {
    const [first, second] = outcomes.map((outcome) => readingOf(outcome)) as [HistoryReading, HistoryReading?];
    const read = 'usage' in source && second ? ofPresentCapacity(first.series, second.series, `workloads.${key}`) : first.series;
    const { exclude: excluded } = config.workloads[name];
    const usable = (measured: LoadSeries, leastSpanMs: number): LoadSeries | { readonly problems: readonly Problem[] } => {
      const { repairs, leastCoverage, longestGap } = config.history;
      const series = repairGaps(excludeSpans(measured, excluded), repairs, excluded);
      const path = `workloads.${key} (${series.origin.text})`;
      const wrong = usabilityProblems(series, { leastCoverage, longestGapMs: longestGap, leastSpanMs }, excluded);
      return wrong.length > 0 ? { problems: wrong.map((problem) => ({ ...problem, path, ...youngHint(config, name, problem) })) } : series;
    };
    const served = usable(resource === 'load' ? toRatePerSecond(read) : inPercent(read, key, mistakes), leastHistoryOf(config, name));
    if ('problems' in served) return served;
    const end = served.start + served.values.length * served.intervalMs;
    const { timeZone, daysOff, occurrences } = calendarOf(config, name, served.start, end);
    const context = {
      excluded,
      expected: config.events.filter(({ workload }) => workload === undefined || workload === name),
      ...(daysOff && { calendar: { timeZone, daysOff, holidays: occurrences.filter(({ kind }) => kind === 'holiday') } }),
      counts: !('usage' in source) && seriesKindOf('served' in source ? source.served : source, 'rate') === 'count',
      perReplica: resource === 'load' ? perReplicaOf(config.workloads[name]) : undefined,
      outliersTeach: config.workloads[name].outliers === 'learn',
    };
    const atFirst = quality(served, context);
    const { plateau } = atFirst;
    const queue = 'served' in source && plateau !== null ? second : undefined;
    const completed = queue && withQueue(served, queue.series);
    const series = completed?.series ?? served;
    const judged =
      completed && plateau !== null ? withFinding(quality(series, context), completedFinding(series, plateau, completed.raised)) : atFirst;
    const finestOf = (finest: NonNullable<HistoryReading['finest']>): Observed['finest'] => {
      if ('problems' in finest) return finest;
      const finer = usable(toRatePerSecond(finest), leastHistoryMs);
      if ('problems' in finer) return finer;
      const whole = queue?.finest && !('problems' in queue.finest) ? withQueue(finer, queue.finest).series : finer;
      return withoutFaults(whole, { series, quality: judged });
    };
    const finer =
      first.finer &&
      finerRecord(
        usable(toRatePerSecond(first.finer), leastHistoryMs),
        completed ? (queue?.finer ?? null) : undefined,
        { series, quality: judged },
        `workloads.${key} (${series.origin.text})`,
      );
    const observed = {
      series,
      quality: judged,
      ...(first.finest && { finest: finestOf(first.finest) }),
      ...(finer && 'finer' in finer && { finer: finer.finer }),
    };
    return { observed, notes: finer && 'note' in finer ? [finer.note] : [] };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    const ofConfig = error.problems.filter(({ code }) => code.startsWith('config/'));
    mistakes.push(...ofConfig);
    return { problems: error.problems.filter((problem) => !ofConfig.includes(problem)) };
  }
}

function withFinding(judged: SeriesQuality, finding: SeriesQuality['findings'][number]): SeriesQuality {
  return { ...judged, findings: [...judged.findings, finding] };
}

/** The keys of what a signal is read from, as in `Observations.sources`. */
function keysOf({ workload, name, source }: Signal): readonly string[] {
  const key = `${workload}.${name}`;
  if ('usage' in source) return [`${key}.usage`, `${key}.capacity`];
  return 'served' in source ? [key, `${workload}.queue`] : [key];
}

/** What one replica was measured to serve; `undefined` where nobody says. */
function perReplicaOf(workload: WorkloadConfig): number | undefined {
  return isMeasuredByLoad(workload) ? workload.replica.throughput?.amount : undefined;
}

function requestsOf(
  signal: Signal,
  { period, history }: Pick<CapacityConfig, 'period' | 'history'>,
  isFinest: boolean,
): { key: string; request: HistoryRequest }[] {
  const { name, source } = signal;
  const finest = isFinest && name === 'load';
  const defaultKind = name === 'load' ? 'rate' : 'level';
  const unequalDuplicates = history.repairs.find((rule) => rule.kind === 'unequal-duplicates')?.take;
  const parts: readonly [SourceConfig, 'rate' | 'level'][] =
    'usage' in source
      ? [
          [source.usage, defaultKind],
          [source.capacity, defaultKind],
        ]
      : 'served' in source
        ? [
            [source.served, defaultKind],
            [source.queue, 'level'],
          ]
        : [[source, defaultKind]];
  return keysOf(signal).map((key, index) => {
    const [part, kind] = parts[index];
    const request = { source: part, defaultKind: kind, intervalMs: period, path: `workloads.${key}`, unequalDuplicates, finest } as const;
    return { key, request };
  });
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
  const unit = { noun: '%', perMs: null };
  if (noun === '%') return { ...series, unit };
  if (noun === 'ratio') return { ...series, values: series.values.map((value) => value * 100), unit };
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
  const { origin, values, observed } = series;
  return {
    origin: origin.text,
    digest: origin.digest,
    from: formatTime(origin.from),
    to: formatTime(origin.to),
    interval: formatDuration(origin.spacingMs),
    observations: origin.observations,
    coverage: observed.reduce((total, share) => total + share, 0) / observed.length,
    missingPeriods: values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0),
    repairs: origin.repairs,
  };
}
