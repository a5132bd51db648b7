import { offeringsOf } from '../../../lib/catalog/offerings';
import type { CapacityConfig } from '../../../lib/config/schema';
import { hintingPaidAnyway } from '../../../lib/plan/nodes/paid-anyway';
import { assemblePools, overWarnings, zonelessWarnings } from '../../../lib/plan/nodes/pools';
import { usdByWorkload } from '../../../lib/plan/nodes/share-cost';
import { ProblemError } from '../../../lib/problems';
import type { SizedSegment, SizingResult } from '../../../lib/sizing';
import { testConfig } from '../../support/config';
import { samplePlan } from '../../support/sample-plan';
import { demandOf, hour, resources, start, textsOf } from '../replicas/support';

const offerings = offeringsOf({ instances: ['g6e.xlarge', 'g6e.2xlarge'], capacity: ['on-demand', 'spot'], region: 'us-east-1' });
const [small] = offerings.filter(({ id }) => id === 'g6e.xlarge/on-demand');
const configOf = (pool: object, limits?: object): CapacityConfig =>
  testConfig({
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.2xlarge'], ...pool } as never },
    ...(limits && { limits }),
  });

/** Sizes of one hour each, of nodes by offering. */
function sizedOf(counts: readonly Readonly<Record<string, number>>[], change: Partial<SizingResult> = {}): SizingResult {
  const keyed = (nodes: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(nodes).map(([id, count]) => [`l40s/${id}`, count]));
  const segments = counts.map((nodes, index): SizedSegment => ({
    from: start + index * hour,
    to: start + (index + 1) * hour,
    nodes: keyed(nodes),
    usdPerHour: 0,
  }));
  return {
    segments,
    ceilings: keyed({ 'g6e.xlarge/on-demand': 6 }),
    replicaCeilings: {},
    usdPerHour: 0,
    boundUsdPerHour: 0,
    status: 'optimal',
    termination: 'proven',
    binding: [],
    rejected: [],
    ...change,
  };
}
const nodes = (count: number) => ({ 'g6e.xlarge/on-demand': count });
const poolOf = (config: CapacityConfig, sized: SizingResult, expected = sized, listed = offerings) =>
  assemblePools(
    config,
    { l40s: listed },
    { sized, kept: {} },
    expected,
    { protected: sized.segments, median: expected.segments },
    { l40s: null },
  ).l40s;

describe('the sizes of a pool', () => {
  test('are one group for each offering in use, with a step where its number of nodes changes', () => {
    const pool = poolOf(configOf({}), sizedOf([nodes(2), nodes(2), nodes(4), nodes(1)]));
    expect(pool.groups).toHaveLength(1);
    expect(pool.groups[0]).toMatchObject({
      name: 'l40s-g6e-xlarge',
      instanceType: 'g6e.xlarge',
      capacityType: 'on-demand',
      floor: 1,
      peak: 4,
      ceiling: 6,
      schedule: [
        { from: '2026-11-23T00:00:00Z', nodes: 2 },
        { from: '2026-11-23T02:00:00Z', nodes: 4 },
        { from: '2026-11-23T03:00:00Z', nodes: 1 },
      ],
    });
  });
  test('cost the mean of their hours, of the protected and of the expected loads', () => {
    const { usdPerMonth } = poolOf(configOf({}), sizedOf([nodes(2), nodes(4)]), sizedOf([nodes(1), nodes(1)]));
    expect(usdPerMonth.p95).toBeCloseTo(3 * small.usdPerHour * 730, 6);
    expect(usdPerMonth.p50).toBeCloseTo(small.usdPerHour * 730, 6);
  });
  test('that Terraform owns are the ceiling all the time, and cost as much', () => {
    const pool = poolOf(configOf({ owner: 'terraform' }), sizedOf([nodes(2), nodes(4)], { ceilings: { 'l40s/g6e.xlarge/on-demand': 4 } }));
    expect(pool.groups[0]).toMatchObject({ floor: 4, peak: 4, ceiling: 4, schedule: [{ from: '2026-11-23T00:00:00Z', nodes: 4 }] });
    expect(pool.usdPerMonth.p50).toBeCloseTo(4 * small.usdPerHour * 730, 6);
    expect(pool.reasons[0].code).toBe('sizing/fixed');
  });
  test('that scheduled actions move are refused with more steps than a group holds actions', () => {
    const steps = (count: number) => sizedOf(Array.from({ length: count }, (_, index) => nodes(1 + (index % 2))));
    expect(poolOf(configOf({ owner: 'schedule' }), steps(125)).groups[0].schedule).toHaveLength(125);
    expect(() => poolOf(configOf({ owner: 'schedule' }), steps(126))).toThrow(
      "pools.l40s.owner: 'schedule' needs 126 scheduled actions for one group, and a group holds 125",
    );
    expect(poolOf(configOf({}), steps(126)).groups[0].schedule).toHaveLength(126);
  });
  test('say which kinds of nodes they come from, each once whatever its zone', () => {
    const zones = ['us-east-1a', 'us-east-1b'];
    const listed = offeringsOf({ instances: ['g6e.xlarge'], capacity: ['on-demand'], region: 'us-east-1', zones } as never);
    const ceilings = Object.fromEntries(listed.map(({ id }) => [`l40s/${id}`, 2]));
    const zoned = sizedOf([Object.fromEntries(listed.map(({ id }) => [id, 1]))], { ceilings });
    const pool = poolOf(configOf({}), zoned, zoned, listed);
    expect(textsOf(pool.reasons)['sizing/program']).toBe(
      'cheapest whole nodes that hold the scheduled replicas of every span, from g6e.xlarge/on-demand at 1.861 USD/h',
    );
  });
  test('say what bounds spot and how long a node stays, where that is so', () => {
    const ceilings = { 'l40s/g6e.xlarge/spot': 2 };
    const spot = poolOf(
      configOf({ capacity: ['on-demand', 'spot'], minUpTime: '2h' }, { spotShare: 0.4, spotTypeShare: 0.5 }),
      sizedOf([{}], { ceilings }),
    );
    expect(textsOf(spot.reasons)).toMatchObject({
      'sizing/spot': 'spot at most 40 % of the pool, and of that at most 50 % on one instance type; its price is an estimate',
      'sizing/min-up-time': 'a node that starts stays for 2h: solved without, then kept; what that adds is in the gap',
      assumed: 'boot of a node takes 4m: default, not stated in the config',
    });
    const plain = textsOf(poolOf(configOf({ bootTime: '3m' }), sizedOf([nodes(1)])).reasons);
    expect(Object.keys(plain)).toEqual(['sizing/program']);
  });
  test('tell of what is not used, with what runs in its place, and without the crumbs of the solver', () => {
    const alternative = (offering: string, tooDearByUsdPerHour: number | null) =>
      ({ offering, usdPerHour: 2, tooDearByUsdPerHour, lacks: null, insteadRuns: ['l40s/g6e.xlarge/on-demand'] }) as never;
    const sized = sizedOf([nodes(1)], {
      rejected: [alternative('l40s/g6e.2xlarge/on-demand', 0.12345678), alternative('other/g6e.2xlarge/on-demand', 1)],
    });
    expect(poolOf(configOf({}), sized).rejected).toMatchObject([
      { offering: 'g6e.2xlarge/on-demand', tooDearByUsdPerHour: 0.123457, insteadRuns: ['g6e.xlarge/on-demand'] },
    ]);
  });
});

describe('a reservation', () => {
  const reservation = {
    id: 'cr-0a',
    count: 3,
    from: start,
    to: start + 24 * hour,
    path: 'pools.l40s.reservation',
    oneMoreUsdPerHour: null,
  };
  const held = { ...small, id: 'g6e.xlarge/cr-0a', capacityType: 'reserved' as const, usdPerHour: 0, reservation };
  test('has a group of its own, named after it, with as many nodes as it holds', () => {
    const pool = poolOf(configOf({}), sizedOf([{ 'g6e.xlarge/cr-0a': 2 }]), undefined, [held]);
    expect(pool.groups[0]).toMatchObject({ name: 'l40s-g6e-xlarge-cr-0a', reservation: 'cr-0a', floor: 2, ceiling: 3 });
    expect(textsOf(pool.reasons)).toMatchObject({
      'sizing/program': expect.stringContaining('from 3 of g6e.xlarge/cr-0a, paid for') as string,
      'sizing/reserved':
        'cr-0a holds 3 g6e.xlarge from 2026-11-23T00:00:00Z until 2026-11-24T00:00:00Z: paid for already, in no cost of this plan, and used first',
    });
  });
  test('that is over before the plan begins has none', () => {
    const over = { ...held, reservation: { ...reservation, to: start } };
    expect(poolOf(configOf({}), sizedOf([{}]), undefined, [over, small]).groups.map(({ reservation: id }) => id)).toEqual([undefined]);
  });
  const configWith = (fields: object, zones?: readonly string[]) =>
    configOf({ reservation: { id: 'cr-0a', kind: 'reservation', instance: 'g6e.xlarge', count: 3, ...fields } }, zones && { zones });
  test('without a zone is warned of, one with a zone is not', () => {
    const warned = (zones: readonly string[], zone?: string) =>
      zonelessWarnings(configWith(zone ? { zone } : {}, zones), ['l40s']).map(({ path }) => path);
    expect(warned(['us-east-1a', 'us-east-1b'])).toEqual(['pools.l40s.reservation.zone']);
    expect(warned(['us-east-1a', 'us-east-1b'], 'us-east-1a')).toEqual([]);
  });
  test('that ends when the plan begins is warned of, one that ends later is not', () => {
    const config = configWith({ to: '2026-11-24T00:00:00Z' });
    const end = Date.UTC(2026, 10, 24);
    expect(overWarnings(config, ['l40s'], end)).toHaveLength(1);
    expect(overWarnings(config, ['l40s'], end - 1)).toEqual([]);
    expect(overWarnings(config, [], end)).toEqual([]);
  });
});

describe('a budget that is too small', () => {
  const own = (usdPerHour: number) => ({ gpus: [{ ...small, own: { count: 2, path: 'pools.gpus.machines[0]' }, usdPerHour }] });
  const config = testConfig({ limits: { budget: '1000 USD/month' } });
  const refusing = (offerings: Parameters<typeof hintingPaidAnyway>[1], hint?: string) => () =>
    hintingPaidAnyway(config, offerings, () => {
      throw new ProblemError({ code: 'sizing/budget', path: 'limits.budget', message: 'is too little', ...(hint && { hint }) });
    });
  test('names what the machines that are there cost', () => {
    expect(refusing(own(0.5), 'raise it to 2000')).toThrow(
      'Hint: raise it to 2000; the machines of pools.gpus cost 730 USD a month, used or not',
    );
  });
  test('is no matter of anything else where these machines alone cost more', () => {
    expect(refusing(own(1), 'raise spotShare')).toThrow(
      'Hint: raise it, or list fewer machines: the machines of pools.gpus cost 1,460 USD a month, used or not, so that nothing else helps',
    );
  });
  test('names the pools of such machines by name, in whatever order they come, and only those that cost something', () => {
    const { gpus } = own(0.5);
    const sentence = 'the machines of pools.a and pools.b cost 1,460 USD a month, used or not';
    const free = [{ ...small, own: { count: 2, path: 'pools.c.machines[0]' }, usdPerHour: 0 }];
    expect(refusing({ a: gpus, b: gpus, c: free })).toThrow(sentence);
    expect(refusing({ c: free, b: gpus, a: gpus })).toThrow(sentence);
  });
  test('leaves other problems as they are', () => {
    const other = () =>
      hintingPaidAnyway(config, own(0.5), () => {
        throw new ProblemError({ code: 'sizing/quota', path: 'limits.quotas', message: 'is too little', hint: 'raise the quota' });
      });
    expect(other).toThrow(/Hint: raise the quota$/);
  });
  test('is refused as it is where no machine is paid for anyway', () => {
    expect(refusing({ l40s: offerings }, 'as it is')).toThrow(/Hint: as it is$/);
    expect(hintingPaidAnyway(config, own(1), () => 7)).toBe(7);
  });
});

test('what a pool costs is shared by the GPU-hours that its workloads ask for, without GPUs by CPU-hours', () => {
  const { chat } = testConfig().workloads;
  const config = { workloads: { a: chat, b: chat, c: { ...chat, pool: 'general' } } };
  const { l40s, general } = samplePlan().pools;
  const asked = { ...resources, gpus: 1 };
  const demands = { a: demandOf([1, 1]), b: demandOf([2, 1]), c: demandOf([0, 0]) };
  const usd = usdByWorkload(
    config as never,
    demands,
    { a: asked, b: { ...asked, gpus: 2 }, c: asked },
    { l40s, general },
    (pool) => pool.usdPerMonth.p95,
  );
  expect(usd).toEqual({ a: 3000, b: 9000, c: 0 });
  const cpu = usdByWorkload(
    { workloads: { a: { ...chat, pool: 'general' }, b: { ...chat, pool: 'general' } } } as never,
    { a: demands.a, b: demands.b },
    { a: { ...asked, gpus: 9 }, b: asked },
    { general },
    (pool) => pool.usdPerMonth.p95,
  );
  expect(cpu).toEqual({ a: 200, b: 300 });
});
