import { gpuLabel, gpuLabelValue } from '../../lib/plan/file';
import { selectorLabels, workloadLabels } from './labels';
import type { PlannedWorkload } from './planned-workload';
import type { Container, NodeAffinity, PodAffinity, PodSpec, PodTemplate, Quantities, TopologySpread } from './pod-types';
import { cpuQuantity, memoryQuantity } from './quantities';

/** Node label that says which pool a node belongs to; the node groups set it. */
export const poolLabel = 'foresize.dev/pool';
/** Taint of nodes with GPUs, and the resource their device plugin offers. */
export const gpuResource = 'nvidia.com/gpu';

export type PodOptions = {
  readonly workload: PlannedWorkload;
  readonly image: string;
  /** @default the image's own */
  readonly command?: readonly string[];
  readonly container?: Pick<Container, 'ports' | 'startupProbe' | 'readinessProbe' | 'lifecycle'> & { readonly env?: Container['env'] };
  readonly annotations?: Readonly<Record<string, string>>;
  /** `spread` over zones, so that a zone may fail; `together` in one zone, where workers talk to each other. */
  readonly zones: 'spread' | 'together';
  readonly pod?: Pick<PodSpec, 'restartPolicy' | 'subdomain'>;
};

/**
 * The pod of a workload: sized by the plan, on the nodes of its pool, and within the Pod Security Standard `restricted`.
 *
 * The user is the image's own, which must be a number other than 0. The root file system is read-only; `/tmp` is writable and
 * is the home directory, because caches of models and compilers go there by default.
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
      // Otherwise each Service of the namespace becomes variables such as CHAT_PORT, which some servers take for their own.
      enableServiceLinks: false,
      // Ends within the two minutes' notice of a spot node.
      terminationGracePeriodSeconds: 90,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      nodeSelector: { [poolLabel]: workload.plan.pool },
      tolerations: onGpuNodes(workload) ? [{ key: gpuResource, operator: 'Exists', effect: 'NoSchedule' }] : undefined,
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

/** The one container of a pod. */
export const containerName = 'main';

/** Workers on several GPUs exchange data through shared memory, of which a container has 64 MiB by default. */
const sharedMemory = { name: 'shared-memory', mountPath: '/dev/shm', emptyDir: { medium: 'Memory' as const } };

function onGpuNodes(workload: PlannedWorkload): boolean {
  return workload.pool.groups.some((group) => group.node.gpus > 0);
}

/**
 * CPU has no limit: idle CPU may be used. Memory is limited to the most that still fits the pool's smallest node, so that a
 * pod that grows fails alone and not its node.
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

function onGpuTypes(gpuTypes: readonly string[]): NodeAffinity {
  const matchExpressions = [{ key: gpuLabel, operator: 'In' as const, values: gpuTypes.map(gpuLabelValue) }];
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } };
}

function sameZone(workload: PlannedWorkload): PodAffinity {
  const podAffinityTerm = { topologyKey: zone, labelSelector: { matchLabels: selectorLabels(workload) } };
  return { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] };
}
