import { absenceOf, contentsOf, hoursOf, serviceOf, wholeModel } from '../../../lib/sizing/problem/model';
import { kind, node, problem, withZoneShare } from '../search/support';

const narrow = kind('narrow');
const names = (of: ReturnType<typeof problem>, merge?: boolean) =>
  wholeModel(of, merge).offerings.map(({ members }) => members.map(({ name }) => name).join(' '));

test('a service is what a node does for a replica: its need, its throughput, and how many fit alone', () => {
  const large = node('large', { gpus: 4, cpuMilli: 7_500, memoryMiB: 64_000, pods: 9, usdPerHour: 1 });
  const one = kind('one', { cpuMilli: 2_000, memoryMiB: 1_000, on: { l40s: { gpus: 1, throughput: 3 } } });
  expect(serviceOf(large, one)).toEqual({ need: [1, 2_000, 1_000, 1], throughput: 3, fits: 3 });
  expect(serviceOf({ ...large, pods: 2 }, one)?.fits).toBe(2);
  expect(serviceOf({ ...large, cpuMilli: 2_000 }, one)?.fits).toBe(1);
  // Of what it does not ask for any amount is enough.
  expect(serviceOf({ ...large, gpu: null, gpus: 0 }, { ...one, on: { none: { gpus: 0, throughput: 1 } } })?.fits).toBe(3);
});

test('a node of another pool or GPU, of no throughput or that is too small does nothing for a replica', () => {
  const here = node('here', { usdPerHour: 1 });
  expect(serviceOf(here, narrow)).not.toBeNull();
  expect(serviceOf({ ...here, pool: 'p' }, narrow)).toBeNull();
  expect(serviceOf({ ...here, gpu: 'a10g' }, narrow)).toBeNull();
  expect(serviceOf({ ...here, gpu: null }, narrow)).toBeNull();
  expect(serviceOf({ ...here, cpuMilli: 999 }, narrow)).toBeNull();
  expect(serviceOf(here, { ...narrow, on: { l40s: { gpus: 1, throughput: 0 } } })).toBeNull();
  expect(serviceOf({ ...here, pods: 0 }, narrow)).toBeNull();
});

test('a node without a stated number of pods has room for a million', () => {
  const tiny = kind('tiny', { cpuMilli: 0, memoryMiB: 0, on: { l40s: { gpus: 0, throughput: 1 } } });
  expect(serviceOf(node('n', { usdPerHour: 1 }), tiny)?.fits).toBe(1_000_000);
});

test('offerings that differ in nothing but zone and name are one, with the nodes of all', () => {
  const zones = ['a', 'b'].map((zone) => node(`n/on-demand/${zone}`, { zone, usdPerHour: 2, mostNodes: 4 }));
  const of = problem({ offerings: [zones[1], zones[0]], classes: [narrow], demand: { narrow: [1] } });
  const [merged, ...others] = wholeModel(of).offerings;
  expect(others).toEqual([]);
  expect(merged).toEqual({ members: zones, shape: 0, usdPerHour: 2, least: 0, most: 8, committed: null, absent: new Set() });
  expect(names(of, false)).toEqual(['n/on-demand/a', 'n/on-demand/b']);
});

test('what differs in price, capacity, presence, commitment, room or a limit stays apart', () => {
  const first = node('n/on-demand/a', { zone: 'a', usdPerHour: 2 });
  const alike = { ...first, name: 'n/on-demand/b', zone: 'b' };
  const both = (other: Partial<typeof first>) =>
    names(problem({ offerings: [first, { ...alike, ...other }], classes: [narrow], demand: { narrow: [1] } }));
  const apart = ['n/on-demand/a', 'n/on-demand/b'];
  expect(both({})).toEqual([apart.join(' ')]);
  expect(both({ usdPerHour: 2.1 })).toEqual(apart);
  expect(both({ capacityType: 'spot' })).toEqual(apart);
  expect(both({ instanceType: 'm' })).toEqual(apart);
  expect(both({ vCpu: 5 })).toEqual(apart);
  expect(both({ absentIn: [0] })).toEqual(apart);
  expect(both({ committed: { least: 0, most: 2 } })).toEqual(apart);
  expect(both({ leastNodes: 1 })).toEqual(apart);
  expect(both({ pods: 9 })).toEqual(apart);
  expect(both({ pool: 'p' })).toEqual(apart);
  expect(names(withZoneShare(problem({ offerings: [first, alike], classes: [narrow], demand: { narrow: [1] } }), 0.5))).toEqual(apart);
});

test('committed nodes of alike offerings are added up, and no more are used than stated', () => {
  const reserved = (zone: string, least: number, most: number, mostNodes: number) =>
    node(`n/reserved/${zone}`, { zone, usdPerHour: 1, mostNodes, committed: { least, most } });
  const of = problem({ offerings: [reserved('a', 1, 3, 9), reserved('b', 2, 5, 4)], classes: [narrow], demand: { narrow: [1] } });
  expect(wholeModel(of).offerings).toMatchObject([{ committed: { least: 3, most: 8 }, most: 3 + 4 }]);
});

test('a model is sorted, has a shape for each room, and only the limits that concern it', () => {
  const of = problem({
    offerings: [node('b', { usdPerHour: 1, quota: 'D' }), node('a', { gpu: null, gpus: 0, usdPerHour: 1, leastNodes: 2 })],
    classes: [kind('y'), kind('x')],
    demand: { x: [1, 2] },
    limits: { quotas: { D: 8, E: 4 }, gpuCeiling: 3 },
  });
  const model = wholeModel({ ...of, periodHours: [2, 3] });
  expect(model.offerings.map(({ members: [{ name }], shape, least }) => [name, shape, least])).toEqual([
    ['a', 0, 2],
    ['b', 1, 0],
  ]);
  expect(model.shapes.map(({ gpu, room }) => [gpu, ...room])).toEqual([
    ['none', 0, 4_000, 16_000, 1e6],
    ['l40s', 1, 4_000, 16_000, 1e6],
  ]);
  expect(model.shapes.map(({ serves }) => serves.map((service) => service?.fits ?? null))).toEqual([
    [null, null],
    [1, 1],
  ]);
  expect(model.classes.map(({ name }) => name)).toEqual(['x', 'y']);
  expect(model.demand).toEqual([[1, 2], []]);
  expect(model.hours).toEqual([2, 3]);
  expect(model.limits.map(({ limit, weights, most }) => [limit.name, ...weights, most])).toEqual([
    ['quota.D', 0, 4, 8],
    ['ceiling', 0, 1, 3],
  ]);
  expect(model.noneEmpty).toBe(false);
});

test('a period lasts as long as all of them, or as stated for each', () => {
  expect([hoursOf({ periodHours: 3 }, 1), hoursOf({ periodHours: [3, 4] }, 1)]).toEqual([3, 4]);
});

test('which offerings a period lacks is told apart', () => {
  const of = problem({
    offerings: [node('a', { usdPerHour: 1, absentIn: [0] }), node('b', { usdPerHour: 2 }), node('c', { usdPerHour: 3, absentIn: [1] })],
    classes: [narrow],
    demand: { narrow: [1, 1, 1] },
  });
  const model = wholeModel(of);
  expect([0, 1, 2].map((period) => absenceOf(model, period))).toEqual(['x,,', ',,x', ',,']);
});

test('the contents of a shape are listed once, over the classes that it serves', () => {
  const of = problem({
    offerings: [node('two', { gpus: 2, usdPerHour: 1 })],
    classes: [
      kind('elsewhere', { on: { a10g: { gpus: 1, throughput: 1 } } }),
      kind('narrow'),
      kind('wide', { on: { l40s: { gpus: 2, throughput: 1 } } }),
    ],
    demand: { narrow: [1] },
  });
  const [shape] = wholeModel(of).shapes;
  expect(contentsOf(shape)).toEqual([
    [2, 0],
    [0, 1],
  ]);
  expect(contentsOf(shape)).toBe(contentsOf(shape));
});
