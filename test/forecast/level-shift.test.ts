import { findLevelShift, originWeights } from '../../lib/forecast/backtest/origins';
import { forecast } from '../../lib/forecast/forecast';
import { HOUR_MS } from '../../lib/units';
import { here, hourly, monday, weeksOfLoad } from './support';

const load = weeksOfLoad(720);
const raised = load.map((value, hour) => (hour >= 600 ? value + 400 : value));

test('a level that moves and stays is found to the hour or nearly', () => {
  const shift = findLevelShift(raised, 24);
  expect(Math.abs((shift?.at ?? 0) - 600)).toBeLessThan(12);
  expect((shift?.after ?? 0) - (shift?.before ?? 0)).toBeGreaterThan(300);
});

test.each([
  ['a steady load with weekends', load],
  ['an outage that is over', load.map((value, hour) => (hour >= 500 && hour < 530 ? 0 : value))],
  ['a slow growth', load.map((value, hour) => value * (1 + hour / 720))],
  ['a constant', new Float64Array(720).fill(3)],
  ['silence', new Float64Array(720)],
  ['one spike in silence', new Float64Array(1867).fill(1e-6).fill(1, 1306, 1307)],
  ['the same in another unit', new Float64Array(1867).fill(1e-6 * 0.7).fill(0.7, 1306, 1307)],
  ['less than five days', raised.slice(560, 660)],
])('%s is no shift', (_, values) => {
  expect(findLevelShift(values, 24)).toBeNull();
});

test('a backtest counts half three weeks back, and a quarter of that before the shift', () => {
  const weights = originWeights([96, 600], 600, HOUR_MS, { at: 300, before: 1, after: 2 });
  expect(weights[1]).toBe(1);
  expect(weights[0]).toBeCloseTo(0.25 / 2, 12);
});

test('a forecast dates the shift, says so, and goes by the new level', async () => {
  const { levelShift, warnings, mean } = await forecast(hourly(raised), { steps: 24, quantiles: [0.5, 0.95], effort: 'fast' }, here);
  expect(Math.abs((levelShift?.at ?? 0) - (monday + 600 * HOUR_MS))).toBeLessThan(12 * HOUR_MS);
  expect(warnings).toContainEqual(expect.stringMatching(/^The level shifted from about [\d.]+ to about [\d.]+ at 2026-01-/));
  expect(mean.reduce((sum, value) => sum + value, 0) / 24).toBeGreaterThan(400);
});
