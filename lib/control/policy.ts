import type { ScaleDown } from '../plan/file';
import { defaultScaleDown, defaultScaleUp, defaultTolerance, type HpaSpec, type HpaTolerance } from './hpa-types';

/** What a policy may know of a workload at a moment; nothing here is later than that. */
export type Observations = {
  /** Epoch ms of the first tick of the load. */
  readonly start: number;
  readonly tickMs: number;
  /** Mean load of each tick that is known, oldest first; the last one ended a metric lag ago. */
  readonly load: Float64Array;
  /** Replicas asked for, replicas that serve, and nodes that run or boot. */
  readonly replicas: number;
  readonly ready: number;
  readonly nodes: number;
};

/** What a policy decides at a moment. */
export type Decision<State> = {
  readonly state: State;
  /** Floor, as `floorTrigger` of the HPA says, and `maxReplicas` from now on; without an HPA the floor is the scale. */
  readonly floor: number;
  readonly ceiling: number;
  /** Why, in a few words. */
  readonly reason: string;
};

/** A way to scale a workload: an HPA whose settings stay, and a floor and a ceiling that may move. A policy is pure: all it remembers is its state. */
export type Policy<State = unknown> = {
  /** `null`: there is no HPA, and the floor is the number of replicas. */
  readonly hpa: HpaSettings | null;
  /** Time between two decisions. */
  readonly everyMs: number;
  /** The state before the first decision. */
  readonly begin: State;
  /** Whether `decide` looks at the time alone, so that all its limits are known beforehand. @default false */
  readonly isByTheClock?: boolean;
  decide(state: State, seen: Observations, now: number): Decision<State>;
};

/** What a manifest says of an HPA, apart from its limits. */
export type HpaSettings = {
  /** Load of a replica aimed at, as a share of its capacity. */
  readonly target: number;
  readonly scaleDown: ScaleDown;
  /** Share of the target above which replicas are added. @default 0.1 */
  readonly upTolerance?: number;
  /** Share of the target below it at which none is removed. @default 0.1 */
  readonly downTolerance?: number;
  /** Whether all replicas that are wanted are added in one step. @default 4 pods or 100 % in 15 s are, whichever is more */
  readonly upAtOnce?: boolean;
  /**
   * Where floors are asked for by a trigger, as KEDA and external metrics do: a metric beside that of the load, with a target of 1 and the
   * same tolerances, window and rates, above a `minReplicas` that stays.
   * @default floors are `minReplicas`
   */
  readonly floorTrigger?: { readonly minReplicas: number };
};

/** The settings in the form that the HPA's algorithm takes. */
export function hpaSpecOf(
  { scaleDown, upTolerance = defaultTolerance.up, downTolerance = defaultTolerance.down, upAtOnce = false }: Omit<HpaSettings, 'target'>,
  minReplicas: number,
  maxReplicas: number,
  test: HpaTolerance['test'] = defaultTolerance.test,
): HpaSpec {
  const { windowSeconds, ...rate } = scaleDown;
  return {
    minReplicas,
    maxReplicas,
    tolerance: { up: upTolerance, down: downTolerance, test },
    scaleUp: upAtOnce
      ? { ...defaultScaleUp, policies: [{ type: 'pods', value: Number.MAX_SAFE_INTEGER, periodSeconds: 15 }] }
      : defaultScaleUp,
    scaleDown: { ...defaultScaleDown, stabilizationSeconds: windowSeconds, policies: [rate] },
  };
}
