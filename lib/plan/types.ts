import type { ProblemCode } from '../problems';
import type { ForecastSummary } from './forecast-summary';
import type { ReasonCode } from './reason-codes';
import type { ReplayEffect, ReplayPlan, ScaleDown } from './replay-types';
import type { Strategy } from './strategy-types';

/**
 * `capacity-plan.json`: the lockfile for capacity. Times are ISO 8601 UTC, money is US dollars, shares are 0..1 unless the
 * name says percent, figures have 6 significant digits.
 */
export type CapacityPlan = {
  readonly schema: 1;
  readonly name: string;
  readonly region: string;
  readonly timeZone: string;
  /** End of the last observation of any history. */
  readonly dataThrough: string;
  /** The moment the plan is made for; the schedule begins with the period that holds it. */
  readonly asOf: string;
  /** From then on the plan must not be deployed. */
  readonly validUntil: string;
  readonly period: string;
  readonly horizon: string;
  /** Over everything else in the file: shows an edit by hand. */
  readonly digest: string;
  readonly sources: PlanSources;
  readonly workloads: Readonly<Record<string, WorkloadPlan>>;
  readonly pools: Readonly<Record<string, PoolPlan>>;
  readonly cost: PlanCost;
  readonly binding: readonly BindingLimit[];
  readonly warnings: readonly PlanWarning[];
};

export type PlanSources = {
  /** Of the fields of the config that can change a size. */
  readonly config: string;
  readonly catalog: string;
  /** Of the plan this one replaces; `null` without one. */
  readonly previous: string | null;
  /** By `workload.signal`, for example `chat.load`. */
  readonly history: Readonly<Record<string, HistorySource>>;
};

export type HistorySource = {
  readonly origin: string;
  readonly digest: string;
  readonly from: string;
  readonly to: string;
  /** Spacing of the observations as read. */
  readonly interval: string;
  readonly observations: number;
  /** Share of the time that was observed, 0..1. */
  readonly coverage: number;
  /** Periods of the grid without a value, after repairs. */
  readonly missingPeriods: number;
  readonly repairs: readonly string[];
};

export type PlanCost = {
  /** `p95` is at the protected quantile of each workload (0.95 unless its `protect` says otherwise), `p50` at the median. */
  readonly usdPerMonth: { readonly now: number | null; readonly p50: number; readonly p95: number };
  /** Lower bound of `usdPerMonth.p95` that the solver proved. */
  readonly bound: number;
  readonly gapPercent: number;
  /** `optimal`: nothing is cheaper; `feasible`: something may be, by the gap at most. */
  readonly status: 'optimal' | 'feasible';
  /** Why the search ended: `proven`, all that was asked for; `stopped`, after so many steps, and the gap says where. */
  readonly termination: 'proven' | 'stopped';
};

export type BindingLimit = {
  /** `quota.L-DB2E81BA`, `pool.l40s.ceiling`, `pool.l40s.spotShare`. */
  readonly limit: string;
  readonly used: number;
  readonly available: number;
  readonly unit: string;
  readonly at: string;
  /** What one unit more would save a month (of a share of spot: one unit more on spot). An estimate, for whole nodes come in steps. */
  readonly savesUsdPerMonth: number;
};

export type PlanWarning = { readonly code: ProblemCode; readonly path: string; readonly message: string };

/** One link of the chain behind a number, in the order they apply. */
export type Reason = { readonly code: ReasonCode; readonly text: string };

export type WorkloadKind = 'inference' | 'service' | 'training';

export type WorkloadPlan = {
  readonly kind: WorkloadKind;
  /** Of a training workload. */
  readonly form: 'job' | 'deployment' | null;
  readonly pool: string;
  /** Who moves `minReplicas`: KEDA by the schedule, or the applied manifests (one floor). */
  readonly owner: 'keda' | 'manifests';
  /** `minReplicas`: under `keda` the lowest of the schedule, under `manifests` the one floor that holds with the HPA's reaction. */
  readonly floor: number;
  /** Highest of the schedule. */
  readonly peak: number;
  readonly ceiling: number;
  /** Of the load: `req/s`, `tokens/s`, `sessions`, `servers`; `null` where there is no load (a training job). */
  readonly unit: string | null;
  /** In `unit`; of a service always 1 (its load is in servers at their target); `null` for a training job. */
  readonly throughputPerReplica: number | null;
  /** Utilisation of a replica at which the autoscaler aims; of a service that of each resource. */
  readonly target: { readonly load: number } | { readonly cpu: number; readonly memory: number };
  /** Quantile of the period's mean that the floor covers. */
  readonly protect: number;
  readonly coldStartSeconds: number;
  /** Cold start and boot of a node: how far the floor leads. */
  readonly leadSeconds: number;
  readonly resources: ReplicaResources;
  /** GPU types that its replicas may use; left out where they may use all of the pool. */
  readonly gpuTypes?: readonly string[];
  /** Of a service: its targets as percent of what a replica asks for, which is how autoscalers count; `null` otherwise. */
  readonly autoscalerPercent: { readonly cpu: number; readonly memory: number } | null;
  /** One entry a period, the whole horizon; empty for a training job, and where the forecast is withheld. */
  readonly load: readonly LoadPoint[];
  /** Replicas that nodes are sized for, each until the next entry, the last until the end of the horizon; rises lead by `leadSeconds`. */
  readonly schedule: readonly ReplicaStep[];
  /** Its share of the cost of its pool, by the GPU-hours it asks for (CPU-hours where the pool has no GPU); `now` is that of the previous plan. */
  readonly usdPerMonth: { readonly now: number | null; readonly p95: number };
  readonly compression: Compression;
  /** By signal: `load`, or `cpu` and `memory`; empty where nothing was forecast. */
  readonly forecast: Readonly<Record<string, ForecastSummary>>;
  /** How it is scaled, and what the other ways would cost; left out in plans of before there was one. */
  readonly strategy?: Strategy;
  /** `flat` where KEDA owns a floor that does not move: no cron triggers, the live ones work above `floor`. */
  readonly floors?: 'flat';
  /** Of a training job: what it takes, and by what figures. */
  readonly job?: JobPlan;
  /** Where floors by the hour are lower than `schedule`, for the autoscaler takes the rest: each until the next, as there. */
  readonly floorSchedule?: readonly ReplicaStep[];
  /** How the autoscaler goes down, where a replay has tuned it; Kubernetes' defaults otherwise. */
  readonly scaleDown?: ScaleDown;
  /** Its last weeks under each policy, and the verdict; `null` where they are not replayed. */
  readonly replay: ReplayPlan | null;
  /** What the plan makes of that verdict; left out where there is none. */
  readonly replayEffect?: ReplayEffect;
  readonly reasons: readonly Reason[];
};

/** A training job. Times are seconds; the late end of `runSeconds` is what nodes are held for and the deadline is met with. */
export type JobPlan = {
  readonly basis: 'measured' | 'estimated';
  readonly workers: number;
  readonly gpusPerWorker: number;
  readonly gpuName: string | null;
  /** Images or tokens a second, all workers together. */
  readonly samplesPerSecond: number;
  readonly runSeconds: { readonly value: number; readonly low: number; readonly high: number };
  /** Throughput of all workers by that of as many alone; `null` where a measured throughput is all that is known, as all below. */
  readonly efficiency: number | null;
  /** How far the estimated throughput may be off, a share; 0 for a measured one. */
  readonly band: number;
  readonly spread: {
    readonly data: number;
    readonly tensor: number;
    readonly pipeline: number;
    /** ZeRO stage. */
    readonly stage: number;
    readonly microBatch: number;
    readonly microBatches: number;
    readonly recompute: string;
  } | null;
  /** Of one GPU. */
  readonly memory: {
    readonly stateBytes: number;
    readonly activationBytes: number;
    readonly overheadBytes: number;
    readonly limitBytes: number;
  } | null;
  readonly checkpoint: {
    readonly bytes: number;
    readonly writeSeconds: number;
    readonly intervalSeconds: number;
    /** Mean time between interruptions of the whole job. */
    readonly mtbfSeconds: number;
    /** Share of the time lost to writing, to work done again, and to restarts. */
    readonly lostShare: number;
  } | null;
  readonly data: { readonly bytes: number; readonly readBytesPerSecond: number } | null;
};

/** What one replica asks for, and the most that still fits its pool's smallest node. */
export type ReplicaResources = {
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly maxCpuMilli: number;
  readonly maxMemoryMiB: number;
};

export type LoadPoint = {
  readonly from: string;
  readonly p50: number;
  /** The protected quantile. */
  readonly protected: number;
  /** What the protected load of this period alone needs: ceil(protected / (throughput x target)), with the target that is stated, or by the floors' headroom if that is more. */
  readonly replicas: number;
  /** Of a service, in percent of what it has at present. */
  readonly cpu?: UtilisationPoint;
  readonly memory?: UtilisationPoint;
  /** The resource that needs more servers. */
  readonly binds?: 'cpu' | 'memory';
  /** The lead is further ahead than the history allows to test. */
  readonly untested?: true;
};

export type UtilisationPoint = {
  readonly p50: number;
  readonly protected: number;
  readonly replicas: number;
  /** Where it comes from; `held`: no number was given for this period, the last one stays. */
  readonly from: 'history' | 'given' | 'held';
};

export type ReplicaStep = { readonly from: string; readonly replicas: number };
export type NodeStep = { readonly from: string; readonly nodes: number };

/** What joining steps of the schedule cost. */
export type Compression = {
  readonly stepsBefore: number;
  readonly steps: number;
  /** Replica-hours added, in percent of those before. */
  readonly addedPercent: number;
  readonly addedReplicaHours: number;
};

export type PoolPlan = {
  readonly kind: 'gpuPool' | 'pool';
  /** `none`: machines that are there; nobody adds or removes any, and Terraform does not know them. */
  readonly owner: 'autoscaler' | 'schedule' | 'terraform' | 'none';
  readonly bootSeconds: number;
  /** Of a pool that has nothing but the id of its reservation. */
  readonly reservation: string | null;
  readonly groups: readonly NodeGroupPlan[];
  /** Offerings that no hour uses, those nearest to it first. */
  readonly rejected: readonly RejectedOffering[];
  /** Reservations that would pay, of what the pool orders on demand; nothing applies them. Left out where there are none. */
  readonly advice?: readonly ReservationAdvice[];
  readonly usdPerMonth: { readonly p50: number; readonly p95: number };
  readonly reasons: readonly Reason[];
};

/** How many more nodes would cost less reserved than on demand, were every week like the plan's horizon. */
export type ReservationAdvice = {
  readonly instanceType: string;
  readonly nodes: number;
  readonly usdPerHour: { readonly onDemand: number; readonly reserved: number };
  readonly savesUsdPerMonth: number;
  /** Where the reserved price comes from. */
  readonly price: string;
};

/** Why an offering is not used. */
export type RejectedOffering = {
  /** `g6e.12xlarge/spot`. */
  readonly offering: string;
  readonly usdPerHour: number;
  /** What its price would have to fall by before a node of it would pay in some hour, by the relaxation; `null` where it lacks something. */
  readonly tooDearByUsdPerHour: number | null;
  /** What keeps every replica off it: `1 GPU`; `null` where some fit. */
  readonly lacks: string | null;
  /** What runs in that hour, the most nodes first. */
  readonly insteadRuns: readonly string[];
};

/** One node group: one offering of a pool. */
export type NodeGroupPlan = {
  /** Unique in the plan, at most 63 characters: `l40s-g6e-12xlarge-spot`. */
  readonly name: string;
  readonly instanceType: string;
  readonly capacityType: 'on-demand' | 'spot' | 'reserved' | 'capacity-block' | 'own';
  /** The zone its nodes lie in: a name, or `1` for the first of the network; left out where they span all zones. */
  readonly zone?: string;
  /** The reservation or capacity block that its nodes use, where the config says what it holds. */
  readonly reservation?: string;
  /** Lowest of the schedule. */
  readonly floor: number;
  readonly peak: number;
  readonly ceiling: number;
  readonly schedule: readonly NodeStep[];
  readonly usdPerHour: number;
  readonly node: NodeFacts;
};

export type NodeFacts = {
  readonly gpus: number;
  /** `L40S`; `null` without a GPU. */
  readonly gpuName: string | null;
  readonly vCpu: number;
  readonly memoryMiB: number;
  /** What pods may use, after the kubelet and the system. */
  readonly allocatableCpuMilli: number;
  readonly allocatableMemoryMiB: number;
  /** Of that, kept for DaemonSets. */
  readonly daemonSetCpuMilli: number;
  readonly daemonSetMemoryMiB: number;
  readonly maxPods: number;
  readonly arch: 'amd64' | 'arm64';
  readonly efaInterfaces: number;
  readonly localNvmeGB: number;
};
