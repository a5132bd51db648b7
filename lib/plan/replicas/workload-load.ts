import { isMeasuredByLoad } from '../../config';
import { replicasFor, serversAtTarget, serviceDemand } from '../../demand';
import { formatLoadUnit, formatTime } from '../../units';
import { periodTimes, type PlanGrid, type Prediction } from '../load';
import { forecastReasons, givenReason, replicaReasons, serverReasons } from '../explain';
import type { LoadPoint, Reason } from '../file';
import type { DemandInput } from './demand-types';
import { loadAt, type Moment, momentsOf } from './moments';

/** The load of a workload by period, and what a replica carries of it. */
export type WorkloadLoad = {
  readonly load: LoadPoint[];
  /** The same as a path: a period within which an event begins or ends has several points, and its point in `load` is the highest of them. */
  readonly path: readonly PathPoint[];
  /** Load of a replica that the autoscaler aims at, that nodes are provided for, and that it can carry at most. */
  readonly aim: number;
  readonly providedFor: number;
  readonly fullLoad: number;
  readonly unit: string;
  readonly throughput: number;
  readonly target: number | null;
  readonly reasons: Reason[];
};

/** `peak`: how far floors go above the load, for the highest of the period. @default 1 */
export type PathPoint = { readonly moment: Moment; readonly point: LoadPoint; readonly peak?: number };

/** The point of each period: where it has several, the highest. */
function byPeriod(grid: PlanGrid, path: readonly PathPoint[]): LoadPoint[] {
  const points = new Map<number, LoadPoint>();
  for (const { moment, point } of path) {
    const highest = points.get(moment.step);
    if (highest === undefined || point.protected > highest.protected) points.set(moment.step, point);
  }
  return periodTimes(grid).map((from, step) => ({ ...(points.get(step) as LoadPoint), from }));
}

/** Load in the unit of the throughput, of replicas that answer requests or work off a queue; of a service in servers at their target. */
export function workloadLoad(input: DemandInput): WorkloadLoad {
  return isMeasuredByLoad(input.config.workloads[input.name]) ? replicaLoad(input) : serviceLoad(input);
}

function replicaLoad({ config, name, predictions, grid, capacity, tuned, peaks }: DemandInput): WorkloadLoad {
  const workload = config.workloads[name];
  const prediction = predictions.signals[`${name}.load`];
  const measured = isMeasuredByLoad(workload) ? workload.replica.throughput : undefined;
  const each = capacity ?? measured;
  if (each === undefined || !isMeasuredByLoad(workload)) throw new Error(`${name} has no throughput`);
  const target = tuned?.settings.target ?? capacity?.target ?? workload.target;
  const aim = each.amount * target;
  const isTuned = tuned !== undefined && (tuned.settings.headroom !== null || tuned.settings.floor !== null);
  // Nodes are there for the target that is stated; what a tuned autoscaler aims at below it is a matter of its ceiling.
  const stated = capacity?.target ?? workload.target;
  const providedFor = each.amount * Math.min(stated, tuned?.settings.headroom ?? stated);
  const path = momentsOf(grid, [prediction]).map((moment): PathPoint => {
    const { p50, protected: protectedLoad } = loadAt(prediction, moment);
    const headroom = tuned?.settings.headroom ?? null;
    const peak = headroom === null ? 1 : (peaks?.(moment.at) ?? 1);
    return {
      moment,
      peak,
      point: {
        from: formatTime(moment.at),
        p50,
        protected: protectedLoad,
        replicas: Math.max(
          replicasFor(protectedLoad, providedFor),
          headroom === null ? 0 : replicasFor(protectedLoad * peak, each.amount * headroom),
        ),
        ...untested(prediction, moment.step),
      },
    };
  });
  const unit = formatLoadUnit(each.unit);
  return {
    load: byPeriod(grid, path),
    path,
    aim,
    providedFor,
    fullLoad: each.amount,
    unit,
    throughput: each.amount,
    target,
    reasons: [
      ...signalReasons(prediction, 'load', workload.protect),
      ...(capacity?.reasons ?? []),
      ...replicaReasons({
        unit,
        throughput: each.amount,
        isStated: each.amount === measured?.amount,
        basis: capacity?.basis ?? 'measured',
        target,
        providedFor,
        isTuned,
      }),
    ],
  };
}

function serviceLoad({ config, name, predictions, grid, machine }: DemandInput): WorkloadLoad {
  const workload = config.workloads[name];
  if (isMeasuredByLoad(workload)) throw new Error(`${name} is no service`);
  const { target } = workload;
  // Servers there are, counted as the machine that they are planned on.
  const servers = { cpu: workload.servers * (machine?.cpu ?? 1), memory: workload.servers * (machine?.memory ?? 1) };
  const cpu = predictions.signals[`${name}.cpu`] as Prediction | undefined;
  const memory = predictions.signals[`${name}.memory`] as Prediction | undefined;
  const at = (moment: Moment, kind: 'p50' | 'protected') => ({
    cpu: cpu && loadAt(cpu, moment)[kind],
    memory: memory && loadAt(memory, moment)[kind],
  });
  const inServers = (utilisation: { cpu?: number; memory?: number }) =>
    Math.max(
      serversAtTarget(servers.cpu, utilisation.cpu ?? 0, target.cpu),
      serversAtTarget(servers.memory, utilisation.memory ?? 0, target.memory),
    );
  const pointAt = (moment: Moment): LoadPoint => {
    const { step } = moment;
    const demand = serviceDemand(servers, at(moment, 'protected'), target);
    const point = (prediction: Prediction | undefined, replicas: number) =>
      prediction && {
        ...loadAt(prediction, moment),
        replicas,
        from: step >= prediction.heldFrom ? ('held' as const) : prediction.from,
      };
    return {
      from: formatTime(moment.at),
      p50: inServers(at(moment, 'p50')),
      protected: inServers(at(moment, 'protected')),
      replicas: demand.servers,
      cpu: point(cpu, demand.cpu),
      memory: point(memory, demand.memory),
      binds: demand.binds,
      ...untested(cpu ?? memory, step),
      ...untested(memory ?? cpu, step),
    };
  };
  const path = momentsOf(grid, [cpu, memory]).map((moment) => ({ moment, point: pointAt(moment) }));
  const both = (
    [
      ['cpu', cpu],
      ['memory', memory],
    ] as const
  ).filter(([, prediction]) => prediction !== undefined);
  return {
    load: byPeriod(grid, path),
    path,
    aim: 1,
    providedFor: 1,
    fullLoad: 1 / Math.max(target.cpu, target.memory),
    unit: 'servers',
    throughput: 1,
    target: null,
    reasons: [
      ...both.flatMap(([resource, prediction]) => (prediction ? signalReasons(prediction, resource, workload.protect) : [])),
      ...serverReasons(both.map(([resource]) => ({ resource, servers: servers[resource], target: target[resource] }))),
    ],
  };
}

function untested(prediction: Prediction | undefined, step: number): { untested?: true } {
  return prediction && step >= prediction.untestedFrom ? { untested: true } : {};
}

/** Sentences of how a signal came about: forecast, or stated by the config. */
export function signalReasons({ from, summary, notes }: Prediction, signal: string, protect: number): readonly Reason[] {
  return summary === null || from === 'given' ? [givenReason(signal)] : forecastReasons(signal, summary, protect, notes);
}
