import { Construct } from 'constructs';
import { ProblemError } from '../../lib/problems';
import { kubernetesObject } from './objects';
import type { PlannedWorkload } from './planned-workload';
import { nodeSelector } from './node-selector';
import { gpuResource } from './pod';
import { cpuQuantity, memoryQuantity } from './quantities';

export interface KueueQueueProps {
  /** The name of the LocalQueue that the workloads go through: `run.queue` of the config. */
  readonly queue: string;
  /**
   * How the names of the objects that are in no namespace begin, so that they are unique in the cluster.
   * @default the name of the queue
   */
  readonly name?: string;
  /** The namespace of the workloads, which the LocalQueue is in. The chart has none, for the other objects are in none. */
  readonly namespace: string;
  /** The training workloads that go through it, at least one, from `plannedWorkload(plan, name)`. */
  readonly workloads: readonly PlannedWorkload[];
  /**
   * The version of Kueue's API: `v1beta1` where its release does not know the later one.
   * @default 'v1beta2'
   */
  readonly apiVersion?: 'v1beta1' | 'v1beta2';
}

/**
 * A queue of Kueue whose quota is what the plan has nodes for: a ResourceFlavor for each pool of its workloads, a ClusterQueue that lets the
 * workers of all of them run at once and no more, and the LocalQueue that a run names.
 *
 * @throws ProblemError `kubernetes/not-planned` without a workload
 * @see https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/
 * @example new KueueQueue(chart, 'Queue', { queue: 'research', namespace: 'prod', workloads: [plannedWorkload(plan, 'resnet')] })
 */
export class KueueQueue extends Construct {
  constructor(scope: Construct, id: string, props: KueueQueueProps) {
    super(scope, id);
    const { queue, name = queue, namespace, workloads } = props;
    if (workloads.length === 0)
      throw new ProblemError({
        code: 'kubernetes/not-planned',
        path: `queue ${queue}`,
        message: 'has no workload, so that the plan says nothing of its size',
      });
    const apiVersion = `kueue.x-k8s.io/${props.apiVersion ?? 'v1beta2'}` as const;
    const pools = [...new Set(workloads.map(({ plan }) => plan.pool))].sort();
    const covered = ['cpu', 'memory', ...(workloads.some(({ plan }) => plan.resources.gpus > 0) ? [gpuResource] : [])];
    for (const pool of pools) {
      const [{ pool: planned }] = workloads.filter(({ plan }) => plan.pool === pool);
      kubernetesObject(this, `Flavor-${pool}`, {
        apiVersion,
        kind: 'ResourceFlavor',
        metadata: { name: `${name}-${pool}` },
        spec: { nodeLabels: nodeSelector(pool, planned) },
      });
    }
    kubernetesObject(this, 'ClusterQueue', {
      apiVersion,
      kind: 'ClusterQueue',
      metadata: { name },
      spec: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceGroups: [
          {
            coveredResources: covered,
            flavors: pools.map((pool) => {
              const quota = quotaOf(workloads.filter(({ plan }) => plan.pool === pool));
              return { name: `${name}-${pool}`, resources: covered.map((resource) => ({ name: resource, nominalQuota: quota[resource] })) };
            }),
          },
        ],
      },
    });
    kubernetesObject(this, 'LocalQueue', {
      apiVersion,
      kind: 'LocalQueue',
      metadata: { name: queue, namespace },
      spec: { clusterQueue: name },
    });
  }
}

/** What all workers of the workloads ask for together. */
function quotaOf(workloads: readonly PlannedWorkload[]): Readonly<Record<string, string>> {
  const sum = (of: (resources: PlannedWorkload['plan']['resources']) => number) =>
    workloads.reduce((total, { plan }) => total + plan.peak * of(plan.resources), 0);
  return {
    cpu: cpuQuantity(sum(({ cpuMilli }) => cpuMilli)),
    memory: memoryQuantity(sum(({ memoryMiB }) => memoryMiB)),
    [gpuResource]: String(sum(({ gpus }) => gpus)),
  };
}
