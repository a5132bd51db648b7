import { teachingInput, teachingOf, withoutFaults } from '../../../lib/plan/load/teaching';
import { HOUR_MS } from '../../../lib/units';
import { monday, seriesOf } from '../../history/support';

const observed = (values: readonly number[], faults: readonly number[]) => ({
  series: seriesOf(values),
  quality: { faults } as never,
});

test('faults are missing within a series, and cut off at its beginning and end', () => {
  const { start, values } = teachingOf(observed([9, 1, 2, 99, 3, 4, 0, 0], [0, 3, 6, 7]));
  expect(start).toBe(monday + HOUR_MS);
  expect([...values]).toEqual([1, 2, NaN, 3, 4]);
});

test('to a forecast faults are excluded, not missing', () => {
  const { values, excluded } = teachingInput(observed([9, 1, 99, NaN, 4, 0], [0, 2, 5]), true);
  expect([...values]).toEqual([1, NaN, NaN, 4]);
  expect([...(excluded ?? [])]).toEqual([0, 1, 0, 0]);
  expect(teachingInput(observed([1, 2], []), true)).not.toHaveProperty('excluded');
});

test('a series without faults is itself', () => {
  const one = observed([1, 2, 3], []);
  expect(teachingOf(one)).toBe(one.series);
  const finer = seriesOf([1, 2], { intervalMs: HOUR_MS / 4 });
  expect(withoutFaults(finer, one)).toBe(finer);
});

test('a finer series lacks the whole of each fault', () => {
  const finer = seriesOf([1, 1, 2, 2, 3, 3, 4, 4], { start: monday - HOUR_MS / 2, intervalMs: HOUR_MS / 2 });
  expect([...withoutFaults(finer, observed([1, 2, 3, 4], [1, 3])).values]).toEqual([1, 1, 2, NaN, NaN, 3, 4, NaN]);
});
