import { KueueQueue } from '../../../constructs/kubernetes/kueue-queue';
import { requiredClusterParts } from '../../../constructs/kubernetes/required-cluster-parts';
import { samplePlan } from '../../support/sample-plan';
import {
  at,
  buildFiles,
  buildObjects,
  configWith,
  find,
  type Manifest,
  objectsOf,
  sampleConfig,
  sampleInput,
  workloadWith,
} from './support';

const [resnet, finetune] = [workloadWith('resnet'), workloadWith('finetune')];
const built = (workloads = [resnet], apiVersion?: 'v1beta1'): Manifest[] =>
  objectsOf(
    (chart) => new KueueQueue(chart, 'Queue', { queue: 'research', name: 'prod-research', namespace: 'prod', workloads, apiVersion }),
  );
const flavors = (objects: readonly Manifest[]) =>
  at(find(objects, 'ClusterQueue', 'prod-research'), 'spec.resourceGroups.0.flavors') as { name: string; resources: object[] }[];

test('the quota of a queue is what all workers of its runs ask for together, in each pool', () => {
  const { peak, resources } = resnet.plan;
  expect(flavors(built())).toEqual([
    {
      name: 'prod-research-h100',
      resources: [
        { name: 'cpu', nominalQuota: String((peak * resources.cpuMilli) / 1_000) },
        { name: 'memory', nominalQuota: `${(peak * resources.memoryMiB) / 1_024}Gi` },
        { name: 'nvidia.com/gpu', nominalQuota: String(peak * resources.gpus) },
      ],
    },
  ]);
  expect(flavors(built([resnet, finetune])).map(({ name }) => name)).toEqual(['prod-research-h100', 'prod-research-l40s']);
});

test('a flavor has the labels by which pods choose the nodes of the pool', () => {
  expect(at(find(built(), 'ResourceFlavor', 'prod-research-h100'), 'spec.nodeLabels')).toEqual({ 'foresize.dev/pool': 'h100' });
});

test('the queue is in the namespace of the runs, and admits from no other', () => {
  const objects = built();
  expect(find(objects, 'LocalQueue', 'research')).toMatchObject({
    metadata: { namespace: 'prod' },
    spec: { clusterQueue: 'prod-research' },
  });
  expect(at(find(objects, 'ClusterQueue', 'prod-research'), 'spec.namespaceSelector.matchLabels')).toEqual({
    'kubernetes.io/metadata.name': 'prod',
  });
  expect(new Set(built([resnet], 'v1beta1').map(({ apiVersion }) => apiVersion))).toEqual(new Set(['kueue.x-k8s.io/v1beta1']));
});

test('a queue without a run is refused', () => {
  expect(() => built([])).toThrow('queue research: has no workload');
});

describe('a config', () => {
  const workloads = { ...sampleInput.workloads, resnet: { ...sampleInput.workloads.resnet, run: { queue: 'research' } } };
  const config = sampleConfig({ workloads, kueue: { create: true } });

  test('that makes queues has one for each that its runs name, in a file of their own', () => {
    const objects = buildObjects(config);
    expect(find(objects, 'LocalQueue', 'research').metadata.namespace).toBe('sample');
    expect(buildFiles(config)['queues.k8s.yaml']).toContain('name: sample-research');
    expect(requiredClusterParts(config, samplePlan())).toContain("Kueue, for the queue 'research' of resnet");
  });
  test('that does not leaves the queue to the cluster', () => {
    const left = configWith('resnet', { run: { queue: 'research' } });
    expect(Object.keys(buildFiles(left))).not.toContain('queues.k8s.yaml');
    expect(requiredClusterParts(left, samplePlan())).toContain("Kueue with a LocalQueue 'research', for resnet");
  });
});
