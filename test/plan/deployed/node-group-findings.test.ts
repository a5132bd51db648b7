import { parseConfig, poolOwners } from '../../../lib/config';
import type { CapacityPlan, NodeGroupPlan } from '../../../lib/plan/file';
import { type LiveCluster, liveFindings, type LiveGroup, quotasToAsk } from '../../../lib/plan/deployed';
import { rawConfig } from '../../support/config';
import { samplePlan } from '../../support/sample-plan';

const plan = samplePlan();
const config = { ...parseConfig(rawConfig()), name: plan.name };
const first = Object.values(plan.pools).flatMap(({ groups }) => groups)[0];
const groups = Object.values(plan.pools).flatMap((pool) => (poolOwners[pool.owner].isInTerraform ? pool.groups : []));

const liveOf = ({ name, floor, peak, ceiling }: NodeGroupPlan, fields: Partial<LiveGroup> = {}): LiveGroup => ({
  name,
  status: 'ACTIVE',
  issues: [],
  tags: { 'foresize:project': plan.name },
  sizes: { min: floor, desired: peak, max: ceiling, instances: peak },
  ...fields,
});
const sized = (desired: number, instances = desired) => ({ min: 0, desired, max: 100, instances });
const cluster = (fields: Partial<LiveCluster> = {}): LiveCluster => ({
  name: 'prod',
  version: '1.35',
  groups: groups.map((group) => liveOf(group)),
  quotas: {},
  ...fields,
});
const withFirst = (fields: Partial<LiveGroup>) => cluster({ groups: groups.map((group, i) => liveOf(group, i === 0 ? fields : {})) });
const codes = (live: LiveCluster, of: CapacityPlan = plan) => liveFindings(of, config, live).findings.map(({ code, path }) => [code, path]);

test('what is deployed as the plan says has no finding', () => {
  expect(groups.length).toBeGreaterThan(0);
  expect(liveFindings(plan, config, cluster())).toEqual({ findings: [], notes: [], empty: [] });
});

test('a group with fewer nodes than its floor, or more than its ceiling, is named with both numbers', () => {
  const group = { ...groups[0], floor: 5 };
  const raised = { ...plan, pools: { l40s: { ...plan.pools[Object.keys(plan.pools)[0]], owner: 'autoscaler' as const, groups: [group] } } };
  const one = (desired: number) => liveFindings(raised, config, cluster({ groups: [liveOf(group, { sizes: sized(desired) })] })).findings;
  expect(one(2)).toMatchObject([{ code: 'live/below-floor', path: group.name, message: 'has 2 nodes, and the plan has at least 5' }]);
  expect(one(5)).toEqual([]);
  expect(one(group.ceiling)).toEqual([]);
  expect(one(group.ceiling + 1)).toMatchObject([{ code: 'live/above-ceiling', path: group.name }]);
  const reserved = { ...raised, pools: { l40s: { ...raised.pools.l40s, groups: [{ ...group, capacityType: 'reserved' as const }] } } };
  expect(codes(cluster({ groups: [liveOf(group, { sizes: sized(0) })] }), reserved)).toEqual([]);
});

test('a group that EKS calls unwell is named with what EKS says', () => {
  const issues = ['AsgInstanceLaunchFailures: no capacity'];
  expect(liveFindings(plan, config, withFirst({ status: 'DEGRADED', issues })).findings).toMatchObject([
    { code: 'live/unhealthy', path: groups[0].name, message: 'is called DEGRADED by EKS: AsgInstanceLaunchFailures: no capacity' },
  ]);
  expect(codes(withFirst({ status: 'UPDATING' }))).toEqual([]);
});

test('a group of the project that the plan does not know is left over; one of others is none of its business', () => {
  const other = liveOf({ ...first, name: 'forgotten' }, { sizes: sized(3) });
  expect(codes(cluster({ groups: [...cluster().groups, other] }))).toEqual([['live/left-over', 'forgotten']]);
  expect(codes(cluster({ groups: [...cluster().groups, { ...other, tags: {} }] }))).toEqual([]);
});

test('groups that are not deployed yet, and a cluster that is not there, are notes', () => {
  const { findings, notes } = liveFindings(plan, config, cluster({ groups: [] }));
  expect([findings, notes]).toEqual([[], [`not deployed yet: ${groups.map(({ name }) => name).join(', ')}`]]);
  expect(liveFindings(plan, config, cluster({ version: null, groups: [] }))).toEqual({
    findings: [],
    notes: ['EKS has no cluster prod in this account and region'],
    empty: [],
  });
});

test('a quota below the peaks, and a Kubernetes older than the config says, are found; a later one is not', () => {
  const [code] = quotasToAsk(plan, config);
  expect(codes(cluster({ quotas: { [code]: 0 } }))).toEqual([['live/quota', code]]);
  expect(codes(cluster({ quotas: { [code]: 1e6 } }))).toEqual([]);
  expect(codes(cluster({ version: '1.34' }))).toEqual([['live/version', 'cluster.version']]);
  expect(codes(cluster({ version: '1.36' }))).toEqual([]);
});

test('a group that retires is empty only where neither a node runs nor one is wanted, and its size is known', () => {
  const pool = plan.pools[Object.keys(plan.pools)[0]];
  const names = ['a', 'b', 'c', 'd', 'e'];
  const retiring = {
    old: { ...pool, owner: 'autoscaler' as const, groups: names.map((name) => ({ ...first, name, floor: 0, peak: 0, schedule: [] })) },
  };
  const live = (name: string, sizes: LiveGroup['sizes']) => liveOf({ ...first, name }, { sizes });
  const { empty, notes, findings } = liveFindings(
    { ...plan, retiring },
    config,
    cluster({ groups: [...cluster().groups, live('a', sized(0)), live('b', sized(0, 1)), live('c', sized(2)), live('d', null)] }),
  );
  expect(findings).toEqual([]);
  // e is there no more.
  expect(empty).toEqual(['a', 'e']);
  expect(notes).toContain('empty, so that the next plan drops them: a, e');
  expect(notes).toContain('c retires, and has 2 nodes');
});

test('a node group that is adopted is looked for by its own name, and none that a pool adopts is left over', () => {
  const [group] = plan.pools.l40s.groups;
  const pools = { l40s: { ...config.pools.l40s, adopt: { [group.instanceType]: 'theirs', 'g6e.12xlarge': 'idle' } } };
  const others = groups.filter(({ name }) => name !== group.name).map((one) => liveOf(one));
  const live = cluster({ groups: [...others, liveOf({ ...group, name: 'theirs' }), liveOf({ ...group, name: 'idle' })] });
  expect(liveFindings(plan, { ...config, pools }, live)).toEqual({ findings: [], notes: [], empty: [] });
});
