import type { CapacityConfig } from '../../config';
import type { HpaReaction, StepFunction } from '../../demand';
import type { HourPeaks } from '../../forecast';
import type { JobEstimate, ReplicaCapacity, ResolvedResources } from '../supply';
import type { PlanGrid, Predictions } from '../load';
import type { InForce } from '../replay';
import type { AppliedOverride, Compression, JobProgress, JobWindowPlan, LoadPoint, Reason, WorkloadPlan } from '../file';

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
  /** Share of it that the replicas of a period are worked out with; left out where `target` says it. */
  readonly sizedAt?: number;
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
  /** Of a job that tells spot from other nodes: how many of the replicas of `schedule` are on spot. @default nothing is told of any */
  readonly onSpot?: StepFunction;
  /** Of a job whose hours the plan chose: when it runs. */
  readonly windows?: readonly JobWindowPlan[];
  readonly progress?: JobProgress;
  /** What they were computed from; left out of jobs, and where the forecast is withheld. */
  readonly madeFrom?: DemandInput;
  /** Overrides that act, and the sizes without them; left out where there are none. */
  readonly overrides?: readonly AppliedOverride[];
  readonly withoutOverrides?: NonNullable<WorkloadPlan['withoutOverrides']>;
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
  /** How far the highest load of a period is above its mean, at a moment, where floors by the hour were tuned for that. @default 1 */
  readonly peaks?: HourPeaks;
  /** Of a service that is planned on another machine: how many of that one of its present servers is, by resource. */
  readonly machine?: { readonly cpu: number; readonly memory: number };
};

/** By the hour, or one for the whole horizon, with the sentence that says why it is so many. */
export type Floors = 'scheduled' | { readonly flat: number; readonly why: string };
