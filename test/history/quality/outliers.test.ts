import { fc, test as propertyTest } from '@fast-check/jest';
import { unusualValues } from '../../../lib/history/quality/outliers';
import type { LoadSeries } from '../../../lib/history';
import { DAY_MS } from '../../../lib/units';
import { normalFrom } from './noise';
import { seriesOf } from '../support';

const outliers = (series: LoadSeries, excluded: Uint8Array) => unusualValues(series, excluded, false).outliers;
const hours = (count: number, value: (hour: number) => number): number[] => Array.from({ length: count }, (_, hour) => value(hour));
const found = (values: readonly number[], rest = {}, excluded: readonly number[] = []) =>
  outliers(
    seriesOf(values, rest),
    Uint8Array.from(values, (_, index) => (excluded.includes(index) ? 1 : 0)),
  ).map(({ index }) => index);
/** A load with a peak of an hour each day, ten times the rest, and noise in proportion. */
const peaky = (count: number, seed = 1): number[] => {
  const next = normalFrom(seed);
  return hours(count, (hour) => (hour % 24 === 12 ? 1000 : 100) * Math.exp(0.1 * next()));
};

test('a daily peak is none', () => {
  expect(found(peaky(28 * 24))).toEqual([]);
});

test('a peak at another time is one, with what is usual then', () => {
  const values = peaky(28 * 24).map((value, hour) => (hour === 305 ? 1500 : value));
  const [outlier, ...others] = outliers(seriesOf(values), new Uint8Array(values.length));
  expect(others).toEqual([]);
  expect(outlier).toMatchObject({ index: 305, value: 1500 });
  expect(outlier.usual).toBeGreaterThan(70);
  expect(outlier.usual).toBeLessThan(140);
});

test('a drop to nothing is one', () => {
  expect(found(peaky(28 * 24).map((value, hour) => (hour === 200 ? 0 : value)))).toEqual([200]);
});

test('a job once a week is usual once there are four weeks of it', () => {
  const values = peaky(35 * 24).map((value, hour) => (hour % 168 === 3 ? 2000 : value));
  expect(found(values)).toEqual([]);
});

test('growth is none, nor is a change of level', () => {
  expect(found(peaky(56 * 24).map((value, hour) => value * (1 + hour / 300)))).toEqual([]);
  expect(found(peaky(56 * 24).map((value, hour) => (hour >= 700 ? value * 3 : value))).filter((hour) => Math.abs(hour - 700) > 24)).toEqual(
    [],
  );
});

test('a load of bursts has none: where they are many, they are its nature', () => {
  const next = normalFrom(3);
  expect(found(hours(28 * 24, (hour) => (hour % 29 === 0 ? 5000 : 100) * Math.exp(0.1 * next())))).toEqual([]);
});

test('of 100 noisy series of four weeks without any, at most 4 show one', () => {
  for (const noise of [0.1, 0.3, 0.5]) {
    const next = normalFrom(4);
    const wave = (hour: number) => 100 * (1.3 + Math.sin((2 * Math.PI * hour) / 24));
    const alarmed = Array.from({ length: 100 }, () => found(hours(28 * 24, (hour) => wave(hour) * Math.exp(noise * next())))).filter(
      (some) => some.length > 0,
    );
    expect(alarmed.length).toBeLessThanOrEqual(4);
  }
});

test('in a constant a single other value is one; near values are none', () => {
  expect(found(hours(200, (hour) => (hour === 50 ? 500 : 5)))).toEqual([50]);
  expect(found(hours(200, (hour) => (hour === 50 ? 6 : 5)))).toEqual([]);
});

test('a level that may be negative is judged as it is', () => {
  const next = normalFrom(5);
  expect(found(hours(14 * 24, (hour) => (hour === 77 ? -90 : 10 * Math.sin(hour / 4) + next())))).toEqual([77]);
});

test('missing, filled and excluded intervals are never one', () => {
  const values = peaky(28 * 24).map((value, hour) => (hour === 40 ? NaN : hour >= 300 && hour < 303 ? 9000 : value));
  const observed = Float64Array.from(values, (_, hour) => (hour === 301 || hour === 40 ? 0 : 1));
  expect(found(values, { observed }, [302])).toEqual([300]);
});

test('less than a week is too short to know what is usual, and so are intervals of more than a day', () => {
  expect(found(peaky(167).map((value, hour) => (hour === 50 ? 9000 : value)))).toEqual([]);
  expect(found([1, 1, 1, 1, 1, 900, 1, 1, 1, 1], { intervalMs: 2 * DAY_MS })).toEqual([]);
});

propertyTest.prop([fc.integer({ min: 1, max: 1000 }), fc.integer({ min: -8, max: 8 })])('the unit changes none', (seed, power) => {
  const values = peaky(14 * 24, seed).map((value, hour) => (hour % 150 === 70 ? value * 30 : value));
  expect(found(values.map((value) => value * 4 ** power))).toEqual(found(values));
});
