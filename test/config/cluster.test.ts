import type { CapacityInput } from '../../lib/config/schema';
import { isProblemError } from '../../lib/problems';
import { testConfig } from '../support/config';

const problems = (cluster: CapacityInput['cluster'], others: Partial<CapacityInput> = {}) => {
  try {
    testConfig({ cluster, ...others });
  } catch (error) {
    if (isProblemError(error)) return error.problems.map(({ code, path, hint }) => [code, path, hint]);
    throw error;
  }
  return [];
};

test('an existing cluster needs its name and nothing else', () => {
  expect(testConfig({ cluster: { existing: 'prod' } }).cluster).toMatchObject({ existing: 'prod', version: '1.35' });
});

test.each([
  ['cidr', { existing: 'prod', cidr: '10.0.0.0/16' }, 'leave it out'],
  ['endpoint', { existing: 'prod', endpoint: 'public' }, 'leave it out'],
  ['network', { existing: 'prod', network: {} }, 'leave it out'],
  ['protect', { existing: 'prod', protect: false }, 'leave it out'],
  ['network', { subnets: ['subnet-0a', 'subnet-0b'], network: {} }, 'leave it out'],
  ['access', { existing: 'prod', access: { principals: {} } }, 'leave it out'],
  ['system', { existing: 'prod', system: { nodes: 3 } }, 'leave it out'],
  ['addons', { existing: 'prod', addons: { coredns: false } }, 'leave it out'],
  ['identities', { existing: 'prod', identities: {} }, 'leave it out'],
  ['access.cidrs', { access: { cidrs: ['192.0.2.0/24'] } }, "add endpoint: 'public', or leave them out"],
  ['nodeRole', { nodeRole: 'arn:aws:iam::111122223333:role/nodes' }, "leave it out, or add existing: '...'"],
  ['securityGroups', { securityGroups: ['sg-0a1b'] }, "leave it out, or add existing: '...'"],
  ['cidr', { subnets: ['subnet-0a', 'subnet-0b'], cidr: '10.0.0.0/16' }, 'leave it out'],
  ['subnets', { subnets: ['subnet-0a'] }, 'name another'],
  ['subnets', { subnets: ['subnet-0a', 'subnet-0a'] }, 'name another'],
] as const)('what says nothing is refused where it stands: %s of %j', (key, cluster, hint) => {
  expect(problems(cluster as unknown as CapacityInput['cluster'])).toEqual([['config/cluster', `config: cluster.${key}`, hint]]);
});

test.each([
  ['subnets', ['vpc-1']],
  ['nodeRole', 'nodes'],
  ['securityGroups', ['default']],
  ['existing', 'a name'],
])('what is no name that AWS gives is refused: %s', (key, value) => {
  const [[code, path]] = problems({ existing: 'prod', [key]: value });
  expect([code, path]).toEqual(['config/invalid', expect.stringContaining(`cluster.${key}`)]);
});

describe('a public endpoint', () => {
  const publicTo = (...cidrs: string[]) => ({ endpoint: 'public' as const, access: { cidrs } });

  test('is refused without addresses, and the hint is a config that is taken', () => {
    const [[code, path, hint]] = problems({ endpoint: 'public' });
    expect([code, path]).toEqual(['config/cluster', 'config: cluster.endpoint']);
    expect(hint).toContain("access: { cidrs: ['192.0.2.0/24'] }");
    expect(problems(publicTo('192.0.2.0/24'))).toEqual([]);
  });

  test.each(['0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '52.0.0.0/7'])('is refused for the internet or much of it: %s', (cidr) => {
    expect(problems(publicTo('192.0.2.0/24', cidr))).toEqual([
      ['config/cluster', 'config: cluster.access.cidrs[1]', 'name ranges of /8 or smaller'],
    ]);
  });

  test.each(['10.0.0.0/16', '172.31.0.0/16', '192.168.1.0/24', '100.64.0.0/10'])('sees no address from inside a network: %s', (cidr) => {
    expect(problems(publicTo(cidr))).toEqual([
      ['config/cluster', 'config: cluster.access.cidrs[0]', expect.stringContaining('NAT gateway')],
    ]);
  });

  test.each([
    ['203.0.113.9/24', '203.0.113.0/24'],
    ['203.0.113.200/25', '203.0.113.128/25'],
  ])('takes a range by its first address: of %s it is %s', (cidr, written) => {
    expect(problems(publicTo(cidr))).toEqual([
      ['config/cluster', expect.anything(), `write '${written}', or '203.0.113.${cidr.split(/[./]/)[3]}/32' for one address`],
    ]);
    expect(problems(publicTo(written))).toEqual([]);
  });

  test('takes single addresses', () => expect(problems(publicTo('203.0.113.9/32', '8.8.8.8/32'))).toEqual([]));
});

test.each([
  ['access', { principals: { admins: 'admin' } }],
  ['access', { principals: { 'arn:aws:iam::111122223333:role/a': 'root' } }],
  ['addons', { 'core-dns': false }],
  ['addons', { coredns: '1.12' }],
  ['identities', { keda: ['arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess'] }],
  ['system', { nodes: 0 }],
  ['system', true],
  ['install', ['keda']],
])('what nothing would read is refused: %s %j', (key, value) => {
  const [[code, path]] = problems({ [key]: value });
  expect([code, path]).toEqual([expect.stringMatching(/^config\/(invalid|unknown-key)$/), expect.stringContaining(`cluster.${key}`)]);
});

describe('in a network that is there', () => {
  const pools: CapacityInput['pools'] = { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], zones: 2 } };
  const hint = "name those of the subnets there: zones: ['us-east-1a', 'us-east-1b']";

  test.each([{ existing: 'prod' }, { subnets: ['subnet-0a', 'subnet-0b'] }])('zones of pools need names: %j', (cluster) => {
    expect(problems(cluster, { pools })).toEqual([['config/cluster', 'config: pools.l40s.zones', hint]]);
    expect(problems(cluster, { pools, limits: { zones: ['us-east-1a', 'us-east-1b'] } })).toEqual([]);
  });

  test('a share by zone needs them too, and nodes of somebody else do not', () => {
    const shared: CapacityInput['pools'] = { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], zoneShare: 0.6 } };
    expect(problems({ existing: 'prod' }, { pools: shared })).toEqual([['config/cluster', 'config: pools.l40s.zoneShare', hint]]);
    const others: CapacityInput['pools'] = { l40s: { ...pools.l40s, owner: 'external' } };
    expect(problems({ existing: 'prod' }, { pools: others })).toEqual([]);
  });
});
