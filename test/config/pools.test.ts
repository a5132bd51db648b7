import type { CapacityInput } from '../../lib/config/schema';
import { parseConfig } from '../../lib/config/parse';
import { isProblemError, renderProblem } from '../../lib/problems';
import { rawConfig } from '../support/config';

const zones = ['us-east-1a', 'us-east-1b'];

function sentences(pool: object, limits: object = { zones }, others: object = {}): readonly string[] {
  const pools = { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], ...pool }, ...others };
  return sentencesOf({ pools: pools as never, limits: limits });
}

function sentencesOf(config: Partial<CapacityInput>): readonly string[] {
  try {
    parseConfig(rawConfig(config), 'c');
  } catch (error) {
    if (isProblemError(error)) return error.problems.map(renderProblem);
    throw error;
  }
  return [];
}

const held = { id: 'cr-0abc', instance: 'g6e.xlarge', count: 2 };

test('zones of a pool are some of the network, by name or by number', () => {
  expect(sentences({ zones })).toEqual([]);
  expect(sentences({ zones: 2 }, { zones: 3 })).toEqual([]);
  expect(sentences({ zones: 3 }, { zones: 2 })).toEqual(['c: pools.l40s.zones: 3 are more than the 2 of limits.zones']);
  expect(sentences({ zones: ['us-east-1c'] })).toEqual([
    "c: pools.l40s.zones[0]: 'us-east-1c' is none of limits.zones. Hint: zones are: us-east-1a, us-east-1b",
  ]);
  expect(sentences({ zones: ['us-east-1a'] }, { zones: 2 })).toEqual([
    "c: pools.l40s.zones[0]: names 'us-east-1a', and limits.zones says only how many the network has. Hint: name them there: zones: ['us-east-1a', ...]",
  ]);
  expect(sentences({}, { zones: ['us-east-1a', 'us-west-2a'] })).toEqual([
    "c: limits.zones[1]: 'us-west-2a' is no zone of region 'us-east-1'",
  ]);
});

test('a share of a zone that so many zones cannot keep is refused with what would do', () => {
  expect(sentences({ zoneShare: 0.5 })).toEqual([]);
  expect(sentences({ zoneShare: 0.4 })).toEqual([
    'c: pools.l40s.zoneShare: 40 % in each of 2 zones is less than all of the pool. Hint: at least 50 %, or at least 3 zones',
  ]);
});

test('a reservation says what it holds, once, and a capacity block for how long', () => {
  expect(sentences({ reservation: 'cr-0abc' })).toEqual([]);
  expect(sentences({ reservation: held, instances: undefined })).toEqual([]);
  expect(sentences({ reservation: { ...held, kind: 'capacity-block', from: '2026-11-23T00:00:00Z', zone: 'us-east-1a' } })).toEqual([
    'c: pools.l40s.reservation: capacity block cr-0abc needs its from and to',
  ]);
  expect(sentences({ reservation: { ...held, from: '2026-11-24', to: '2026-11-23' } })).toEqual([
    'c: pools.l40s.reservation: cr-0abc ends before it begins',
  ]);
  const block = { ...held, kind: 'capacity-block', from: '2026-11-23', to: '2026-11-25' };
  expect(sentences({ reservation: block })).toEqual([
    'c: pools.l40s.reservation.zone: is missing: capacity block cr-0abc lies in one zone, and AWS starts its nodes in no other. Hint: state which of us-east-1a, us-east-1b',
  ]);
  expect(sentences({ reservation: [block] }, { zones: 3 })).toEqual([
    "c: pools.l40s.reservation[0].zone: is missing: capacity block cr-0abc lies in one zone, and AWS starts its nodes in no other. Hint: state it, and name the zones in limits.zones: ['us-east-1a', ...]",
  ]);
  expect(sentences({ reservation: { ...block, zone: 'us-east-1a' } })).toEqual([]);
  expect(sentences({ reservation: block }, { zones: 1 })).toEqual([]);
  expect(sentences({ owner: 'terraform', reservation: { ...held, to: '2026-11-24' } })).toEqual([
    "c: pools.l40s.reservation: cr-0abc is there for a time, and with owner 'terraform' its nodes would be all the time. Hint: use owner: 'autoscaler' or 'schedule'",
  ]);
});

test('overlapping reservations are refused in one sentence, in one pool or in two', () => {
  const until = { ...held, to: '2026-11-26' };
  const from = { ...held, from: '2026-11-25' };
  expect(sentences({ reservation: [until, from] })).toEqual([
    'c: pools.l40s.reservation[1]: cr-0abc overlaps pools.l40s.reservation[0], which has the same id from 2026-11-25T00:00:00Z until 2026-11-26T00:00:00Z. Hint: state what it holds once',
  ]);
  const other = { other: { kind: 'gpuPool', instances: ['g6e.xlarge'], reservation: held } };
  expect(sentences({ reservation: held }, {}, other)).toEqual([
    'c: pools.other.reservation: cr-0abc overlaps pools.l40s.reservation, which has the same id. Hint: state what it holds once',
  ]);
  expect(sentences({ reservation: [held, { ...held, id: 'cr-0def' }] })).toEqual([]);
});

test('the id of a reservation is in one pool, be it the id alone, and once there', () => {
  const alone = { other: { kind: 'gpuPool', instances: ['g6e.xlarge'], reservation: 'cr-0abc' } };
  const twice = [
    'c: pools.other.reservation: cr-0abc overlaps pools.l40s.reservation, which has the same id. Hint: state what it holds once',
  ];
  expect(sentences({ reservation: held }, {}, alone)).toEqual(twice);
  expect(sentences({ reservation: 'cr-0abc' }, {}, alone)).toEqual(twice);
  expect(sentences({ reservation: 'cr-0def' }, {}, alone)).toEqual([]);
  expect(
    sentences({
      reservation: [
        { ...held, to: '2026-11-24' },
        { ...held, from: '2026-11-25' },
      ],
    }),
  ).toEqual([
    'c: pools.l40s.reservation[1]: cr-0abc is there twice, for pools.l40s.reservation[0] has the same id: a reservation has one begin, one end and one count. Hint: state what it holds once',
  ]);
});

test('a share of a zone counts reserved nodes by their zone', () => {
  expect(sentences({ zoneShare: 0.6, reservation: held })).toEqual([
    'c: pools.l40s.reservation.zone: is missing: zoneShare counts nodes by zone',
  ]);
  expect(sentences({ zoneShare: 0.6, reservation: { ...held, zone: 'us-east-1a' } })).toEqual([]);
  const elsewhere = { ...held, zone: 'us-east-1b' };
  expect(sentences({ zones: ['us-east-1a'], zoneShare: 0.6, reservation: elsewhere })).toEqual([]);
  expect(sentences({ zones: ['us-east-1a'], zoneShare: 0.6, reservation: { ...held, zone: 'us-east-1a' } })).not.toEqual([]);
  expect(sentences({ zoneShare: 0.6, reservation: 'cr-0abc' })).toEqual([
    'c: pools.l40s.reservation: lies in one zone, and zoneShare asks for several. Hint: say what it holds: { id, instance, count, zone }',
  ]);
});

test('a node cannot be made to stay for longer than is planned', () => {
  expect(sentences({ minUpTime: '1d' })).toEqual([]);
  expect(sentences({ minUpTime: '2d' })).toEqual([
    'c: pools.l40s.minUpTime: 2d is longer than the horizon of 1d: every node that starts would stay to its end. Hint: lower it, or plan for longer',
  ]);
});

test('labels, taints and DaemonSets of a pool are read as Kubernetes takes them', () => {
  expect(
    sentences({
      owner: 'external',
      nodeSelector: { 'karpenter.sh/nodepool': 'gpu' },
      taints: [{ key: 'team', value: 'ml', effect: 'NoExecute' }, { key: 'gpu' }],
      daemonSets: { cpu: '350m', memory: '1 GiB' },
    }),
  ).toEqual([]);
  expect(sentences({ nodeSelector: {} })).toEqual(['c: pools.l40s.nodeSelector: names no label (got {})']);
  expect(sentences({ nodeSelector: { team: 'machine learning' } })).toEqual([
    "c: pools.l40s.nodeSelector.team: must be the value of a label: at most 63 letters, digits, '-', '_' and '.' (got \"machine learning\")",
  ]);
  expect(sentences({ taints: [{ key: 'no key' }] })).toEqual([
    'c: pools.l40s.taints[0].key: must be a label such as \'karpenter.sh/nodepool\' (got "no key")',
  ]);
});

describe('a pool that Karpenter owns', () => {
  const own = { role: 'nodes', ami: 'al2023@v20260807' };

  test('says which node class its nodes have, or of what one is made', () => {
    expect(sentences({ owner: 'karpenter', karpenter: own })).toEqual([]);
    expect(sentences({ owner: 'karpenter', karpenter: { nodeClass: 'gpu' } })).toEqual([]);
    expect(sentences({ owner: 'karpenter' })).toEqual([
      "c: pools.l40s.karpenter: is missing: how Karpenter makes its nodes. Hint: karpenter: { role: '...', ami: 'al2023@v...' }, or { nodeClass: '...' } that is there",
    ]);
    expect(sentences({ owner: 'karpenter', karpenter: { ...own, nodeClass: 'gpu' } })[0]).toContain(
      'needs either nodeClass, or role and ami',
    );
    expect(sentences({ owner: 'karpenter', karpenter: { role: 'nodes' } })[0]).toContain('karpenter.ami: is needed beside role');
  });
  test('names a release of its image, never one that moves by itself', () => {
    expect(sentences({ owner: 'karpenter', karpenter: { ...own, ami: 'al2023@latest' } })[0]).toContain('an alias with its release');
  });
  test('alone has settings of Karpenter', () => {
    expect(sentences({ karpenter: own })).toEqual([
      "c: pools.l40s.karpenter: says nothing of a pool of owner 'autoscaler'. Hint: add owner: 'karpenter', or leave it out",
    ]);
  });
});

test('node groups that are there are adopted for what a pool orders, by labels that their nodes have', () => {
  const cluster = { existing: 'prod', version: '1.33' };
  const adopting = (adopt: object, pool: object = {}, of: object = cluster) => {
    const l40s = { kind: 'gpuPool', instances: ['g6e.xlarge'], nodeSelector: { team: 'vision' }, adopt, ...pool };
    return sentencesOf({ pools: { l40s } as never, cluster: of, limits: { zones } });
  };
  expect(adopting({ 'g6e.xlarge': 'gpu' })).toEqual([]);
  expect(adopting({ 'g6e.12xlarge': 'gpu' })).toEqual([
    "c: pools.l40s.adopt.g6e.12xlarge: 'g6e.12xlarge' is none of the instances of the pool. Hint: add it to them",
  ]);
  expect(adopting({ 'g6e.xlarge/spot': 'gpu' })).toEqual([
    "c: pools.l40s.adopt.g6e.xlarge/spot: 'spot' is no capacity type of the pool. Hint: add it to capacity",
  ]);
  expect(adopting({ 'g6e.xlarge': 'gpu', 'g6e.xlarge/on-demand': 'gpu' })).toEqual([
    "c: pools.l40s.adopt.g6e.xlarge: 'gpu' is adopted twice. Hint: name it once",
    "c: pools.l40s.adopt.g6e.xlarge/on-demand: 'gpu' is adopted twice. Hint: name it once",
  ]);
  expect(adopting({ 'g6e.xlarge': 'gpu' }, {}, {})).toEqual([
    "c: pools.l40s.adopt: names node groups of a cluster that is there, and none is named. Hint: add cluster: { existing: '...' }",
  ]);
  expect(adopting({ 'g6e.xlarge': 'gpu' }, { nodeSelector: undefined })).toEqual([
    "c: pools.l40s.adopt: needs the labels that the nodes have, by which pods choose them: they get none from here. Hint: nodeSelector: { 'eks.amazonaws.com/nodegroup': '...' }, or a label that all of them have",
  ]);
  expect(adopting({ 'g6e.xlarge': 'gpu' }, { zones: 2 })).toEqual([
    'c: pools.l40s.adopt: is beside zones, where each zone has a node group. Hint: leave zones and zoneShare out: adopted groups stay where they are',
  ]);
  expect(adopting({ 'g6e.xlarge': 'gpu' }, { owner: 'external' })).toEqual([
    "c: pools.l40s.adopt: says nothing where the owner is 'external': Terraform has no node group of the pool. Hint: leave it out",
  ]);
});

test('EFA interfaces are for nodes of one zone that Terraform makes, and a run that uses them needs a pool that has them', () => {
  const efa = (pool: object, run?: object, limits: object = { zones: 2 }) =>
    sentencesOf({
      pools: { l40s: { kind: 'gpuPool', instances: ['p5.48xlarge'], ...pool } } as never,
      limits,
      workloads: {
        pretrain: {
          kind: 'training',
          model: 'resnet50',
          samples: 1_000,
          epochs: 1,
          deadline: '24h',
          pool: 'l40s',
          image: 'registry.example.com/it:1',
          run,
        },
      } as never,
    });
  expect(efa({ efa: true, zones: 1 }, { efa: true })).toEqual([]);
  expect(efa({ efa: true, reservation: 'cr-0abc' })).toEqual([]);
  expect(efa({ efa: true })).toEqual([
    'c: pools.l40s.efa: reaches no further than a zone, and nodes of the pool lie in several. Hint: zones: 1',
  ]);
  expect(efa({ efa: true }, undefined, { zones })).toEqual([
    "c: pools.l40s.efa: reaches no further than a zone, and nodes of the pool lie in several. Hint: zones: ['us-east-1a']",
  ]);
  expect(efa({ efa: true, zones: 1, owner: 'external' })).toEqual([
    "c: pools.l40s.efa: says nothing where the owner is 'external': whoever makes the nodes attaches the interfaces. Hint: leave it out",
  ]);
  expect(efa({}, { efa: true })).toEqual([
    "c: workloads.pretrain.run.efa: is set, and nodes of pool 'l40s' get no EFA interfaces: its workers would wait for ever. Hint: pools.l40s.efa: true",
  ]);
  expect(efa({ owner: 'external' }, { efa: true })).toEqual([]);
});
