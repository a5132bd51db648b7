import { usualNodesPerGroup } from '../catalog';
import { type CapacityConfig, isMeasuredByLoad } from '../config';
import { formatFigure, formatWhole, roundedUp } from '../figures';
import { quantile } from '../history';
import { type Problem, ProblemError } from '../problems';
import { formatDuration, formatLoadUnit, HOUR_MS, parseDuration } from '../units';
import type { PlanBefore, PlanCost, PlanWarning } from './file';
import type { ForecastedLoads } from './forecast-loads';
import type { Observed } from './load';
import { type WorkloadDemand, workloadLoad } from './replicas';
import { roomFor } from './supply';

/**
 * How many times what is known a figure of the plan may be: above it the plan is refused, whatever the cause, unless
 * `guardrails.plausible` accepts it.
 *
 * A load is held against the 0.95 quantile of its readings above zero, replicas and dollars against what is there, each times the largest
 * uplift of the events that are announced. In 268 plans of 28 recorded loads, without an event announced, loads came to at most 10.9 times
 * that quantile and grew at most 13.3 times from one plan to the next, days later (`npm run -s bench:trust`).
 */
const usualMultiple = 20;

/** Peaks of fewer replicas are believed without a comparison: from 1 to 12 is twelve times, and no accident. */
const fewReplicas = 20;

/** The quantile of the readings that counts as high, robust against one hour in twenty that lies. */
const highReading = 0.95;
/** A quantile of fewer readings says nothing. */
const leastReadings = 24;

type Guarded = Pick<CapacityConfig, 'horizon' | 'workloads' | 'pools' | 'guardrails' | 'limits'>;

/** One figure of a plan held against what is known, both in words. */
type Comparison = {
  /** The key of `guardrails.plausible` that can accept it: a workload, or `cost`. */
  readonly key: string;
  readonly path: string;
  readonly planned: number;
  readonly known: number;
  /** `highest protected load 1,100 req/s, and its readings reach 16 req/s (0.95 quantile)` */
  readonly text: string;
};

/**
 * Holds the forecast loads against their readings, and the nodes that they need against those that can be had, before anything is replayed
 * or sized: an absurd load ends here, in no time.
 *
 * @returns a warning for each figure that `guardrails.plausible` accepts
 * @throws ProblemError `guardrail/implausible` for each load, `guardrail/too-many-nodes` for each pool
 */
export function checkLoads(config: CapacityConfig, loads: ForecastedLoads): PlanWarning[] {
  const { problems, accepted } = judge(config, loadComparisons(config, loads));
  const pools = Object.keys(loads.offerings).sort();
  const all = [...problems, ...pools.flatMap((pool) => nodesProblem(config, loads, pool))];
  if (all.length > 0) throw new ProblemError(all);
  return [...accepted, ...pools.flatMap((pool) => wholeRates(config, loads, pool))];
}

/** The highest protected load of each forecast signal beside what its readings reach; signals of too few readings are left out. */
export function loadComparisons(config: CapacityConfig, loads: ForecastedLoads): Comparison[] {
  return Object.keys(loads.observations.signals)
    .sort()
    .flatMap((key) => loadComparison(config, loads, key));
}

/**
 * Holds replicas and dollars against the plan before, and the servers of a service against those that are there.
 *
 * @returns a warning for each figure that `guardrails.plausible` accepts
 * @throws ProblemError `guardrail/implausible` for each
 */
export function checkSizes(
  config: Guarded,
  previous: PlanBefore | null,
  { demands, cost }: { readonly demands: Readonly<Record<string, WorkloadDemand>>; readonly cost: PlanCost },
  uplifts: (workload: string) => number,
): PlanWarning[] {
  const replicas = Object.keys(demands)
    .sort()
    .flatMap((name) => replicaComparison(config, previous, name, demands[name].peak, uplifts(name)));
  const before = previous === null ? 0 : previous.cost.usd.p95 / ((parseDuration(previous.horizon) ?? NaN) / HOUR_MS);
  const planned = cost.usd.p95 / (config.horizon / HOUR_MS);
  const dollars: Comparison = {
    key: 'cost',
    path: 'cost',
    planned,
    known: before * Math.max(1, ...Object.keys(demands).map(uplifts)),
    text: `${formatFigure(planned)} USD an hour in the mean, and the plan before costs ${formatFigure(before)}`,
  };
  const { problems, accepted } = judge(config, [...replicas, ...(before > 0 ? [dollars] : [])]);
  if (problems.length > 0) throw new ProblemError(problems);
  return accepted;
}

/** The largest uplift of the events that a workload's forecast was lifted by, at least 1. */
export function largestUplift({ predictions }: Pick<ForecastedLoads, 'predictions'>, workload: string): number {
  const events = Object.entries(predictions.signals).flatMap(([key, { summary }]) =>
    key.startsWith(`${workload}.`) && summary !== null ? summary.events : [],
  );
  return Math.max(1, ...events.map(({ uplift }) => uplift));
}

type Judged = { readonly problems: readonly Problem[]; readonly accepted: PlanWarning[] };

/**
 * What lies above the usual multiple: a problem, with the one line that accepts all of them, or a warning where the config accepts it
 * already.
 */
function judge({ guardrails: { plausible } }: Pick<CapacityConfig, 'guardrails'>, comparisons: readonly Comparison[]): Judged {
  const above = comparisons
    .map((comparison) => ({ ...comparison, times: comparison.planned / comparison.known }))
    .filter(({ times }) => times > usualMultiple);
  const acceptedTimes = (key: string) => plausible?.multiples[key] ?? usualMultiple;
  const refused = above.filter(({ key, times }) => times > acceptedTimes(key));
  const needed = new Map<string, number>();
  for (const { key, times } of refused) needed.set(key, Math.max(times, needed.get(key) ?? 0));
  const multiples = [...needed].map(([key, times]) => `${quoted(key)}: '${roundedUp(times)}x'`).join(', ');
  const line = `guardrails: { plausible: { ${multiples}, because: '...' } }`;
  const messageOf = ({ text, times }: (typeof above)[number]) => `${text}: ${formatFigure(times)} times as much`;
  return {
    problems: refused.map((figure) => ({
      code: 'guardrail/implausible',
      path: figure.path,
      message: `${messageOf(figure)}, where at most ${formatFigure(acceptedTimes(figure.key))} is plausible`,
      hint: `look at the history (foresize history); where it is right, accept it with ${line}`,
    })),
    accepted: above
      .filter((figure) => !refused.includes(figure))
      .map((figure) => ({
        code: 'guardrail/accepted',
        path: figure.path,
        message: `${messageOf(figure)}, accepted up to ${formatFigure(acceptedTimes(figure.key))} times because ${plausible?.because}`,
      })),
  };
}

const quoted = (key: string) => (/^[a-z][a-z0-9]*$/.test(key) ? key : `'${key}'`);

function loadComparison(config: Guarded, loads: ForecastedLoads, key: string): Comparison[] {
  const { signal, series } = loads.observations.signals[key];
  const prediction = loads.predictions.signals[key];
  if (prediction.from !== 'history') return [];
  const uplift = largestUplift(loads, signal.workload);
  const own = highOf(series.values);
  const like = prediction.summary?.like;
  const sibling = like && highOf(loads.observations.signals[`${like.workload}.${signal.name}`].series.values);
  const high = Math.max(own ?? 0, (sibling ?? 0) * (like?.times ?? 0));
  if (high === 0) return [];
  const inParts = (prediction.parts ?? []).map((part) => part.protected);
  const planned = [...prediction.protected, ...inParts].reduce((most, value) => Math.max(most, value), 0);
  const unit = unitOf(config, { signal, series });
  return [
    {
      key: signal.workload,
      path: `workloads.${key}`,
      planned,
      known: high * uplift,
      text:
        `the highest protected load is ${formatFigure(planned)} ${unit}, and its readings above zero reach ${formatFigure(high)} ${unit} ` +
        `(0.95 quantile)${uplift > 1 ? `, times an uplift of ${formatFigure(uplift)}` : ''}`,
    },
  ];
}

/** A high quantile of the readings above zero; `null` where they are too few. Load that comes at times is measured while it is there. */
function highOf(values: Float64Array): number | null {
  const positive = values.filter((value) => value > 0);
  return positive.length < leastReadings ? null : quantile(positive, highReading);
}

function unitOf({ workloads }: Guarded, { signal, series }: Pick<Observed, 'signal' | 'series'>): string {
  if (signal.name !== 'load') return '%';
  const workload = workloads[signal.workload];
  const unit = series.unit ?? (isMeasuredByLoad(workload) ? workload.replica.throughput?.unit : undefined);
  return unit ? formatLoadUnit(unit) : 'units';
}

/** More nodes than the groups of a pool can hold, however they are filled. */
function nodesProblem(config: CapacityConfig, loads: ForecastedLoads, pool: string): Problem[] {
  const { offerings, supplies } = loads;
  const perGroup = config.limits.nodesPerGroup ?? usualNodesPerGroup;
  const holds = (offering: (typeof offerings)[string][number]) => offering.own?.count ?? offering.reservation?.count ?? perGroup;
  const groups = offerings[pool];
  const available = groups.reduce((sum, offering) => sum + holds(offering), 0);
  const needed = Object.keys(config.workloads)
    .filter((name) => config.workloads[name].pool === pool)
    .sort()
    .flatMap((name) => {
      const replicas = replicasOf(config, loads, name);
      const room = Math.max(...groups.map((offering) => roomFor(supplies[name].resources, offering)));
      return replicas === null || room < 1 ? [] : [{ name, replicas, nodes: replicas / room }];
    });
  const nodes = Math.max(0, ...needed.map((one) => Math.ceil(one.nodes)));
  const isAws = groups.some(({ own, reservation }) => !own && !reservation);
  // Where all is fixed, sizing says best what is short, as long as it ends soon.
  if (nodes <= available * (isAws ? 1 : 10)) return [];
  const [largest] = [...needed].sort((a, b) => b.nodes - a.nodes);
  const quota = isAws ? ` (AWS lets a node group have ${formatWhole(perGroup)})` : '';
  const cause =
    bothReadings(config, loads, largest.name, largest.replicas) ?? 'look at the history (`foresize history`) and at what a replica carries';
  const cure = isAws ? '; where it is right, add instance types, or state a raised quota with limits: { nodesPerGroup: N }' : '';
  return [
    {
      code: 'guardrail/too-many-nodes',
      path: `workloads.${largest.name}`,
      message: `needs ${formatWhole(largest.replicas)} replicas at its peak, on at least ${formatWhole(nodes)} nodes, and pool '${pool}' can have ${formatWhole(available)}${quota}`,
      hint: `${cause}${cure}`,
    },
  ];
}

/** Replicas at the peak of the protected load, before any decision about how to scale; `null` where no load or job says. */
function replicasOf(config: CapacityConfig, loads: ForecastedLoads, name: string): number | null {
  const { predictions, grid, supplies } = loads;
  const { job, capacity } = supplies[name];
  if (job !== null) return job.workers;
  const workload = config.workloads[name];
  const isForecast = Object.keys(predictions.signals).some((key) => key.startsWith(`${name}.`));
  if (!isForecast || (isMeasuredByLoad(workload) && capacity === null && workload.replica.throughput === undefined)) return null;
  const { load } = workloadLoad({ config, name, predictions, grid, ...supplies[name] });
  return load.reduce((most, { replicas }) => Math.max(most, replicas), 0);
}

/** Rates a second that are whole numbers throughout are counts more often than not: told where it makes much of a difference. */
function wholeRates(config: CapacityConfig, loads: ForecastedLoads, pool: string): PlanWarning[] {
  return Object.keys(config.workloads)
    .filter((name) => config.workloads[name].pool === pool)
    .sort()
    .flatMap((name) => {
      const observed = loads.observations.signals[`${name}.load`] as Observed | undefined;
      const positive = observed?.series.values.filter((value) => value > 0) ?? new Float64Array();
      if (positive.length < leastReadings || !positive.every(Number.isInteger)) return [];
      const replicas = replicasOf(config, loads, name) ?? 0;
      const readings = replicas < fewReplicas ? null : bothReadings(config, loads, name, replicas);
      if (readings === null) return [];
      return [
        {
          code: 'guardrail/whole-rates',
          path: `workloads.${name}.load`,
          message: `every reading is a whole number, as counts are: ${readings}`,
        },
      ];
    });
}

/** What the load would ask for if each reading were what came in its interval rather than a rate a second: a common slip. */
function bothReadings(config: CapacityConfig, { observations }: ForecastedLoads, name: string, replicas: number): string | null {
  const workload = config.workloads[name];
  const source = isMeasuredByLoad(workload) ? workload.load : undefined;
  const observed = observations.signals[`${name}.load`] as Observed | undefined;
  if (source === undefined || observed === undefined || observed.series.kind !== 'rate') return null;
  const noun = observed.series.unit?.noun ?? 'req';
  const intervalMs = observed.series.intervalMs;
  const asCount = Math.max(1, Math.ceil(replicas / (intervalMs / 1_000)));
  return (
    `as ${noun}/s its readings ask for ${formatWhole(replicas)} replicas, as ${noun} that came in each ${formatDuration(intervalMs)} for ` +
    `${formatWhole(asCount)}: where they are such counts, state series: 'count'`
  );
}

function replicaComparison({ workloads }: Guarded, previous: PlanBefore | null, name: string, peak: number, uplift: number): Comparison[] {
  const workload = workloads[name];
  const before = previous?.workloads[name]?.peak;
  const servers = workload.kind === 'service' ? workload.servers : undefined;
  const known = before === undefined || before === 0 ? servers : before;
  if (known === undefined || peak < fewReplicas) return [];
  const what = known === before ? 'the plan before has' : 'there are';
  return [
    {
      key: name,
      path: `workloads.${name}`,
      planned: peak,
      known: known * uplift,
      text: `its peak is ${formatWhole(peak)} replicas, and ${what} ${formatWhole(known)}${uplift > 1 ? `, times an uplift of ${formatFigure(uplift)}` : ''}`,
    },
  ];
}
