import { fc, test as propertyTest } from '@fast-check/jest';
import { highsSolver } from '../../../lib/adapters/highs';
import { wholeModel } from '../../../lib/sizing/problem/model';
import type { HorizonProblem } from '../../../lib/sizing/problem/horizon';
import type { LinearProgram, Solver } from '../../../lib/sizing/problem/program';
import { relaxationOf } from '../../../lib/sizing/search/relaxation';
import { rentAll } from '../../../lib/sizing/search/rent';
import { solvePeriods } from '../../../lib/sizing/search/solve-period';
import { exact, kind, node, problem, randomProblem } from './support';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const held = { least: 0, most: 9 };
const two = problem({
  offerings: [node('n', { usdPerHour: 2 }), node('n/reserved', { usdPerHour: 1.2, committed: held })],
  classes: [kind('a')],
  demand: { a: [2, 2, 5] },
});
const everything = { least: [0, 0], most: [0, 9] };

test('the relaxation commits what is needed most of the time, and prices a node of it by what it saves', () => {
  const model = wholeModel({ ...two, periodHours: [1, 2, 4] });
  const relaxed = relaxationOf(model, solver)(everything);
  // 4 of 7 hours want five: each of the five is 1.2 x 7 = 8.4 dollars, beside 2 x 4 = 8 for three of them on demand.
  expect(relaxed.boundUsd).toBeCloseTo(2 * 8.4 + 3 * 8, 6);
  expect(relaxed.committed).toEqual([0, expect.closeTo(2, 6)]);
  // Of the third node it is worth nothing while two are wanted and the price of one on demand in the last four hours.
  expect(relaxed.prices.map(([, price]) => price).reduce((sum, price) => sum + price, 0)).toBeCloseTo(8.4, 6);
  expect(relaxed.prices[2][1]).toBeCloseTo(8, 6);
  expect(relaxed.prices.map(([price]) => price)).toEqual([0, 0, 0]);
  expect(relaxed.reducedCosts).toEqual([0, expect.closeTo(0, 6)]);
  // Rented at those prices: five for eight each, in the last period.
  expect(relaxed.periodUsd[2]).toBeCloseTo(5 * 8, 6);
  expect(relaxed.periodUsd.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(relaxed.boundUsd, 6);
});

test('within a narrower box it costs more, and where nothing is within it, it is infinite', () => {
  const relax = relaxationOf(wholeModel(two), solver);
  // One committed node costs 3.6; of five hours of nodes that are wanted beyond it each costs 2.
  expect(relax({ least: [0, 1], most: [0, 1] }).boundUsd).toBeCloseTo(3.6 + 2 * (1 + 1 + 4), 6);
  expect(relax({ least: [0, 5], most: [0, 5] }).boundUsd).toBeCloseTo(5 * 3.6, 6);
  const reservedAlone = wholeModel({ ...two, offerings: two.offerings.slice(1) });
  expect(relaxationOf(reservedAlone, solver)({ least: [0], most: [4] })).toEqual({
    boundUsd: Infinity,
    committed: [0],
    prices: [],
    periodUsd: [],
    reducedCosts: [0],
  });
});

test('what one more committed node costs beyond what it is worth is its reduced cost', () => {
  const relaxed = relaxationOf(wholeModel(two), solver)({ least: [0, 3], most: [0, 9] });
  // The third is worth 2 dollars in the last period and costs 3.6.
  expect(relaxed.committed[1]).toBeCloseTo(3, 6);
  expect(relaxed.reducedCosts[1]).toBeCloseTo(1.6, 6);
});

test('a long horizon is cut into blocks that interleave, whose bounds add up to no more than the whole costs', () => {
  const sizes: number[] = [];
  const counting: Solver = (program: LinearProgram) => {
    sizes.push(program.variables.length);
    return solver(program);
  };
  const periods = 2_000;
  const long = { ...two, demand: { a: Array.from({ length: periods }, (_, period) => (period % 2 === 0 ? 2 : 4)) }, periods };
  const relaxed = relaxationOf(wholeModel(long), counting)(everything);
  // Two offerings and a class on one shape: 3 variables a period, at most 5,000 in a program.
  expect(sizes).toEqual([1 + 1_000 * 3, 1 + 1_000 * 3]);
  // The even periods want two and the odd ones four: a node costs a block 1.2 x 1,000 and serves it all the time.
  expect(relaxed.boundUsd).toBeCloseTo(1_000 * (2 * 1.2 + 4 * 1.2), 3);
  expect(relaxed.committed[1]).toBeCloseTo(3, 6);
  expect([relaxed.prices.length, relaxed.periodUsd.length]).toEqual([periods, periods]);
  expect(relaxed.periodUsd.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(relaxed.boundUsd, 3);
});

const small = fc
  .integer({ min: 0, max: 400 })
  .map((seed) => randomProblem(20_000 + seed, { periods: 3, offerings: 4, classes: 2, demand: 4 }));

/** Dollars of the cheapest nodes beside so many committed ones, by whole programs; `null` where there is no room. */
function costOf(of: HorizonProblem, committed: readonly number[]): number | null {
  const model = wholeModel(of);
  const hours = model.hours.reduce((sum, each) => sum + each, 0);
  const answers = solvePeriods(model, [0, 1, 2], committed, { solver, effort: exact.period });
  const fixed = model.offerings.reduce(
    (sum, { committed: range, usdPerHour }, at) => sum + (range ? committed[at] * usdPerHour * hours : 0),
    0,
  );
  return answers.reduce<number | null>(
    (sum, answer, period) => (sum === null || !answer ? null : sum + answer.usdPerHour * model.hours[period]),
    fixed,
  );
}

propertyTest.prop([small, fc.nat(2)], { numRuns: 40 })(
  'no committed nodes within a box cost less than its relaxation, nor than what renting proves of it',
  (of, least) => {
    const model = wholeModel(of);
    const box = {
      least: model.offerings.map(({ committed }) => (committed ? Math.min(least, committed.most) : 0)),
      most: model.offerings.map(({ committed }) => committed?.most ?? 0),
    };
    const hours = model.hours.reduce((sum, each) => sum + each, 0);
    const prices = model.offerings.map(({ committed, usdPerHour }) => (committed ? usdPerHour * hours : 0));
    const relaxed = relaxationOf(model, solver)(box);
    const costs = everyCount(box).map((committed) => ({ committed, usd: costOf(of, committed) }));
    const possible = costs.flatMap(({ committed, usd }) => (usd === null ? [] : [{ committed, usd }]));
    for (const { usd } of possible) expect(relaxed.boundUsd).toBeLessThanOrEqual(usd + 1e-6);
    if (possible.length === 0 || relaxed.boundUsd === Infinity) return;
    const [{ committed }] = possible;
    const periods = solvePeriods(model, [0, 1, 2], committed, { solver, effort: exact.period }).flatMap((answer) => answer ?? []);
    const rent = rentAll(model, { solver, effort: exact.period, prices, node: { box, relaxed }, best: { periods }, target: Infinity });
    for (const { usd } of possible) expect(rent.boundUsd).toBeLessThanOrEqual(usd + 1e-6);
    expect(rent.boundUsd).toBeGreaterThanOrEqual(relaxed.boundUsd - 1e-6);
    expect(rent.solved).toBe(3);
    // Where nothing is left to choose, renting proves what the periods cost.
    if (costs.length === 1) expect(rent.boundUsd).toBeCloseTo(possible[0].usd, 5);
  },
);

function everyCount({
  least,
  most,
}: {
  readonly least: readonly number[];
  readonly most: readonly number[];
}): readonly (readonly number[])[] {
  return least.reduce<readonly (readonly number[])[]>(
    (counts, low, at) => counts.flatMap((count) => Array.from({ length: most[at] - low + 1 }, (_, more) => [...count, low + more])),
    [[]],
  );
}
