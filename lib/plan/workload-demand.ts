import type { CapacityConfig, WorkloadConfig } from '../config/schema';
import { compress } from '../demand/compress';
import { hpaFloor, hpaLagMs } from '../demand/hpa-floor';
import { replicasFor } from '../demand/replicas';
import { serversAtTarget, serviceDemand } from '../demand/service';
import { highest, lead, lowest, mapSteps, simplify, type StepFunction } from '../demand/steps';
import { formatFigure } from '../history/figure';
import { ProblemError } from '../problems';
import { formatDuration, formatLoadUnit, WEEK_MS } from '../units';
import { jobDemand } from './job-demand';
import type { JobEstimate } from './job-estimate';
import { leadMsOf } from './lead';
import type { PlanGrid, Prediction, Predictions } from './predict';
import { periodTimes } from './predict';
import { compressionOf, forecastReasons, percent, scheduleReasons } from './reasons';
import type { ReplicaCapacity } from './replica-capacity';
import type { ResolvedResources } from './resources';
import type { Compression, LoadPoint, Reason } from './types';

/** What a workload needs, before nodes: replicas over time, floors and ceiling, and the chain behind them. */
export type WorkloadDemand = {
  readonly floor: number;
  readonly peak: number;
  /** What the limits should allow; sizing may grant less. */
  readonly wantedCeiling: number;
  readonly unit: string | null;
  readonly throughputPerReplica: number | null;
  /** Share of it to aim at; `null` where the config alone says. */
  readonly target: number | null;
  readonly leadMs: number;
  readonly load: readonly LoadPoint[];
  /** Replicas provided for, protected; compressed. */
  readonly schedule: StepFunction;
  /** Replicas for the median load, for the cost one may expect. */
  readonly medianSchedule: StepFunction;
  readonly compression: Compression;
  readonly reasons: readonly Reason[];
};

export type DemandInput = {
  readonly config: CapacityConfig;
  readonly name: string;
  readonly predictions: Predictions;
  readonly grid: PlanGrid;
  readonly resources: ResolvedResources;
  /** Of an inference workload. */
  readonly capacity: ReplicaCapacity | null;
  /** Of a training job. */
  readonly job: JobEstimate | null;
};

/** Joining steps of a schedule may add this share of its replica-hours. */
export const compressionShare = 0.02;
/**
 * Most steps of a schedule. An Auto Scaling group holds 125 scheduled actions. Under KEDA each step is about one cron trigger,
 * which costs the cluster a metric request at every sync of its HPA, so there are fewer for each week.
 */
const maxSteps = { inAll: 120, kedaAWeek: 60 };
/** The ceiling, where the config states none: this many times the highest floor. */
export const ceilingFactor = 2;

/** @throws ProblemError `demand/ceiling` when the config's ceiling is below what the protected load needs */
export function workloadDemand(input: DemandInput): WorkloadDemand {
  const { config, name } = input;
  const workload = config.workloads[name];
  if (workload.kind === 'training' && input.job !== null) return jobDemand(name, workload, input.job, input.grid);
  const { load, aim, fullLoad, unit, throughput, target, reasons } = workload.kind === 'service' ? serviceLoad(input) : replicaLoad(input);

  const leadMs = leadMsOf(config, workload);
  const least = workload.floor ?? 1;
  const onGrid = (values: (point: LoadPoint, index: number) => number): StepFunction => ({
    steps: load.map((point, index) => ({ from: input.grid.start + index * input.grid.periodMs, value: values(point, index) })),
    end: input.grid.start + input.grid.steps * input.grid.periodMs,
  });
  const atLeast = (f: StepFunction) => mapSteps(f, (value) => Math.max(least, value));
  const led = atLeast(lead(simplify(onGrid((point) => point.replicas)), leadMs));
  const fixed = workload.kind === 'training';
  const owner = ownerOf(workload);
  const schedule = fixed ? flat(led) : compress(led, { addedShare: compressionShare, maxSteps: mostSteps(owner, config.horizon) });
  const median = atLeast(lead(simplify(onGrid((point) => replicasFor(point.p50, aim))), leadMs));
  const peak = highest(schedule);

  let floor = lowest(schedule);
  if (owner === 'manifests' && isBlind(workload)) {
    floor = peak;
    reasons.push({
      code: 'floor/no-metric',
      text: `one floor for the whole horizon: ${peak}, the highest needed, since no metric lets the HPA follow the load`,
    });
  } else if (owner === 'manifests' && !fixed) {
    const delayMs = leadMs + hpaLagMs;
    floor = Math.min(
      peak,
      Math.max(
        least,
        hpaFloor(
          onGrid((point) => point.protected),
          { fullLoad, aim, delayMs },
        ),
      ),
    );
    reasons.push({
      code: 'floor/hpa',
      text: `one floor for the whole horizon: ${floor}, the lowest with which an HPA that takes ${formatDuration(delayMs)} to act is never overrun on the protected path`,
    });
  }
  const held = config.pools[workload.pool].owner === 'terraform';
  const wantedCeiling = Math.max(peak, workload.ceiling ?? (held ? peak : ceilingFactor * peak));
  if (workload.ceiling !== undefined && workload.ceiling < peak) {
    throw new ProblemError({
      code: 'demand/ceiling',
      path: `workloads.${name}.ceiling`,
      message: 'is below what the protected load needs',
      expected: `at least ${peak} replicas`,
      received: `${workload.ceiling}`,
      hint: `raise it, or lower protect (now ${workload.protect})`,
    });
  }
  reasons.push(...scheduleReasons(workload, leadMs, led, schedule, least));
  return {
    floor: fixed ? peak : floor,
    peak,
    wantedCeiling: fixed ? peak : wantedCeiling,
    unit,
    throughputPerReplica: throughput,
    target,
    leadMs,
    load,
    schedule: owner === 'manifests' && !fixed ? mapSteps(schedule, (value) => Math.max(floor, value)) : schedule,
    medianSchedule: fixed ? schedule : mapSteps(median, (value) => Math.max(owner === 'manifests' ? floor : least, value)),
    compression: compressionOf(led, schedule),
    reasons,
  };
}

function mostSteps(owner: 'keda' | 'manifests', horizonMs: number): number {
  return owner === 'keda' ? Math.min(maxSteps.inAll, maxSteps.kedaAWeek * Math.ceil(horizonMs / WEEK_MS)) : maxSteps.inAll;
}

/** Whether no metric lets an autoscaler follow the load. */
export function isBlind(workload: WorkloadConfig): boolean {
  return workload.kind === 'inference' && workload.metric === undefined;
}

export function ownerOf(workload: WorkloadConfig): 'keda' | 'manifests' {
  return workload.kind === 'training' ? 'manifests' : workload.owner;
}

type Load = {
  readonly load: LoadPoint[];
  readonly aim: number;
  readonly fullLoad: number;
  readonly unit: string;
  readonly throughput: number;
  readonly target: number | null;
  readonly reasons: Reason[];
};

function replicaLoad({ config, name, predictions, grid, capacity }: DemandInput): Load {
  const workload = config.workloads[name];
  const prediction = predictions.signals[`${name}.load`];
  const measured = workload.kind === 'service' ? undefined : workload.replica.throughput;
  const each = capacity ?? measured;
  if (each === undefined || workload.kind === 'service') throw new Error(`${name} has no throughput`);
  const target = capacity?.target ?? workload.target;
  const aim = each.amount * target;
  const load = periodTimes(grid).map((from, step): LoadPoint => {
    const protectedLoad = prediction.protected[step];
    return {
      from,
      p50: prediction.p50[step],
      protected: protectedLoad,
      replicas: replicasFor(protectedLoad, aim),
      ...untested(prediction, step),
    };
  });
  const unit = formatLoadUnit(each.unit);
  return {
    load,
    aim,
    fullLoad: each.amount,
    unit,
    throughput: each.amount,
    target,
    reasons: [
      ...forecastReasons(prediction, 'load', workload.protect),
      ...(capacity?.reasons ?? []),
      {
        code: 'demand/throughput',
        text: `one replica does ${measured?.amount ?? formatFigure(each.amount)} ${unit} (${measured ? 'measured' : 'estimated'}) and should run at ${percent(target)}: ${formatFigure(aim)} ${unit}`,
      },
      { code: 'demand/replicas', text: `replicas of a period = ceil(protected load / ${formatFigure(aim)}), at least 1` },
    ],
  };
}

function serviceLoad({ config, name, predictions, grid }: DemandInput): Load {
  const workload = config.workloads[name];
  if (workload.kind !== 'service') throw new Error(`${name} is no service`);
  const { servers, target } = workload;
  const cpu = predictions.signals[`${name}.cpu`] as Prediction | undefined;
  const memory = predictions.signals[`${name}.memory`] as Prediction | undefined;
  const at = (step: number, kind: 'p50' | 'protected') => ({ cpu: cpu?.[kind][step], memory: memory?.[kind][step] });
  const inServers = (utilisation: { cpu?: number; memory?: number }) =>
    Math.max(serversAtTarget(servers, utilisation.cpu ?? 0, target.cpu), serversAtTarget(servers, utilisation.memory ?? 0, target.memory));
  const load = periodTimes(grid).map((from, step): LoadPoint => {
    const demand = serviceDemand(servers, at(step, 'protected'), target);
    const point = (prediction: Prediction | undefined, replicas: number) =>
      prediction && {
        p50: prediction.p50[step],
        protected: prediction.protected[step],
        replicas,
        from: step >= prediction.heldFrom ? ('held' as const) : prediction.from,
      };
    return {
      from,
      p50: inServers(at(step, 'p50')),
      protected: inServers(at(step, 'protected')),
      replicas: demand.servers,
      cpu: point(cpu, demand.cpu),
      memory: point(memory, demand.memory),
      binds: demand.binds,
      ...untested(cpu ?? memory, step),
      ...untested(memory ?? cpu, step),
    };
  });
  const both = (
    [
      ['cpu', cpu],
      ['memory', memory],
    ] as const
  ).filter(([, prediction]) => prediction !== undefined);
  return {
    load,
    aim: 1,
    fullLoad: 1 / Math.max(target.cpu, target.memory),
    unit: 'servers',
    throughput: 1,
    target: null,
    reasons: [
      ...both.flatMap(([resource, prediction]) => (prediction ? forecastReasons(prediction, resource, workload.protect) : [])),
      ...both.map(([resource]) => ({
        code: `demand/${resource}`,
        text: `servers for ${resource} = ceil(${servers} x ${resource} % / ${formatFigure(target[resource] * 100)})`,
      })),
      { code: 'demand/binds', text: 'scaled horizontally the larger of them binds, at least 1' },
    ],
  };
}

function flat(f: StepFunction): StepFunction {
  return { steps: [{ from: f.steps[0].from, value: highest(f) }], end: f.end };
}

function untested(prediction: Prediction | undefined, step: number): { untested?: true } {
  return prediction && step >= prediction.untestedFrom ? { untested: true } : {};
}
