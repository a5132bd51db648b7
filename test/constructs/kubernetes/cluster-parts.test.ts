import type { CapacityInput } from '../../../lib/config/schema';
import { installedPartsOf } from '../../../lib/config';
import { samplePlan } from '../../support/sample-plan';
import { at, buildFiles, buildObjects, type Manifest, sampleConfig, sampleInput } from './support';

const partsOf = (cluster: CapacityInput['cluster'] = {}, others: Partial<CapacityInput> = {}): readonly Manifest[] =>
  buildObjects(sampleConfig({ cluster: { install: undefined, ...cluster }, ...others }), samplePlan()).filter(
    ({ kind, metadata }) => metadata.namespace === 'kube-system' || ['StorageClass', 'ClusterRole', 'ClusterRoleBinding'].includes(kind),
  );
const kinds = (objects: readonly Manifest[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
const find = (objects: readonly Manifest[], kind: string) => objects.find((object) => object.kind === kind);

test('a new cluster gets a class of disks, the device plugin and an autoscaler', () => {
  expect(kinds(partsOf())).toEqual([
    'StorageClass/gp3',
    'DaemonSet/nvidia-device-plugin',
    'ServiceAccount/cluster-autoscaler',
    'ClusterRole/cluster-autoscaler',
    'ClusterRoleBinding/cluster-autoscaler',
    'Role/cluster-autoscaler',
    'RoleBinding/cluster-autoscaler',
    'Deployment/cluster-autoscaler',
  ]);
});

test('an existing cluster gets none of them, or those that the config names', () => {
  expect(kinds(partsOf({ existing: 'prod' }))).toEqual([]);
  expect(kinds(partsOf({ existing: 'prod', install: ['nvidia-device-plugin'] }))).toEqual(['DaemonSet/nvidia-device-plugin']);
  expect(kinds(partsOf({ install: [] }))).toEqual([]);
});

test('claims that name no class get encrypted disks', () => {
  const storageClass = find(partsOf(), 'StorageClass');
  expect(at(storageClass, 'parameters')).toEqual({ type: 'gp3', encrypted: 'true' });
  expect(at(storageClass, 'metadata.annotations')).toEqual({ 'storageclass.kubernetes.io/is-default-class': 'true' });
  expect(storageClass?.metadata).not.toHaveProperty('namespace');
});

test('the device plugin runs on every node with GPUs, whatever its taints, and on no other', () => {
  const spec = at(find(partsOf(), 'DaemonSet'), 'spec.template.spec');
  expect(at(spec, 'tolerations')).toEqual([{ operator: 'Exists' }]);
  const terms = at(spec, 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms') as object[];
  expect(terms.map((term) => at(term, 'matchExpressions.0.key'))).toContain('foresize.dev/gpu');
  expect(at(spec, 'containers.0.securityContext')).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
});

test('the autoscaler is of the version of the cluster, finds its groups, and runs on the system nodes where there are some', () => {
  const deployment = (cluster: CapacityInput['cluster']) => at(find(partsOf(cluster), 'Deployment'), 'spec.template.spec');
  const spec = deployment({ version: '1.34' });
  expect(at(spec, 'containers.0.image')).toBe('registry.k8s.io/autoscaling/cluster-autoscaler:v1.34.0');
  expect(at(spec, 'containers.0.args')).toContain(
    '--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/sample',
  );
  expect(at(spec, 'nodeSelector')).toEqual({ 'foresize.dev/system': 'true' });
  expect(at(deployment({ system: false }), 'nodeSelector')).toBeUndefined();
  const existing = deployment({ existing: 'prod', install: ['cluster-autoscaler'] });
  expect(at(existing, 'nodeSelector')).toBeUndefined();
  expect(at(existing, 'containers.0.args.1')).toContain('k8s.io/cluster-autoscaler/prod');
});

test('they are in a folder of their own, which who applies the workloads does not apply', () => {
  expect(Object.keys(buildFiles(sampleConfig({ cluster: { install: undefined } })))).toContain('cluster/parts.k8s.yaml');
});

test('beside workloads that run already none is written, because that cluster is not new', () => {
  const attach = { kind: 'Deployment', name: 'vllm', namespace: 'serving' };
  const { image, ...chat } = sampleInput.workloads.chat;
  expect(image).toBeDefined();
  expect(installedPartsOf(sampleConfig({ cluster: {}, workloads: { chat: { ...chat, attach } } }))).toEqual([]);
  expect(installedPartsOf(sampleConfig({ cluster: { install: undefined }, workloads: { chat } }))).toEqual([
    'storage-class',
    'nvidia-device-plugin',
    'cluster-autoscaler',
  ]);
});
