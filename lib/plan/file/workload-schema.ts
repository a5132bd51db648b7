import { z } from 'zod';
import { forecastSchema, jobSchema, replayEffectSchema, replaySchema, scaleDownSchema, strategySchema } from './evidence-schema';
import { reasonSchema, time } from './schema-fields';

const resourcesSchema = z
  .strictObject({
    gpus: z.number(),
    cpuMilli: z.number(),
    memoryMiB: z.number(),
    /** The most CPU that still fits the smallest node of its pool. */
    maxCpuMilli: z.number(),
    /** The most memory that still fits the smallest node of its pool. */
    maxMemoryMiB: z.number(),
    /** Of `cpuMilli` and `memoryMiB`: what containers beside the main one ask for; left out where there are none. */
    beside: z.strictObject({ cpuMilli: z.number(), memoryMiB: z.number() }).optional(),
  })
  .meta({ id: 'ReplicaResources' });

const utilisationPointSchema = z
  .strictObject({
    p50: z.number(),
    protected: z.number(),
    replicas: z.number(),
    /** Where it comes from; `held`: no number was given for this period, the last one stays. */
    from: z.enum(['history', 'given', 'held']),
  })
  .meta({ id: 'UtilisationPoint' });

const loadPointSchema = z
  .strictObject({
    from: time,
    /** Of the period's mean; where an event begins or ends within the period, of its highest part, which the schedule holds for as long as it lasts. */
    p50: z.number(),
    /** The protected quantile, likewise. */
    protected: z.number(),
    /** What the protected load of this period alone needs: ceil(protected / (throughput x target)), with the target that is stated, or by the floors' headroom if that is more. */
    replicas: z.number(),
    /** Of a service, in percent of what it has at present. */
    cpu: utilisationPointSchema.optional(),
    /** Of a service, in percent of what it has at present. */
    memory: utilisationPointSchema.optional(),
    /** The resource that needs more servers. */
    binds: z.enum(['cpu', 'memory']).optional(),
    /** The lead is further ahead than the history allows to test. */
    untested: z.literal(true).optional(),
  })
  .meta({ id: 'LoadPoint' });

const replicaStepSchema = z.strictObject({ from: time, replicas: z.number() }).meta({ id: 'ReplicaStep' });

const compressionSchema = z
  .strictObject({
    stepsBefore: z.number(),
    steps: z.number(),
    /** Replica-hours added, in percent of those before. */
    addedPercent: z.number(),
    addedReplicaHours: z.number(),
  })
  .meta({ id: 'Compression' });

const overrideSchema = z
  .strictObject({
    floor: z.number().optional(),
    ceiling: z.number().optional(),
    /** Left out where it has begun before anything was planned. */
    from: time.optional(),
    until: time,
    because: z.string(),
    by: z.string(),
  })
  .meta({ id: 'AppliedOverride' });

const windowSchema = z
  .strictObject({
    from: time,
    to: time,
    /** What nodes cost more with the job in it than without. */
    usd: z.number(),
    /** What it can do of the job, in the unit of `progress`. */
    work: z.number(),
    /** Workers that run in it. */
    workers: z.number(),
    /** Nodes that its pods are bound to, where the job tells them apart: `spot`, or all others of the pool. */
    capacity: z.enum(['on-demand', 'spot']).optional(),
    /** It begins before the plan has to be deployed: it runs where the manifests are applied before. */
    soon: z.literal(true).optional(),
  })
  .meta({ id: 'JobWindow' });

const progressSchema = z
  .strictObject({
    /** Start of the first plan that had the job: its durations count from then. */
    since: time,
    unit: z.enum(['samples', 'tokens', 'worker-hours']),
    /** All of it, in that unit. */
    work: z.number(),
    /** By windows that have ended, or as the config states it. */
    done: z.number(),
    /** In windows of this plan, and of later ones where the horizon ends before. */
    left: z.number(),
    /** The same in hours of all workers together. */
    hoursDone: z.number(),
    hoursLeft: z.number(),
    /** Windows that have ended, or whose Job has. */
    ran: z.array(
      z.strictObject({
        from: time,
        to: time,
        work: z.number(),
        /** What became of it, as the cluster's Prometheus recorded it; left out where that was not read, and it is counted as planned. */
        recorded: z
          .strictObject({
            /** `done`: its Job ended with success, and the job is done; `whole`, `short`: it did all or less of what it was for; `missed`: there was no Job. */
            is: z.enum(['done', 'whole', 'short', 'failed', 'missed']),
            /** Hours in which all workers ran. */
            hours: z.number(),
            /** When its Job ended with success, or failed for good before the window's end. */
            at: time.optional(),
          })
          .optional(),
      }),
    ),
  })
  .meta({ id: 'JobProgress' });

export const workloadSchema = z
  .strictObject({
    /** `batch` is work of a stated length that is no training. */
    kind: z.enum(['inference', 'service', 'training', 'batch']),
    /** Of training and batch work. */
    form: z.enum(['job', 'deployment']).nullable(),
    pool: z.string(),
    /** Who moves `minReplicas`: KEDA by the schedule, recording rules by the load (`replay.live`), or the applied manifests (one floor). */
    owner: z.enum(['keda', 'live', 'manifests', 'operate']),
    /** `minReplicas`: under `keda` the lowest of the schedule, under `manifests` the one floor that holds with the HPA's reaction. */
    floor: z.number(),
    /** Highest of the schedule. */
    peak: z.number(),
    ceiling: z.number(),
    /** Of the load: `req/s`, `tokens/s`, `sessions`, `servers`; `null` where there is no load (a training job). */
    unit: z.string().nullable(),
    /** In `unit`; of a service always 1 (its load is in servers at their target); `null` for a training job. */
    throughputPerReplica: z.number().nullable(),
    /** Utilisation of a replica at which the autoscaler aims; of a service that of each resource. */
    target: z.union([z.strictObject({ load: z.number() }), z.strictObject({ cpu: z.number(), memory: z.number() })]),
    /** Utilisation of a replica that `load.replicas` and `schedule` are worked out with, where it is not the target of the autoscaler. */
    sizedAt: z.number().optional(),
    /** Quantile of the period's mean that the floor covers. */
    protect: z.number(),
    coldStartSeconds: z.number(),
    /** Cold start and boot of a node: how far the floor leads. */
    leadSeconds: z.number(),
    /** What one replica asks for. */
    resources: resourcesSchema,
    /** GPU types that its replicas may use; left out where they may use all of the pool. */
    gpuTypes: z.array(z.string()).optional(),
    /** Replicas that nodes have a place for beside those of the schedule and of the ceiling; left out where there are none. */
    buffer: z.strictObject({ replicas: z.number(), by: z.enum(['placeholder-pods', 'capacity-buffer']) }).optional(),
    /** `nodes` where a live floor moves places on nodes, by placeholder pods, and replicas follow the load; otherwise it moves replicas. */
    ahead: z.literal('nodes').optional(),
    /** Of a service: its targets as percent of what a replica asks for, which is how autoscalers count; `null` otherwise. */
    autoscalerPercent: z.strictObject({ cpu: z.number(), memory: z.number() }).nullable(),
    /** One entry a period, the whole horizon; empty for a training job, and where the forecast is withheld. */
    load: z.array(loadPointSchema),
    /** Replicas that nodes are sized for, each until the next entry, the last until the end of the horizon; rises lead by `leadSeconds`. */
    schedule: z.array(replicaStepSchema),
    /** Its share of what its pool costs in the horizon, by the GPU-hours it asks for (CPU-hours where the pool has no GPU). */
    usd: z.strictObject({ p95: z.number() }),
    /** Likewise of an ordinary month; `now` is what runs for it now, `null` where nothing says what that is. */
    usdPerMonth: z.strictObject({ now: z.number().nullable(), p95: z.number() }),
    /** What joining steps of the schedule cost. */
    compression: compressionSchema,
    /** By signal: `load`, or `cpu` and `memory`; empty where nothing was forecast. */
    forecast: z.record(z.string(), forecastSchema),
    /** How it is scaled, and what the other ways would cost; left out in plans of before there was one. */
    strategy: strategySchema.optional(),
    /** `flat` where KEDA owns a floor that does not move: no cron triggers, the live ones work above `floor`. */
    floors: z.literal('flat').optional(),
    /** Of a training job: what it takes, and by what figures. */
    job: jobSchema.optional(),
    /** Of a job whose hours the plan chose: when it runs, as CronJobs; its `schedule` says the same. None where it is done. */
    windows: z.array(windowSchema).optional(),
    /** Of such a job: what is done of it, and what is left. */
    progress: progressSchema.optional(),
    /** Where floors by the hour are lower than `schedule`, for the autoscaler takes the rest: each until the next, as there. */
    floorSchedule: z.array(replicaStepSchema).optional(),
    /** How the autoscaler goes down, where a replay has tuned it; Kubernetes' defaults otherwise. */
    scaleDown: scaleDownSchema.optional(),
    /** Its last weeks under each policy, and the verdict; `null` where they are not replayed. */
    replay: replaySchema.nullable(),
    /** What the plan makes of that verdict; left out where there is none. */
    replayEffect: replayEffectSchema.optional(),
    /** Floors and ceilings that somebody set for a time, as far as this plan speaks of it; left out where there are none. */
    overrides: z.array(overrideSchema).optional(),
    /** Its floor, peak and ceiling without them: what guardrails compare, and what is kept where a forecast is withheld. */
    withoutOverrides: z.strictObject({ floor: z.number(), peak: z.number(), ceiling: z.number() }).optional(),
    /** The chain behind its numbers, in the order in which the links apply. */
    reasons: z.array(reasonSchema),
  })
  .meta({ id: 'Workload' });
