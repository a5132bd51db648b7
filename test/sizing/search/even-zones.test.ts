import { evenOverZones } from '../../../lib/sizing/search/even-zones';
import { countsOf } from '../../../lib/sizing/search/spread';
import type { HorizonProblem, NodeContents } from '../../../lib/sizing/problem/horizon';
import { kind, node, problem, type TestOffering, withZoneShare } from './support';

const zones = ['x', 'y', 'z'];
const zoned = (name: string, fields: Partial<TestOffering> = {}) =>
  zones.map((zone) => node(`${name}/on-demand/${zone}`, { zone, usdPerHour: 1, ...fields }));
const make = (share: number, offerings: readonly TestOffering[]): HorizonProblem =>
  withZoneShare(problem({ offerings, classes: [kind('w')], demand: { w: [9] } }), share);
/** Nodes by name and zone, `a 3 0 0`, each with a replica. */
const nodes = (...kinds: readonly string[]): readonly NodeContents[] =>
  kinds.flatMap((each) => {
    const [name, ...counts] = each.split(' ');
    return counts.flatMap((count, index) =>
      count === '0' ? [] : [{ offering: `${name}/on-demand/${zones[index]}`, nodes: Number(count), replicas: { w: 1 } }],
    );
  });
const moved = (share: number, offerings: readonly TestOffering[], before: readonly NodeContents[]) =>
  countsOf(evenOverZones(make(share, offerings), [before])[0]);
const counts = (...kinds: readonly string[]) => countsOf(nodes(...kinds));

test('nodes that a share let lie anywhere are spread evenly over the zones', () => {
  expect(moved(0.9, zoned('a'), nodes('a 5 1 0'))).toEqual(counts('a 2 2 2'));
});

test('each kind begins in another zone, as without a share', () => {
  const offerings = [...zoned('a'), ...zoned('b', { cpuMilli: 5_000 })];
  expect(moved(0.9, offerings, nodes('a 4 0 0', 'b 1 0 0'))).toEqual(counts('a 2 1 1', 'b 0 1 0'));
});

test('where even is not enough, single nodes are moved to where they take most off a zone', () => {
  // Three nodes of four GPU and two of one: even is 4 + 1, 4 + 1 and 4. A share of a third is held by no move of whole ones.
  const offerings = [...zoned('a', { gpus: 4, cpuMilli: 16_000 }), ...zoned('b', { gpus: 1 })];
  expect(moved(0.5, offerings, nodes('a 3 0 0', 'b 2 0 0'))).toEqual(counts('a 1 1 1', 'b 0 1 1'));
  // Even is 4 + 1 in the first zone, of eight in all: that small one goes elsewhere.
  expect(moved(0.5, offerings, nodes('a 1 0 0', 'b 4 0 0'))).toEqual(counts('a 1 0 0', 'b 0 3 1'));
});

test('where no move helps a period stays as it is', () => {
  const offerings = zoned('a', { gpus: 4, cpuMilli: 16_000 });
  expect(moved(0.4, offerings, nodes('a 1 0 0'))).toEqual(counts('a 1 0 0'));
  expect(moved(0.3, offerings, nodes('a 2 2 1'))).toEqual(counts('a 2 2 1'));
});

test('a zone takes no more nodes than it may have', () => {
  const [x, y, z] = zoned('a');
  const offerings = [x, { ...y, mostNodes: 1 }, { ...z, mostNodes: 3 }];
  expect(moved(0.6, offerings, nodes('a 5 0 0'))).toEqual(counts('a 2 1 2'));
});

test('committed nodes stay where they are', () => {
  const held = zones.map((zone) => ({
    ...node(`r/on-demand/${zone}`, { zone, usdPerHour: 0, committed: { least: 2, most: 2 } }),
  }));
  // The zone with the reserved ones may have five of ten: the others have even and more.
  expect(moved(0.5, [...zoned('a'), ...held], nodes('a 8 0 0', 'r 2 0 0'))).toEqual(counts('a 3 3 2', 'r 2 0 0'));
  expect(moved(0.4, [...zoned('a'), ...held], nodes('a 8 0 0', 'r 2 0 0'))).toEqual(counts('a 2 4 2', 'r 2 0 0'));
});

test('each period is spread by itself, and its replicas go along', () => {
  const of = make(0.9, zoned('a'));
  const [first, second] = evenOverZones(of, [nodes('a 3 0 0'), nodes('a 0 0 4')]);
  expect(first).toEqual(nodes('a 1 1 1'));
  expect(countsOf(second)).toEqual(counts('a 2 1 1'));
});
