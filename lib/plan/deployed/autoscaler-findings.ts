import { type CapacityConfig, isAutoscaled } from '../../config';
import type { Problem } from '../../problems';
import { timeOf } from '../../units';
import { type CapacityPlan, floorsOf, stepAt, type WorkloadPlan } from '../file';

/** An HPA of the cluster as it is; KEDA makes one of each of its objects. */
export type LiveAutoscaler = {
  readonly namespace: string;
  readonly name: string;
  /** What it scales, `Deployment/chat`. */
  readonly target: string;
  readonly min: number;
  readonly max: number;
  /** Replicas that its target has, as it saw them last. */
  readonly current: number;
  /** Why it does not scale, in the words of Kubernetes; `null` where it does. */
  readonly stuck: string | null;
};

/** Where the pods of the autoscaled workloads of a plan are: their namespaces, each once. */
export function namespacesToAsk(plan: CapacityPlan, config: CapacityConfig): readonly string[] {
  return [...new Set(scaledWorkloads(plan, config).map(({ namespace }) => namespace))].sort();
}

/**
 * The autoscalers of a cluster beside what the plan says of their workloads: limits, whether they scale at all, and at least as many replicas
 * as the floor of the moment.
 *
 * @param now epoch ms; a floor counts where the plan speaks of that time
 */
export function autoscalerFindings(
  plan: CapacityPlan,
  config: CapacityConfig,
  live: readonly LiveAutoscaler[],
  now: number,
): { readonly findings: readonly Problem[]; readonly notes: readonly string[] } {
  const found = scaledWorkloads(plan, config).map((workload) => ({
    ...workload,
    live: live.find(({ namespace, target }) => namespace === workload.namespace && target === workload.target),
  }));
  const absent = found.filter((workload) => workload.live === undefined).map(({ name }) => name);
  const span = { from: timeOf(plan.asOf), to: timeOf(plan.validUntil) };
  return {
    findings: found.flatMap(({ name, planned, live: one }) =>
      one === undefined ? [] : problemsOf(name, planned, one, now >= span.from && now < span.to ? now : null),
    ),
    notes: absent.length === 0 ? [] : [`no autoscaler in the cluster yet: ${absent.join(', ')}`],
  };
}

function scaledWorkloads({ workloads }: CapacityPlan, config: CapacityConfig) {
  return Object.entries(workloads).flatMap(([name, planned]) => {
    const workload = Object.hasOwn(config.workloads, name) ? config.workloads[name] : undefined;
    if (workload === undefined || !isAutoscaled(workload)) return [];
    const { attach } = workload;
    const [kind, target] = [attach?.kind ?? 'Deployment', attach?.name ?? name];
    return [{ name, planned, namespace: attach?.namespace ?? config.namespace.name, target: `${kind}/${target}` }];
  });
}

function problemsOf(name: string, planned: WorkloadPlan, live: LiveAutoscaler, now: number | null): Problem[] {
  const path = `workloads.${name}`;
  const shown = `HPA ${live.namespace}/${live.name}`;
  const limits = [
    ...(live.min === planned.floor ? [] : [`at least ${live.min} replicas in place of ${planned.floor}`]),
    ...(live.max === planned.ceiling ? [] : [`at most ${live.max} in place of ${planned.ceiling}`]),
  ];
  const floor = now === null ? 0 : stepAt(floorsOf(planned), now).replicas;
  return [
    ...(limits.length === 0
      ? []
      : [
          {
            code: 'live/limits' as const,
            path,
            message: `has other limits in the cluster than in the plan: ${shown} has ${limits.join(', and ')}`,
            hint: 'deploy the plan; where it is deployed, somebody else writes the autoscaler',
          },
        ]),
    ...(live.stuck === null
      ? []
      : [
          {
            code: 'live/stuck' as const,
            path,
            message: `is moved by no autoscaler at present: ${shown} says ${live.stuck}`,
            hint: 'see to what it names: a metric that nobody answers, or a target that is not there',
          },
        ]),
    ...(live.current >= Math.min(floor, live.max)
      ? []
      : [
          {
            code: 'live/below-floor' as const,
            path,
            message: `has ${live.current} replicas, and its floor is ${floor} now`,
            hint: 'look at the autoscaler and its triggers, and for pods that find no node',
          },
        ]),
  ];
}
