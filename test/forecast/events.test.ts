import { applyUplifts } from '../../lib/forecast/events';

const hour = 3_600_000;
const event = { name: 'sale', from: 1.5 * hour, to: 3 * hour, uplift: 3 };

test('an event lifts the steps it touches, a step it touches in part by that share', () => {
  expect([...applyUplifts([10, 10, 10, 10], 0, hour, [event]).path]).toEqual([10, 20, 30, 10]);
});
test('an event outside the path lifts nothing and is not said to be applied', () => {
  const { path, applied } = applyUplifts([10, 10], 10 * hour, hour, [event]);
  expect([...path]).toEqual([10, 10]);
  expect(applied).toEqual([]);
});
test('events that overlap multiply', () => {
  const both = applyUplifts([10], 2 * hour, hour, [event, { ...event, name: 'holiday', uplift: 0.5 }]);
  expect([...both.path]).toEqual([15]);
  expect(both.applied.map(({ name }) => name)).toEqual(['sale', 'holiday']);
});
test('the path that comes in stays as it is', () => {
  const path = new Float64Array([10, 10]);
  applyUplifts(path, 1.5 * hour, hour, [event]);
  expect([...path]).toEqual([10, 10]);
});
