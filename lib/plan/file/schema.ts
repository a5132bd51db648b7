import { z } from 'zod';
import { commitSchema } from './commit-schema';
import { digest, duration, reasonSchema, time, warningSchema } from './schema-fields';
import { workloadSchema } from './workload-schema';

/**
 * The one source of `capacity-plan.json`: its types (`types.ts`), the check of a plan that is read (`verify.ts`) and the published JSON
 * Schema (`docs/plan.schema.json`, by `npm run plan-schema`) all come from here, `workload-schema.ts` and `evidence-schema.ts`.
 *
 * A comment above a field is its one description: editors show it, and the JSON Schema carries it. Times are ISO 8601 UTC, money is US
 * dollars, shares are 0..1 unless the name says percent, figures have 6 significant digits.
 *
 * A new field is optional and leaves `planVersion` alone: a plan that an older foresize wrote can still be read. What makes an old plan
 * unreadable, or changes what a field of it means, raises the version.
 */

/** The version of the form of the file. `plan` makes a plan of an older one anew (`plan-before.ts`); plans of another one are refused otherwise. */
export const planVersion = 2;

const historySourceSchema = z
  .strictObject({
    /** `csv history/chat.csv`. */
    origin: z.string(),
    digest,
    from: time,
    to: time,
    /** Spacing of the observations as read. */
    interval: duration,
    observations: z.number(),
    /** Share of the time that was observed, 0..1. */
    coverage: z.number(),
    /** Periods of the grid without a value, after repairs. */
    missingPeriods: z.number(),
    repairs: z.array(z.string()),
  })
  .meta({ id: 'HistorySource' });

const sourcesSchema = z
  .strictObject({
    /** Of the fields of the config that can change a size. */
    config: digest,
    catalog: digest,
    /** Of the plan this one replaces; `null` without one. */
    previous: digest.nullable(),
    /** By `workload.signal`, for example `chat.load`. */
    history: z.record(z.string(), historySourceSchema),
  })
  .meta({ id: 'Sources' });

const costSchema = z
  .strictObject({
    /** Of the horizon. `p95` is at the protected quantile of each workload (0.95 unless its `protect` says otherwise), `p50` at the median. */
    usd: z.strictObject({ p50: z.number(), p95: z.number() }),
    /** Of the month (730 h) that begins with the plan: the horizon, then ordinary time. */
    usdNextMonth: z.strictObject({ p50: z.number(), p95: z.number() }),
    /** Of an ordinary month: 730 h of whole weeks without events, holidays and jobs that run once. `now` is what runs now; `null` where nothing says what that is. */
    usdPerMonth: z.strictObject({ now: z.number().nullable(), p50: z.number(), p95: z.number() }),
    /** Lower bound of `usd.p95` that the solver proved. */
    bound: z.number(),
    gapPercent: z.number(),
    /** `optimal`: nothing is cheaper; `feasible`: something may be, by the gap at most. */
    status: z.enum(['optimal', 'feasible']),
    /** Why the search ended: `proven`, all that was asked for; `stopped`, after so many steps, and the gap says where. */
    termination: z.enum(['proven', 'stopped']),
  })
  .meta({ id: 'Cost' });

const bindingSchema = z
  .strictObject({
    /** `quota.L-DB2E81BA`, `pool.l40s.ceiling`, `pool.l40s.spotShare`. */
    limit: z.string(),
    used: z.number(),
    available: z.number(),
    unit: z.string(),
    at: time,
    /** What one unit more would save in the horizon (of a share of spot: one unit more on spot). An estimate, for whole nodes come in steps. */
    savesUsd: z.number(),
  })
  .meta({ id: 'BindingLimit' });

const nodeSchema = z
  .strictObject({
    gpus: z.number(),
    /** `L40S`; `null` without a GPU. */
    gpuName: z.string().nullable(),
    vCpu: z.number(),
    memoryMiB: z.number(),
    /** CPU that pods may use, after the kubelet and the system. */
    allocatableCpuMilli: z.number(),
    /** Memory that pods may use, after the kubelet and the system. */
    allocatableMemoryMiB: z.number(),
    /** Of what is allocatable, kept for DaemonSets. */
    daemonSetCpuMilli: z.number(),
    /** Of what is allocatable, kept for DaemonSets. */
    daemonSetMemoryMiB: z.number(),
    maxPods: z.number(),
    arch: z.enum(['amd64', 'arm64']),
    efaInterfaces: z.number(),
    localNvmeGB: z.number(),
  })
  .meta({ id: 'Node' });

const nodeStepSchema = z.strictObject({ from: time, nodes: z.number() }).meta({ id: 'NodeStep' });

const taintSchema = z
  .strictObject({ key: z.string(), value: z.string().optional(), effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']) })
  .meta({ id: 'Taint' });

const groupSchema = z
  .strictObject({
    /** Unique in the plan, at most 63 characters: `l40s-g6e-12xlarge-spot`. */
    name: z.string(),
    instanceType: z.string(),
    capacityType: z.enum(['on-demand', 'spot', 'reserved', 'capacity-block', 'own']),
    /** The zone its nodes lie in: a name, or `1` for the first of the network; left out where they span all zones. */
    zone: z.string().optional(),
    /** The reservation or capacity block that its nodes use, where the config says what it holds. */
    reservation: z.string().optional(),
    /** Lowest of the schedule. */
    floor: z.number(),
    peak: z.number(),
    ceiling: z.number(),
    schedule: z.array(nodeStepSchema),
    usdPerHour: z.number(),
    node: nodeSchema,
  })
  .meta({ id: 'NodeGroup' });

const rejectedSchema = z
  .strictObject({
    /** `g6e.12xlarge/spot`. */
    offering: z.string(),
    usdPerHour: z.number(),
    /** What its price would have to fall by before a node of it would pay in some hour, by the relaxation; `null` where it lacks something. */
    tooDearByUsdPerHour: z.number().nullable(),
    /** What keeps every replica off it: `1 GPU`; `null` where some fit. */
    lacks: z.string().nullable(),
    /** What runs in that hour, the most nodes first. */
    insteadRuns: z.array(z.string()),
  })
  .meta({ id: 'RejectedOffering' });

const valleySchema = z
  .strictObject({
    /** Of the load of its workloads. */
    quantile: z.number(),
    /** GPUs that are free from then on, until the next entry. */
    schedule: z.array(z.strictObject({ from: time, gpus: z.number() })),
  })
  .meta({ id: 'Valley' });

const poolSchema = z
  .strictObject({
    kind: z.enum(['gpuPool', 'pool']),
    /**
     * `none`: machines that are there; nobody adds or removes any, and Terraform does not know them. `external`: nodes that somebody else's
     * tools add and remove, by these numbers.
     */
    owner: z.enum(['autoscaler', 'schedule', 'terraform', 'karpenter', 'external', 'none']),
    bootSeconds: z.number(),
    /** Labels by which pods choose its nodes; `foresize.dev/pool` with its name where left out. */
    nodeSelector: z.record(z.string(), z.string()).optional(),
    /** Taints of its nodes beside that of GPUs. */
    taints: z.array(taintSchema).optional(),
    /** Its nodes have all EFA interfaces of their type. */
    efa: z.literal(true).optional(),
    /** Of a pool that has nothing but the id of its reservation. */
    reservation: z.string().nullable(),
    /** Its node groups, one offering each. */
    groups: z.array(groupSchema),
    /** Offerings that no hour uses, those nearest to it first. */
    rejected: z.array(rejectedSchema),
    /** Of an earlier foresize: what it advised to reserve. Read by nobody, and written no more. */
    advice: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.record(z.string(), z.number())]))).optional(),
    /** What it has room for beside what runs, where the config asks for it: GPUs of nodes that are paid for anyway. */
    valley: valleySchema.optional(),
    /** Of the horizon. */
    usd: z.strictObject({ p50: z.number(), p95: z.number() }),
    /** Of an ordinary month; `now` as in `cost`. */
    usdPerMonth: z.strictObject({ now: z.number().nullable(), p50: z.number(), p95: z.number() }),
    /** The chain behind its numbers, in the order in which the links apply. */
    reasons: z.array(reasonSchema),
  })
  .meta({ id: 'Pool' });

/** Of a pool, what its node groups were made by. */
const retiringPoolSchema = poolSchema
  .pick({ kind: true, owner: true, nodeSelector: true, taints: true, efa: true, reservation: true, groups: true })
  .meta({ id: 'RetiringPool' });

export const planSchema = z
  .strictObject({
    /** Version of the form of the file. */
    schema: z.literal(planVersion),
    /** The version of foresize that made the plan; left out in plans of before it was named. */
    foresize: z.string().optional(),
    name: z.string(),
    region: z.string(),
    timeZone: z.string(),
    /** End of the last observation of any history. */
    dataThrough: time,
    /** The moment the plan is made for; the schedule begins with the period that holds it. */
    asOf: time,
    /** From then on the plan must not be deployed. */
    validUntil: time,
    period: duration,
    horizon: duration,
    /** Over everything else in the file: shows an edit by hand. */
    digest,
    sources: sourcesSchema,
    workloads: z.record(z.string(), workloadSchema),
    pools: z.record(z.string(), poolSchema),
    /**
     * Node groups of earlier plans that this one has no more and that may still have nodes, by their pools: Terraform keeps each, without
     * further pods, until the config says in `cluster.retired` that it may go. Left out where there are none.
     */
    retiring: z.record(z.string(), retiringPoolSchema).optional(),
    cost: costSchema,
    /** What to commit to for the months to come; nothing applies it. Left out where nothing was worked out. */
    commit: commitSchema.optional(),
    /** Limits that bind, and what one unit more of each would save. */
    binding: z.array(bindingSchema),
    warnings: z.array(warningSchema),
  })
  .meta({ id: 'Plan', title: 'foresize plan' });
