import { fc, test as propertyTest } from '@fast-check/jest';
import { levelShift } from '../../../lib/history/quality/level-shift';
import { day, daysOf, noisyDays, normalFrom } from './noise';

const from = (at: number, factor: number) => (level: number, index: number) => (index >= at ? level * factor : level);

test('a doubled level is found on its day, with both levels and how sure', () => {
  const shift = levelShift(daysOf(noisyDays(56, 0, normalFrom(1), 0.1).map(from(33, 2))));
  expect(shift?.at).toBe(day(33));
  expect(shift?.before).toBeGreaterThan(80);
  expect(shift?.before).toBeLessThan(120);
  expect(shift?.after).toBeGreaterThan(170);
  expect(shift?.after).toBeLessThan(230);
  expect(shift?.pValue).toBeLessThan(1e-6);
});

test('a collapse three days ago is found', () => {
  expect(levelShift(daysOf(noisyDays(30, 0, normalFrom(2), 0.1).map(from(27, 0.05))))?.at).toBe(day(27));
});

test('a quiet weekend is no shift, wherever a history ends', () => {
  const levels = noisyDays(42, 0, normalFrom(3), 0.05);
  for (let length = 14; length <= 42; length += 1) expect(levelShift(daysOf(levels.slice(0, length)))).toBeNull();
});

test('steady growth is no shift', () => {
  const levels = noisyDays(84, 0, normalFrom(4), 0.05).map((level, index) => level * 1.01 ** index);
  for (const length of [56, 70, 84]) expect(levelShift(daysOf(levels.slice(0, length)))).toBeNull();
});

test('five quiet days of a holiday are no shift', () => {
  const levels = noisyDays(56, 0.3, normalFrom(5), 0.1).map((level, index) => (index >= 25 && index < 30 ? level / 2 : level));
  expect(levelShift(daysOf(levels))).toBeNull();
});

test('a step too small to matter is none, however sure', () => {
  expect(levelShift(daysOf(noisyDays(84, 0, normalFrom(6), 0.01).map(from(40, 1.1))))).toBeNull();
  expect(levelShift(daysOf(noisyDays(84, 0, normalFrom(6), 0.01).map(from(40, 1.2))))?.at).toBe(day(40));
});

test('less than two weeks are too few to tell', () => {
  expect(levelShift(daysOf(noisyDays(13, 0, normalFrom(7)).map(from(6, 10))))).toBeNull();
});

test('days that are not known count neither way', () => {
  const levels = noisyDays(60, 0, normalFrom(8), 0.1).map(from(30, 2));
  const holes = levels.map((level, index) => (index % 6 === 1 ? NaN : level));
  expect(levelShift(daysOf(holes))?.at).toBe(day(30));
  expect(levelShift(daysOf(levels.map((level, index) => (index < 30 ? NaN : level))))).toBeNull();
});

test('a level that may be negative is judged as it is', () => {
  const next = normalFrom(9);
  expect(levelShift(daysOf(Array.from({ length: 56 }, (_, index) => next() + (index >= 28 ? 9 : -9))))?.at).toBe(day(28));
});

test('a constant is no shift, and a step between two constants is a certain one', () => {
  expect(levelShift(daysOf(Array.from({ length: 40 }, () => 5)))).toBeNull();
  expect(levelShift(daysOf(Array.from({ length: 40 }, (_, index) => (index < 20 ? 5 : 9))))).toEqual({
    at: day(20),
    before: 5,
    after: 9,
    pValue: 0,
  });
});

test('only the last 84 days are looked at', () => {
  expect(levelShift(daysOf(noisyDays(200, 0, normalFrom(10), 0.1).map(from(100, 3))))).toBeNull();
  expect(levelShift(daysOf(noisyDays(200, 0, normalFrom(10), 0.1).map(from(150, 3))))?.at).toBe(day(150));
});

describe('rates over 200 series, as the description states them', () => {
  const found = (length: number, dependence: number, change: (level: number, index: number) => number = (level) => level): number => {
    const next = normalFrom(length + 1000 * dependence);
    return Array.from({ length: 200 }, () => levelShift(daysOf(noisyDays(length, dependence, next).map(change)))).filter(
      (shift) => shift !== null,
    ).length;
  };

  test.each([
    [21, 0, 6],
    [28, 0, 4],
    [56, 0, 2],
    [28, 0.5, 14],
    [56, 0.5, 4],
    [84, 0.5, 4],
    [56, 0.7, 10],
  ])('without a shift, of %i days with dependence %d at most %i are alarmed', (length, dependence, most) => {
    expect(found(length, dependence)).toBeLessThanOrEqual(most);
  });

  test.each([
    [28, 0, 14, 190],
    [56, 0, 28, 196],
    [56, 0, 49, 170],
    [56, 0.5, 28, 180],
    [56, 0.5, 49, 120],
    [56, 0.5, 52, 60],
  ])('a doubling of %i days with dependence %d on day %i is found at least %i times', (length, dependence, at, least) => {
    expect(found(length, dependence, from(at, 2))).toBeGreaterThanOrEqual(least);
  });
});

propertyTest.prop([fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: -10, max: 10 }), fc.boolean()])(
  'the unit changes neither the day nor how sure',
  (seed, power, shifted) => {
    const levels = noisyDays(42, 0.2, normalFrom(seed)).map(from(21, shifted ? 2 : 1));
    const one = levelShift(daysOf(levels));
    const other = levelShift(daysOf(levels.map((level) => level * 2 ** power)));
    expect(other?.at).toBe(one?.at);
    if (one && other) expect(Math.abs(Math.log(other.pValue / one.pValue))).toBeLessThan(1e-6);
  },
);
