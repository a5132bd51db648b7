import type { LiveMetric, MetricConfig } from '../../lib/config';
import { round6 } from '../../lib/figures';
import { type Problem, ProblemError } from '../../lib/problems';
import type { PlannedWorkload } from './planned-workload';

/**
 * A metric that an autoscaler follows, and its target: the utilisation of CPU or memory in percent of the request, or what one replica
 * should carry of it, in thousandths.
 */
export type ScalingMetric =
  | { readonly kind: 'resource'; readonly resource: 'cpu' | 'memory'; readonly utilisationPercent: number }
  | {
      readonly kind: 'load';
      readonly source: LoadMetric;
      readonly milliPerReplica: number;
      /** As a formula calls it. */ readonly as?: string;
    };

/** What an autoscaler reads that is no resource of the pods. */
export type LoadMetric = Exclude<MetricConfig, { kind: 'cpu' }>;

/** The smallest load of a replica. Autoscalers cut it to whole thousandths, so below this they could lose a tenth of it or more. */
const leastMilli = 10;

/**
 * The metrics and targets with which an autoscaler asks for the same replicas as the plan:
 *
 * - With a metric of the load, the target load of a replica is its throughput times the target utilisation. A metric of something else,
 *   such as requests that wait, has a target of its own.
 * - Without one, and with `cpuMetric()`, CPU runs at the target utilisation. Replicas with GPUs need a metric, be it `cpuMetric()`.
 * - For a service, CPU and memory run at their own targets, each only where the plan has a forecast of it.
 *
 * Kubernetes wants whole numbers. They are rounded down, which can only give a replica too many.
 *
 * @throws ProblemError `kubernetes/small-target`, `kubernetes/no-throughput`, `kubernetes/no-metric`
 */
export function scalingMetrics(workload: PlannedWorkload, metric?: LiveMetric): ScalingMetric[] {
  const { target, autoscalerPercent, resources } = workload.plan;
  if ('cpu' in target) {
    const percents = autoscalerPercent ?? { cpu: percent(target.cpu), memory: percent(target.memory) };
    return forecastResources(workload).map((resource) => ({ kind: 'resource', resource, utilisationPercent: percents[resource] }));
  }
  if (metric === undefined && resources.gpus > 0) throw new ProblemError(noMetric(workload));
  const triggers: LiveMetric['triggers'] = metric?.triggers ?? [{ kind: 'cpu' }];
  return triggers.map((trigger): ScalingMetric => {
    if (trigger.kind === 'cpu')
      return { kind: 'resource', resource: 'cpu', utilisationPercent: percent(trigger.utilisation ?? target.load) };
    const milliPerReplica = milliOf(workload, target.load, trigger.perReplica, metric?.formula);
    return { kind: 'load', source: trigger, milliPerReplica, as: trigger.as };
  });
}

/** What one replica should carry of a metric: what is stated, else its share of the load. A formula gives replicas by itself. */
function milliOf(workload: PlannedWorkload, target: number, stated: number | undefined, formula: string | undefined): number {
  if (formula !== undefined) return 1000;
  const milli = Math.floor(round6((stated ?? (workload.plan.throughputPerReplica ?? 0) * target) * 1000));
  const problem = stated === undefined ? targetProblem(workload, milli) : undefined;
  if (problem) throw new ProblemError(problem);
  return milli;
}

function forecastResources({ plan }: PlannedWorkload): ('cpu' | 'memory')[] {
  const both = ['cpu', 'memory'] as const;
  const forecast = both.filter((resource) => plan.load.some((point) => point[resource] !== undefined));
  return forecast.length > 0 ? forecast : [...both];
}

function noMetric({ name, plan }: PlannedWorkload): Problem {
  const line =
    plan.owner === 'manifests' || plan.owner === 'operate'
      ? `metric: podsMetric('requests_per_second')`
      : `metric: prometheusMetric('sum(vllm:num_requests_waiting)', { url: 'http://prometheus.monitoring.svc:9090', perReplica: 4 })`;
  return {
    code: 'kubernetes/no-metric',
    path: `workloads.${name}.metric`,
    message: 'is missing: CPU says nothing of the load of a GPU, so no autoscaler is written that goes by it',
    hint: `say what it shall follow, such as ${line}; or metric: cpuMetric() where CPU is really meant`,
  };
}

function targetProblem({ name, plan }: PlannedWorkload, milliPerReplica: number): Problem | undefined {
  if (plan.throughputPerReplica === null) {
    return {
      code: 'kubernetes/no-throughput',
      path: `workloads.${name}`,
      message: 'has a metric, but the plan knows no throughput of a replica',
    };
  }
  if (milliPerReplica >= leastMilli) return undefined;
  return {
    code: 'kubernetes/small-target',
    path: `workloads.${name}.replica.throughput`,
    message:
      `one replica carries ${milliPerReplica / 1000} ${plan.unit ?? ''}, too little for an autoscaler, which counts in thousandths`.replace(
        ' ,',
        ',',
      ),
    expected: `at least ${leastMilli / 1000} at the target utilisation`,
    hint: 'count the load in something smaller, such as tokens instead of requests',
  };
}

const percent = (share: number): number => Math.floor(round6(share * 100));
