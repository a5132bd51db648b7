import { type CapacityConfig, isMeasuredByLoad, type SourceConfig } from '../../config';
import type { LoadSeries, SeriesQuality } from '../../history';
import { distinctProblems, type Problem, ProblemError } from '../../problems';
import type { HistorySource } from '../file';

/** One measured thing of a workload. */
export type Signal = {
  readonly workload: string;
  readonly name: 'load' | 'cpu' | 'memory';
  /** A utilisation may be usage and capacity; a load may have the queue of what was not yet served beside it. */
  readonly source:
    | SourceConfig
    | { readonly usage: SourceConfig; readonly capacity: SourceConfig }
    | { readonly served: SourceConfig; readonly queue: SourceConfig };
};

/** A signal as it was observed, excluded and repaired: load per second (or a level), utilisation in percent. */
export type Observed = {
  readonly signal: Signal;
  readonly series: LoadSeries;
  readonly quality: SeriesQuality;
  /** The load on the grid of its observations, where it was asked for and is finer than the periods; or why it cannot be used on that. */
  readonly finest?: LoadSeries | { readonly problems: readonly Problem[] };
  /** The last weeks of the load by a finer record of its source, where there is one that says the same. */
  readonly finer?: LoadSeries;
};

export type Observations = {
  /** By `workload.signal`, sorted. */
  readonly signals: Readonly<Record<string, Observed>>;
  /** By `workload.signal`, or `workload.signal.usage` and `.capacity`. */
  readonly sources: Readonly<Record<string, HistorySource>>;
  /** By workload: what reading its histories gave to look at, and what is good to know. */
  readonly warnings: Readonly<Record<string, readonly Problem[]>>;
  readonly notes: Readonly<Record<string, readonly Problem[]>>;
  /** Workloads whose forecast is withheld, and what is wrong with their history. */
  readonly withheld: HistoryProblems;
};

/** What is wrong with the histories of workloads, by workload. */
export type HistoryProblems = Readonly<Record<string, readonly Problem[]>>;

/**
 * Handles workloads whose history cannot be used, as `history.unusable` says: it refuses them all together, or takes their signals out and
 * lists them in `withheld`, beside those that were withheld before.
 *
 * @param unusable the problems of such histories, by workload
 * @returns `observations` itself where `unusable` holds no problem
 * @throws ProblemError with the problems of all of them, under `history.unusable: 'refuse'`
 */
export function withhold(
  { history }: Pick<CapacityConfig, 'history'>,
  observations: Observations,
  unusable: HistoryProblems,
): Observations {
  const problems = distinctProblems(Object.values(unusable).flat());
  if (problems.length === 0) return observations;
  if (history.unusable === 'refuse') throw new ProblemError(problems);
  return {
    ...observations,
    signals: Object.fromEntries(Object.entries(observations.signals).filter(([, { signal }]) => !Object.hasOwn(unusable, signal.workload))),
    withheld: { ...observations.withheld, ...unusable },
  };
}

/** The sources that the histories of all workloads are read from, in the order of `signalsOf`; a utilisation of usage and capacity has two, as a load with its queue. */
export function sourcesOf(config: Pick<CapacityConfig, 'workloads'>): SourceConfig[] {
  return signalsOf(config).flatMap(({ source }) => {
    if ('usage' in source) return [source.usage, source.capacity];
    return 'served' in source ? [source.served, source.queue] : [source];
  });
}

/** The signals that the config gives a source for, in the order of the workloads' names: a load, or CPU before memory. */
export function signalsOf({ workloads }: Pick<CapacityConfig, 'workloads'>): Signal[] {
  const signals: Signal[] = [];
  for (const workload of Object.keys(workloads).sort()) {
    const fields = workloads[workload];
    if (isMeasuredByLoad(fields)) {
      const { load } = fields;
      const queue = 'queue' in fields ? fields.queue : undefined;
      if (load) signals.push({ workload, name: 'load', source: queue === undefined ? load : { served: load, queue } });
    } else {
      if (fields.cpu) signals.push({ workload, name: 'cpu', source: fields.cpu });
      if (fields.memory) signals.push({ workload, name: 'memory', source: fields.memory });
    }
  }
  return signals;
}
