import { countNeed, type NodePrices } from '../../../lib/commit';
import { blockAdvice, firstBlockStart } from '../../../lib/plan/commitments/blocks';

const prices: NodePrices = { onDemand: 10, spot: null, oneYear: 6, threeYears: null };
const start = Date.UTC(2026, 10, 23, 11, 30);
const daysOf = (nodes: readonly number[]) =>
  nodes.map((count) => {
    const need = countNeed();
    need.add(24, { nodes: count, held: 0, spot: 0 });
    return need.curve();
  });
const advised = (nodes: readonly number[], committed = 0, usdPerHour = 8) =>
  blockAdvice(daysOf(nodes), { start, committed, prices, usdPerHour });

test('a block is for the days in which its nodes would cost more otherwise, and no others', () => {
  expect(advised([0, 0, 4, 4, 4, 0])).toEqual([
    { nodes: 4, from: '2026-11-25T11:30:00Z', to: '2026-11-28T11:30:00Z', usd: 2_304, savesUsd: 576 },
  ]);
  expect(advised([0, 0, 4, 4, 4, 0], 0, 10)).toEqual([]);
});

test('what is reserved is not bought again, and only numbers of instances that are sold are asked for', () => {
  expect(advised([7, 7], 4).map(({ nodes }) => nodes)).toEqual([2]);
  expect(advised([4, 4], 4)).toEqual([]);
});

test('two crowds apart are two blocks, in the order of their times', () => {
  expect(advised([2, 0, 0, 0, 0, 0, 8]).map(({ nodes, from }) => [nodes, from.slice(0, 10)])).toEqual([
    [2, '2026-11-23'],
    [8, '2026-11-29'],
  ]);
});

test('no block is longer than two weeks', () => {
  const blocks = advised(Array.from({ length: 40 }, () => 2));
  expect(blocks.map(({ from, to }) => (Date.parse(to) - Date.parse(from)) / 86_400_000)).toEqual([14, 14, 12]);
});

test('the first block begins at the next 11:30 UTC', () => {
  expect(firstBlockStart(Date.UTC(2026, 10, 23))).toBe(start);
  expect(firstBlockStart(start)).toBe(start);
  expect(firstBlockStart(start + 1)).toBe(start + 86_400_000);
});
