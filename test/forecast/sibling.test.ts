import { forecast } from '../../lib/forecast/forecast';
import { borrowShape } from '../../lib/forecast/sibling';
import { widenAll } from '../../lib/forecast/calibration/widen';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { here, hourly, monday, weeksOfLoad } from './support';

const sibling = hourly(weeksOfLoad(5 * 168));
const young = (days: number, factor: number) => ({
  ...sibling,
  start: monday + 28 * DAY_MS,
  values: weeksOfLoad(6 * 168, 9)
    .slice(28 * 24, 28 * 24 + days * 24)
    .map((value) => value * factor),
});

test('the past of the sibling stands before the own, at the own level', () => {
  const found = borrowShape(young(3, 0.1), sibling);
  if ('impossible' in found) throw new Error(found.impossible);
  expect(found.ratio).toBeCloseTo(0.1, 2);
  expect(found.common).toBe(72);
  expect(found.input.start).toBe(sibling.start);
  expect(found.input.values).toHaveLength(28 * 24 + 72);
  expect([...found.input.values.slice(-72)]).toEqual([...young(3, 0.1).values]);
  expect(found.input.values[5]).toBeCloseTo(sibling.values[5] * found.ratio, 12);
});

test('with three days of its own, a week is forecast by the shape of the sibling, weekend included', async () => {
  const own = young(3, 0.1);
  const came = weeksOfLoad(6 * 168, 9)
    .slice(31 * 24, 38 * 24)
    .map((value) => value * 0.1);
  const found = borrowShape(own, sibling);
  if ('impossible' in found) throw new Error(found.impossible);
  const options = { steps: 168, quantiles: [0.5, 0.95], effort: 'fast' } as const;
  const [borrowed, alone] = [await forecast(found.input, options, here), await forecast(own, options, here)];
  const error = (path: Float64Array) =>
    path.reduce((sum, value, i) => sum + Math.abs(value - came[i]), 0) / came.reduce((a, b) => a + b, 0);
  expect(error(borrowed.mean)).toBeLessThan(0.12);
  expect(error(borrowed.mean)).toBeLessThan(error(alone.mean) / 1.5);
  const wide = widenAll(borrowed.mean, borrowed.quantiles, options.quantiles, found.spread);
  expect(wide[1].every((value, step) => value > borrowed.quantiles[1][step])).toBe(true);
  wide[0].forEach((value, step) => expect(value).toBeCloseTo(borrowed.quantiles[0][step], 9));
});

test('a sibling that fits badly widens more', () => {
  const own = young(4, 1);
  const unlike = { ...own, values: own.values.map((value, hour) => value * [0.3, 3, 0.5, 2][Math.floor(hour / 24)]) };
  const [good, bad] = [borrowShape(own, sibling), borrowShape(unlike, sibling)];
  if ('impossible' in good || 'impossible' in bad) throw new Error('borrows');
  expect(bad.spread).toBeGreaterThan(2 * good.spread);
});

test.each([
  ['too little is known of both', { ...young(3, 1), values: young(3, 1).values.slice(0, 5) }, 'less than 6 hours'],
  ['it never ran while the other did', { ...young(3, 0) }, 'silent'],
  ['the sibling is no older', { ...young(3, 1), start: monday - HOUR_MS }, 'no longer history'],
])('nothing is borrowed where %s, and it says why', (_, own, why) => {
  expect(borrowShape(own, sibling)).toEqual({ impossible: expect.stringContaining(why) as string });
});
