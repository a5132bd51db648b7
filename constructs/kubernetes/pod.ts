import { gpuLabel, gpuLabelValue, poolLabel, type PoolPlan } from '../../lib/plan/file';
import { selectorLabels, workloadLabels } from './labels';
import type { PlannedWorkload } from './planned-workload';
import type { Container, NodeAffinity, PodAffinity, PodSpec, PodTemplate, Quantities, Toleration, TopologySpread } from './pod-types';
import { cpuQuantity, memoryQuantity } from './quantities';

/** The key of the taint of nodes with GPUs, and the name of the resource that the NVIDIA device plugin offers. */
export const gpuResource = 'nvidia.com/gpu';

export type PodOptions = {
  readonly workload: PlannedWorkload;
  readonly image: string;
  /**
   * The command of the container.
   * @default the command of the image
   */
  readonly command?: readonly string[];
  /** Further fields of the container, and environment variables in addition to `HOME`. */
  readonly container?: Pick<Container, 'ports' | 'startupProbe' | 'readinessProbe' | 'lifecycle'> & { readonly env?: Container['env'] };
  readonly annotations?: Readonly<Record<string, string>>;
  /** `spread`: over zones, so that one zone may fail. `together`: in one zone where possible, for workers that talk to each other. */
  readonly zones: 'spread' | 'together';
  readonly pod?: Pick<PodSpec, 'restartPolicy' | 'subdomain'>;
};

/**
 * The pod template of a workload. The plan decides its resources and its pool, and it meets the Pod Security Standard `restricted`.
 *
 * The container runs as the user of its image, which must be a number other than 0. The root file system is read-only. `/tmp` is
 * writable, and is the home directory, because models and compilers put their caches into the home directory by default.
 */
export function podTemplate({ workload, image, command, container, annotations, zones, pod }: PodOptions): PodTemplate {
  const { gpus } = workload.plan.resources;
  const volumes = [{ name: 'tmp', mountPath: '/tmp', emptyDir: {} }, ...(gpus > 0 ? [sharedMemory] : [])];
  return {
    metadata: { labels: workloadLabels(workload), annotations },
    spec: {
      ...pod,
      serviceAccountName: workload.name,
      automountServiceAccountToken: false,
      // With links each Service of the namespace would add variables such as CHAT_PORT, which some servers read as their own settings.
      enableServiceLinks: false,
      // A spot node is announced two minutes before it ends.
      terminationGracePeriodSeconds: 90,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      nodeSelector: nodeSelector(workload.plan.pool, workload.pool),
      tolerations: tolerations(workload.pool),
      topologySpreadConstraints: zones === 'spread' ? spreadOverZones(workload) : undefined,
      affinity: affinity(workload, zones),
      containers: [
        {
          ...container,
          name: containerName,
          image,
          command,
          env: [{ name: 'HOME', value: '/tmp' }, ...(container?.env ?? [])],
          resources: resources(workload),
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          volumeMounts: volumes.map(({ name, mountPath }) => ({ name, mountPath })),
        },
      ],
      volumes: volumes.map(({ name, emptyDir }) => ({ name, emptyDir })),
    },
  };
}

/** The name of the only container of a pod. */
export const containerName = 'main';

/** Shared memory, through which workers on several GPUs exchange data. A container has only 64 MiB of it by default. */
const sharedMemory = { name: 'shared-memory', mountPath: '/dev/shm', emptyDir: { medium: 'Memory' as const } };

/** The labels by which pods choose the nodes of a pool. */
export function nodeSelector(poolName: string, pool: PoolPlan): Readonly<Record<string, string>> {
  return pool.nodeSelector ?? { [poolLabel]: poolName };
}

/** The tolerations of a pod for every taint that nodes of a pool have; `undefined` where they have none. */
export function tolerations({ groups, taints = [] }: PoolPlan): PodSpec['tolerations'] {
  const all: Toleration[] = [
    ...(groups.some(({ node }) => node.gpus > 0) ? [{ key: gpuResource, operator: 'Exists' as const, effect: 'NoSchedule' as const }] : []),
    ...taints.map(({ key, value, effect }): Toleration =>
      value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect },
    ),
  ];
  return all.length === 0 ? undefined : all;
}

/**
 * The resources of the container. CPU has no limit, so that it may use idle CPU. Memory is limited to `maxMemoryMiB`, the most that
 * still fits the smallest node of the pool: a pod that grows beyond it fails alone, and its node goes on.
 */
function resources({ plan }: PlannedWorkload): { requests: Quantities; limits: Quantities } {
  const { gpus, cpuMilli, memoryMiB, maxMemoryMiB } = plan.resources;
  return {
    requests: { cpu: cpuQuantity(cpuMilli), memory: memoryQuantity(memoryMiB) },
    limits: { memory: memoryQuantity(maxMemoryMiB), ...(gpus > 0 ? { [gpuResource]: String(gpus) } : {}) },
  };
}

const zone = 'topology.kubernetes.io/zone';

function spreadOverZones(workload: PlannedWorkload): TopologySpread[] {
  return [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: selectorLabels(workload) } }];
}

function affinity(workload: PlannedWorkload, zones: 'spread' | 'together') {
  const { gpuTypes } = workload.plan;
  if (zones === 'spread' && gpuTypes === undefined) return undefined;
  return {
    nodeAffinity: gpuTypes && onGpuTypes(gpuTypes),
    podAffinity: zones === 'together' ? sameZone(workload) : undefined,
  };
}

export function onGpuTypes(gpuTypes: readonly string[]): NodeAffinity {
  const matchExpressions = [{ key: gpuLabel, operator: 'In' as const, values: gpuTypes.map(gpuLabelValue) }];
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } };
}

function sameZone(workload: PlannedWorkload): PodAffinity {
  const podAffinityTerm = { topologyKey: zone, labelSelector: { matchLabels: selectorLabels(workload) } };
  return { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] };
}
