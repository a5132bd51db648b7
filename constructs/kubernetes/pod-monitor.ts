import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { equalMatchers, type LiveMetricInput, liveMetricOf } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import { selectorLabels, workloadLabels } from './labels';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { containerName } from './pod';
import type { Labels } from './pod-types';
import { portName } from './presets';

export interface PodMonitorProps {
  /** The workload whose pods are scraped. */
  readonly workload: PlannedWorkload;
  /**
   * What its autoscaler follows: the labels by which its queries name the workload are given to what is scraped.
   * @default none
   */
  readonly metric?: LiveMetricInput;
  /**
   * Labels that Prometheus selects its monitors by, such as `{ release: 'kube-prometheus-stack' }`.
   * @default none
   */
  readonly labels?: Labels;
  /**
   * How often they are scraped, in ms.
   * @default as Prometheus does
   */
  readonly interval?: number;
  /**
   * Where the metrics are, at the port at which the workload answers.
   * @default '/metrics'
   */
  readonly path?: string;
}

/**
 * A PodMonitor, by which the Prometheus operator scrapes the pods of a workload, so that the series that its autoscaler asks for are there.
 *
 * The operator itself gives each series `namespace`, `pod` and `container`. `job` is the name of the workload, and the labels
 * `app.kubernetes.io/name` and `/component` of the pod come along (`app_kubernetes_io_name`). A label by which a query of `metric` names
 * the workload (`app="chat"`), and the `job` that it asks for, are set as it asks for them.
 *
 * @throws ProblemError `kubernetes/monitor` where a query asks for a namespace, a container or a name that what is scraped does not have
 * @see https://prometheus-operator.dev/docs/api-reference/api/ (PodMonitor, monitoring.coreos.com/v1)
 * @example new PodMonitor(chart, 'Monitor', { workload, metric, labels: { release: 'kube-prometheus-stack' } })
 */
export class PodMonitor extends Construct {
  constructor(scope: Construct, id: string, { workload, metric, labels, interval, path = '/metrics' }: PodMonitorProps) {
    super(scope, id);
    const asked = Object.entries(targetLabels(workload, metric, Chart.of(this).namespace));
    const relabelings = asked.map(([targetLabel, replacement]) => ({ action: 'replace' as const, targetLabel, replacement }));
    kubernetesObject(this, 'PodMonitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name: workload.name, labels: { ...workloadLabels(workload), ...labels } },
      spec: {
        selector: { matchLabels: selectorLabels(workload) },
        jobLabel: 'app.kubernetes.io/name',
        podTargetLabels: Object.keys(workloadLabels(workload)),
        podMetricsEndpoints: [
          {
            port: portName,
            path,
            ...(interval !== undefined && { interval: `${Math.ceil(interval / 1000)}s` }),
            ...(relabelings.length > 0 && { relabelings }),
          },
        ],
      },
    });
  }
}

/** Labels that the queries of a metric ask for, and that what is scraped has only when they are set. */
function targetLabels(workload: PlannedWorkload, metric: LiveMetricInput | undefined, namespace: string | undefined): Labels {
  const { name } = workload;
  const queries =
    metric === undefined ? [] : liveMetricOf(metric).triggers.flatMap((one) => (one.kind === 'prometheus' ? [one.query] : []));
  const own: Readonly<Record<string, string | undefined>> = {
    namespace,
    container: containerName,
    app_kubernetes_io_name: name,
    app_kubernetes_io_component: workload.plan.kind,
  };
  const set: Record<string, string> = {};
  for (const [label, value] of queries.flatMap(equalMatchers)) {
    const has = Object.hasOwn(own, label) ? own[label] : set[label];
    if (has !== undefined && has !== value) {
      throw new ProblemError({
        code: 'kubernetes/monitor',
        path: `workloads.${name}.metric`,
        message: `asks for ${label}="${value}", and what is scraped of it has ${label}="${has}": it would find nothing`,
        hint: 'mend the query, or leave monitor out where something else scrapes what it asks for',
      });
    }
    if (!Object.hasOwn(own, label) && (label === 'job' || value === name)) set[label] = value;
  }
  return set;
}
