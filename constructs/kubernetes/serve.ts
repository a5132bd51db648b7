import type { Construct } from 'constructs';
import type { LiveMetricInput } from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import { AllowCalls } from './allow-calls';
import { autoscale } from './autoscale';
import { DisruptionBudget } from './disruption-budget';
import { selectorLabels, workloadLabels } from './labels';
import { type DeploymentSpec, kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { podTemplate } from './pod';
import type { Probe } from './pod-types';
import { fitProblems } from './pods-fit';
import { serviceAccount } from './service-account';

export interface ServeProps {
  /** The workload, from `plannedWorkload(plan, name)`. */
  readonly workload: PlannedWorkload;
  /** The container image. It must run as a user other than root, and name that user by a number. */
  readonly image: string;
  /**
   * The command of the container.
   * @default the command of the image
   */
  readonly command?: readonly string[];
  /**
   * The container port at which the workload answers. Its Service answers at port 80.
   * @default 8080
   */
  readonly port?: number;
  /**
   * The HTTP path that answers with status 200 when a replica can take requests.
   * @default '/healthz'
   */
  readonly healthPath?: string;
  /**
   * What the autoscaler follows: `prometheusMetric(...)` for owner `keda`, `podsMetric(...)` for owner `manifests`, or several.
   * @default CPU; for a service CPU and memory; a workload with GPUs needs one
   */
  readonly metric?: LiveMetricInput;
  /**
   * Whether the namespace is closed by `DefaultDeny`, so that calls to the workload have to be allowed. In an open one such a policy would
   * cut off all others that call it.
   * @default false
   */
  readonly closedNamespace?: boolean;
  /**
   * Whether scheduled floors, and targets that a replay has tuned, are reached exactly. Otherwise an HPA ignores a difference of up to
   * 10 %. This needs Kubernetes 1.35, and for owner `keda` KEDA 2.18.
   * @default false
   */
  readonly exactFloors?: boolean;
}

/**
 * Adds the objects of a workload that answers requests: ServiceAccount, Service, Deployment, disruption budget, autoscaler and, in a
 * closed namespace, NetworkPolicies.
 */
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
          // Requests still arrive until all nodes know that the pod is ending.
          lifecycle: { preStop: { sleep: { seconds: 5 } } },
        },
      }),
    },
  });
  new DisruptionBudget(scope, 'DisruptionBudget', { workload });
  autoscale(scope, props);
  if (props.closedNamespace) new AllowCalls(scope, 'AllowCalls', { workload, port });
}

const portName = 'http';

/**
 * How a new version replaces the old one. New replicas start before old ones end, so that the floor holds, as many as the pool has room
 * for beside the peak. Where it has room for none, an old replica must end first: a new one would wait for its place for ever.
 */
function rollingUpdate({ plan, surge }: PlannedWorkload): DeploymentSpec['strategy']['rollingUpdate'] {
  if (surge === 0) return { maxSurge: 0, maxUnavailable: 1 };
  return { maxSurge: surge < Math.ceil(plan.peak / 4) ? surge : '25%', maxUnavailable: 0 };
}

const probeSeconds = 5;

/** The probes of a replica. There is no liveness probe: under load it would restart a slow replica, which takes minutes to start again. */
function probes(workload: PlannedWorkload, path: string): { startupProbe: Probe; readinessProbe: Probe } {
  const probe = { httpGet: { path, port: portName }, periodSeconds: probeSeconds, timeoutSeconds: 3 };
  return {
    startupProbe: { ...probe, failureThreshold: Math.ceil(startupSeconds(workload) / probeSeconds) },
    readinessProbe: { ...probe, failureThreshold: 3 },
  };
}

/** How long a replica may take to start, s: twice its cold start, at least a minute. With less, a slow replica would restart for ever. */
function startupSeconds({ plan }: PlannedWorkload): number {
  return Math.max(60, 2 * plan.coldStartSeconds);
}
