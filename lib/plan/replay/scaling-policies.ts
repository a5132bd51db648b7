import type { ScaleDown } from '../file';

/**
 * The settings of every way of scaling that is replayed, by its name, in the order of tables. Loads and targets are shares of what a replica
 * can do. A policy that is added here needs its facts below, its builder in `lib/simulate/policies.ts` and its text in
 * `lib/report/simulation.ts`: without one of them nothing compiles.
 */
export type PolicySettings = {
  /** So many replicas, whatever comes. */
  readonly static: { readonly replicas: number };
  /** An autoscaler as Kubernetes sets it up. */
  readonly hpa: OneFloor;
  /** An autoscaler whose settings were tuned. */
  readonly 'hpa-tuned': OneFloor;
  /** The load of a week ago as the floor, and an autoscaler. */
  readonly 'seasonal-naive': { readonly target: number };
  /** A line through the load, and a threshold between two numbers of replicas. */
  readonly 'linear-threshold': { readonly high: number; readonly low: number };
  /** Floors by the hour from a forecast, and an autoscaler above them. */
  readonly plan: FloorsByHour;
  /** A floor that is decided each minute from the load and a forecast, and an autoscaler above it. */
  readonly 'plan+operate': MovingFloor;
  /** The same by the recording rules of a live floor, as they are put into the cluster. */
  readonly live: LiveSettings;
};

export type PolicyName = keyof PolicySettings;

/** A policy with its settings: of each name those that it has. */
export type SetPolicy<Name extends PolicyName = PolicyName> = {
  readonly [Each in Name]: { readonly name: Each; readonly settings: PolicySettings[Each] };
}[Name];

/** An autoscaler above a floor that stays. */
export type OneFloor = { readonly target: number; readonly floor: number; readonly scaleDown: ScaleDown };

export type FloorsByHour = OneFloor & {
  /** Quantile of the forecast that floors cover. */
  readonly protect: number;
  /** Load of a replica at that quantile. */
  readonly headroom: number;
};

export type MovingFloor = {
  /** How many times the usual error is provided for, before a replica is added and before one is given up. */
  readonly margins: { readonly up: number; readonly hold: number };
  readonly target: number;
  /** Replicas that always stay. */
  readonly floor: number;
};

export type LiveSettings = MovingFloor & {
  /** Of the autoscaler above the floor. */
  readonly scaleDown: ScaleDown;
  /** The load moves no floor: it stays at `floor`, where the tuned HPA has it that no live floor was ahead of. */
  readonly isStill: boolean;
};

/** The strategies that a carried policy may come to: floors by the hour, or one floor. */
export type CarriedStrategy = 'horizontal' | 'reactive';

type PolicyFacts = {
  /** Whether it lives by a forecast, and is chosen only where that knows something. */
  readonly byForecast: boolean;
  /** As which strategy manifests carry it by themselves; `null`: they do not, and it is there to be compared with. */
  readonly carriedAs: CarriedStrategy | null;
};

export const scalingPolicies = {
  static: { byForecast: false, carriedAs: null },
  hpa: { byForecast: false, carriedAs: null },
  'hpa-tuned': { byForecast: false, carriedAs: 'reactive' },
  'seasonal-naive': { byForecast: false, carriedAs: null },
  'linear-threshold': { byForecast: false, carriedAs: null },
  plan: { byForecast: true, carriedAs: 'horizontal' },
  'plan+operate': { byForecast: true, carriedAs: null },
  live: { byForecast: true, carriedAs: 'horizontal' },
} as const satisfies Readonly<Record<PolicyName, PolicyFacts>>;

export const policyNames = Object.keys(scalingPolicies) as readonly PolicyName[];
/** The policies that are compared where nobody says which: a live floor comes to what `plan+operate` does, as far as rules can say it. */
export const comparedPolicies: readonly PolicyName[] = policyNames.filter((name) => name !== 'live');

/** The policies that manifests carry by themselves. */
export type CarriedPolicy = {
  readonly [Name in PolicyName]: (typeof scalingPolicies)[Name]['carriedAs'] extends null ? never : Name;
}[PolicyName];

export function isCarried(name: PolicyName): name is CarriedPolicy {
  return scalingPolicies[name].carriedAs !== null;
}
