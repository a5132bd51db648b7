import { type PodConfig, poolOwners } from '../../lib/config';
import { gpuLabel, gpuLabelValue, type PoolPlan, type WorkloadPlan } from '../../lib/plan/file';
import { selectorLabels, workloadLabels } from './labels';
import { nodeSelector } from './node-selector';
import type { PlannedWorkload } from './planned-workload';
import { lastOfEach, otherContainers, probeOf, seconds, securityContext, variables, variableSources } from './pod-containers';
import { beside } from './pods-fit';
import type { Affinity, Container, PodSpec, PodTemplate, Quantities, Toleration, TopologySpread } from './pod-types';
import { podVolumes } from './pod-volumes';
import { type PodDefaults, portName } from './presets';
import { cpuQuantity, memoryQuantity } from './quantities';

/** The key of the taint of nodes with GPUs, and the name of the resource that the NVIDIA device plugin offers. */
export const gpuResource = 'nvidia.com/gpu';

export type PodOptions = {
  readonly workload: PlannedWorkload;
  readonly image: string;
  /**
   * The command of the container.
   * @default that of the defaults, or of the image
   */
  readonly command?: readonly string[];
  /** What the config says of the pod. It stands in place of the defaults. */
  readonly pod?: PodConfig;
  /** What the pod has where the config says nothing else: those of a preset, or none. */
  readonly defaults?: PodDefaults;
  /** The port and the path at which the main container is asked for its health. */
  readonly served?: { readonly port: number; readonly healthPath: string };
  /** Environment variables that the construct needs. */
  readonly env?: Container['env'];
  /** Further resources of the main container, such as network devices. */
  readonly devices?: Quantities;
  readonly annotations?: Readonly<Record<string, string>>;
  /** `spread`: over zones, so that one zone may fail. `together`: in one zone where possible, for workers that talk to each other. */
  readonly zones: 'spread' | 'together';
  readonly podSpec?: Pick<PodSpec, 'restartPolicy' | 'subdomain'>;
};

/**
 * The pod template of a workload. The plan decides its resources and its pool, and it meets the Pod Security Standard `restricted`.
 *
 * The container runs as the user that the config or its preset names, or that of its image, which must be a number other than 0. The root
 * file system is read-only. `/tmp` is writable, and is the home directory, because models and compilers put their caches into the home
 * directory by default.
 */
export function podTemplate(options: PodOptions): PodTemplate {
  const { workload, pod = {}, defaults = { graceSeconds: 90 }, annotations, zones, podSpec } = options;
  const { volumes, mounts } = podVolumes(workload, pod);
  const { initContainers, containers } = otherContainers(pod);
  const allAnnotations = { ...annotations, ...pod.annotations };
  return {
    metadata: {
      labels: { ...workloadLabels(workload), ...pod.labels },
      annotations: Object.keys(allAnnotations).length > 0 ? allAnnotations : undefined,
    },
    spec: {
      ...podSpec,
      serviceAccountName: workload.name,
      automountServiceAccountToken: false,
      // With links each Service of the namespace would add variables such as CHAT_PORT, which some servers read as their own settings.
      enableServiceLinks: false,
      priorityClassName: pod.priorityClass,
      runtimeClassName: pod.runtimeClass,
      imagePullSecrets: pod.pullSecrets?.map((name) => ({ name })),
      terminationGracePeriodSeconds: pod.grace === undefined ? defaults.graceSeconds : seconds(pod.grace),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: pod.user ?? defaults.user,
        runAsGroup: pod.group ?? defaults.group,
        // Volumes belong to root, and a pod that is not root writes to them as this group.
        fsGroup: pod.fsGroup ?? pod.group ?? defaults.group,
        fsGroupChangePolicy: (pod.fsGroup ?? pod.group ?? defaults.group) === undefined ? undefined : 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      nodeSelector: nodeSelector(workload.plan.pool, workload.pool),
      tolerations: tolerations(workload.pool, pod),
      topologySpreadConstraints: zones === 'spread' ? spread(workload) : undefined,
      affinity: affinity(workload, zones, pod.affinity),
      initContainers: initContainers.length > 0 ? initContainers : undefined,
      containers: [{ ...mainContainer(options), volumeMounts: mounts }, ...containers],
      volumes,
    },
  };
}

/** The name of the container that does the work of a pod. */
export const containerName = 'main';

function mainContainer({
  workload,
  image,
  command,
  pod = {},
  defaults = { graceSeconds: 90 },
  served,
  env,
  devices,
}: PodOptions): Container {
  const drainSeconds = pod.drain === undefined ? defaults.drainSeconds : Math.ceil(pod.drain / 1_000);
  const at = served && { path: served.healthPath, port: portName, portNumber: served.port };
  const probe = (kind: 'startup' | 'readiness' | 'liveness') => {
    const own = defaults[`${kind}Probe`];
    return at ? probeOf(pod.probes?.[kind], own, at) : probeOf(pod.probes?.[kind], own, { path: '/', port: 80, portNumber: 80 });
  };
  return {
    name: containerName,
    image,
    imagePullPolicy: pod.pullPolicy,
    command: command ?? defaults.command,
    args: command === undefined ? (defaults.args ?? pod.args) : pod.args,
    env: lastOfEach([{ name: 'HOME', value: '/tmp' }, ...(defaults.env ?? []), ...(env ?? []), ...variables(pod.env)]),
    envFrom: variableSources(pod.envFrom),
    ports: served && [{ name: portName, containerPort: served.port }],
    resources: resources(workload, pod, devices),
    securityContext: securityContext({ writableRoot: pod.writableRoot }),
    startupProbe: probe('startup'),
    readinessProbe: probe('readiness'),
    livenessProbe: probe('liveness'),
    // Requests still arrive until all nodes know that the pod is ending.
    lifecycle: drainSeconds === undefined || drainSeconds === 0 ? undefined : { preStop: { sleep: { seconds: drainSeconds } } },
  };
}

/** The tolerations of a pod for every taint that nodes of a pool have, and those of the config; `undefined` where there are none. */
export function tolerations({ groups, taints = [] }: PoolPlan, { tolerations: own = [] }: PodConfig = {}): PodSpec['tolerations'] {
  const all: Toleration[] = [
    ...(groups.some(({ node }) => node.gpus > 0) ? [{ key: gpuResource, operator: 'Exists' as const, effect: 'NoSchedule' as const }] : []),
    ...[...taints, ...own].map(({ key, value, effect }): Toleration =>
      value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect },
    ),
  ];
  return all.length === 0 ? undefined : all;
}

/**
 * The resources of the main container: what the plan gives to the pod, less what the containers beside it ask for. CPU has no limit, so
 * that it may use idle CPU. Memory is limited to the most that still fits the smallest node of the pool: a pod that grows beyond it fails
 * alone, and its node goes on.
 */
function resources({ plan }: PlannedWorkload, pod: PodConfig, devices: Quantities = {}): { requests: Quantities; limits: Quantities } {
  const { gpus, cpuMilli, memoryMiB, maxMemoryMiB, beside: planned = { cpuMilli: 0, memoryMiB: 0 } } = plan.resources;
  return {
    requests: { cpu: cpuQuantity(cpuMilli - planned.cpuMilli), memory: memoryQuantity(memoryMiB - planned.memoryMiB) },
    limits: {
      memory: memoryQuantity(Math.max(memoryMiB - planned.memoryMiB, maxMemoryMiB - beside(pod).memoryMiB)),
      ...(gpus > 0 ? { [gpuResource]: String(gpus) } : {}),
      ...devices,
    },
  };
}

const zone = 'topology.kubernetes.io/zone';
const host = 'kubernetes.io/hostname';
/** The label that says whether a node is spot: of Karpenter, or of EKS's managed groups; `undefined` where others make the nodes. */
function capacityLabel(owner: PoolPlan['owner']): string | undefined {
  if (owner === 'karpenter') return 'karpenter.sh/capacity-type';
  return poolOwners[owner].isInTerraform ? 'eks.amazonaws.com/capacityType' : undefined;
}

/**
 * Replicas are spread over zones, over nodes, and over spot and other nodes where the pool has both, so that neither the loss of a zone,
 * of a node or of all spot takes every replica. None is kept waiting for it, but for the last replica of a floor that would be on spot as
 * all others are, where the nodes of the plan always have another place for it.
 */
function spread(workload: PlannedWorkload): TopologySpread[] {
  const kinds = new Set(workload.pool.groups.map(({ capacityType }) => capacityType === 'spot'));
  const capacity = kinds.size === 2 ? capacityLabel(workload.pool.owner) : undefined;
  const labelSelector = { matchLabels: selectorLabels(workload) };
  return [
    ...[zone, host, ...(capacity === undefined ? [] : [capacity])].map((topologyKey): TopologySpread => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector,
    })),
    ...(capacity === undefined || workload.spotLead === undefined
      ? []
      : [
          {
            maxSkew: workload.spotLead,
            minDomains: 2,
            topologyKey: capacity,
            whenUnsatisfiable: 'DoNotSchedule' as const,
            labelSelector,
          },
        ]),
  ];
}

function affinity(workload: PlannedWorkload, zones: 'spread' | 'together', own: PodConfig['affinity'] = {}): Affinity | undefined {
  const { gpuTypes } = workload.plan;
  const nodeAffinity = gpuTypes ? onGpuTypes(gpuTypes, own.nodeAffinity) : own.nodeAffinity;
  const podAffinity = zones === 'together' ? sameZone(workload, own.podAffinity) : own.podAffinity;
  const { podAntiAffinity } = own;
  return nodeAffinity || podAffinity || podAntiAffinity ? { nodeAffinity, podAffinity, podAntiAffinity } : undefined;
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

export type WindowCapacity = NonNullable<WorkloadPlan['windows']>[number]['capacity'];

/** Pods that are bound to the spot nodes of their pool, or to all others, where the plan says so. */
export function onCapacity({ pool }: PlannedWorkload, capacity: WindowCapacity, pod: PodConfig = {}): PodConfig {
  const key = capacityLabel(pool.owner);
  if (key === undefined || capacity === undefined) return pod;
  const expression = { key, operator: capacity === 'spot' ? 'In' : 'NotIn', values: [pool.owner === 'karpenter' ? 'spot' : 'SPOT'] };
  return { ...pod, affinity: { ...pod.affinity, nodeAffinity: onLabel(expression, pod.affinity?.nodeAffinity) } };
}

/** Adds the GPU types to each of the user's own terms, of which a node must meet one. */
export function onGpuTypes(gpuTypes: readonly string[], own: Affinity['nodeAffinity'] = {}): Affinity['nodeAffinity'] {
  return onLabel({ key: gpuLabel, operator: 'In', values: gpuTypes.map(gpuLabelValue) }, own);
}

function onLabel(expression: object, own: Affinity['nodeAffinity'] = {}): Affinity['nodeAffinity'] {
  const { nodeSelectorTerms = [{}] } = (own[required] ?? {}) as { nodeSelectorTerms?: readonly { matchExpressions?: readonly object[] }[] };
  return {
    ...own,
    [required]: {
      nodeSelectorTerms: nodeSelectorTerms.map((term) => ({ ...term, matchExpressions: [...(term.matchExpressions ?? []), expression] })),
    },
  };
}

function sameZone(workload: PlannedWorkload, own: Affinity['podAffinity'] = {}): Affinity['podAffinity'] {
  const podAffinityTerm = { topologyKey: zone, labelSelector: { matchLabels: selectorLabels(workload) } };
  return { ...own, [preferred]: [...((own[preferred] ?? []) as readonly object[]), { weight: 100, podAffinityTerm }] };
}
