import { drawFutures, seasonWeeks } from '../../lib/commit';
import type { FuturesInput } from '../../lib/commit/futures';

const week = (level: number) => Float64Array.from([0.5, 1, 1.5], (share) => share * level);
const weeksOf = (levels: readonly number[]) => levels.map(week);
const usual = { growth: {}, weeks: 52, draws: 40, seed: 1 };

/** The mean level of all courses by week. */
function meanLevels(input: FuturesInput): number[] {
  const sums = new Float64Array(input.weeks);
  drawFutures(input, (_, week, { chat }) => (sums[week] += chat.reduce((sum, value) => sum + value, 0) / chat.length / input.draws));
  return [...sums];
}

test('the same seed draws the same courses, and another one others', () => {
  const input = { ...usual, loads: { chat: weeksOf([9, 10, 11, 10]) } };
  expect(meanLevels(input)).toEqual(meanLevels(input));
  expect(meanLevels({ ...input, seed: 900 })).not.toEqual(meanLevels(input));
});

test('each week has the shape of a week of the past, at its own level', () => {
  drawFutures({ ...usual, loads: { chat: weeksOf([9, 10, 11, 10]) } }, (_, __, { chat }) => {
    expect(chat[1] / chat[0]).toBeCloseTo(2);
    expect(chat[2] / chat[0]).toBeCloseTo(3);
  });
});

test('declared growth goes on undamped for a year; a trend that was only measured ends', () => {
  const levels = Array.from({ length: 12 }, (_, age) => 10 * 1.02 ** age);
  const declared = meanLevels({ ...usual, growth: { chat: 1.02 ** (365 / 12 / 7) - 1 }, loads: { chat: weeksOf(levels) } });
  const measured = meanLevels({ ...usual, loads: { chat: weeksOf(levels) } });
  expect(declared[51] / declared[0]).toBeGreaterThan(2.4);
  expect(measured[51] / measured[0]).toBeGreaterThan(1.1);
  expect(measured[51] / measured[0]).toBeLessThan(1.6);
});

test('steps that were not observed are as they are in other weeks', () => {
  const gap = Float64Array.of(NaN, 10, 15);
  drawFutures({ ...usual, loads: { chat: [week(10), week(10), gap] } }, (_, __, { chat }) =>
    expect(chat.every(Number.isFinite)).toBe(true),
  );
});

test('an announced event multiplies the load in its time alone', () => {
  const loads = { chat: weeksOf([10, 10, 10]) };
  const plain = meanLevels({ ...usual, loads });
  const lifted = meanLevels({ ...usual, loads, uplift: (_, at) => (at === 3 ? 2 : 1) });
  expect(lifted[3] / plain[3]).toBeCloseTo(2);
  expect(lifted[4]).toBe(plain[4]);
});

test('a yearly season comes again where the history holds a year and shows that it repeats', () => {
  const levels = Array.from({ length: seasonWeeks + 44 }, (_, at) => 10 * Math.exp(0.5 * Math.sin((2 * Math.PI * at) / 52)));
  const courses = meanLevels({ ...usual, loads: { chat: weeksOf(levels) } });
  const next = (ahead: number) => 10 * Math.exp(0.5 * Math.sin((2 * Math.PI * (levels.length + ahead)) / 52));
  for (const ahead of [13, 26, 39]) expect(Math.abs(Math.log(courses[ahead] / next(ahead)))).toBeLessThan(0.2);
});

test('a load that was not there for weeks stays within ten times what it is, and one that is nothing stays nothing', () => {
  const highestOf = (weeks: readonly number[]) => {
    let highest = 0;
    const loads = { chat: weeks.map((value) => new Float64Array(4).fill(value)) };
    drawFutures({ loads, growth: {}, weeks: 52, draws: 50, seed: 1 }, (_, __, { chat }) => {
      highest = Math.max(highest, ...chat);
    });
    return highest;
  };
  expect(highestOf([0, 0, 0, 0, 5, 5])).toBeLessThanOrEqual(50);
  expect(highestOf([0, 0, 0, 0, 5, 5])).toBeGreaterThan(1);
  expect(highestOf([0, 0, 0])).toBeLessThan(1e-9);
});
