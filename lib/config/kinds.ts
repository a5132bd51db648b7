import type { z } from 'zod';
import { DAY_MS } from '../units';
import type { poolSchema } from './pool-schema';
import type { TrainingConfig, workloadSchema } from './workload-schema';

type WorkloadConfig = z.output<typeof workloadSchema>;
type PoolConfig = z.output<typeof poolSchema>;

/**
 * What the stages must know of each kind of workload and each owner of a size. Whoever adds a kind or an owner to the schema states
 * its facts here; without them nothing compiles, and whatever asks for a fact then follows.
 */

type WorkloadFacts = {
  /** What demand is forecast from: a load that the replicas share, or the utilisation of the servers there are. */
  readonly measuredBy: 'load' | 'utilisation';
  /** Whether an autoscaler moves the number of replicas. Of other kinds the plan's number is the number, all the time. */
  readonly isAutoscaled: boolean;
};

const workloadKinds = {
  inference: { measuredBy: 'load', isAutoscaled: true },
  service: { measuredBy: 'utilisation', isAutoscaled: true },
  training: { measuredBy: 'load', isAutoscaled: false },
} as const satisfies Readonly<Record<WorkloadConfig['kind'], WorkloadFacts>>;

type WorkloadKinds = typeof workloadKinds;
type WorkloadWith<Facts extends Partial<WorkloadFacts>> = Extract<
  WorkloadConfig,
  { readonly kind: { [Kind in keyof WorkloadKinds]: WorkloadKinds[Kind] extends Facts ? Kind : never }[keyof WorkloadKinds] }
>;

export type LoadWorkload = WorkloadWith<{ measuredBy: 'load' }>;
export type AutoscaledWorkload = WorkloadWith<{ isAutoscaled: true }>;
export type LoadFollower = WorkloadWith<{ measuredBy: 'load'; isAutoscaled: true }>;

/** Whether demand is forecast from a load that the replicas share; otherwise from the utilisation of servers. */
export function isMeasuredByLoad(workload: WorkloadConfig): workload is LoadWorkload {
  return workloadKinds[workload.kind].measuredBy === 'load';
}

/** Whether an autoscaler moves the number of replicas; otherwise the plan's number is the number, all the time. */
export function isAutoscaled(workload: WorkloadConfig): workload is AutoscaledWorkload {
  return workloadKinds[workload.kind].isAutoscaled;
}

/** Whether an autoscaler moves the number of replicas with a load that they share, so that it can be replayed. */
export function followsLoad(workload: WorkloadConfig): workload is LoadFollower {
  return isMeasuredByLoad(workload) && isAutoscaled(workload);
}

/** What a plan and the labels of objects call a workload: work of a stated length is no training, though the stages know it as such. */
export function kindOf(workload: WorkloadConfig): WorkloadConfig['kind'] | 'batch' {
  return 'isBatch' in workload ? 'batch' : workload.kind;
}

/** Whether a workload runs once and ends; other training works off a queue. */
export function isJob(workload: WorkloadConfig): workload is TrainingConfig & { readonly form: 'job' } {
  return workload.kind === 'training' && workload.form === 'job';
}

/** Whether the plan chooses when a job runs: it says from when it may, or that it may pause. */
export function isDeferrable(workload: WorkloadConfig): workload is TrainingConfig & { readonly form: 'job' } {
  return isJob(workload) && (workload.earliest !== undefined || workload.pauses !== undefined);
}

/** How long after its moment a plan is deployed at the latest, ms. */
export const deployWithinOf = ({ guardrails }: { readonly guardrails: { readonly deployWithin?: number } }): number =>
  guardrails.deployWithin ?? DAY_MS;

/** Who moves the floor of a workload that is autoscaled. */
export type FloorOwner = AutoscaledWorkload['owner'];

type FloorOwnerFacts = {
  /** Whether the floor moves by the hour; otherwise it is one number for the whole horizon. */
  readonly movesByHour: boolean;
  /** Whether the load moves it, by what a replay has learned of the load. */
  readonly movesByLoad: boolean;
};

export const floorOwners: Readonly<Record<FloorOwner, FloorOwnerFacts>> = {
  keda: { movesByHour: true, movesByLoad: false },
  live: { movesByHour: true, movesByLoad: true },
  manifests: { movesByHour: false, movesByLoad: false },
  operate: { movesByHour: true, movesByLoad: true },
};

/** What scales a workload: a ScaledObject of KEDA, or a plain HorizontalPodAutoscaler. */
export function scalerOf({ owner, live }: Pick<AutoscaledWorkload, 'owner' | 'live'>): 'keda' | 'hpa' {
  return owner === 'manifests' || owner === 'operate' || (owner === 'live' && live?.reader === 'hpa') ? 'hpa' : 'keda';
}

/** Who moves the number of nodes of a pool; `none` of machines of one's own, which nobody orders. */
export type PoolOwner = PoolConfig['owner'] | 'none';

type PoolOwnerFacts = {
  /** Whether all its nodes are there all the time, whoever needs them; otherwise an autoscaler adds and removes them. */
  readonly isFixed: boolean;
  /** Whether scheduled actions move the smallest number of nodes ahead of the load. */
  readonly hasSchedule: boolean;
  /** Whether Terraform makes its node groups. */
  readonly isInTerraform: boolean;
  /** Whether nodes come and go as pods need them, so that the number that the plan schedules is set nowhere. */
  readonly podsLead: boolean;
};

export const poolOwners: Readonly<Record<PoolOwner, PoolOwnerFacts>> = {
  autoscaler: { isFixed: false, hasSchedule: false, isInTerraform: true, podsLead: true },
  schedule: { isFixed: false, hasSchedule: true, isInTerraform: true, podsLead: false },
  terraform: { isFixed: true, hasSchedule: false, isInTerraform: true, podsLead: false },
  karpenter: { isFixed: false, hasSchedule: false, isInTerraform: false, podsLead: true },
  external: { isFixed: false, hasSchedule: false, isInTerraform: false, podsLead: false },
  none: { isFixed: true, hasSchedule: false, isInTerraform: false, podsLead: false },
};

export function poolOwnerOf({ provider, owner }: Pick<PoolConfig, 'provider' | 'owner'>): PoolOwner {
  return provider === 'none' ? 'none' : owner;
}

/**
 * Whether the cluster can be told to follow its floors and targets exactly. An HPA does nothing within a tenth of its target, so 19
 * replicas stand for a floor of 20; since Kubernetes 1.35 the tolerance can be set (KEP-4951), and since KEDA 2.18 through a
 * ScaledObject.
 */
export function hasExactTolerance(version: string): boolean {
  return minorOf(version) >= 35;
}

/** Whether a pod can mount an OCI image without anybody turning that on (KEP-4639). */
export function hasImageVolumes(version: string): boolean {
  return minorOf(version) >= 35;
}

/** The first and the last version of Kubernetes whose schemas what is written is held against. */
export const heldAgainst = ['1.32', '1.35'] as const;

/** Whether what is written is held against the schemas of a version; others are taken too. */
export function isHeldAgainst(version: string): boolean {
  const [first, last] = heldAgainst.map(minorOf);
  return first <= minorOf(version) && minorOf(version) <= last;
}

/** How it tests its tolerance: in each direction by itself from 1.33 on. */
export function hpaToleranceOf(version: string): 'symmetric' | 'per-direction' {
  return minorOf(version) <= 32 ? 'symmetric' : 'per-direction';
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}
