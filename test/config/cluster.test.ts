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
