import { KarpenterNodePools, type KarpenterSettings } from '../../../constructs/kubernetes/karpenter-node-pools';
import { requiredClusterParts } from '../../../constructs/kubernetes/required-cluster-parts';
import type { CapacityPlan, NodeGroupPlan, PoolPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { at, buildFiles, find, type Manifest, objectsOf, sampleConfig, sampleInput } from './support';

const settings: KarpenterSettings = {
  role: 'nodes',
  ami: 'al2023@v20260807',
  discovery: 'prod',
  consolidateAfter: 600_000,
  staticCapacity: false,
};
const [onDemand, spot] = samplePlan().pools.l40s.groups;
const poolOf = (groups: readonly NodeGroupPlan[], fields: Partial<PoolPlan> = {}): PoolPlan => ({
  ...samplePlan().pools.l40s,
  owner: 'karpenter',
  groups: [...groups],
  ...fields,
});
const built = (pool: PoolPlan, karpenter: KarpenterSettings = settings, name?: string): Manifest[] =>
  objectsOf((chart) => new KarpenterNodePools(chart, 'Pools', { poolName: 'l40s', pool, karpenter, name }));
const spec = (objects: readonly Manifest[], name: string, path: string) => at(find(objects, 'NodePool', name), `spec.${path}`);
const valuesOf = (objects: readonly Manifest[], name: string) =>
  Object.fromEntries(
    (spec(objects, name, 'template.spec.requirements') as { key: string; values: string[] }[]).map(({ key, values }) => [key, values]),
  );

describe('the node pools of a pool', () => {
  const twoTypes = [onDemand, { ...onDemand, name: 'l40s-g6e-2xlarge', instanceType: 'g6e.2xlarge', ceiling: 3 }, spot];

  test('are one for each capacity type, whatever the number of instance types', () => {
    const objects = built(poolOf(twoTypes));
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'EC2NodeClass l40s',
      'NodePool l40s-on-demand',
      'NodePool l40s-spot',
    ]);
    expect(valuesOf(objects, 'l40s-on-demand')).toEqual({
      'karpenter.sh/capacity-type': ['on-demand'],
      'node.kubernetes.io/instance-type': ['g6e.2xlarge', 'g6e.xlarge'],
      'kubernetes.io/arch': ['amd64'],
    });
  });
  test('have together at most as many GPUs as the ceilings of the plan, and as much CPU where there are none', () => {
    expect(spec(built(poolOf(twoTypes)), 'l40s-on-demand', 'limits')).toEqual({ 'nvidia.com/gpu': String(onDemand.ceiling + 3) });
    const plain = samplePlan().pools.general.groups;
    expect(spec(built(poolOf(plain)), 'l40s-on-demand', 'limits')).toEqual({ cpu: String(plain[0].ceiling * plain[0].node.vCpu) });
  });
  test('are by type of GPU where there are several, for pods that may use one of them alone', () => {
    const other = { ...onDemand, name: 'l40s-g5', instanceType: 'g5.xlarge', node: { ...onDemand.node, gpuName: 'A10G' } };
    const objects = built(poolOf([onDemand, other]));
    expect(spec(objects, 'l40s-on-demand-a10g', 'template.metadata.labels')).toMatchObject({ 'foresize.dev/gpu': 'A10G' });
    expect(spec(objects, 'l40s-on-demand-l40s', 'template.metadata.labels')).toMatchObject({ 'foresize.dev/gpu': 'L40S' });
  });
  test('are tried in the order of what they cost: what is reserved first, then spot, then on demand', () => {
    const reserved = { ...onDemand, name: 'l40s-reserved', capacityType: 'reserved' as const, reservation: 'cr-0abc' };
    const objects = built(poolOf([onDemand, spot, reserved]));
    const weights = ['reserved', 'spot', 'on-demand'].map((id) => Number(spec(objects, `l40s-${id}`, 'weight')));
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(new Set(weights).size).toBe(3);
  });
  test('have the labels by which pods choose nodes, and every taint', () => {
    const taints = [{ key: 'team', value: 'ml', effect: 'NoExecute' as const }];
    const objects = built(poolOf([onDemand], { nodeSelector: { tier: 'gpu' }, taints }));
    expect(spec(objects, 'l40s-on-demand', 'template.metadata.labels')).toMatchObject({ tier: 'gpu', 'foresize.dev/pool': 'l40s' });
    expect(spec(objects, 'l40s-on-demand', 'template.spec.taints')).toEqual([
      { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' },
      ...taints,
    ]);
  });
  test('lie in the zones that the plan names, and in all where it names none or only counts them', () => {
    const zoned = [
      { ...onDemand, zone: 'us-east-1a' },
      { ...onDemand, name: 'b', zone: 'us-east-1b' },
    ];
    expect(valuesOf(built(poolOf(zoned)), 'l40s-on-demand')['topology.kubernetes.io/zone']).toEqual(['us-east-1a', 'us-east-1b']);
    expect(valuesOf(built(poolOf([{ ...onDemand, zone: '1' }])), 'l40s-on-demand')['topology.kubernetes.io/zone']).toBeUndefined();
    expect(valuesOf(built(poolOf([zoned[0], spot])), 'l40s-spot')['topology.kubernetes.io/zone']).toBeUndefined();
  });
  test('empty no node that is in use, and keep an empty one for as long as the config says', () => {
    const objects = built(poolOf([onDemand]), { ...settings, consolidateAfter: 90_000 });
    expect(spec(objects, 'l40s-on-demand', 'disruption')).toMatchObject({ consolidationPolicy: 'WhenEmpty', consolidateAfter: '90s' });
  });
});

describe('what a reservation holds', () => {
  const reserved = { ...onDemand, capacityType: 'reserved' as const, reservation: 'cr-0abc', ceiling: 4 };

  test('is found by the id of the reservation, and asked for by pods like any other node', () => {
    const objects = built(poolOf([reserved]));
    expect(at(find(objects, 'EC2NodeClass', 'l40s'), 'spec.capacityReservationSelectorTerms')).toEqual([{ id: 'cr-0abc' }]);
    expect(spec(objects, 'l40s-reserved', 'replicas')).toBeUndefined();
    const wholePool = built(poolOf([{ ...reserved, reservation: undefined }], { reservation: 'cr-0def' }));
    expect(at(find(wholePool, 'EC2NodeClass', 'l40s'), 'spec.capacityReservationSelectorTerms')).toEqual([{ id: 'cr-0def' }]);
  });
  test('runs all the time where Karpenter can do that, and nothing else does', () => {
    const objects = built(poolOf([reserved, spot]), { ...settings, staticCapacity: true });
    expect(spec(objects, 'l40s-reserved', 'replicas')).toBe(4);
    expect(spec(objects, 'l40s-reserved', 'limits')).toEqual({ nodes: '4' });
    expect(spec(objects, 'l40s-reserved', 'weight')).toBeUndefined();
    expect(spec(objects, 'l40s-spot', 'replicas')).toBeUndefined();
  });
  test('is a reservation to Karpenter too where it is a capacity block', () => {
    const objects = built(poolOf([{ ...reserved, capacityType: 'capacity-block' }]));
    expect(valuesOf(objects, 'l40s-capacity-block')['karpenter.sh/capacity-type']).toEqual(['reserved']);
  });
});

describe('the node class', () => {
  test('of the pool finds subnets and security groups by tag, and its image by a release', () => {
    expect(at(find(built(poolOf([onDemand])), 'EC2NodeClass', 'l40s'), 'spec')).toMatchObject({
      role: 'nodes',
      amiSelectorTerms: [{ alias: 'al2023@v20260807' }],
      subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'prod' } }],
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
    });
  });
  test('that is there is used, and none is made', () => {
    const objects = built(poolOf([onDemand]), { ...settings, role: undefined, ami: undefined, nodeClass: 'gpu-nodes' });
    expect(objects.map(({ kind }) => kind)).toEqual(['NodePool']);
    expect(spec(objects, 'l40s-on-demand', 'template.spec.nodeClassRef.name')).toBe('gpu-nodes');
  });
});

test('a pool of another owner is refused, and a name that no label can hold', () => {
  expect(() => built(poolOf([onDemand], { owner: 'autoscaler' }))).toThrow("pools.l40s: is owned by 'autoscaler', and not by Karpenter");
  expect(() => built(poolOf([onDemand]), settings, 'a'.repeat(54))).toThrow('longer than the 63 characters of a label');
  expect(built(poolOf([onDemand]), settings, 'a'.repeat(53))).toHaveLength(2);
});

test.each([
  ['karpenter.sh/nodepool', true],
  ['topology.kubernetes.io/zone', true],
  ['node-restriction.kubernetes.io/team', false],
  ['example.com/tier', false],
  ['tier', false],
])('the label %s in a nodeSelector is refused (%s) where Karpenter would refuse it', (label, isRefused) => {
  const make = () => built(poolOf([onDemand], { nodeSelector: { [label]: 'gpu' } }));
  if (isRefused) expect(make).toThrow(`has nodeSelector ${label}, which no NodePool of its own can give to its nodes`);
  else expect(make()).toHaveLength(2);
});

describe('a config with a pool that Karpenter owns', () => {
  const karpenter = { role: 'nodes', ami: 'al2023@v20260807' };
  const config = sampleConfig({ pools: { ...sampleInput.pools, l40s: { ...sampleInput.pools.l40s, owner: 'karpenter', karpenter } } });
  const { l40s } = samplePlan().pools;
  const plan: CapacityPlan = { ...samplePlan(), pools: { ...samplePlan().pools, l40s: { ...l40s, owner: 'karpenter' } } };

  test('becomes one file more, of objects in no namespace whose names begin with its own', () => {
    const text = buildFiles(config, plan)['node-pools.k8s.yaml'];
    expect(text.match(/^ {2}name: .*/gm)).toEqual(['  name: sample-l40s', '  name: sample-l40s-on-demand', '  name: sample-l40s-spot']);
    expect(text).not.toContain('namespace:');
    expect(Object.keys(buildFiles())).not.toContain('node-pools.k8s.yaml');
  });
  test('needs Karpenter, and the cluster-autoscaler for its other pools alone', () => {
    const parts = requiredClusterParts(config, plan);
    expect(parts).toContain('Karpenter 1.0 or later, for the nodes of l40s');
    expect(parts).toContain('cluster-autoscaler, for the nodes of general');
  });
});
