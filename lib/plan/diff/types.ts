import type { PlanWarning, Reason } from '../file';

/** A figure of the plan before and of the plan after. */
export type Change<Value> = { readonly before: Value; readonly after: Value };

/**
 * What moved a size:
 * - `load`, `event`, `protect`: its forecast, an announced or learned event, the quantile that is covered;
 * - `throughput`, `target`, `lead`, `size`: what a replica carries, how full it may be, how early it must be there, what it asks for;
 * - `policy`, `guardrail`, `limit`: a verdict, strategy or owner, a held step, a ceiling that binds;
 * - `windows`: other hours of a job that may wait;
 * - `override`: what somebody set for a time, which came, went or changed;
 * - `span`: hours that only one of the plans speaks of;
 * - `added`, `removed`, `moved`: the workload or pool itself, a workload to another pool;
 * - `price`, `nodes`: what nodes cost, and which and how full they are;
 * - `config`, `version`: a change of the config or of foresize that shows in no input above;
 * - `steps`: whole replicas, lead and joined steps, with none of the above.
 */
export type CauseKind =
  | 'load'
  | 'event'
  | 'protect'
  | 'throughput'
  | 'target'
  | 'lead'
  | 'size'
  | 'policy'
  | 'guardrail'
  | 'windows'
  | 'override'
  | 'limit'
  | 'span'
  | 'added'
  | 'removed'
  | 'moved'
  | 'price'
  | 'nodes'
  | 'config'
  | 'version'
  | 'steps';

/** One cause of the change of what the horizon costs. */
export type Cause = {
  readonly kind: CauseKind;
  /** The workload or pool that it is about. */
  readonly of: string;
  readonly text: string;
  /** Its part of the change, USD in the horizon. The parts of all causes add up to the change. */
  readonly usd: number;
};

/** A figure that differs, and what made it differ. */
export type FigureChange = {
  /** `floor`, `peak`, `ceiling`, `target`, `ceiling of l40s-g6e-xlarge`, ... */
  readonly figure: string;
  readonly before: string;
  readonly after: string;
  readonly because: string;
};

/** The hour in which the floors that are deployed differ most. */
export type LargestStep = { readonly at: string; readonly before: number; readonly after: number; readonly because: string };

/**
 * What becomes of a window of a job that may wait: it comes, goes, stays, has another end, other workers or nodes; or it has ended, and the plan
 * after counts it or does not.
 */
export type WindowChange = {
  readonly is: 'added' | 'removed' | 'stays' | 'resized' | 'counted' | 'ended';
  readonly from: string;
  /** Its end and its workers, of the plan after where that has it. */
  readonly to: string;
  readonly workers: number;
  /** What became of it, where it ended and that was recorded. */
  readonly recorded?: 'done' | 'whole' | 'short' | 'failed' | 'missed';
  /** It may run when the plan after is applied. */
  readonly mayRun: boolean;
};

/** What differs of the hours of a job that may wait. */
export type WindowsDiff = {
  readonly because: string;
  /** By their begin. */
  readonly changes: readonly WindowChange[];
  /** What nodes cost more for the windows that have not ended, each as its plan has it. */
  readonly usd: Change<number>;
  /** Of all workers together. */
  readonly hoursDone: Change<number>;
  readonly hoursLeft: Change<number>;
  /** From the end of the last window to the deadline as it is stated now; `null` without either. */
  readonly slackHours: Change<number | null>;
};

export type WorkloadDiff = {
  readonly name: string;
  readonly is: 'added' | 'removed' | 'changed';
  readonly pool: string;
  readonly figures: readonly FigureChange[];
  /** Replica-hours that nodes are sized for, in the horizon. */
  readonly replicaHours: Change<number>;
  readonly usd: Change<number>;
  readonly largestStep: LargestStep | null;
  /** Of a job that may wait; left out where its windows are the same. */
  readonly windows?: WindowsDiff;
  /** What is to be known before saying yes. */
  readonly risks: readonly string[];
  /** What its pods meet when it is deployed. */
  readonly deploys: readonly string[];
  /** Links of the chain that differ. */
  readonly chain: { readonly gone: readonly Reason[]; readonly come: readonly Reason[] };
};

export type PoolDiff = {
  readonly name: string;
  readonly is: 'added' | 'removed' | 'changed';
  readonly figures: readonly FigureChange[];
  readonly nodeHours: Change<number>;
  readonly usd: Change<number>;
  readonly deploys: readonly string[];
};

/** What one of two plans is made of. */
export type DiffSide = {
  readonly digest: string;
  readonly asOf: string;
  readonly dataThrough: string;
  readonly validUntil: string;
  readonly horizon: string;
};

export type Totals = {
  readonly usd: Change<Range>;
  readonly usdPerMonth: Change<Range>;
  /** Of an ordinary month, what runs now, `null` where nothing says what that is. */
  readonly usdPerMonthNow: number | null;
  /** Asked for by replicas, in the horizon. */
  readonly gpuHours: Change<number>;
  /** At the highest. */
  readonly nodes: Change<number>;
};

/** For the median load, and for the protected one. */
export type Range = { readonly p50: number; readonly p95: number };

/** What a plan changes against another one. */
export type PlanDiff = {
  readonly name: string;
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Whether anything that is deployed, any dollar or any warning differs. */
  readonly isChanged: boolean;
  readonly totals: Totals;
  /** What made the dollars of the horizon differ, the largest part first. */
  readonly causes: readonly Cause[];
  readonly workloads: readonly WorkloadDiff[];
  readonly pools: readonly PoolDiff[];
  /** Workloads and pools of which nothing that is deployed differs. */
  readonly unchanged: readonly string[];
  /** What guardrails say of the plan after: steps that are too far, floors that are held. */
  readonly guardrails: readonly string[];
  readonly warnings: { readonly gone: readonly PlanWarning[]; readonly come: readonly PlanWarning[] };
  /** What the plan after advises to commit to otherwise than the plan before, in words; it is no change. */
  readonly advice: readonly string[];
  /** What the plan after says that binds, in words. */
  readonly binding: readonly string[];
};
