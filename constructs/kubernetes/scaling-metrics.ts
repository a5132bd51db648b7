import type { MetricConfig } from '../../lib/config';
import { round6 } from '../../lib/figures';
import { type Problem, ProblemError } from '../../lib/problems';
import type { PlannedWorkload } from './planned-workload';

/**
 * A metric that an autoscaler follows, and its target: the utilisation of CPU or memory in percent of the request, or the load that one
 * replica should carry, in thousandths of the unit of the plan.
 */
export type ScalingMetric<Source extends MetricConfig> =
  | { readonly kind: 'resource'; readonly resource: 'cpu' | 'memory'; readonly utilisationPercent: number }
  | { readonly kind: 'load'; readonly source: Source; readonly milliPerReplica: number };

/** The smallest load of a replica. Autoscalers cut it to whole thousandths, so below this they could lose a tenth of it or more. */
const leastMilli = 10;

/**
 * The metrics and targets with which an autoscaler asks for the same replicas as the plan:
 *
 * - With a metric of the load, the target load of a replica is its throughput times the target utilisation.
 * - Without one, CPU runs at the target utilisation.
 * - For a service, CPU and memory run at their own targets, each only where the plan has a forecast of it.
 *
 * Kubernetes wants whole numbers. They are rounded down, which can only give a replica too many.
 *
 * @throws ProblemError `kubernetes/small-target`, `kubernetes/no-throughput`
 */
export function scalingMetrics<Source extends MetricConfig>(workload: PlannedWorkload, metric?: Source): ScalingMetric<Source>[] {
  const { target, autoscalerPercent } = workload.plan;
  if ('cpu' in target) {
    const percents = autoscalerPercent ?? { cpu: percent(target.cpu), memory: percent(target.memory) };
    return forecastResources(workload).map((resource) => ({ kind: 'resource', resource, utilisationPercent: percents[resource] }));
  }
  if (metric === undefined) return [{ kind: 'resource', resource: 'cpu', utilisationPercent: percent(target.load) }];
  const milliPerReplica = Math.floor(round6((workload.plan.throughputPerReplica ?? 0) * target.load * 1000));
  const problem = targetProblem(workload, milliPerReplica);
  if (problem) throw new ProblemError(problem);
  return [{ kind: 'load', source: metric, milliPerReplica }];
}

function forecastResources({ plan }: PlannedWorkload): ('cpu' | 'memory')[] {
  const both = ['cpu', 'memory'] as const;
  const forecast = both.filter((resource) => plan.load.some((point) => point[resource] !== undefined));
  return forecast.length > 0 ? forecast : [...both];
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
