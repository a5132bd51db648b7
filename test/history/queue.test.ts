import { fc, test as property } from '@fast-check/jest';
import { withQueue } from '../../lib/history';
import { HOUR_MS } from '../../lib/units';
import { seriesOf } from './support';

const waits = (values: readonly number[]) => seriesOf(values, { kind: 'level' });

test('what arrived is what was served and by how much the queue grew', () => {
  // A queue that grows by 7,200 requests an hour is 2 a second more than was served.
  const { series, raised } = withQueue(seriesOf([20, 20, 20, 20]), waits([0, 7_200, 14_400, 21_600]));
  expect([...series.values]).toEqual([22, 22, 22, 22]);
  expect(raised).toBe(4);
});

test('while a queue is worked off less arrives than is served, and never less than nothing', () => {
  expect([...withQueue(seriesOf([20, 20, 1]), waits([14_400, 7_200, 0])).series.values]).toEqual([18, 18, 0]);
});

test('where the queue was not observed the load stays as it was, and a missing load stays missing', () => {
  const { series } = withQueue(seriesOf([20, NaN, 20, 20]), waits([NaN, 0, NaN, NaN]));
  expect([...series.values]).toEqual([20, NaN, 20, 20]);
});

test('series are laid side by side by their times', () => {
  const queue = { ...waits([0, 0, 7_200, 14_400]), start: -2 * HOUR_MS };
  expect([...withQueue({ ...seriesOf([20, 20]), start: 0 }, queue).series.values]).toEqual([22, 22]);
});

property.prop([fc.array(fc.integer({ min: 0, max: 7_200 }), { minLength: 3, maxLength: 40 })])(
  'a queue that begins and ends empty adds nothing over all that was served',
  (queue) => {
    const level = [0, 0, ...queue, 0, 0];
    const { series } = withQueue(seriesOf(level.map(() => 100)), waits(level));
    const sum = series.values.reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(100 * level.length, 6);
  },
);
