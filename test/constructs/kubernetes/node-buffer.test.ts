import { NodeBuffer } from '../../../constructs/kubernetes/node-buffer';
import { requiredClusterParts } from '../../../constructs/kubernetes/required-cluster-parts';
import type { WorkloadPlan } from '../../../lib/plan/file/types';
import { at, buildObjects, configWith, find, type Manifest, objectsOf, planWith, sampleConfig, workloadWith } from './support';

const built = (fields: Partial<WorkloadPlan>, namespace?: string): Manifest[] =>
  objectsOf((chart) => new NodeBuffer(chart, 'Buffer', { workload: workloadWith('chat', fields) }), namespace);
const placeholders = { buffer: { replicas: 2, by: 'placeholder-pods' as const } };

test('a workload without a buffer has none', () => {
  expect(built({})).toEqual([]);
});

describe('placeholder pods', () => {
  test('are as many as the buffer, each with what a replica asks for, on the nodes of the pool', () => {
    const deployment = find(built(placeholders), 'Deployment', 'chat-buffer');
    expect(at(deployment, 'spec.replicas')).toBe(2);
    expect(at(deployment, 'spec.template.spec.containers.0.resources.requests')).toEqual({
      cpu: '3',
      memory: '12Gi',
      'nvidia.com/gpu': '1',
    });
    expect(at(deployment, 'spec.template.spec.nodeSelector')).toEqual({ 'foresize.dev/pool': 'l40s' });
    expect(at(deployment, 'spec.template.spec.tolerations')).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
  });
  test('give way to every other pod, take the place of none, and still bring nodes', () => {
    const objects = built(placeholders);
    const priority = objects.find(({ kind }) => kind === 'PriorityClass');
    expect(priority).toMatchObject({ value: -10, globalDefault: false, preemptionPolicy: 'Never' });
    expect(at(find(objects, 'Deployment', 'chat-buffer'), 'spec.template.spec.priorityClassName')).toBe(priority?.metadata.name);
  });
  test('have a priority of their own in no namespace, named after the namespace where there is one', () => {
    const objects = built(placeholders, 'prod');
    const priority = find(objects, 'PriorityClass', 'prod-chat-buffer');
    expect(priority.metadata.namespace).toBeUndefined();
    expect(at(find(objects, 'Deployment', 'chat-buffer'), 'spec.template.spec.priorityClassName')).toBe('prod-chat-buffer');
  });
  test('are no pods of the workload: its Service and its budget do not find them', () => {
    const labels = at(find(built(placeholders), 'Deployment', 'chat-buffer'), 'spec.template.metadata.labels') as object;
    expect(labels).not.toMatchObject({ 'app.kubernetes.io/name': 'chat' });
  });
  test('run where the workload may run, by type of GPU too', () => {
    const affinity = at(find(built({ ...placeholders, gpuTypes: ['L40S'] }), 'Deployment', 'chat-buffer'), 'spec.template.spec.affinity');
    expect(JSON.stringify(affinity)).toContain('"foresize.dev/gpu","operator":"In","values":["L40S"]');
  });
});

test('placeholder pods tolerate and keep away from what their workload does', () => {
  const pod = {
    tolerations: [{ key: 'team', value: 'search', effect: 'NoSchedule' as const }],
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  };
  const workload = workloadWith('chat', { ...placeholders, gpuTypes: ['L40S'] });
  const [, deployment] = objectsOf((chart) => new NodeBuffer(chart, 'Buffer', { workload, pod }));
  expect(at(deployment, 'spec.template.spec.tolerations')).toContainEqual({
    key: 'team',
    operator: 'Equal',
    value: 'search',
    effect: 'NoSchedule',
  });
  const affinity = at(deployment, 'spec.template.spec.affinity.nodeAffinity');
  expect(Object.keys(affinity as object).sort()).toEqual([
    'preferredDuringSchedulingIgnoredDuringExecution',
    'requiredDuringSchedulingIgnoredDuringExecution',
  ]);
});

test('a CapacityBuffer names the Deployment in whose place nodes are kept, and the cluster must know it', () => {
  const buffer = { replicas: 3, by: 'capacity-buffer' as const };
  const [object, ...others] = built({ buffer });
  expect(others).toEqual([]);
  expect(at(object, 'spec')).toMatchObject({ replicas: 3, scalableRef: { apiGroup: 'apps', kind: 'Deployment', name: 'chat' } });
  const parts = requiredClusterParts(sampleConfig(), planWith('chat', { buffer }));
  expect(parts.filter((part) => part.includes('CapacityBuffer'))).toHaveLength(1);
});

test('a CapacityBuffer of a workload that runs already names what has its replicas', () => {
  const target = { apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet', name: 'llama' };
  const workload = workloadWith('chat', { buffer: { replicas: 1, by: 'capacity-buffer' } });
  const [object] = objectsOf((chart) => new NodeBuffer(chart, 'Buffer', { workload, target }));
  expect(at(object, 'spec.scalableRef')).toEqual({ apiGroup: 'leaderworkerset.x-k8s.io', kind: 'LeaderWorkerSet', name: 'llama' });
});

test('the app of a config gives them what its pods have', () => {
  const pod = { tolerations: [{ key: 'team' }] };
  const objects = buildObjects(configWith('chat', { pod }), planWith('chat', placeholders));
  const of = (name: string) => at(find(objects, 'Deployment', name), 'spec.template.spec.tolerations');
  expect(of('chat-buffer')).toContainEqual({ key: 'team', operator: 'Exists' });
  expect(of('chat-buffer')).toEqual(of('chat'));
});

test('the app of a config has the buffers of its plan', () => {
  const objects = buildObjects(sampleConfig(), planWith('chat', placeholders));
  expect(at(find(objects, 'Deployment', 'chat-buffer'), 'spec.replicas')).toBe(2);
});
