import { fc, test as propertyTest } from '@fast-check/jest';
import { hourlyMeans, learnHourShape } from '../../../lib/forecast/models/hour-shape';

const hours = (perHour: number, count: number, value: (hour: number, part: number) => number) =>
  Float64Array.from({ length: perHour * count }, (_, i) => value(Math.floor(i / perHour), i % perHour));
const shaped = (values: Float64Array, perHour: number, path: readonly number[], origin = values.length) =>
  [...learnHourShape(values, origin, perHour)(Float64Array.from(path))].map((value) => Number(value.toFixed(6)));

test('hours are the means of what is known of them, and missing where less than half is', () => {
  expect([...hourlyMeans(Float64Array.of(1, 2, 3, 6, 7, NaN, NaN, 9, NaN, NaN, NaN, 5, 8), 4)]).toEqual([3, 8, NaN]);
  expect([...hourlyMeans(Float64Array.of(1, NaN), 2)]).toEqual([1]);
});

test('a load that is flat within its hours is drawn between the middles of the hours, each keeping its mean', () => {
  const flat = hours(4, 48, () => 10);
  expect(shaped(flat, 4, [10, 10])).toEqual(new Array(8).fill(10));
  // From 10 to 20: steps lie 1/8, 3/8, 5/8 and 7/8 of the way from middle to middle; the last hour has nothing after it.
  const line = shaped(flat, 4, [10, 20]);
  const first = [10, 10, 11.25, 13.75];
  const last = [16.25, 18.75, 20, 20];
  const scaled = (part: readonly number[], mean: number) =>
    part.map((value) => Number(((value * mean * part.length) / part.reduce((a, b) => a + b, 0)).toFixed(6)));
  expect(line).toEqual([...scaled(first, 10), ...scaled(last, 20)]);
});

test('a shape that every hour has is the shape of the hours to come', () => {
  const peaky = hours(4, 72, (_, part) => [4, 2, 1, 1][part]);
  const [first, second] = [shaped(peaky, 4, [2, 2]).slice(0, 4), shaped(peaky, 4, [6, 6]).slice(4)];
  expect(first).toEqual([4, 2, 1, 1]);
  expect(second).toEqual([12, 6, 3, 3]);
});

test('a shape that one hour of the day has stays in that hour', () => {
  // Ten days of which the ninth hour begins with all of its load.
  const values = hours(2, 240, (hour, part) => (hour % 24 === 9 ? [18, 2][part] : 10));
  const day = shaped(values, 2, new Array<number>(24).fill(10));
  const [early, late] = [day[18], day[19]];
  expect(early).toBeCloseTo(18, 0);
  expect(late).toBeCloseTo(2, 0);
  day.forEach((value, i) => {
    if (i !== 18 && i !== 19) expect(Math.abs(value - 10)).toBeLessThan(0.5);
  });
  // Begun at another hour, it lies at that hour of the path.
  const later = shaped(values.slice(0, 2 * 221), 2, new Array<number>(24).fill(10));
  expect(later[2 * 4]).toBeCloseTo(18, 0);
});

test('what chance does to a step of the day is not taken for a shape', () => {
  // Six days of noise: no step of the day stands out.
  const values = hours(4, 144, (hour, part) => 10 + (((hour * 4 + part) * 7_919) % 13) / 13);
  const path = shaped(values, 4, new Array<number>(24).fill(10));
  for (const value of path) expect(Math.abs(value - 10)).toBeLessThan(0.6);
});

test('no more than the last 28 days are looked at, and nothing after the place', () => {
  const recent = hours(2, 28 * 24, (_, part) => [3, 1][part]);
  const older = hours(2, 48, (_, part) => [1, 3][part]);
  const all = Float64Array.of(...older, ...recent);
  expect(shaped(all, 2, [2, 2])).toEqual(shaped(recent, 2, [2, 2]));
  const after = Float64Array.of(...recent, ...hours(2, 30, () => 1e6));
  expect(shaped(after, 2, [2, 2], recent.length)).toEqual(shaped(recent, 2, [2, 2]));
});

test('an hour that goes from nothing to much is raised by a difference and not by a ratio', () => {
  const flat = hours(2, 48, () => 0);
  expect(shaped(flat, 2, [0, 0])).toEqual([0, 0, 0, 0]);
  const path = shaped(flat, 2, [0, 8]);
  expect((path[0] + path[1]) / 2).toBeCloseTo(0, 9);
  expect((path[2] + path[3]) / 2).toBeCloseTo(8, 9);
});

propertyTest.prop([
  fc.array(fc.option(fc.integer({ min: 0, max: 100 }), { nil: NaN, freq: 6 }), { minLength: 30, maxLength: 200 }),
  fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 30 }),
  fc.constantFrom(2, 3, 4, 12),
])('each hour of a path keeps its mean', (values, path, perHour) => {
  const fine = learnHourShape(Float64Array.from(values), values.length, perHour)(Float64Array.from(path));
  expect(fine).toHaveLength(path.length * perHour);
  path.forEach((level, hour) => {
    const block = fine.subarray(hour * perHour, (hour + 1) * perHour);
    expect(block.reduce((sum, value) => sum + value, 0) / perHour).toBeCloseTo(level, 6);
  });
});
