import type { LeftOut } from './node-needs';

/** What to commit to for the months to come, as `foresize commit --json` prints it. Money is US dollars, times are ISO 8601 in UTC. */
export type CommitAdvice = {
  /** The end of the history, from which the months count, and the end of the year that is looked at. */
  readonly from: string;
  readonly to: string;
  /** Whole weeks of history (of the type with the fewest), courses of load that were drawn, and the number that they were drawn with. */
  readonly basis: { readonly weeks: number; readonly draws: number; readonly seed: number; readonly season: 'yearly' | 'none' };
  /** Of all courses, how many may cost more with the commitments than without, by more than the tolerance (a share of that cost). */
  readonly risk: { readonly chance: number; readonly tolerance: number };
  readonly types: readonly TypeAdvice[];
  /** What to ask of AWS, a sentence each, the most urgent first. */
  readonly asks: readonly string[];
  /** Workloads, pools and offers that are left out, and why. */
  readonly leftOut: readonly LeftOut[];
};

export type TypeAdvice = {
  readonly instanceType: string;
  readonly pools: readonly string[];
  readonly workloads: readonly WorkloadGrowth[];
  /** Whole weeks of history that its courses were drawn from. */
  readonly weeks: number;
  /** `null`: not known, or not to be had. */
  readonly usdPerHour: {
    readonly onDemand: number;
    readonly spot: number | null;
    readonly oneYear: number | null;
    readonly threeYears: number | null;
    readonly capacityBlock: number | null;
  };
  /** Nodes of the year to come: the mean of the courses, and quantiles of the mean and of the highest need of a course. */
  readonly nodes: { readonly mean: Spread; readonly most: Spread };
  /** `until` is `null` where nothing says when it ends. */
  readonly held: readonly { readonly count: number; readonly until: string | null }[];
  /** Nodes to commit to now, beside what is held. */
  readonly advised: {
    readonly oneYear: number;
    readonly threeYears: number;
    /** On-demand capacity reservations that what is reserved pays for: they hold the place, and cost nothing beside. */
    readonly capacityReservations: number;
  };
  readonly blocks: readonly BlockAdvice[];
  /** Share of the hours that a node must run to be worth its reservation for a year; `null` without a price. */
  readonly breakEven: number | null;
  /** Of a month of the year to come, what is held left out: without new commitments, and with what is advised. */
  readonly usdPerMonth: { readonly without: Spread; readonly advised: Spread; readonly saved: Spread };
  /** By number of nodes committed for a year. */
  readonly curve: readonly CurvePoint[];
  /** When to decide by, on how many nodes, and why; `null` where nothing is to be decided. */
  readonly decide: { readonly by: string; readonly nodes: number; readonly why: string; readonly usdPerWeekLater: number } | null;
  readonly quotas: readonly QuotaAdvice[];
};

export type WorkloadGrowth = {
  readonly name: string;
  /** Share a month, now; `declared` by the user, or `measured`. A measured one is damped: it goes on less each week. */
  readonly growthPerMonth: number;
  readonly growth: 'declared' | 'measured';
};

/** The mean over the courses, and quantiles. */
export type Spread = { readonly mean: number; readonly p10: number; readonly p50: number; readonly p90: number };

export type CurvePoint = {
  readonly nodes: number;
  readonly usdPerMonth: Spread;
  /** USD a month dearer than the best number for the course, at low, middle and high need: too much and too little. */
  readonly regret: { readonly p10: number; readonly p50: number; readonly p90: number };
};

export type BlockAdvice = {
  readonly nodes: number;
  readonly from: string;
  readonly to: string;
  readonly usd: number;
  readonly savesUsd: number;
};

export type QuotaAdvice = {
  readonly code: string;
  /** vCPU that the highest need of 95 of 100 courses takes; what the config states of the quota, `null` where it states none. */
  readonly needed: number;
  readonly present: number | null;
  /** When 1 of 20 courses first needs more than there is; `null` where none does, or nothing is stated. */
  readonly neededFrom: string | null;
};
