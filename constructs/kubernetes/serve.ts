import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  type CallerInput,
  type LiveMetricInput,
  liveMetricOf,
  type MonitorConfig,
  type PatchConfig,
  type PodConfig,
  type ReachInput,
} from '../../lib/config';
import { ProblemError } from '../../lib/problems';
import { AllowCalls } from './allow-calls';
import { AllowReaching } from './allow-reaching';
import { autoscale } from './autoscale';
import { DisruptionBudget } from './disruption-budget';
import { selectorLabels, workloadLabels } from './labels';
import type { FloorMetric, FloorSource } from './live-floors';
import { mustBeClosed, namespaceOfService } from './network-peers';
import { type DeploymentSpec, kubernetesObject } from './objects';
import { applyPatch } from './patch';
import type { PlannedWorkload } from './planned-workload';
import { podTemplate } from './pod';
import { PodMonitor } from './pod-monitor';
import { bucketVolumes } from './pod-volumes';
import { fitProblems } from './pods-fit';
import { httpServer, plainServer, type PodDefaults, portName, reachedByVllm, type ServedBy, type ServedModel, vllmServer } from './presets';
import { noteWorkload } from './rules';
import { serviceAccount } from './service-account';

export interface ServeProps {
  /** The workload, from `plannedWorkload(plan, name)`. */
  readonly workload: PlannedWorkload;
  /**
   * The container image. Without a preset and without `pod.user` it must run as a user other than root, and name that user by a number.
   */
  readonly image: string;
  /**
   * The command of the container.
   * @default that of the preset, or of the image
   */
  readonly command?: readonly string[];
  /**
   * The container port at which the workload answers. Its Service answers at port 80.
   * @default 8080
   */
  readonly port?: number;
  /**
   * The HTTP path that answers with status 200 when a replica can take requests.
   * @default '/healthz', for vLLM '/health'
   */
  readonly healthPath?: string;
  /**
   * What the autoscaler follows: `prometheusMetric(...)` for KEDA, `podsMetric(...)` for an HPA, or several.
   * @default CPU; for a service CPU and memory; a workload with GPUs needs one
   */
  readonly metric?: LiveMetricInput;
  /**
   * Whether the namespace is closed, by `DefaultDeny` or by somebody else, so that calls to the workload have to be allowed. In an open one
   * such a policy would cut off all others that call it.
   * @default false
   */
  readonly closedNamespace?: boolean;
  /**
   * What its pods reach from a closed namespace, beside each other and the DNS of the cluster: see `AllowReaching`.
   * @default nothing; with the preset `vllm` the place that its model is loaded from
   */
  readonly reaches?: readonly ReachInput[];
  /**
   * Who calls it from beyond a closed namespace, beside the namespace of a Prometheus in the cluster that its metric is read from: see
   * `AllowCalls`.
   * @default nobody
   */
  readonly calledBy?: readonly CallerInput[];
  /**
   * Whether scheduled floors, and targets that a replay has tuned, are reached exactly. Otherwise an HPA ignores a difference of up to
   * 10 %. This needs Kubernetes 1.35, and for owner `keda` KEDA 2.18.
   * @default false
   */
  readonly exactFloors?: boolean;
  /**
   * Where KEDA reads the floor of a workload with owner `live`.
   * @default none; owner `live` needs it, or `floorMetric`
   */
  readonly floor?: FloorSource;
  /**
   * What an HPA reads it as, where an HPA does.
   * @default none: KEDA reads it
   */
  readonly floorMetric?: FloorMetric;
  /**
   * How the Prometheus operator scrapes its pods, with the labels that `metric` asks for: see `PodMonitor`.
   * @default no PodMonitor
   */
  readonly monitor?: Partial<MonitorConfig>;
  /**
   * What is known of the server: `vllm`, or `http` for one of HTTP that keeps nothing on its disk.
   * @default nothing
   */
  readonly preset?: 'vllm' | 'http';
  /**
   * What the plan was made by, for arguments of the preset `vllm`.
   * @default no argument follows from it
   */
  readonly model?: ServedModel;
  /**
   * Arguments, environment, volumes, further containers and everything else that is no size: `pod({ ... })`.
   * @default what the preset needs
   */
  readonly pod?: PodConfig;
  /**
   * The last word on emitted objects: a merge patch by kind, or by kind and name.
   * @default nothing is changed
   */
  readonly patch?: PatchConfig;
}

/** The objects of a workload that answers requests. */
export type ServedParts = {
  readonly serviceAccount: ApiObject;
  readonly service: ApiObject;
  readonly deployment: ApiObject;
  readonly disruptionBudget: DisruptionBudget;
  readonly autoscaler: ReturnType<typeof autoscale>;
  /** Where `monitor` asks for it. */
  readonly monitor?: PodMonitor;
  /** Of a closed namespace. */
  readonly allowCalls?: AllowCalls;
  /** Of a closed namespace, where its pods reach something beyond it. */
  readonly allowReaching?: AllowReaching;
};

/**
 * Adds the objects of a workload that answers requests: ServiceAccount, Service, Deployment, disruption budget, autoscaler and, in a
 * closed namespace, NetworkPolicies.
 */
export function serve(scope: Construct, props: ServeProps): ServedParts {
  const { workload, image, command, port = 8080, healthPath = '/healthz', pod = {}, patch } = props;
  const problems = fitProblems(workload, pod);
  if (problems.length > 0) throw new ProblemError(problems);
  const metadata = { name: workload.name, labels: workloadLabels(workload) };
  const defaults = defaultsOf(props, { port, healthPath, startupSeconds: startupSeconds(workload) });
  bucketVolumes(scope, workload, pod);
  const parts = {
    serviceAccount: serviceAccount(scope, workload),
    service: kubernetesObject(scope, 'Service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: selectorLabels(workload), ports: [{ name: portName, port: 80, targetPort: portName }] },
    }),
    deployment: noteWorkload(
      kubernetesObject(scope, 'Deployment', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          selector: { matchLabels: selectorLabels(workload) },
          strategy: { type: 'RollingUpdate', rollingUpdate: rollingUpdate(workload) },
          progressDeadlineSeconds: 600 + workload.pool.bootSeconds + startupSeconds(workload),
          template: podTemplate({ workload, image, command, pod, defaults, served: { port, healthPath }, zones: 'spread' }),
        },
      }),
      workload,
    ),
    disruptionBudget: new DisruptionBudget(scope, 'DisruptionBudget', { workload }),
    autoscaler: autoscale(scope, props),
    monitor: props.monitor && new PodMonitor(scope, 'Monitor', { workload, metric: props.metric, ...props.monitor }),
    ...openings(scope, props, port),
  };
  applyPatch(scope, workload.name, patch);
  return parts;
}

/** What opens a closed namespace for a workload. */
function openings(scope: Construct, props: ServeProps, port: number): Pick<ServedParts, 'allowCalls' | 'allowReaching'> {
  const { workload, metric, preset, pod = {}, calledBy = [] } = props;
  if (!props.closedNamespace) {
    mustBeClosed(workload, props);
    return {};
  }
  const scrapers =
    metric === undefined
      ? []
      : liveMetricOf(metric).triggers.flatMap((one) => (one.kind === 'prometheus' ? (namespaceOfService(one.url) ?? []) : []));
  const reaches = props.reaches ?? (preset === 'vllm' ? reachedByVllm(pod) : []);
  return {
    allowCalls: new AllowCalls(scope, 'AllowCalls', { workload, port, calledBy: [...new Set([...scrapers, ...calledBy])] }),
    allowReaching: reaches.length === 0 ? undefined : new AllowReaching(scope, 'AllowReaching', { workload, reaches }),
  };
}

function defaultsOf({ workload, preset, pod = {}, model }: ServeProps, served: ServedBy): PodDefaults {
  switch (preset) {
    case 'vllm':
      return vllmServer(workload, served, pod, model);
    case 'http':
      return httpServer(served);
    case undefined:
      return plainServer(served);
  }
}

/**
 * How a new version replaces the old one. New replicas start before old ones end, so that the floor holds, as many as the pool has room
 * for beside the peak. Where it has room for none, an old replica must end first: a new one would wait for its place for ever.
 */
function rollingUpdate({ plan, surge }: PlannedWorkload): DeploymentSpec['strategy']['rollingUpdate'] {
  if (surge === 0) return { maxSurge: 0, maxUnavailable: 1 };
  return { maxSurge: surge < Math.ceil(plan.peak / 4) ? surge : '25%', maxUnavailable: 0 };
}

/** How long a replica may take to start, s: twice its cold start, at least a minute. With less, a slow replica would restart for ever. */
function startupSeconds({ plan }: PlannedWorkload): number {
  return Math.max(60, 2 * plan.coldStartSeconds);
}
