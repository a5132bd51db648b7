import type { z } from 'zod';
import type { planSchema } from './schema';

/**
 * `capacity-plan.json`: the lockfile for capacity. Times are ISO 8601 UTC, money is US dollars, shares are 0..1 unless the
 * name says percent, figures have 6 significant digits. The form of the file, and what each field means, stands in `schema.ts`.
 */
export type CapacityPlan = ReadonlyDeep<z.infer<typeof planSchema>>;

/** What the plan was made from, by digest. */
export type PlanSources = CapacityPlan['sources'];
export type HistorySource = PlanSources['history'][string];
export type PlanCost = CapacityPlan['cost'];
export type BindingLimit = CapacityPlan['binding'][number];
export type PlanWarning = CapacityPlan['warnings'][number];

export type WorkloadPlan = CapacityPlan['workloads'][string];
/** Whether requests are answered, so that an autoscaler moves replicas: otherwise work waits, and ends. */
export const isServing = ({ kind }: Pick<WorkloadPlan, 'kind'>): boolean => kind === 'inference' || kind === 'service';
/** One link of the chain behind a number, in the order they apply. */
export type Reason = WorkloadPlan['reasons'][number];
/** What one replica asks for, and the most that still fits its pool's smallest node. */
export type ReplicaResources = WorkloadPlan['resources'];
export type LoadPoint = WorkloadPlan['load'][number];
export type UtilisationPoint = NonNullable<LoadPoint['cpu']>;
export type ReplicaStep = WorkloadPlan['schedule'][number];
/** What joining steps of the schedule cost. */
export type Compression = WorkloadPlan['compression'];
/** How the forecast of a signal came about, as the plan keeps it. */
export type ForecastSummary = WorkloadPlan['forecast'][string];
export type AppliedEvent = ForecastSummary['events'][number];
/** What somebody set in place of what the load needs, for a time. */
export type AppliedOverride = NonNullable<WorkloadPlan['overrides']>[number];
/** A training job. Times are seconds; the late end of `runSeconds` is what nodes are held for and the deadline is met with. */
export type JobPlan = NonNullable<WorkloadPlan['job']>;
/** When a job runs whose hours the plan chose. */
export type JobWindowPlan = NonNullable<WorkloadPlan['windows']>[number];
/** What is done of such a job, and what is left. */
export type JobProgress = NonNullable<WorkloadPlan['progress']>;

/**
 * How a workload is scaled: `horizontal` moves the floor by the hour, at the size the config states; `vertical` keeps as many replicas as
 * there are and changes their size; `hybrid` changes size and count; `reactive` leaves all above one flat floor to the autoscaler.
 *
 * Figures are for comparing: each option priced as if the workload were alone in its pool, on the cheapest whole nodes. What the plan
 * costs stands elsewhere.
 */
export type Strategy = NonNullable<WorkloadPlan['strategy']>;
export type StrategyName = Strategy['chosen'];
export type StrategyOption = Strategy['options'][number];

/**
 * How a workload's own last weeks would have gone under each policy: forecasts made anew each day with what was known then, settings
 * chosen on the weeks before those that are scored. Times are ISO 8601 UTC.
 */
export type ReplayPlan = NonNullable<WorkloadPlan['replay']>;
export type AutoscalerSettings = ReplayPlan['settings']['plan'];
/** The policy that the plan is made by, where a replay has a verdict. */
export type ReplayEffect = NonNullable<WorkloadPlan['replayEffect']>;
/** No faster than so many in a period, to the highest that was wanted within the window. */
export type ScaleDown = NonNullable<WorkloadPlan['scaleDown']>;

/** Kubernetes' own, where nothing was tuned. */
export const usualScaleDown: ScaleDown = { windowSeconds: 300, type: 'percent', value: 100, periodSeconds: 15 };

export type PoolPlan = CapacityPlan['pools'][string];
/** What a pool has room for beside what runs. */
export type PoolValley = NonNullable<PoolPlan['valley']>;
/** One node group: one offering of a pool. */
/** A pool of earlier plans of which node groups may still have nodes. */
export type RetiringPool = NonNullable<CapacityPlan['retiring']>[string];
export type NodeGroupPlan = PoolPlan['groups'][number];
export type NodeStep = NodeGroupPlan['schedule'][number];
export type NodeFacts = NodeGroupPlan['node'];
/** Why an offering is not used. */
export type RejectedOffering = PoolPlan['rejected'][number];
/** What to commit to for the months to come; nobody applies it. */
export type CommitPlan = NonNullable<CapacityPlan['commit']>;
/** Of one instance type, whichever pools order it. */
export type CommitTypePlan = CommitPlan['types'][number];

type ReadonlyDeep<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> }
    : Value;
