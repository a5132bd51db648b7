import { theta } from '../../../lib/forecast/models/theta';
import type { Decomposition } from '../../../lib/forecast/models/mstl';
import type { Sweep } from '../../../lib/forecast/models/sweep';
import { DAY_MS, HOUR_MS } from '../../../lib/units';

/** The path of theta from the end of a series that is told apart already. */
function pathOf(
  { periods = [2], seasonals = [], trend, remainder }: Partial<Decomposition> & { readonly trend: Float64Array },
  steps: number,
) {
  const parts = { periods, seasonals, trend, remainder: remainder ?? trend.map(() => 0) };
  const sweep = { origins: [trend.length], steps, decomposition: () => parts } as unknown as Sweep;
  const [path] = theta.paths(sweep, () => new Float64Array(0));
  return [...path];
}
const ramp = (n: number, slope: number, start = 0) => Float64Array.from({ length: n }, (_, t) => start + slope * t);
const none = [new Float64Array(40), new Float64Array(40)];

test('a straight line goes on half as steeply, from where the quickest smoothing ends', () => {
  // Smoothing by 0.9 stays a slope of 1 / 0.9 behind a line, and half of that is given back.
  const path = pathOf({ trend: ramp(40, 2, 100), seasonals: none }, 3);
  const first = 100 + 2 * 40 - 2 / 1.8;
  [0, 1, 2].forEach((step) => expect(path[step]).toBeCloseTo(first + step, 9));
});

test('the remainder belongs to what is carried on', () => {
  const whole = ramp(40, 2, 100);
  const parts = { trend: whole.map((value) => value - 7), remainder: whole.map(() => 7), seasonals: none };
  expect(pathOf(parts, 3)).toEqual(pathOf({ trend: whole, seasonals: none }, 3).map((value) => expect.closeTo(value, 9) as number));
});

test('of noise about a level the steadiest smoothing is taken', () => {
  // Ten up, ten down: any gain follows in vain, and 0.05 the least. The line through it is nearly flat.
  const noise = Float64Array.from({ length: 40 }, (_, t) => (t === 0 ? 100 : t % 2 === 0 ? 110 : 90));
  let level = 100;
  for (const value of noise) level += 0.05 * (value - level);
  const slope = noise.reduce((sum, value, t) => sum + (t - 19.5) * value, 0) / ((40 * (40 * 40 - 1)) / 12);
  const head = (slope / 2) * ((1 - 0.95 ** 40) / 0.05 - 1);
  const path = pathOf({ trend: noise, seasonals: none }, 2);
  expect(path[0]).toBeCloseTo(level + head + slope / 2, 9);
  expect(path[1]).toBeCloseTo(level + head + slope, 9);
});

test('the last of each season is repeated, as long as it takes', () => {
  const flat = new Float64Array(9).fill(50);
  const seasonals = [
    Float64Array.from({ length: 9 }, (_, t) => (t < 7 ? 99 : 10 * (t % 2))),
    Float64Array.from({ length: 9 }, (_, t) => t % 3),
  ];
  // The last two of the first are 10 and 0, the last three of the second 0, 1 and 2.
  expect(pathOf({ periods: [2, 3], seasonals, trend: flat }, 6)).toEqual([60, 51, 62, 50, 61, 52]);
});

test('it needs two days, or two weeks of days, and nothing will do where there is no season', () => {
  expect([HOUR_MS, DAY_MS, 5 * HOUR_MS].map(theta.smallestTraining)).toEqual([48, 14, Infinity]);
  const nothing = { origins: [4], steps: 1, decomposition: () => null } as unknown as Sweep;
  expect(() => theta.paths(nothing, () => new Float64Array(0))).toThrow('the training holds no season twice');
});
