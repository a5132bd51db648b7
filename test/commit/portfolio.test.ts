import fc from 'fast-check';
import { choosePortfolio, countNeed, keptPortfolio, type NeedCurve, type NodePrices, usdOf, usualRisk } from '../../lib/commit';

const curve = (spans: readonly (readonly [hours: number, nodes: number])[]): NeedCurve => {
  const count = countNeed();
  for (const [hours, nodes] of spans) count.add(hours, { nodes, held: 0, spot: 0 });
  return count.curve();
};
const prices: NodePrices = { onDemand: 10, spot: null, oneYear: 6, threeYears: 4 };

test('a node is reserved for a year where it runs more of the hours than the price is of that on demand', () => {
  const year = curve([
    [59, 1],
    [41, 0],
  ]);
  const longer = curve([
    [61, 1],
    [39, 0],
  ]);
  expect(choosePortfolio([[year]], prices, usualRisk)).toEqual({ oneYear: 0, threeYears: 0 });
  expect(choosePortfolio([[longer]], prices, usualRisk)).toEqual({ oneYear: 1, threeYears: 0 });
});

test('three years are for what is needed in the third too, and a year for the rest', () => {
  const [much, little] = [curve([[100, 5]]), curve([[100, 2]])];
  expect(choosePortfolio([[much, much, little]], prices, usualRisk)).toEqual({ oneYear: 3, threeYears: 2 });
});

test('nothing is committed to at a price that nobody knows', () => {
  const year = curve([[100, 5]]);
  expect(choosePortfolio([[year, year, year]], { ...prices, oneYear: null, threeYears: null }, usualRisk)).toEqual({
    oneYear: 0,
    threeYears: 0,
  });
});

test('where one course in ten needs nothing, a chance of 5 % buys nothing and one of 20 % buys', () => {
  const courses = Array.from({ length: 10 }, (_, index) => [curve([[100, index === 0 ? 0 : 3]])]);
  expect(choosePortfolio(courses, prices, { chance: 0.05, tolerance: 0.01 }).oneYear).toBe(0);
  expect(choosePortfolio(courses, prices, { chance: 0.2, tolerance: 0.01 }).oneYear).toBe(3);
});

test('without a limit of risk no other number of nodes for a year has a lower expected cost', () => {
  const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 8 })), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(spans, { minLength: 1, maxLength: 5 }), (courses) => {
      // As many hours in each course, as in years.
      const years = courses.map((of) => [curve([...of, [1_000 - of.reduce((sum, [hours]) => sum + hours, 0), 1]])]);
      const { oneYear } = choosePortfolio(years, { ...prices, threeYears: null }, { chance: 1, tolerance: 0 });
      const usd = (nodes: number) => years.reduce((sum, [year]) => sum + usdOf(year, prices, nodes, 6), 0);
      for (let nodes = 0; nodes <= 9; nodes += 1) expect(usd(oneYear)).toBeLessThanOrEqual(usd(nodes) + 1e-6);
    }),
  );
});

describe('what was advised before stays', () => {
  const noThree = { ...prices, threeYears: null };
  /** Nodes that run all the time, and so many hours of a hundred of one more, which pays from 60 on. */
  const year = (hours: number) => [
    [
      curve([
        [hours, 5],
        [100 - hours, 4],
      ]),
    ],
  ];
  const kept = (hours: number, oneYear: number, at: NodePrices = noThree, risk = usualRisk) =>
    keptPortfolio(choosePortfolio(year(hours), at, risk), { oneYear, threeYears: 0 }, year(hours), at, risk).oneYear;
  test('where it is dearer by no more than half a per cent of what the nodes cost without commitments', () => {
    // Without: 40 to 50 USD an hour. The fifth node saves what it runs beyond 60 hours.
    expect([kept(62, 4), kept(63, 4)]).toEqual([4, 5]);
    expect([kept(58, 5), kept(57, 5)]).toEqual([5, 4]);
    expect(kept(62, 3)).toBe(5);
  });
  test('not at a price that is known no more', () => {
    expect(kept(62, 4, { ...noThree, oneYear: null })).toBe(0);
  });
  test('not where it is too risky: with a chance of 5 %, one of ten courses may not cost more', () => {
    const courses = Array.from({ length: 10 }, (_, index) => [curve([[100, index === 0 ? 2 : 3]])]);
    const before = { oneYear: 3, threeYears: 0 };
    expect(keptPortfolio({ oneYear: 2, threeYears: 0 }, before, courses, { ...noThree, oneYear: 9 }, usualRisk).oneYear).toBe(2);
    expect(
      keptPortfolio({ oneYear: 2, threeYears: 0 }, before, courses, { ...noThree, oneYear: 9 }, { ...usualRisk, chance: 0.1 }).oneYear,
    ).toBe(3);
  });
});
