import type { Construct } from 'constructs';
import { type MetricConfig, poolOwners } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import { AllowCalls } from './allow-calls';
import { DisruptionBudget } from './disruption-budget';
import { HorizontalAutoscaler } from './horizontal-autoscaler';
import { selectorLabels, workloadLabels } from './labels';
import { type DeploymentSpec, kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { podTemplate } from './pod';
import type { Probe } from './pod-types';
import { fitProblems } from './pods-fit';
import { ScheduledAutoscaler } from './scheduled-autoscaler';
import { serviceAccount } from './service-account';

export interface ServeProps {
  /** The workload, as the plan sized it. */
  readonly workload: PlannedWorkload;
  /** Container image; it runs as a user other than root, given as a number. */
  readonly image: string;
  /**
   * Command of the container.
   * @default the image's own
   */
  readonly command?: readonly string[];
  /**
   * Container port it answers at; its Service answers at port 80.
   * @default 8080
   */
  readonly port?: number;
  /**
   * HTTP path that answers 200 when it can take requests.
   * @default '/healthz'
   */
  readonly healthPath?: string;
  /**
   * What the live autoscaler reads.
   * @default CPU, and memory for a service
   */
  readonly metric?: MetricConfig;
  /**
   * Reach scheduled floors and targets that were tuned in a replay exactly; needs Kubernetes 1.35, and KEDA 2.18 where it scales.
   * @default false
   */
  readonly exactFloors?: boolean;
}

/** What answers requests: ServiceAccount, Service, Deployment, disruption budget, autoscaling, leave to be called. */
export function serve(scope: Construct, props: ServeProps): void {
  const { workload, port = 8080 } = props;
  const problems = fitProblems(workload);
  if (problems.length > 0) throw new ProblemError(problems);
  const metadata = { name: workload.name, labels: workloadLabels(workload) };
  serviceAccount(scope, workload);
  kubernetesObject(scope, 'Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: selectorLabels(workload), ports: [{ name: portName, port: 80, targetPort: portName }] },
  });
  kubernetesObject(scope, 'Deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      selector: { matchLabels: selectorLabels(workload) },
      strategy: { type: 'RollingUpdate', rollingUpdate: rollingUpdate(workload) },
      progressDeadlineSeconds: 600 + workload.pool.bootSeconds + startupSeconds(workload),
      template: podTemplate({
        workload,
        image: props.image,
        command: props.command,
        zones: 'spread',
        container: {
          ports: [{ name: portName, containerPort: port }],
          ...probes(workload, props.healthPath ?? '/healthz'),
          // Requests still arrive until every node has learnt that the pod is leaving.
          lifecycle: { preStop: { sleep: { seconds: 5 } } },
        },
      }),
    },
  });
  new DisruptionBudget(scope, 'DisruptionBudget', { workload });
  autoscale(scope, props);
  new AllowCalls(scope, 'AllowCalls', { workload, port });
}

const portName = 'http';

/**
 * The floor holds while a new version rolls out: new replicas come first. Where no node can be added for them, the old one must
 * go first, or nothing would ever move.
 */
function rollingUpdate({ pool }: PlannedWorkload): DeploymentSpec['strategy']['rollingUpdate'] {
  return poolOwners[pool.owner].isFixed ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: '25%', maxUnavailable: 0 };
}

function autoscale(scope: Construct, { workload, metric, exactFloors }: ServeProps): Construct {
  const refuse = (message: string, hint: string): never => {
    throw new ProblemError({ code: 'kubernetes/metric', path: `workloads.${workload.name}.metric`, message, hint });
  };
  switch (workload.plan.owner) {
    case 'keda':
      if (metric?.kind === 'pods')
        return refuse('a KEDA ScaledObject cannot read a metric of the pods', "use prometheusMetric(...), or owner: 'manifests'");
      return new ScheduledAutoscaler(scope, 'Autoscaler', { workload, metric, exactFloors });
    case 'manifests':
      if (metric?.kind === 'prometheus') return refuse('an HPA cannot read PromQL', "use podsMetric(...), or owner: 'keda'");
      return new HorizontalAutoscaler(scope, 'Autoscaler', { workload, metric, exactFloors });
  }
}

const probeSeconds = 5;

/** No liveness probe: under load a slow answer would restart a replica that takes minutes to come back. */
function probes(workload: PlannedWorkload, path: string): { startupProbe: Probe; readinessProbe: Probe } {
  const probe = { httpGet: { path, port: portName }, periodSeconds: probeSeconds, timeoutSeconds: 3 };
  return {
    startupProbe: { ...probe, failureThreshold: Math.ceil(startupSeconds(workload) / probeSeconds) },
    readinessProbe: { ...probe, failureThreshold: 3 },
  };
}

/** How long a replica may take to start: twice its cold start, at least a minute. Less would make of a slow start an endless one. */
function startupSeconds({ plan }: PlannedWorkload): number {
  return Math.max(60, 2 * plan.coldStartSeconds);
}
