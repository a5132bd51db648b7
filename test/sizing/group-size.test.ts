import { highsSolver } from '../../lib/adapters/highs';
import { isProblemError, renderProblem } from '../../lib/problems';
import { sizePools } from '../../lib/sizing/size-pools';
import type { SizingPool } from '../../lib/sizing/problem/pools';
import type { Solver } from '../../lib/sizing/problem/program';
import { hourly, noLimits, offering, pool, replica } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const cheap = offering('g.cheap', { gpus: 1, usdPerHour: 1 });
const dear = offering('g.dear', { gpus: 1, usdPerHour: 2 });
const own = { ...offering('rack', { gpus: 1, usdPerHour: 0 }), own: { count: 9, path: 'pools.p.machines[0].count' } };
const size = (offerings: SizingPool['offerings'], chat: number, wantedCeiling = chat) =>
  sizePools({
    pools: [pool('p', { offerings, classes: [replica('chat', 1)], nodesPerGroup: 5 })],
    limits: noLimits,
    segments: hourly([{ chat }]),
    wantedCeilings: { chat: wantedCeiling },
    solver,
  });
const nodesOf = (offerings: SizingPool['offerings'], chat: number) => Object.values(size(offerings, chat).segments[0].nodes);

test('the group of an offering holds no more nodes than a group may, and the next cheapest takes the rest', () => {
  expect(nodesOf([cheap, dear], 5)).toEqual([5]);
  expect(size([cheap, dear], 8).segments[0].nodes).toEqual({ 'p/g.cheap/on-demand': 5, 'p/g.dear/on-demand': 3 });
});

test('a ceiling that no replica needs yet is lowered to what the groups may hold', () => {
  const { ceilings, replicaCeilings } = size([cheap], 4, 8);
  expect([ceilings, replicaCeilings]).toEqual([{ 'p/g.cheap/on-demand': 5 }, { chat: 5 }]);
});

test('more than all groups may hold is refused with what is short and the key that states a raised quota', () => {
  try {
    size([cheap], 7);
    throw new Error('it was sized');
  } catch (error) {
    if (!isProblemError(error)) throw error;
    expect(error.problems.map(renderProblem)).toEqual([
      'limits.nodesPerGroup: node group limit 5 nodes of pool p is 2 nodes short from 2026-11-23T00:00:00Z to 2026-11-23T01:00:00Z (expected at least 7 nodes). Hint: raise it',
    ]);
  }
});

test('machines of your own are as many as there are: no quota of AWS bounds them', () => {
  expect(nodesOf([own], 7)).toEqual([7]);
});
