import { highsSolver } from '../../lib/adapters/highs';
import type { Offering } from '../../lib/catalog/offering';
import { isProblemError } from '../../lib/problems';
import { checkPacking } from '../support/check-packing';
import { sizePools, type SizingResult } from '../../lib/sizing/size-pools';
import { type DemandSegment, type NodeCounts, nodeKey, type SizingPool } from '../../lib/sizing/problem/pools';
import type { Solver } from '../../lib/sizing/problem/program';
import { hourly, hourMs, monday, noLimits, offering, pool, replica, seeded, smallInstance } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const inZones = (offerings: readonly Offering[], zones: readonly string[]) =>
  offerings.flatMap((one) => zones.map((zone) => ({ ...one, id: `${one.id}/${zone}`, zone })));

function reserved(type: string, count: number, fields: Partial<Offering> & { from?: number; to?: number } = {}): Offering {
  const { from = -Infinity, to = Infinity, ...rest } = fields;
  const reservation = { id: 'cr-0a', count, from, to, path: 'pools.p.reservation.count', oneMoreUsdPerHour: null };
  return { ...offering(type, { usdPerHour: 0, ...rest }, 'reserved'), id: `${type}/reserved/cr-0a`, reservation };
}

/** Every rule of a pool that the nodes of a result break, by a reading of its own. */
function broken(
  each: SizingPool,
  segments: readonly DemandSegment[],
  result: Pick<SizingResult, 'segments' | 'ceilings'>,
): readonly string[] {
  const said: string[] = [];
  const hasGpus = each.offerings.some(({ gpus }) => gpus > 0);
  const size = ({ gpus, vCpu }: Offering) => (hasGpus ? gpus : vCpu);
  const started = new Map<string, { at: number; count: number }[]>();
  result.segments.forEach(({ from, to, nodes }, index) => {
    const running = each.offerings.map((one) => ({ one, count: nodes[nodeKey(each.name, one)] ?? 0 }));
    const packing = checkPacking(each, nodes, segments[index].replicas);
    if (packing) said.push(packing);
    const sum = (test: (one: Offering) => boolean) =>
      running.reduce((total, { one, count }) => total + (test(one) ? count * size(one) : 0), 0);
    const all = sum(() => true);
    const spot = sum(({ capacityType }) => capacityType === 'spot');
    if (spot > each.spotShare * all + 1e-6) said.push(`${spot} of ${all} on spot`);
    for (const type of new Set(each.offerings.map(({ instanceType }) => instanceType))) {
      const one = sum(({ instanceType, capacityType }) => instanceType === type && capacityType === 'spot');
      if (one > (each.spotTypeShare ?? 1) * spot + 1e-6) said.push(`${one} of ${spot} on spot of ${type}`);
    }
    for (const zone of new Set(each.offerings.map((one) => one.zone))) {
      const there = sum((one) => one.zone === zone);
      if (zone !== undefined && there > (each.zoneShare ?? 1) * all + 1e-6) said.push(`${there} of ${all} in ${zone}`);
    }
    for (const { one, count } of running) {
      const key = nodeKey(each.name, one);
      const { reservation } = one;
      if (reservation && count > reservation.count) said.push(`${count} of ${reservation.count} reserved`);
      if (reservation && count > 0 && (from < reservation.from || to > reservation.to)) said.push(`reserved nodes at ${from}`);
      if (count > (reservation?.count ?? result.ceilings[key] ?? 0)) said.push(`${count} of ${key}, above its ceiling`);
      if (reservation || !each.minUpMs || index === 0) continue;
      const before = result.segments[index - 1].nodes[key] ?? 0;
      const starts = started.get(key) ?? [];
      if (count > before) starts.push({ at: from, count: count - before });
      started.set(key, starts);
      const due = starts.filter(({ at }) => from - at < (each.minUpMs ?? 0)).reduce((total, start) => total + start.count, 0);
      if (count < due) said.push(`${count} of ${key} where ${due} started within ${each.minUpMs} ms`);
    }
    if (each.ceiling) {
      const { unit, amount } = each.ceiling;
      const used = running.reduce(
        (total, { one, count }) => total + count * (unit === 'GPU' ? one.gpus : unit === 'vCPU' ? one.vCpu : 1),
        0,
      );
      if (used > amount) said.push(`${used} of ${amount} ${unit}`);
    }
  });
  return said;
}

/** One of the small sets of pools, nearly always possible, with what this file is about. */
function richer(seed: number): { readonly pools: readonly SizingPool[]; readonly segments: readonly DemandSegment[] } {
  const random = seeded(1_000 + seed);
  const chance = (probability: number) => random() < probability;
  const { pools, replicas } = smallInstance(seed);
  const wanted = Array.from({ length: 4 }, () =>
    Object.fromEntries(Object.keys(replicas).map((name) => [name, 2 + Math.floor(random() * 5)])),
  );
  return {
    segments: hourly(wanted),
    pools: pools.map((each): SizingPool => {
      const [first, ...others] = each.offerings;
      const plain: readonly Offering[] = [{ ...first, capacityType: 'on-demand', id: `${first.instanceType}/on-demand` }, ...others];
      const zoned = chance(0.6);
      const zones = ['a', 'b', 'c'].slice(0, 2 + Math.floor(2 * random()));
      const reservation = reserved(first.instanceType, 1 + Math.floor(2 * random()), {
        ...first,
        capacityType: 'reserved',
        usdPerHour: 0,
        to: chance(0.5) ? Infinity : monday + 2 * hourMs,
        ...(zoned && { zone: 'a' }),
      });
      return {
        ...each,
        ceiling: chance(0.8) ? null : each.ceiling,
        offerings: [
          ...(zoned ? inZones(plain, zones) : plain),
          ...(chance(0.4) ? [{ ...reservation, capacityType: 'reserved' as const, id: `${first.instanceType}/reserved/cr-0a` }] : []),
        ],
        spotTypeShare: chance(0.4) ? 0.6 : 1,
        ...(zoned && { zoneShare: [0.7, 0.8, 1][Math.floor(3 * random())] }),
        minUpMs: chance(0.5) ? 2 * hourMs : 0,
      };
    }),
  };
}

test('on 200 sets of pools with zones, shares, reservations and least up-times no rule is broken', () => {
  let sized = 0;
  let spread = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const { pools, segments } = richer(seed);
    try {
      const result = sizePools({ pools, limits: noLimits, segments, wantedCeilings: {}, solver, explained: false });
      for (const each of pools) expect([seed, ...broken(each, segments, result)]).toEqual([seed]);
      expect(result.boundUsdPerHour).toBeLessThanOrEqual(result.usdPerHour + 1e-9);
      sized++;
      if (pools.some(({ zoneShare = 1 }) => zoneShare < 1)) spread++;
    } catch (error) {
      if (!isProblemError(error)) throw error;
    }
  }
  expect(sized).toBeGreaterThan(130);
  expect(spread).toBeGreaterThan(40);
});

const one = offering('g.one', { usdPerHour: 2 });
const sizes = (each: SizingPool, counts: readonly number[]) =>
  sizePools({ pools: [each], limits: noLimits, segments: hourly(counts.map((chat) => ({ chat }))), wantedCeilings: {}, solver });
const chat = replica('chat', 1);

test('zones cost nothing: the same nodes as without, spread evenly', () => {
  const plain = sizes(pool('p', { offerings: [one], classes: [chat] }), [5]);
  const zoned = sizes(pool('p', { offerings: inZones([one], ['a', 'b', 'c']), classes: [chat] }), [5]);
  expect(zoned.usdPerHour).toBe(plain.usdPerHour);
  expect(zoned.segments[0].nodes).toEqual({ 'p/g.one/on-demand/a': 2, 'p/g.one/on-demand/b': 2, 'p/g.one/on-demand/c': 1 });
});

test('one node more moves no other to another zone', () => {
  const zoned = sizes(pool('p', { offerings: inZones([one], ['a', 'b']), classes: [chat] }), [3, 4, 5, 4]);
  expect(zoned.segments.map(({ nodes }) => Object.values(nodes))).toEqual([
    [2, 1],
    [2, 2],
    [3, 2],
    [2, 2],
  ]);
});

test('where a share of a zone has to move nodes, no group changes its zone: a node or two go elsewhere', () => {
  const spot = offering('g.one', { usdPerHour: 1 }, 'spot');
  const day = [8, 7, 9, 7, 3, 5, 3, 9, 8, 10];
  const each = pool('p', { offerings: inZones([one, spot], ['a', 'b']), classes: [chat], zoneShare: 0.6, spotShare: 0.5 });
  const result = sizes(each, day);
  expect(broken(each, hourly(day.map((count) => ({ chat: count }))), result)).toEqual([]);
  for (const kind of ['p/g.one/on-demand', 'p/g.one/spot']) {
    const counts = result.segments.map(({ nodes }) => ['a', 'b'].map((zone) => nodes[`${kind}/${zone}`] ?? 0));
    counts.forEach(([a, b], hour) => {
      expect([hour, Math.abs(a - b) <= 2]).toEqual([hour, true]);
      if (hour === 0) return;
      const [beforeA, beforeB] = counts[hour - 1];
      const more = Math.abs(a + b - beforeA - beforeB);
      expect([hour, Math.abs(a - beforeA) + Math.abs(b - beforeB) <= more + 2]).toEqual([hour, true]);
    });
  }
});

test('a share of a zone that whole nodes of the cheapest kind break is kept by others', () => {
  // A node of eight and one of one are nine tenths in one zone; nine small ones are not.
  const eight = offering('g.eight', { gpus: 8, usdPerHour: 10 });
  const classes = [replica('chat', 1, 100, 100)];
  const offerings = inZones([one, eight], ['a', 'b']);
  expect(sizes(pool('p', { offerings, classes }), [9]).segments[0].nodes).toMatchObject({ 'p/g.eight/on-demand/a': 1 });
  const kept = sizes(pool('p', { offerings, classes, zoneShare: 0.6 }), [9]);
  expect(kept.segments[0].nodes).toEqual({ 'p/g.one/on-demand/a': 4, 'p/g.one/on-demand/b': 5 });
  expect(kept.boundUsdPerHour).toBeCloseTo(kept.usdPerHour, 9);
});

test('no spot type has more than its share of the spot of a pool', () => {
  const spot = [offering('g.one', { usdPerHour: 0.5 }, 'spot'), offering('g.two', { usdPerHour: 0.6 }, 'spot')];
  const each = pool('p', { offerings: [one, ...spot], classes: [chat], spotTypeShare: 0.5 });
  expect(sizes(each, [6]).segments[0].nodes).toEqual({ 'p/g.one/spot': 3, 'p/g.two/spot': 3 });
  const binding = sizes(each, [6]).binding.map(({ limit, used, available }) => [limit, used, available]);
  expect(binding).toContainEqual(['pool.p.spotTypeShare.g.one', 3, 3]);
});

test('what is reserved is used first and costs nothing by use, while it is there', () => {
  const each = pool('p', { offerings: [one, reserved('g.one', 2, { to: monday + 2 * hourMs })], classes: [chat] });
  const result = sizes(each, [1, 3, 3]);
  expect(result.segments.map(({ nodes }) => nodes)).toEqual([
    { 'p/g.one/reserved/cr-0a': 1 },
    { 'p/g.one/reserved/cr-0a': 2, 'p/g.one/on-demand': 1 },
    { 'p/g.one/on-demand': 3 },
  ]);
  expect(result.usdPerHour).toBeCloseTo((0 + 2 + 6) / 3, 9);
});

test('a node that starts stays for its least up-time, and the gap says what that may cost', () => {
  const each = pool('p', { offerings: [one], classes: [chat], minUpMs: 3 * hourMs });
  const result = sizes(each, [1, 4, 1, 1, 1, 1]);
  expect(result.segments.map(({ nodes }) => nodes['p/g.one/on-demand'])).toEqual([1, 4, 3, 3, 1, 1]);
  expect(result.status).toBe('feasible');
  expect(result.usdPerHour - result.boundUsdPerHour).toBeCloseTo((4 * 2) / 6, 9);
});

test('what stays on keeps to the share of spot too: more runs beside it', () => {
  const spot = offering('g.one', { usdPerHour: 0.5 }, 'spot');
  const each = pool('p', { offerings: [one, spot], classes: [chat], spotShare: 0.5, minUpMs: 2 * hourMs });
  // The two on demand ran before the horizon, as far as is known; the spot nodes that started stay.
  const result = sizes({ ...each, offerings: [one, spot] }, [4, 8, 2, 2]);
  expect(broken(each, hourly([4, 8, 2, 2].map((count) => ({ chat: count }))), result)).toEqual([]);
});

test('replicas run only on GPUs that they may use', () => {
  const cheap = offering('g.cheap', { gpuName: 'A10G', usdPerHour: 1 });
  const only = pool('p', { offerings: [one, cheap], classes: [{ ...chat, gpuNames: ['L40S'] }] });
  expect(sizes(only, [3]).segments[0].nodes).toEqual({ 'p/g.one/on-demand': 3 });
  const both = pool('p', { offerings: [one, cheap], classes: [chat] });
  expect(sizes(both, [3]).segments[0].nodes).toEqual({ 'p/g.cheap/on-demand': 3 });
});

test('what is reserved for some of the time is used then, however tight a quota or ceiling is', () => {
  const offerings = [one, reserved('g.one', 3, { from: monday + hourMs, to: monday + 3 * hourMs })];
  const counts = [6, 6, 6, 6];
  const segments = hourly(counts.map((each) => ({ chat: each })));
  const expected = [
    { 'p/g.one/on-demand': 6 },
    { 'p/g.one/on-demand': 3, 'p/g.one/reserved/cr-0a': 3 },
    { 'p/g.one/on-demand': 3, 'p/g.one/reserved/cr-0a': 3 },
    { 'p/g.one/on-demand': 6 },
  ];
  const ceiling = { amount: 7, unit: 'GPU' } as const;
  for (const { each, limits } of [
    { each: pool('p', { offerings, classes: [chat], ceiling }), limits: noLimits },
    { each: pool('p', { offerings, classes: [chat] }), limits: { ...noLimits, quotas: { 'L-DB2E81BA': 28 } } },
  ]) {
    const result = sizePools({ pools: [each], limits, segments, wantedCeilings: { chat: 9 }, solver });
    expect(result.segments.map(({ nodes }) => nodes)).toEqual(expected);
    expect(result.status).toBe('optimal');
    // At any time: seven, of which none may be reserved.
    expect(result.replicaCeilings).toEqual({ chat: 7 });
    expect(result.ceilings).toEqual({ 'p/g.one/on-demand': 7, 'p/g.one/reserved/cr-0a': 3 });
  }
});

test('a common fleet leaves out what is reserved for some of the time, and each hour keeps the ceiling with it', () => {
  // Four big nodes by day and eight small ones by night are no fleet of eight GPU; the reserved ones serve the second night.
  const small = offering('small', { gpus: 1, allocatableMemoryMiB: 32_000, usdPerHour: 1 });
  const big = offering('big', { gpus: 4, allocatableCpuMilli: 16_000, allocatableMemoryMiB: 200_000, usdPerHour: 5 });
  const each = pool('p', {
    offerings: [
      small,
      big,
      reserved('small', 5, { ...small, capacityType: 'reserved', from: monday + 2 * hourMs, to: monday + 3 * hourMs }),
    ],
    classes: [replica('wide', 4, 100, 1_000), replica('narrow', 1, 100, 1_000)],
    ceiling: { amount: 8, unit: 'GPU' },
  });
  const hours = [
    { wide: 2, narrow: 0 },
    { wide: 0, narrow: 8 },
    { wide: 0, narrow: 5 },
    { wide: 1, narrow: 4 },
  ];
  const segments = hourly(hours);
  const result = sizePools({ pools: [each], limits: noLimits, segments, wantedCeilings: {}, solver });
  expect(broken(each, segments, result)).toEqual([]);
  expect(result.segments[2].usdPerHour).toBe(0);
});

test('a common fleet holds the smaller demands too, which a share of a zone or of a spot type may not let it', () => {
  const four = offering('g.four', { gpus: 4, vCpu: 48, usdPerHour: 10.49264, allocatableCpuMilli: 48_000, allocatableMemoryMiB: 380_000 });
  const kinds: readonly Offering[] = [{ ...one, usdPerHour: 1.861 }, four].flatMap((each) => [
    each,
    { ...each, capacityType: 'spot' as const, id: `${each.instanceType}/spot`, usdPerHour: each.gpus === 4 ? 4.6168 : 0.7816 },
  ]);
  const each = pool('p', {
    offerings: inZones(kinds, ['a', 'b', 'c']),
    classes: [replica('chat', 1, 2_000, 8_192)],
    ceiling: { amount: 15, unit: 'GPU' },
    spotShare: 0.5,
    spotTypeShare: 0.7,
    zoneShare: 0.5,
  });
  // Replicas and for how many hours.
  const spans = [
    [4, 3.9],
    [6, 2],
    [8, 1],
    [11, 2],
    [13, 2],
    [14, 3.1],
    [13, 2],
    [11, 2],
    [8, 1],
    [6, 2],
    [4, 6.9],
    [6, 2],
    [8, 1],
    [11, 2],
    [13, 2],
    [14, 4.1],
    [12, 2],
    [10, 1],
    [8, 1],
    [6, 1],
    [5, 1],
    [4, 3],
  ];
  let to = monday;
  const segments = spans.map(([count, hours]) => ({ from: to, to: (to += hours * hourMs), replicas: { chat: count } }));
  const result = sizePools({ pools: [each], limits: noLimits, segments, wantedCeilings: { chat: 28 }, solver });
  expect(broken(each, segments, result)).toEqual([]);
});

test('on 50 sets of pools whose ceilings are just what one hour uses, no rule is broken and no refusal names what no config has', () => {
  let sized = 0;
  for (let seed = 1; seed <= 50; seed++) {
    const { pools: free, segments } = richer(seed);
    const gpusOf = (nodes: NodeCounts, { name, offerings }: SizingPool) =>
      offerings.reduce((sum, one) => sum + one.gpus * (nodes[nodeKey(name, one)] ?? 0), 0);
    let pools = free.map((each) => ({ ...each, minUpMs: 0 }));
    try {
      const loose = sizePools({ pools, limits: noLimits, segments, wantedCeilings: {}, solver, explained: false });
      pools = pools.map((each) => {
        const amount = Math.max(...loose.segments.map(({ nodes }) => gpusOf(nodes, each)));
        return amount > 0 ? { ...each, ceiling: { amount, unit: 'GPU' as const } } : each;
      });
      const result = sizePools({ pools, limits: noLimits, segments, wantedCeilings: {}, solver, explained: false });
      for (const each of pools) expect([seed, ...broken(each, segments, result)]).toEqual([seed]);
      sized++;
    } catch (error) {
      if (!isProblemError(error)) throw error;
      expect(error.problems).not.toEqual([]);
      for (const { path } of error.problems) expect(path).toMatch(/^(pools|limits|workloads)\b/);
    }
  }
  expect(sized).toBeGreaterThan(30);
});

test('nodes that take over from a reservation are there before its end, and those that it takes over from until it has begun to serve', () => {
  const offerings = [one, reserved('g.one', 2, { from: monday + hourMs, to: monday + 3 * hourMs })];
  const each = pool('p', { offerings, classes: [chat], handOverMs: hourMs / 6 });
  const spans = sizes(each, [3, 3, 3, 3]).segments.map(({ from, to, nodes }) => [
    (from - monday) / 60_000,
    (to - monday) / 60_000,
    nodes['p/g.one/on-demand'],
    nodes['p/g.one/reserved/cr-0a'] ?? 0,
  ]);
  expect(spans).toEqual([
    [0, 60, 3, 0],
    [60, 70, 3, 2],
    [70, 120, 1, 2],
    [120, 170, 1, 2],
    [170, 180, 3, 0],
    [180, 240, 3, 0],
  ]);
  // Within a ceiling that leaves no room for both, the reserved ones start when they take over.
  const tight = { ...each, ceiling: { amount: 4, unit: 'GPU' } as const };
  expect(sizes(tight, [3, 3, 3, 3]).segments[1].nodes).toEqual({ 'p/g.one/on-demand': 3 });
});

test('nobody takes over from a reservation that alone can hold a workload', () => {
  const large = reserved('g.eight', 1, { gpus: 8, from: monday + hourMs, to: monday + 3 * hourMs });
  const each = pool('p', { offerings: [one, large], classes: [chat, replica('train', 8)], handOverMs: hourMs / 6 });
  const segments = hourly([0, 1, 1, 0].map((train) => ({ chat: 1, train })));
  const result = sizePools({ pools: [each], limits: noLimits, segments, wantedCeilings: {}, solver });
  expect(result.segments.map(({ nodes }) => nodes['p/g.eight/reserved/cr-0a'] ?? 0)).toEqual([0, 1, 1, 0]);
});

test('a reservation that cannot hold a workload is no cover for one that has ended', () => {
  const large = { ...reserved('g.eight', 1, { gpus: 8, to: monday + hourMs }), id: 'g.eight/reserved/cr-0b' };
  const each = pool('p', { offerings: [reserved('g.one', 2), large], classes: [replica('train', 8)] });
  const segments = hourly([{ train: 1 }, { train: 1 }]);
  expect(() => sizePools({ pools: [each], limits: noLimits, segments, wantedCeilings: {}, solver })).toThrow(
    'reservation cr-0a can be used until 2026-11-23T01:00:00Z, and train needs nodes until 2026-11-23T02:00:00Z',
  );
});

test('an idle node evens out the zones where that is cheapest, and lets no more spot into its share', () => {
  const offerings = inZones([one], ['a', 'b']);
  const even = sizes(pool('p', { offerings, classes: [chat], zoneShare: 0.5 }), [3]);
  expect(even.segments[0].nodes).toEqual({ 'p/g.one/on-demand/a': 2, 'p/g.one/on-demand/b': 2 });
  const spot = offering('g.one', { usdPerHour: 0.5 }, 'spot');
  const mixed = pool('p', { offerings: inZones([one, spot], ['a', 'b']), classes: [chat], zoneShare: 0.5, spotShare: 0.5 });
  // Three on spot beside an idle one on demand would cost 3.5.
  expect(sizes(mixed, [3]).usdPerHour).toBe(5);
});
