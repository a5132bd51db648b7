export type StrategyName = 'horizontal' | 'vertical' | 'hybrid' | 'reactive';

/**
 * How a workload is scaled: `horizontal` moves the floor by the hour, at the size the config states; `vertical` keeps as many replicas as
 * there are and changes their size; `hybrid` changes size and count; `reactive` leaves all above one flat floor to the autoscaler.
 *
 * Figures are for comparing: each option priced as if the workload were alone in its pool, on the cheapest whole nodes. What the plan
 * costs stands elsewhere.
 */
export type Strategy = {
  /** The cheapest at equal protection, or what is in force where that is hardly dearer, or what the config names. */
  readonly chosen: StrategyName;
  /** What the sizes of this plan are made for. Other than `chosen` it is where the config does not say that the plan may act. */
  readonly inForce: StrategyName;
  readonly usdPerMonth: number;
  readonly reason: string;
  /** The cheapest of the others; `null` where nothing else is possible. */
  readonly runnerUp: { readonly name: StrategyName; readonly usdPerMonth: number; readonly why: string } | null;
  readonly options: readonly StrategyOption[];
  /** Size of its replicas, that an earlier plan acted on, while its forecast is withheld. */
  readonly keptSize?: string;
};

export type StrategyOption = {
  readonly name: StrategyName;
  /** `null` where it is not possible; `why` then says why. */
  readonly usdPerMonth: number | null;
  /** Of one replica: `m7i.2xlarge`, `2 L40S`; `null` where it stays. */
  readonly size: string | null;
  /** Replicas at least and at most; of `reactive` the floor, and what the protected load makes of it. */
  readonly replicas: { readonly fewest: number; readonly most: number } | null;
  /** Share of the time in which the protected load spends the headroom on waiting for replicas. */
  readonly strainedShare: number | null;
  /** Share of the capacity that goes with one replica, when fewest are there. */
  readonly lossShare: number | null;
  /** Replicas to be started anew to get there. */
  readonly restarts: number;
  /** What has to be stated or there first; `null`: nothing, the plan can act on it. */
  readonly needs: string | null;
  readonly why: string;
};
