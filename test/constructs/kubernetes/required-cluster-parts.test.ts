import type { CapacityInput } from '../../../lib/config/schema';
import { requiredClusterParts } from '../../../constructs/kubernetes/required-cluster-parts';
import { samplePlan } from '../../support/sample-plan';
import { configWith, sampleConfig } from './support';

const network =
  'a network plugin that enforces NetworkPolicy: what pods reach beyond their namespace, and who calls them from there, is what reaches and calledBy say';
const systemPods = 'room for system pods (CoreDNS, KEDA and the like), which the sizes here do not count';

/** A cluster that is there, for which nothing is written but nodes. */
const existing = { existing: 'prod' };

test('every part that an object relies on is named once, with what needs it', () => {
  expect(requiredClusterParts(sampleConfig({ cluster: existing }), samplePlan())).toEqual([
    'KEDA 2.18 or later, for the schedules of chat, storefront',
    'Prometheus at http://prometheus.monitoring.svc:9090, for the load of chat',
    'a metrics adapter (custom.metrics.k8s.io), for the load of search',
    'Metrics Server, for the CPU and memory of storefront',
    'a place that outlives their pods for the checkpoints (run.checkpoints) of resnet',
    'NVIDIA device plugin, for the GPUs of chat, finetune, resnet, search',
    'cluster-autoscaler, for the nodes of general, l40s',
    systemPods,
    network,
  ]);
});

test('what is written for a new cluster is not asked for', () => {
  expect(requiredClusterParts(sampleConfig({ cluster: { install: undefined } }), samplePlan())).toEqual([
    'KEDA 2.18 or later, for the schedules of chat, storefront',
    'Prometheus at http://prometheus.monitoring.svc:9090, for the load of chat',
    'a metrics adapter (custom.metrics.k8s.io), for the load of search',
    'a place that outlives their pods for the checkpoints (run.checkpoints) of resnet',
  ]);
});

test('what the config leaves out of a new cluster is asked for again', () => {
  const cluster: CapacityInput['cluster'] = {
    system: false,
    addons: { 'metrics-server': false, 'vpc-cni': false },
    install: ['storage-class'],
  };
  const parts = requiredClusterParts(sampleConfig({ cluster }), samplePlan());
  for (const part of [
    'Metrics Server, for the CPU and memory of storefront',
    'NVIDIA device plugin, for the GPUs of chat, finetune, resnet, search',
    'cluster-autoscaler, for the nodes of general, l40s',
    systemPods,
    network,
  ])
    expect(parts).toContain(part);
});

test('an inference workload that goes by CPU needs Metrics Server in place of Prometheus', () => {
  const parts = requiredClusterParts(
    { ...configWith('chat', { metric: { kind: 'cpu' } }), cluster: sampleConfig({ cluster: existing }).cluster },
    samplePlan(),
  );
  expect(parts).toContain('Metrics Server, for the CPU and memory of chat, storefront');
  expect(parts.filter((part) => part.startsWith('Prometheus'))).toEqual([]);
});

test('what nothing needs is not named', () => {
  const { storefront } = sampleConfig().workloads;
  const { general } = samplePlan().pools;
  const config = { ...sampleConfig({ cluster: existing }), workloads: { storefront } };
  const plan = {
    ...samplePlan(),
    workloads: { storefront: samplePlan().workloads.storefront },
    pools: { general: { ...general, owner: 'terraform' as const } },
  };
  expect(requiredClusterParts(config, plan)).toEqual([
    'KEDA 2.18 or later, for the schedules of storefront',
    'Metrics Server, for the CPU and memory of storefront',
    systemPods,
    'patience: a roll-out replaces one replica at a time, an old one first, because its pool has no room beside the peak: storefront',
    network,
  ]);
});

test('a cluster whose floors are reached exactly needs a KEDA that can say so', () => {
  expect(requiredClusterParts(sampleConfig({ cluster: { version: '1.35' } }), samplePlan())[0]).toBe(
    'KEDA 2.18 or later, for the schedules of chat, storefront',
  );
});

test('a cluster of GPU pools alone needs nodes that other pods may use', () => {
  const { general, ...gpuPools } = samplePlan().pools;
  expect(general.kind).toBe('pool');
  expect(requiredClusterParts(sampleConfig({ cluster: existing }), { ...samplePlan(), pools: gpuPools })).toContain(
    'room for system pods (CoreDNS, KEDA and the like): a node group without a taint, since every pool here is for GPUs',
  );
});

test('below Kubernetes 1.35 it is said that floors may be short', () => {
  expect(requiredClusterParts(sampleConfig({ cluster: { version: '1.33' } }), samplePlan()).join('\n')).toContain('up to 10 % short');
});

test("nodes of somebody else's are named with the sizes and labels that they must have, and no autoscaler of ours", () => {
  const { l40s, ...others } = samplePlan().pools;
  const external = { ...l40s, owner: 'external' as const, nodeSelector: { 'karpenter.sh/nodepool': 'gpu' } };
  const parts = requiredClusterParts(sampleConfig({ cluster: existing }), { ...samplePlan(), pools: { ...others, l40s: external } });
  expect(parts).toContain(
    'nodes of your own for pool l40s (2 to 12 g6e.xlarge on-demand, 1 to 3 g6e.12xlarge spot), with the label karpenter.sh/nodepool=gpu',
  );
  expect(parts).toContain('cluster-autoscaler, for the nodes of general');
});
