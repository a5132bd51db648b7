import { fc, test as propertyTest } from '@fast-check/jest';
import type { Term } from '../../../lib/sizing/problem/program';
import { roundingCuts } from '../../../lib/sizing/problem/rounding-cuts';

/** Coefficients of two variables, and what their sum is at least. */
const sumOf = (...coefficients: readonly number[]) => coefficients.map((coefficient, variable): Term => [variable, coefficient]);

test('a sum of nodes of four and of one that is at least five is cut by eights, fours, halves and thirds', () => {
  expect(roundingCuts(sumOf(4, 1), 5)).toEqual([
    // 5 / 4 is 1.25: one of them counts whole and the other by the fraction 0.25 / 0.25.
    {
      terms: [
        [0, 1],
        [1, 1],
      ],
      lower: 2,
    },
    {
      terms: [
        [0, 2],
        [1, 1],
      ],
      lower: 3,
    },
    {
      terms: [
        [0, 3],
        [1, 1],
      ],
      lower: 4,
    },
  ]);
});

test('a sum that whole numbers reach exactly is cut by what is left of it alone', () => {
  expect(roundingCuts(sumOf(1), 3)).toEqual([]);
  expect(roundingCuts(sumOf(2), 4)).toEqual([]);
  expect(roundingCuts(sumOf(2), 3)).toEqual([{ terms: [[0, 1]], lower: 2 }]);
});

test('a sum that divided lies next to a whole number is not cut by that divisor', () => {
  const three = { terms: [[0, 1]], lower: 3 };
  expect(roundingCuts(sumOf(1), 2.015)).not.toContainEqual(three);
  expect(roundingCuts(sumOf(1), 2.025)).toContainEqual(three);
  expect(roundingCuts(sumOf(1), 2.975)).toContainEqual(three);
  expect(roundingCuts(sumOf(1), 2.985)).not.toContainEqual(three);
});

const coefficients = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 });
const least = fc.integer({ min: 1, max: 200 }).map((value) => value / 10);

propertyTest.prop([coefficients, least])('no whole numbers that keep the sum break a cut of it', (by, lower) => {
  const cuts = roundingCuts(sumOf(...by), lower);
  const most = Math.ceil(lower / Math.min(...by)) + 1;
  const everyCount = by.reduce<readonly (readonly number[])[]>(
    (counts) => counts.flatMap((count) => Array.from({ length: Math.min(most, 8) + 1 }, (__, next) => [...count, next])),
    [[]],
  );
  const sum = (terms: readonly Term[], counts: readonly number[]) =>
    terms.reduce((total, [variable, coefficient]) => total + coefficient * counts[variable], 0);
  const broken = everyCount.filter(
    (counts) => sum(sumOf(...by), counts) >= lower && cuts.some((cut) => sum(cut.terms, counts) < cut.lower - 1e-9),
  );
  expect(broken).toEqual([]);
});

propertyTest.prop([coefficients, least])('no cut is implied by another one or by the sum, and none says the same', (by, lower) => {
  const all = [{ terms: sumOf(...by), lower }, ...roundingCuts(sumOf(...by), lower)];
  const scaled = all.map((cut) => cut.terms.map(([, coefficient]) => coefficient / cut.lower));
  scaled.slice(1).forEach((cut, at) => {
    scaled.forEach((other, index) => {
      // A cut with smaller coefficients for the same sum asks for more.
      if (index !== at + 1) expect(cut.some((coefficient, place) => coefficient < other[place] - 1e-12)).toBe(true);
    });
  });
});
