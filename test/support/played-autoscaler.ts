import { compileFunction } from 'node:vm';
import { hpaMemory, hpaSync } from '../../lib/control/hpa';
import { replicasByMetric } from '../../lib/control/hpa-metric';
import type { HpaPolicy, HpaRules, HpaSpec, HpaTolerance } from '../../lib/control/hpa-types';
import { cronActivity } from './keda-cron';

/** What an autoscaler gets to see: `undefined` where nothing answers. */
export type Signals = {
  /** The answer of Prometheus to a query. */
  readonly query?: (query: string) => number | undefined;
  /** How much of what they ask for the pods use, percent. */
  readonly utilisation?: (resource: string) => number | undefined;
  /** The mean over the pods of a metric that an adapter serves. */
  readonly pods?: (metric: string) => number | undefined;
};

export type PlayedAutoscaler = {
  /** The replicas that the metrics ask for within the limits, before windows and rates; `undefined` where none can be read. */
  readonly wanted: (time: number, current: number, signals: Signals) => number | undefined;
  /** One sync, every 15 s: the replicas from now on. Times ascend. */
  readonly sync: (time: number, current: number, signals: Signals) => number;
};

/** One metric of the HPA: what it asks for, `undefined` where it cannot be read. */
type Metric = (time: number, current: number, signals: Signals) => number | undefined;

type Behavior = Readonly<
  Record<
    'scaleUp' | 'scaleDown',
    {
      readonly stabilizationWindowSeconds: number;
      readonly selectPolicy: 'Max';
      readonly policies: readonly { readonly type: 'Percent' | 'Pods'; readonly value: number; readonly periodSeconds: number }[];
      readonly tolerance?: string;
    }
  >
>;
type Trigger = { readonly type: string; readonly name?: string; readonly metadata: Readonly<Record<string, string>> };
type ScaledObjectSpec = {
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly fallback?: { readonly failureThreshold: number; readonly replicas: number; readonly behavior?: string };
  readonly advanced: {
    readonly horizontalPodAutoscalerConfig: { readonly behavior: Behavior };
    readonly scalingModifiers?: { readonly formula: string; readonly target: string };
  };
  readonly triggers: readonly Trigger[];
};
type HorizontalSpec = {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly behavior: Behavior;
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
};

/**
 * Plays the autoscaler that an emitted object becomes in a cluster: a HorizontalPodAutoscaler, or the one that KEDA makes of a
 * ScaledObject, with KEDA as the source of its metrics. It reads the object alone, and fails on what it does not know.
 *
 * An HPA takes the largest of its metrics. Where one cannot be read, the others may add replicas and take none
 * (Kubernetes, pkg/controller/podautoscaler/horizontal.go, computeReplicasForMetrics).
 */
export function playedAutoscaler(object: object): PlayedAutoscaler {
  const { kind, spec } = object as { readonly kind: string; readonly spec: unknown };
  if (kind === 'HorizontalPodAutoscaler') {
    const { minReplicas, maxReplicas, behavior, metrics } = spec as HorizontalSpec;
    const tolerance = toleranceOf(behavior);
    return played(
      metrics.map((metric) => horizontalMetric(metric, tolerance)),
      specOf(minReplicas, maxReplicas, behavior),
    );
  }
  if (kind !== 'ScaledObject') throw new Error(`${kind} is no autoscaler`);
  const scaled = spec as ScaledObjectSpec;
  const { behavior } = scaled.advanced.horizontalPodAutoscalerConfig;
  return played(kedaMetrics(scaled, toleranceOf(behavior)), specOf(scaled.minReplicaCount, scaled.maxReplicaCount, behavior));
}

function played(metrics: readonly Metric[], spec: HpaSpec): PlayedAutoscaler {
  const memory = hpaMemory(spec);
  const asked: Metric = (time, current, signals) => {
    const answers = metrics.map((metric) => metric(time, current, signals));
    const read = answers.filter((answer) => answer !== undefined);
    const most = Math.max(...read);
    return read.length === 0 || (read.length < answers.length && most < current) ? undefined : most;
  };
  return {
    wanted: (time, current, signals) => {
      const most = asked(time, current, signals);
      return most === undefined ? undefined : Math.min(spec.maxReplicas, Math.max(spec.minReplicas, most));
    },
    sync: (time, current, signals) => {
      const most = asked(time, current, signals);
      // Each metric has met the tolerance by itself: what they ask for is handed over as it is.
      const metric = { kind: 'average', targetMilli: 1000, milli: most && most * 1000 } as const;
      return hpaSync({ ...spec, tolerance: { up: 0, down: 0, test: 'per-direction' } }, metric, current, memory, time);
    },
  };
}

/**
 * The external metrics that KEDA serves, each with an average value as its target.
 *
 * A trigger that fails more than `failureThreshold` times in a row answers, from then on, what `fallback.replicas` replicas would carry, or
 * the present ones where they are more; before that the HPA gets an error. With a formula all triggers are one metric: when one of them falls
 * back, its answer stands in place of the formula.
 *
 * @see kedacore/keda 2.20.2: pkg/fallback/fallback.go (GetMetricsWithFallback, doFallback), pkg/scaling/scale_handler.go
 * (GetScaledObjectMetrics), pkg/scaling/modifiers/formula.go (HandleScalingModifiers). Up to 2.17 a fallback cut the target to a whole number.
 */
function kedaMetrics({ triggers, fallback, advanced: { scalingModifiers } }: ScaledObjectSpec, tolerance: HpaTolerance): Metric[] {
  const average = (milli: number | undefined, targetMilli: number, current: number, time: number) =>
    replicasByMetric({ kind: 'average', targetMilli, milli }, current, tolerance, time);
  const failures = new Map<Trigger, number>();
  const fallenBack = (trigger: Trigger, targetMilli: number, current: number): number | undefined => {
    failures.set(trigger, (failures.get(trigger) ?? 0) + 1);
    if (fallback === undefined || (failures.get(trigger) ?? 0) <= fallback.failureThreshold) return undefined;
    if (fallback.behavior !== 'currentReplicasIfHigher') throw new Error(`${fallback.behavior} is not known here`);
    return Math.trunc(targetMilli * Math.max(current, fallback.replicas));
  };
  const external = triggers.filter(({ type }) => type !== 'cpu' && type !== 'memory');
  const valueOf = new Map(external.map((trigger) => [trigger, triggerValue(trigger)]));
  const milliOf = (trigger: Trigger, time: number, signals: Signals): number | undefined => {
    const value = valueOf.get(trigger)?.(time, signals);
    if (value !== undefined) failures.set(trigger, 0);
    return value && Math.trunc(value * 1000);
  };
  const resources = triggers.filter((trigger) => !external.includes(trigger));
  const byResource = resources.map(({ type, metadata }) => utilisation(type, Number(metadata.value), tolerance));
  if (scalingModifiers === undefined) {
    const targetMilli = ({ type, metadata }: Trigger) => (type === 'cron' ? 1000 : Math.trunc(Number(metadata.threshold) * 1000));
    const byTrigger = external.map((trigger): Metric => (time, current, signals) => {
      const target = targetMilli(trigger);
      return average(milliOf(trigger, time, signals) ?? fallenBack(trigger, target, current), target, current, time);
    });
    return [...byTrigger, ...byResource];
  }
  const target = Number(scalingModifiers.target) * 1000;
  // Numbers, + - * /, comparisons, max and min mean the same in KEDA's language (expr-lang/expr) and in this one.
  const formula = compileFunction(`return ${scalingModifiers.formula}`, ['max', 'min', ...external.map(({ name = '' }) => name)]) as (
    ...values: readonly unknown[]
  ) => unknown;
  const composite: Metric = (time, current, signals) => {
    const values = external.map((trigger) => ({ trigger, milli: milliOf(trigger, time, signals) }));
    const failed = values.filter(({ milli }) => milli === undefined);
    const fallbacks = failed.map(({ trigger }) => fallenBack(trigger, target, current)).filter((milli) => milli !== undefined);
    if (fallbacks.length > 0) return average(fallbacks[0], target, current, time);
    if (failed.length > 0) return undefined;
    const result = formula(Math.max, Math.min, ...values.map(({ milli = 0 }) => milli / 1000));
    return average(Math.trunc(Number(result) * 1000), target, current, time);
  };
  return [composite, ...byResource];
}

function triggerValue({ type, metadata }: Trigger): (time: number, signals: Signals) => number | undefined {
  if (type === 'prometheus') return (_, { query }) => query?.(metadata.query);
  if (type !== 'cron') throw new Error(`a trigger '${type}' is not known here`);
  const isActive = cronActivity(metadata);
  return (time) => (isActive(time) ? Number(metadata.desiredReplicas) : 0);
}

function horizontalMetric(metric: Readonly<Record<string, unknown>>, tolerance: HpaTolerance): Metric {
  const { type, resource, containerResource, pods } = metric as {
    readonly type: string;
    readonly resource?: Resource;
    readonly containerResource?: Resource;
    readonly pods?: { readonly metric: { readonly name: string }; readonly target: { readonly averageValue: string } };
  };
  const stated = resource ?? containerResource;
  if (stated) return utilisation(stated.name, stated.target.averageUtilization, tolerance);
  if (!pods) throw new Error(`a metric of type ${type} is not known here`);
  const target = quantity(pods.target.averageValue);
  return (_, current, signals) => ratioed(signals.pods?.(pods.metric.name), target, current, tolerance);
}

type Resource = { readonly name: string; readonly target: { readonly averageUtilization: number } };

function utilisation(resource: string, targetPercent: number, tolerance: HpaTolerance): Metric {
  return (_, current, signals) => ratioed(signals.utilisation?.(resource), targetPercent, current, tolerance);
}

/** What a mean over pods that are all ready asks for. */
function ratioed(mean: number | undefined, target: number, current: number, { up, down }: HpaTolerance): number | undefined {
  if (mean === undefined) return undefined;
  const ratio = mean / target;
  return ratio >= 1 - down && ratio <= 1 + up ? current : Math.ceil(ratio * current);
}

const quantity = (text: string): number => (text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text));

function toleranceOf({ scaleUp, scaleDown }: Behavior): HpaTolerance {
  return { up: Number(scaleUp.tolerance ?? 0.1), down: Number(scaleDown.tolerance ?? 0.1), test: 'per-direction' };
}

function specOf(minReplicas: number, maxReplicas: number, behavior: Behavior): HpaSpec {
  const rules = ({ stabilizationWindowSeconds, policies }: Behavior['scaleUp']): HpaRules => ({
    stabilizationSeconds: stabilizationWindowSeconds,
    select: 'max',
    policies: policies.map(({ type, value, periodSeconds }): HpaPolicy => ({
      type: type === 'Pods' ? 'pods' : 'percent',
      value,
      periodSeconds,
    })),
  });
  return {
    minReplicas,
    maxReplicas,
    tolerance: toleranceOf(behavior),
    scaleUp: rules(behavior.scaleUp),
    scaleDown: rules(behavior.scaleDown),
  };
}
