import { countNeed, type NodePrices, usdOf, worthOf } from '../../lib/commit';

const prices: NodePrices = { onDemand: 10, spot: 4, oneYear: 6, threeYears: null };

test('a committed node takes the place of nodes on demand before those on spot', () => {
  const count = countNeed();
  count.add(1, { nodes: 4, held: 0, spot: 2 });
  const need = count.curve();
  expect([0, 1, 2, 3, 4].map((n) => worthOf(need, prices, n))).toEqual([10, 10, 4, 4, 0]);
  expect([0, 1, 2, 3].map((n) => usdOf(need, prices, n, 6))).toEqual([28, 24, 20, 22]);
});

test('what is held already covers the first nodes, and new ones come on top of it', () => {
  const count = countNeed();
  count.add(2, { nodes: 3, held: 2, spot: 0 });
  count.add(1, { nodes: 1, held: 2, spot: 0 });
  const need = count.curve();
  expect(need.hours).toBe(3);
  expect(usdOf(need, prices, 0, 6)).toBe(20);
  expect(usdOf(need, prices, 1, 6)).toBe(18);
});
