import { hpaTolerance } from '../demand';

/** What a HorizontalPodAutoscaler is told and what it sees. Metric values in thousandths, as Kubernetes keeps them; times in epoch ms. */

/** When a ratio of usage to target is close enough to stay put. */
export type HpaTolerance = {
  /** Share above and below the target. @default 0.1 each */
  readonly up: number;
  readonly down: number;
  /**
   * `symmetric`: |1 - ratio| <= tolerance, as up to Kubernetes 1.32. `per-direction`: 1 - down <= ratio <= 1 + up, as since 1.33.
   * They differ at the very edge: 66 of 60 is outside the first, because 1.1 - 1 is a little more than 0.1 in binary.
   */
  readonly test: 'symmetric' | 'per-direction';
};

/** A change that is allowed within a period: pods, or percent of the replicas at its start. */
export type HpaPolicy = { readonly type: 'pods' | 'percent'; readonly value: number; readonly periodSeconds: number };

export type HpaRules = {
  /** The change that was smallest within this window is made. */
  readonly stabilizationSeconds: number;
  /** Which of the policies counts: the one that allows most, or least; or no change at all in this direction. */
  readonly select: 'max' | 'min' | 'disabled';
  readonly policies: readonly HpaPolicy[];
};

export type HpaSpec = {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly tolerance: HpaTolerance;
  readonly scaleUp: HpaRules;
  readonly scaleDown: HpaRules;
};

/** One pod as the autoscaler sees it. */
export type HpaPod = {
  readonly phase: 'pending' | 'running' | 'failed';
  readonly deleting?: boolean;
  readonly ready: boolean;
  /** When the pod started, and when it last became ready or unready; only the rules for CPU look at them. */
  readonly startedAt?: number;
  readonly readinessChangedAt?: number;
  /** Its usage in thousandths, with the time of the measurement and the window it covers; left out where there is none. */
  readonly usage?: { readonly milli: number; readonly at: number; readonly windowMs: number };
  /** What it asks for of the resource, in thousandths; for utilisation alone. */
  readonly requestMilli?: number;
};

/**
 * A metric with its target and what was measured. `undefined` in place of a value: it could not be read.
 *
 * - `utilization`: usage of a resource as percent of what the pods ask for.
 * - `pods`: a metric of each pod, held against an average.
 * - `average`: one value for all (an external metric, as KEDA serves it), shared out over the replicas.
 * - `value`: one value for all, held against a value.
 */
export type HpaMetric =
  | {
      readonly kind: 'utilization';
      readonly resource: 'cpu' | 'memory';
      readonly targetPercent: number;
      readonly pods: readonly HpaPod[] | undefined;
    }
  | { readonly kind: 'pods'; readonly targetMilli: number; readonly pods: readonly HpaPod[] | undefined }
  | { readonly kind: 'average'; readonly targetMilli: number; readonly milli: number | undefined }
  | { readonly kind: 'value'; readonly targetMilli: number; readonly milli: number | undefined; readonly readyPods: number };

/** Behaviour where a manifest states none: up by 4 pods or 100 % in 15 s, whichever is more; down as far as wanted after 5 minutes. */
export const defaultScaleUp: HpaRules = {
  stabilizationSeconds: 0,
  select: 'max',
  policies: [
    { type: 'pods', value: 4, periodSeconds: 15 },
    { type: 'percent', value: 100, periodSeconds: 15 },
  ],
};
export const defaultScaleDown: HpaRules = {
  stabilizationSeconds: 300,
  select: 'max',
  policies: [{ type: 'percent', value: 100, periodSeconds: 15 }],
};
export const defaultTolerance: HpaTolerance = { up: hpaTolerance, down: hpaTolerance, test: 'per-direction' };
