import { wholeModel } from '../../../lib/sizing/problem/model';
import { addPeriod, isRoom, type PeriodOptions } from '../../../lib/sizing/problem/period';
import { programBuilder } from '../../../lib/sizing/problem/program';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import { kind, node, problem, withZoneShare } from '../search/support';
import { written } from './written';

/** The program of one period, as lines. */
function periodOf(of: HorizonProblem, options: Partial<PeriodOptions> = {}, period = 0): readonly string[] {
  const model = wholeModel(of);
  const builder = programBuilder();
  addPeriod(builder, model, period, {
    price: (offering) => model.offerings[offering].usdPerHour,
    most: (offering) => model.offerings[offering].most,
    whole: true,
    label: '',
    ...options,
  });
  return written(builder.program());
}

const four = node('four', { gpus: 4, vCpu: 16, cpuMilli: 8_000, memoryMiB: 64_000, usdPerHour: 7, quota: 'D' });
const one = node('one', { cpuMilli: 3_000, usdPerHour: 2, quota: 'D' });
const oneSpot = node('one/spot', { cpuMilli: 3_000, usdPerHour: 1 });
const narrow = kind('narrow');
const wide = kind('wide', { cpuMilli: 3_000, on: { l40s: { gpus: 2, throughput: 1 } } });

const demand = { narrow: [5, 0], wide: [3, 1] };
const both = problem({ offerings: [one, four], classes: [narrow, wide], demand });

test('a period buys whole nodes and places replicas on shapes, within the room of the nodes and up to the demand', () => {
  expect(periodOf(both)).toEqual([
    'minimise 7 four + 2 one',
    // Alone, two nodes of four hold five of the narrow and two more three of the wide.
    'four: whole of 0..4',
    'one: whole of 0..5',
    'shape 0 narrow: whole of 0..5',
    'shape 0 wide: whole of 0..3',
    'shape 1 narrow: whole of 0..5',
    'room: 0.25 shape 0 narrow + 0.5 shape 0 wide + -1 four <= 0',
    'room: shape 1 narrow + -1 one <= 0',
    'demand narrow: shape 0 narrow + shape 1 narrow >= 5',
    'demand wide: shape 0 wide >= 3',
  ]);
});

test('what nobody wants in a period is placed nowhere, and an offering of no use cannot run', () => {
  expect(periodOf(both, {}, 1)).toEqual([
    'minimise 7 four + 2 one',
    'four: whole of 0..1',
    'one: whole of 0..0',
    'shape 0 wide: whole of 0..1',
    'room: 0.5 shape 0 wide + -1 four <= 0',
    'room:  <= 0',
    'demand wide: shape 0 wide >= 1',
  ]);
});

test('a class without a demand wants nothing', () => {
  expect(periodOf({ ...both, classes: [...both.classes, kind('unwanted')] })).toEqual(periodOf(both));
});

test('cuts say by how many nodes a demand is served at the least', () => {
  const lines = periodOf(both, { cuts: true });
  expect(lines.filter((line) => !periodOf(both).includes(line))).toEqual([
    'cut narrow: four + one >= 2',
    'cut narrow: 2 four + one >= 3',
    'cut narrow: 3 four + one >= 4',
    'cut wide: four >= 2',
  ]);
});

test('a shape that is written by contents places no more than the contents of its nodes', () => {
  const lines = periodOf(both, { strict: new Set([0]) });
  expect(lines.filter((line) => !periodOf(both).includes(line))).toEqual([
    'shape 0 [4 0]: whole of 0..10000',
    'shape 0 [2 1]: whole of 0..10000',
    'shape 0 [0 2]: whole of 0..10000',
    'contents: shape 0 [4 0] + shape 0 [2 1] + shape 0 [0 2] + -1 four <= 0',
    'contents of: shape 0 narrow + -4 shape 0 [4 0] + -2 shape 0 [2 1] <= 0',
    'contents of: shape 0 wide + -1 shape 0 [2 1] + -2 shape 0 [0 2] <= 0',
  ]);
});

test('contents are cut down to the demand, and those that another one covers are left out', () => {
  const few = problem({ offerings: [four], classes: [narrow, wide], demand: { narrow: [1], wide: [2] } });
  // Of [4 0], [2 1] and [0 2] the demand leaves [1 0], [1 1] and [0 2].
  expect(periodOf(few, { strict: new Set([0]) }).filter((line) => line.includes('[') && line.includes('whole'))).toEqual([
    'shape 0 [1 1]: whole of 0..10000',
    'shape 0 [0 2]: whole of 0..10000',
  ]);
});

test('a relaxation that is priced has no bound that only helps a search', () => {
  expect(periodOf(both, { priced: true, whole: false }).filter((line) => line.includes(' of '))).toEqual([
    'four: any of 0..20',
    'one: any of 0..20',
    'shape 0 narrow: any of 0..1000000',
    'shape 0 wide: any of 0..1000000',
    'shape 1 narrow: any of 0..1000000',
  ]);
});

test('a row of room that asks no more of any class than another one is left out, of equal ones the last stays', () => {
  // A node takes one `gpu` or one `cpu` alone. Memory is asked for like pods, less than the other resources.
  const classes = [
    kind('cpu', { cpuMilli: 5_000, memoryMiB: 640 }),
    kind('gpu', { memoryMiB: 640, on: { l40s: { gpus: 3, throughput: 1 } } }),
  ];
  const rows = periodOf(problem({ offerings: [four], classes, demand: { cpu: [2], gpu: [2] } })).filter((line) => line.includes('<='));
  expect(rows).toEqual([
    'fits: shape 0 cpu + -1 four <= 0',
    'fits: shape 0 gpu + -1 four <= 0',
    'room: 0.25 shape 0 cpu + 0.75 shape 0 gpu + -1 four <= 0',
    'room: 0.625 shape 0 cpu + 0.125 shape 0 gpu + -1 four <= 0',
  ]);
  expect([isRoom('fits'), isRoom('room'), isRoom('demand cpu')]).toEqual([true, true, false]);
});

const limited = problem({
  offerings: [one, oneSpot, four],
  classes: [narrow, wide],
  demand,
  limits: { quotas: { D: 24 }, gpuCeiling: 30, spotShare: 0.5 },
});

test('limits are rows over the nodes, and what counts in favour of a share may run in any number', () => {
  const lines = periodOf(limited);
  expect(lines.slice(1, 4)).toEqual(['four: whole of 0..20', 'one: whole of 0..20', 'one/spot: whole of 0..5']);
  expect(lines.slice(-3)).toEqual([
    'quota.D: 16 four + 4 one <= 24',
    'ceiling: 4 four + one + one/spot <= 30',
    'spotShare: -2 four + -0.5 one + 0.5 one/spot <= 0',
  ]);
});

test('a period keeps only the limits that it is asked to', () => {
  const lines = periodOf(limited, { kinds: ({ kind: of }) => of === 'ceiling' });
  expect(lines.filter((line) => /^(quota|ceiling|spot)/.test(line))).toEqual(['ceiling: 4 four + one + one/spot <= 30']);
});

test('where no node may run empty, each has a replica, and no replica is placed beyond the demand', () => {
  const lines = periodOf({ ...limited, noneEmpty: true });
  // One a replica at most.
  expect(lines.slice(1, 4)).toEqual(['four: whole of 0..8', 'one: whole of 0..5', 'one/spot: whole of 0..5']);
  expect(lines.filter((line) => /^(in use|served)/.test(line))).toEqual([
    'in use: four + -1 shape 0 narrow + -1 shape 0 wide <= 0',
    'in use: one + one/spot + -1 shape 1 narrow <= 0',
    'served: shape 0 narrow + shape 1 narrow <= 5',
    'served: shape 0 wide <= 3',
  ]);
});

test('nodes that run in any case may be empty', () => {
  const floors = { ...limited, offerings: limited.offerings.map((each) => (each.name === 'one' ? { ...each, leastNodes: 2 } : each)) };
  const lines = periodOf({ ...floors, noneEmpty: true });
  expect(lines).toContain('one: whole of 2..5');
  expect(lines).toContain('in use: one + one/spot + -1 shape 1 narrow <= 2');
  expect(lines).toContain('in use: four + -1 shape 0 narrow + -1 shape 0 wide <= 0');
});

test('without a share that empty nodes could ease no row says that nodes are in use', () => {
  const sums = { ...limited, noneEmpty: true, limits: limited.limits.filter((limit) => 'most' in limit) };
  expect(periodOf(sums).filter((line) => /^(in use|served)/.test(line))).toEqual([]);
});

test('of replicas that serve unlike amounts, one more than the demand asks for may be placed', () => {
  const classes = [kind('served', { on: { a10g: { gpus: 1, throughput: 2 }, l40s: { gpus: 1, throughput: 3 } } })];
  const offerings = [node('a', { gpu: 'a10g', usdPerHour: 1 }), node('l', { usdPerHour: 1 }), node('s/spot', { usdPerHour: 1 })];
  const of = { ...problem({ offerings, classes, demand: { served: [7] }, limits: { spotShare: 0.5 } }), noneEmpty: true };
  const lines = periodOf(of);
  expect(lines).toContain('demand served: 2 shape 0 served + 3 shape 1 served >= 7');
  expect(lines).toContain('served: 2 shape 0 served + 3 shape 1 served <= 10');
  expect(lines).toContain('shape 0 served: whole of 0..4');
  expect(lines).toContain('shape 1 served: whole of 0..3');
  // Of equal ones that is the next whole number of them.
  const alike = [kind('served', { on: { l40s: { gpus: 1, throughput: 3 } } })];
  expect(periodOf({ ...of, classes: alike })).toContain('served: 3 shape 1 served <= 9');
});

test('what is idle for a share of a zone lets no more into a share of spot', () => {
  const offerings = [
    { ...one, zone: 'a' },
    { ...oneSpot, zone: 'a' },
    { ...one, name: 'other', zone: 'b' },
  ];
  const zoned = withZoneShare(problem({ offerings, classes: [narrow], demand: { narrow: [5] }, limits: { spotShare: 0.5 } }), 0.6);
  expect(periodOf({ ...zoned, noneEmpty: true })).toEqual([
    'minimise 2 one + one/spot + 2 other',
    'one: whole of 0..20',
    'one/spot: whole of 0..20',
    'other: whole of 0..20',
    'shape 0 narrow: whole of 0..5',
    'idle one: any of 0..1000000',
    'idle one/spot: any of 0..1000000',
    'idle other: any of 0..1000000',
    'room: shape 0 narrow + -1 one + -1 one/spot + -1 other <= 0',
    'demand narrow: shape 0 narrow >= 5',
    'idle: idle one + -1 one <= 0',
    'idle: idle one/spot + -1 one/spot <= 0',
    'idle: idle other + -1 other <= 0',
    'in use: one + one/spot + other + -1 shape 0 narrow + -1 idle one + -1 idle one/spot + -1 idle other <= 0',
    'served: shape 0 narrow <= 5',
    'spotShare: -0.5 one + 0.5 one/spot + -0.5 other + 0.5 idle one + 0.5 idle other <= 0',
    'zoneShare.a: 0.4 one + 0.4 one/spot + -0.6 other <= 0',
    'zoneShare.b: -0.6 one + -0.6 one/spot + 0.4 other <= 0',
  ]);
});

test('only pools with a share of a zone run nodes that are idle for it', () => {
  const zoned = withZoneShare(problem({ offerings: [{ ...one, zone: 'a' }], classes: [narrow], demand: { narrow: [5] } }), 0.6);
  const cpu = node('m', { gpu: null, gpus: 0, usdPerHour: 1 });
  const lines = periodOf({ ...zoned, offerings: [...zoned.offerings, cpu], noneEmpty: true });
  expect(lines.filter((line) => line.startsWith('idle'))).toEqual(['idle one: any of 0..1000000', 'idle: idle one + -1 one <= 0']);
});

test('of what is away in a period none runs but what runs in any case', () => {
  const lines = (leastNodes: number) =>
    periodOf(problem({ offerings: [{ ...four, absentIn: [0], leastNodes }], classes: [narrow], demand: { narrow: [5, 5] } }));
  expect(lines(0).slice(0, 2)).toEqual(['minimise 7 four', 'four: whole of 0..0']);
  expect(lines(3)[1]).toBe('four: whole of 3..3');
  expect(periodOf(problem({ offerings: [{ ...four, absentIn: [0] }], classes: [narrow], demand: { narrow: [5, 5] } }), {}, 1)[1]).toBe(
    'four: whole of 0..2',
  );
});

test('a limit and a floor with slack may be exceeded by it', () => {
  const model = wholeModel({
    ...limited,
    offerings: limited.offerings.map((each) => ({ ...each, leastNodes: each.name === 'four' ? 2 : 0 })),
  });
  const builder = programBuilder();
  const slacks = new Map(
    ['ceiling', 'floor four'].map((name) => [name, builder.variable({ name: `over ${name}`, cost: 1, upper: 9, integer: false })]),
  );
  addPeriod(builder, model, 0, { price: () => 0, most: () => 20, whole: true, slack: (name) => slacks.get(name), label: 'now ' });
  const lines = written(builder.program());
  expect(lines).toContain('now four: whole of 0..20');
  expect(lines).toContain('now floor: now four + over floor four >= 2');
  expect(lines).toContain('now ceiling: 4 now four + now one + now one/spot + -1 over ceiling <= 30');
  expect(lines).toContain('now quota.D: 16 now four + 4 now one <= 24');
});
