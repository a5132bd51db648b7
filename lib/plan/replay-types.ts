/** Ways of scaling that manifests can run by themselves; `plan`: floors by the hour with an autoscaler between. */
export type RunnablePolicy = 'plan' | 'hpa-tuned';

/**
 * How a workload's own last weeks would have gone under each policy: forecasts made anew each day with what was known then, settings
 * chosen on the weeks before those that are scored. Times are ISO 8601 UTC.
 */
export type ReplayPlan = {
  readonly tuned: ReplaySpan;
  readonly scored: ReplaySpan;
  /** Of the variation within intervals that are coarser than what is replayed. */
  readonly seed: number;
  readonly policies: readonly ReplayedPolicy[];
  /** By perfect knowledge, with the same boot and model load; and the same in fractions of nodes. */
  readonly lowerBoundGpuHours: number;
  readonly lowerBoundFractionalGpuHours: number;
  readonly chosen: RunnablePolicy;
  readonly why: string;
  /** The settings that each was replayed with. */
  readonly settings: Readonly<Record<RunnablePolicy, AutoscalerSettings>>;
  /** Digest of what the workload and its nodes were taken to be. */
  readonly basis: string;
};

/** The policy that the plan is made by; `null`: the verdict is not used. `why` it is not the chosen one, or not as it was tuned. */
export type ReplayEffect = { readonly policy: RunnablePolicy | null; readonly why: string | null };

export type ReplaySpan = { readonly from: string; readonly to: string };

export type ReplayedPolicy = {
  readonly name: string;
  /** Of nodes, from launch to end. */
  readonly gpuHours: number;
  readonly usd: number;
  readonly violationMinutesPercent: number;
  readonly unservedPercent: number;
};

export type AutoscalerSettings = {
  /** Load of a replica that the autoscaler aims at, as a share of its throughput. */
  readonly target: number;
  /** Of `plan`: load of a replica at the protected quantile that floors are laid for, as a share of its throughput; `null`: one floor. */
  readonly headroom: number | null;
  /** Of `hpa-tuned`: its one floor; of `plan`: replicas that always stay. */
  readonly floor: number | null;
  readonly scaleDown: ScaleDown;
};

/** No faster than so many in a period, to the highest that was wanted within the window. */
export type ScaleDown = {
  readonly windowSeconds: number;
  readonly type: 'percent' | 'pods';
  readonly value: number;
  readonly periodSeconds: number;
};
