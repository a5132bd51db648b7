import { findLevelShift, originWeights, planOrigins } from '../../../lib/forecast/backtest/origins';
import { DAY_MS, HOUR_MS } from '../../../lib/units';

const week = [24, 168];

test('the smallest training is a day, two from four days on and four from eight', () => {
  const first = (length: number) => planOrigins(length, 1, [24], 1_000).origins[0];
  expect([26, 95, 96, 192, 193].map((length) => first(length))).toEqual([24, 24, 48, 48, 96]);
});

test('no origin stands in the first quarter, nor before the first week and a day where two weeks leave room', () => {
  // The last origin of 1,200 hours is 1,176.
  expect(planOrigins(1_200, 24, [24], 100).origins[0]).toBeGreaterThanOrEqual(294);
  expect(planOrigins(1_200, 24, week, 1_000).origins[0]).toBe(294);
  // Three times a week and a day are 576 hours before the last origin.
  expect(planOrigins(600, 24, week, 1_000).origins[0]).toBe(192);
  expect(planOrigins(599, 24, week, 1_000).origins[0]).toBe(144);
});

test('no origin stands before a place that is asked for, as long as one can stand at all', () => {
  expect(planOrigins(720, 24, week, 1_000, 500).origins[0]).toBe(500);
  expect(planOrigins(720, 24, week, 24, 5_000).origins).toEqual([696]);
});

test('leads reach two thirds of what lies beyond the smallest training', () => {
  expect(planOrigins(84, 100, [24], 5).testedSteps).toBe(40);
  expect(planOrigins(25, 100, [24], 5)).toEqual({ origins: [24], testedSteps: 1 });
  expect(planOrigins(24, 100, [24], 5)).toEqual({ origins: [], testedSteps: 0 });
  expect(planOrigins(84, 100, [24], 0)).toEqual({ origins: [], testedSteps: 0 });
});

test('origins keep a spacing that spreads them over the day', () => {
  const { origins } = planOrigins(720, 24, week, 24);
  const [spacing] = origins.slice(1).map((origin, i) => origin - origins[i]);
  expect(origins.map((origin) => 696 - origin)).toEqual(origins.map((_, i) => (23 - i) * spacing));
  // In the room of 504 hours 23 spacings of 21 would fit, at eight times of the day; 19 has no factor in common with 24.
  expect(spacing).toBe(19);
});

test('weights halve every three weeks', () => {
  const weights = originWeights([0, 21, 42], 42, DAY_MS, null);
  expect(weights).toEqual([0.25, 0.5, 1]);
  expect(originWeights([0, 504], 504, HOUR_MS, null)).toEqual([0.5, 1]);
  expect(originWeights([299, 300], 300, HOUR_MS, { at: 300, before: 1, after: 2 })[1]).toBe(1);
});

/** Ten days of a level with a saw of the day, then another level. */
const moved = (before: number, after: number, days = 4, height = 10) =>
  Float64Array.from({ length: 24 * (10 + days) }, (_, i) => (i < 240 ? before : after) + height * ((i % 24) / 24));

test('a shift is dated at the first value of the new level, with the means of three days before and after', () => {
  const mean = (10 * 11.5) / 24;
  expect(findLevelShift(moved(100, 200), 24)).toEqual({
    at: 240,
    before: expect.closeTo(100 + mean, 9) as number,
    after: expect.closeTo(200 + mean, 9) as number,
  });
  expect(findLevelShift(moved(200, 100), 24)?.at).toBe(240);
});

test('a shift of less than a quarter of the larger level is none', () => {
  const share = (before: number, after: number) => findLevelShift(moved(before, after, 4, 0), 24) !== null;
  expect([share(76, 100), share(75, 100), share(100, 76), share(100, 75)]).toEqual([false, true, false, true]);
});

test('a shift that is not six times what is usual is none', () => {
  // Growth by 1 a day: the means of three days before and after lie 3 apart, and 3 more than the jump where it is.
  const grown = (jump: number) => Float64Array.from({ length: 24 * 30 }, (_, i) => i / 24 + (i >= 480 ? jump : 0));
  expect(findLevelShift(grown(14.9), 24)).toBeNull();
  expect(findLevelShift(grown(15.1), 24)?.at).toBe(480);
});

test('a level that was left again is no shift', () => {
  const left = moved(100, 200, 6);
  left.set(moved(100, 100, 6).subarray(24 * 13), 24 * 13);
  expect(findLevelShift(left, 24)).toBeNull();
});

test('without a season a day is 24 values', () => {
  expect(findLevelShift(moved(100, 200, 4, 0), 1)?.at).toBe(240);
});
