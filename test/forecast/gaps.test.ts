import { fc, test as propertyTest } from '@fast-check/jest';
import { fillFromPast } from '../../lib/forecast/training-data';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { weeksOfLoad } from './support';

const fill = (values: ArrayLike<number>, intervalMs = HOUR_MS) => fillFromPast(Float64Array.from(values), intervalMs);

test('in a short gap the value before it stays', () => {
  expect([...fill([4, NaN, NaN, NaN, 9]).values]).toEqual([4, 4, 4, 4, 9]);
  expect([...fill([4, NaN, 9]).missing]).toEqual([0, 1, 0]);
});

test('in a long gap each value is that of the same time the week before, beginning with the fourth hour', () => {
  const load = weeksOfLoad(400);
  const { values } = fill(load.map((value, hour) => (hour >= 300 && hour < 340 ? NaN : value)));
  expect([...values.slice(300, 303)]).toEqual([load[299], load[299], load[299]]);
  expect([...values.slice(303, 340)]).toEqual([...load.slice(303 - 168, 340 - 168)]);
  expect([...values.slice(340)]).toEqual([...load.slice(340)]);
});

test('in the first week it is that of the day before, filled values included', () => {
  const load = weeksOfLoad(100);
  const { values } = fill(load.map((value, hour) => (hour >= 30 && hour < 80 ? NaN : value)));
  expect(values[40]).toBe(load[16]);
  expect(values[64]).toBe(load[16]);
});

test('days borrow from the week before', () => {
  expect([...fill([1, 2, 3, 4, 5, 6, 7, NaN, NaN, NaN], DAY_MS).values]).toEqual([1, 2, 3, 4, 5, 6, 7, 7, 2, 3]);
});

test('a gap is short up to an eighth of a day, at whatever interval, and a step without a day', () => {
  const quarters = Float64Array.from({ length: 300 }, (_, i) => i);
  const { values } = fill(
    quarters.map((value, i) => (i >= 200 && i < 220 ? NaN : value)),
    HOUR_MS / 4,
  );
  expect([...values.slice(200, 214)]).toEqual([...new Array<number>(12).fill(199), 212 - 96, 213 - 96]);
  // Of steps of five hours none is a day or a week: the value before the gap stays.
  expect([...fill([1, 2, NaN, NaN, NaN], 5 * HOUR_MS).values]).toEqual([1, 2, 2, 2, 2]);
});

propertyTest.prop([
  fc.array(fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: NaN }), { minLength: 1, maxLength: 300 }),
  fc.nat(300),
])('what is filled up to a place does not depend on what comes after it', (values, at) => {
  values[0] = 1;
  const place = Math.min(values.length, at + 1);
  const whole = fill(values).values;
  expect(whole.slice(0, place)).toEqual(fill(values.slice(0, place)).values);
  expect(whole.every(Number.isFinite)).toBe(true);
});
