import type { CapacityConfig, WorkloadConfig } from '../config/schema';
import { compress } from '../demand/compress';
import { hpaFloor, hpaLagMs, type HpaReaction } from '../demand/hpa-floor';
import { replicasFor } from '../demand/replicas';
import { highest, lead, lowest, mapSteps, simplify, type StepFunction } from '../demand/steps';
import { ProblemError } from '../problems';
import { formatDuration, WEEK_MS } from '../units';
import { jobDemand } from './job-demand';
import type { JobEstimate } from './job-estimate';
import { leadMsOf } from './lead';
import type { PlanGrid, Predictions } from './predict';
import { compressionOf, scheduleReasons } from './reasons';
import type { ReplicaCapacity } from './replica-capacity';
import type { InForce } from './replay-in-force';
import type { ResolvedResources } from './resources';
import { queueOf } from './queue-demand';
import type { Compression, LoadPoint, Reason } from './types';
import { workloadLoad } from './workload-load';

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
  /** Where floors by the hour are lower than that, for the autoscaler takes the rest. */
  readonly floorSchedule?: StepFunction;
  /** Replicas for the median load, for the cost one may expect. */
  readonly medianSchedule: StepFunction;
  readonly compression: Compression;
  readonly reasons: readonly Reason[];
  /** The load that the replicas are for, as an autoscaler would see it; `null` where nothing was forecast or nothing scales. */
  readonly path: LoadPath | null;
};

export type LoadPath = HpaReaction & { readonly protected: StepFunction; readonly median: StepFunction };

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
  /** How its floors are laid. @default as its owner has it */
  readonly floors?: Floors;
  /** What a replay of its load has tuned, where the plan is made by that. */
  readonly tuned?: InForce;
  /** Of a service that is planned on another machine: how many of that one of its present servers is, by resource. */
  readonly machine?: { readonly cpu: number; readonly memory: number };
};

/** By the hour, or one for the whole horizon, with the sentence that says why it is so many. */
export type Floors = 'scheduled' | { readonly flat: number; readonly why: string };

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
  const { load, aim, providedFor, fullLoad, unit, throughput, target, reasons } = workloadLoad(input);

  const leadMs = leadMsOf(config, workload);
  const byHour = (input.floors ?? 'scheduled') === 'scheduled' && input.tuned?.policy === 'plan';
  const least = Math.max(workload.floor ?? 1, byHour ? (input.tuned?.settings.floor ?? 1) : 1);
  const onGrid = (values: (point: LoadPoint, index: number) => number): StepFunction => ({
    steps: load.map((point, index) => ({ from: input.grid.start + index * input.grid.periodMs, value: values(point, index) })),
    end: input.grid.start + input.grid.steps * input.grid.periodMs,
  });
  const atLeast = (f: StepFunction) => mapSteps(f, (value) => Math.max(least, value));
  const led = atLeast(lead(simplify(onGrid((point) => point.replicas)), leadMs));
  const fixed = workload.kind === 'training';
  const owner = ownerOf(workload);
  const queued =
    workload.kind === 'training'
      ? queueOf(
          input,
          workload,
          onGrid((point) => point.protected),
          aim,
        )
      : null;
  const joined = (steps: StepFunction) => compress(steps, { addedShare: compressionShare, maxSteps: mostSteps(owner, config.horizon) });
  const schedule = queued ?? (fixed ? flat(led) : joined(led));
  const median = atLeast(lead(simplify(onGrid((point) => replicasFor(point.p50, providedFor))), leadMs));
  const needed = highest(schedule);
  const path: LoadPath = {
    protected: onGrid((point) => point.protected),
    median: onGrid((point) => point.p50),
    fullLoad,
    aim,
    delayMs: isBlind(workload) ? Infinity : leadMs + hpaLagMs,
  };

  const floors = fixed ? 'scheduled' : (input.floors ?? (owner === 'manifests' ? statedFlat(path, needed, least) : 'scheduled'));
  const headroom = floors === 'scheduled' ? (input.tuned?.settings.headroom ?? 0) : 0;
  const floorSchedule =
    throughput * headroom > providedFor
      ? joined(atLeast(lead(simplify(onGrid((point) => replicasFor(point.protected, throughput * headroom))), leadMs)))
      : schedule;
  const floor = floors === 'scheduled' ? lowest(floorSchedule) : Math.max(least, floors.flat);
  const peak = Math.max(needed, floor);
  if (floors !== 'scheduled')
    reasons.push({
      code: Number.isFinite(path.delayMs) ? 'floor/hpa' : 'floor/no-metric',
      text: `one floor for the whole horizon: ${floor}, ${floors.why}`,
    });
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
  reasons.push(...(queued?.reasons ?? scheduleReasons(workload, leadMs, led, schedule, least)));
  return {
    floor: fixed ? peak : floor,
    peak,
    wantedCeiling: fixed ? peak : wantedCeiling,
    unit,
    throughputPerReplica: throughput,
    target,
    leadMs,
    load,
    schedule: floors === 'scheduled' ? schedule : mapSteps(schedule, (value) => Math.max(floor, value)),
    ...(floorSchedule !== schedule && { floorSchedule }),
    medianSchedule: fixed ? schedule : mapSteps(median, (value) => Math.max(floors === 'scheduled' ? least : floor, value)),
    compression: queued === null ? compressionOf(led, schedule) : compressionOf(schedule, schedule),
    reasons,
    path: fixed ? null : path,
  };
}

/** Where the manifests own the floor: the highest needed without a metric, else the lowest with which the HPA is never overrun. */
function statedFlat(path: LoadPath, peak: number, least: number): Exclude<Floors, 'scheduled'> {
  if (!Number.isFinite(path.delayMs)) return { flat: peak, why: 'the highest needed, since no metric lets the HPA follow the load' };
  return {
    flat: Math.max(least, hpaFloor(path.protected, path)),
    why: `the lowest with which an HPA that takes ${formatDuration(path.delayMs)} to act is never overrun on the protected path`,
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

function flat(f: StepFunction): StepFunction {
  return { steps: [{ from: f.steps[0].from, value: highest(f) }], end: f.end };
}
