import type { CapacityPlan, PoolPlan } from '../../../lib/plan/file/types';
import { retiringPools } from '../../../lib/plan/nodes';
import { samplePlan } from '../../support/sample-plan';

const before = samplePlan();
const { l40s, h100 } = before.pools;
const namesOf = (retiring: CapacityPlan['retiring']) =>
  Object.fromEntries(Object.entries(retiring ?? {}).map(([pool, { groups }]) => [pool, groups.map(({ name }) => name)]));
const pools = (change: Record<string, PoolPlan | undefined>): CapacityPlan['pools'] =>
  Object.fromEntries(Object.entries({ ...before.pools, ...change }).flatMap(([name, pool]) => (pool ? [[name, pool]] : [])));

test('the same groups again leave none that retires', () => {
  expect(retiringPools(before, before.pools, [])).toBeUndefined();
  expect(retiringPools(null, before.pools, [])).toBeUndefined();
});

test('a group that the solver drops retires, with what it was made by and no floor', () => {
  const retiring = retiringPools(before, pools({ l40s: { ...l40s, groups: l40s.groups.slice(0, 1) } }), []);
  expect(retiring).toEqual({
    l40s: { kind: 'gpuPool', owner: 'autoscaler', reservation: null, groups: [{ ...l40s.groups[1], floor: 0, peak: 0, schedule: [] }] },
  });
});

test('all groups of a pool that is renamed, or becomes somebody else’s, retire', () => {
  const groups = l40s.groups.map((group) => ({ ...group, name: group.name.replace('l40s', 'gpu') }));
  const names = { l40s: ['l40s-g6e-xlarge', 'l40s-g6e-12xlarge-spot'] };
  expect(namesOf(retiringPools(before, pools({ l40s: undefined, gpu: { ...l40s, groups } }), []))).toEqual(names);
  expect(namesOf(retiringPools(before, pools({ l40s: { ...l40s, owner: 'external' } }), []))).toEqual(names);
});

test('what retires goes on to, until the config says that it may go or the solver chooses it again', () => {
  const dropped = pools({ l40s: { ...l40s, groups: [] } });
  const next = { ...before, pools: dropped, retiring: retiringPools(before, dropped, []) };
  expect(namesOf(retiringPools(next, dropped, []))).toEqual({ l40s: ['l40s-g6e-xlarge', 'l40s-g6e-12xlarge-spot'] });
  expect(namesOf(retiringPools(next, dropped, ['l40s-g6e-xlarge']))).toEqual({ l40s: ['l40s-g6e-12xlarge-spot'] });
  expect(retiringPools(next, before.pools, [])).toBeUndefined();
});

test('nodes that Terraform does not make never retire', () => {
  const others = { ...before, pools: { ...before.pools, h100: { ...h100, owner: 'external' as const } } };
  expect(retiringPools(others, pools({ h100: undefined }), [])).toBeUndefined();
});
