import { fc, test as propertyTest } from '@fast-check/jest';
import type { Profile } from '../../lib/forecast/events/event-profile';
import { applyLifts, type Lift, liftOf, withoutOccurrences } from '../../lib/forecast/events/events';
import type { Occurrence } from '../../lib/forecast/events/occurrence';
import { HOUR_MS } from '../../lib/units';

const sale: Occurrence = { kind: 'event', name: 'sale', group: 'event sale', from: 1.5 * HOUR_MS, to: 3 * HOUR_MS, uplift: 3 };
const probabilities = [0.1, 0.5, 0.95];
const flat = (value: number, length = 4) => ({
  start: 0,
  intervalMs: HOUR_MS,
  mean: new Float64Array(length).fill(value),
  quantiles: [0.8, 1, 1.5].map((factor) => new Float64Array(length).fill(value * factor)),
});
const sinceStart =
  ({ from }: Occurrence) =>
  (step: number) =>
    step - Math.floor(from / HOUR_MS);
const stated = (occurrence: Occurrence): Lift => liftOf(occurrence, null, sinceStart(occurrence)) as Lift;
const profile = (fields: Partial<Profile> = {}): Profile => ({
  past: 2,
  level: Math.log(2),
  shape: new Float64Array(),
  spread: 0,
  named: {},
  ...fields,
});
const learned = (occurrence: Occurrence, fields: Partial<Profile> = {}): Lift =>
  liftOf(occurrence, profile(fields), sinceStart(occurrence)) as Lift;
const whole = { ...sale, from: 0, to: 4 * HOUR_MS };

test('a stated uplift multiplies every quantile of the steps it touches, a step that it touches in part by that share', () => {
  const { mean, quantiles } = applyLifts(flat(10), probabilities, [stated(sale)]);
  expect([...mean]).toEqual([10, 20, 30, 10]);
  expect([...quantiles[2]]).toEqual([15, 30, 45, 15]);
});

describe('a step within which an event begins or ends', () => {
  const minutes = (count: number) => count * 60_000;
  const partsOf = (...lifts: readonly Lift[]) =>
    applyLifts(flat(10), probabilities, lifts).parts.map(({ step, from, to, mean, quantiles }) => [
      step,
      from / minutes(1),
      to / minutes(1),
      mean,
      quantiles[2],
    ]);

  test('is cut there: an event of 20 minutes has its own height, for 20 minutes', () => {
    const short = { ...sale, from: minutes(80), to: minutes(100) };
    expect(applyLifts(flat(10), probabilities, [stated(short)]).mean[1]).toBeCloseTo(10 * (1 + 2 / 3), 9);
    expect(partsOf(stated(short))).toEqual([
      [1, 60, 80, 10, 15],
      [1, 80, 100, 30, 45],
      [1, 100, 120, 10, 15],
    ]);
  });
  test('is cut alone: the whole steps of an event from half past on need no parts', () => {
    expect(partsOf(stated(sale))).toEqual([
      [1, 60, 90, 10, 15],
      [1, 90, 120, 30, 45],
    ]);
    expect(partsOf(stated(whole))).toEqual([]);
  });
  test('has a learned lift in its part too, with the quantiles wide there alone', () => {
    const [before, within] = partsOf(learned({ ...sale, from: minutes(90) }, { spread: 0.3 }));
    expect(before.slice(3)).toEqual([10, 15]);
    expect(within[3]).toBeCloseTo(20.5, 6);
    expect(Number(within[4]) / Number(within[3])).toBeGreaterThan(1.5);
  });
  test('is cut at every edge where events meet in it, and their lifts multiply where both are', () => {
    const [one, other] = [
      { ...sale, from: minutes(0), to: minutes(90) },
      { ...sale, name: 'strike', from: minutes(75), to: minutes(120), uplift: 0.5 },
    ];
    expect(partsOf(stated(one), stated(other)).map(([, from, , mean]) => [from, mean])).toEqual([
      [60, 30],
      [75, 15],
      [90, 5],
    ]);
  });
  test('is cut by the places that a holiday reaches, each with its share', () => {
    const reach = [{ from: minutes(90), to: minutes(240), share: 0.5 }];
    expect(partsOf(stated({ ...sale, reach })).map(([, from, , mean]) => [from, mean])).toEqual([
      [60, 10],
      [90, 20],
    ]);
  });
});

propertyTest.prop([fc.integer({ min: 0, max: 239 }), fc.integer({ min: 1, max: 240 }), fc.double({ min: 0.1, max: 20, noNaN: true })])(
  'the parts of a step have its mean',
  (from, length, uplift) => {
    const event = { ...sale, from: from * 60_000, to: (from + length) * 60_000, uplift };
    const { mean, parts } = applyLifts(flat(10), probabilities, [stated(event)]);
    for (const step of new Set(parts.map((part) => part.step))) {
      const own = parts.filter((part) => part.step === step);
      expect(own.reduce((sum, part) => sum + part.mean * (part.to - part.from), 0) / HOUR_MS).toBeCloseTo(mean[step], 6);
    }
  },
);

test('an event outside the path lifts nothing and is not said to be applied', () => {
  const { mean, applied } = applyLifts({ ...flat(10), start: 10 * HOUR_MS }, probabilities, [stated(sale)]);
  expect([...mean]).toEqual([10, 10, 10, 10]);
  expect(applied).toEqual([]);
});

test('events that overlap multiply', () => {
  const both = applyLifts(flat(10), probabilities, [stated(whole), stated({ ...whole, name: 'strike', uplift: 0.5 })]);
  expect([...both.mean]).toEqual([15, 15, 15, 15]);
  expect(both.applied.map(({ lift, times }) => [lift.occurrence.name, times])).toEqual([
    ['sale', 3],
    ['strike', 0.5],
  ]);
});

test('the path that comes in stays as it is', () => {
  const paths = flat(10);
  applyLifts(paths, probabilities, [stated(sale), learned(sale)]);
  expect([...paths.mean, ...paths.quantiles[1]]).toEqual(new Array(8).fill(10));
});

test('what the past taught goes before the word of the config', () => {
  const { applied } = applyLifts(flat(10), probabilities, [learned(whole)]);
  expect(applied[0].times).toBeCloseTo(2, 1);
});

test('a learned lift follows its shape by hour from the start of the event', () => {
  const shape = Float64Array.from([-0.5, 0, 0.5]);
  const { mean } = applyLifts(flat(10), probabilities, [learned(whole, { shape })]);
  expect(mean[0]).toBeLessThan(mean[1]);
  expect(mean[1]).toBeLessThan(mean[2]);
  expect(mean[3]).toBeCloseTo(mean[1], 9);
});

test('a name with a past of its own is lifted by its own level, another by that of the group', () => {
  const fields = { named: { sale: { past: 2, level: Math.log(3) } } };
  const own = applyLifts(flat(10), probabilities, [learned(whole, fields)]);
  const other = applyLifts(flat(10), probabilities, [learned({ ...whole, name: 'fair' }, fields)]);
  expect(own.mean[0]).toBeGreaterThan(other.mean[0]);
});

test('the spread of a learned lift moves quantiles away from the median, and the median not at all', () => {
  const [narrow, wide] = [0, 0.3].map((spread) => applyLifts(flat(10), probabilities, [learned(whole, { spread })]));
  expect(wide.quantiles[0][0]).toBeLessThan(narrow.quantiles[0][0]);
  expect(wide.quantiles[1][0]).toBeCloseTo(narrow.quantiles[1][0], 9);
  expect(wide.quantiles[2][0]).toBeGreaterThan(narrow.quantiles[2][0]);
});

test('an event that reaches half of the load lifts half as much', () => {
  const half = { ...whole, reach: [{ from: 0, to: 4 * HOUR_MS, share: 0.5 }] };
  expect([...applyLifts(flat(10), probabilities, [stated(half)]).mean]).toEqual([20, 20, 20, 20]);
});

test('steps that an occurrence reaches are taken out of a series; those it hardly reaches stay', () => {
  const series = { start: 0, intervalMs: HOUR_MS, values: Float64Array.of(1, 2, NaN, 4) };
  const { series: masked, taken } = withoutOccurrences(series, [sale, { ...whole, reach: [{ from: 0, to: HOUR_MS, share: 0.05 }] }]);
  expect([...masked.values]).toEqual([1, NaN, NaN, 4]);
  expect(taken).toBe(1);
  expect([...series.values]).toEqual([1, 2, NaN, 4]);
});

const lifts = fc
  .array(
    fc.record({
      from: fc.double({ min: -5, max: 30, noNaN: true }),
      hours: fc.double({ min: 0.1, max: 12, noNaN: true }),
      uplift: fc.double({ min: 0.05, max: 20, noNaN: true }),
      spread: fc.double({ min: 0, max: 1, noNaN: true }),
      isLearned: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) =>
    all.map(({ from, hours, uplift, spread, isLearned }) => {
      const occurrence = { ...sale, from: from * HOUR_MS, to: (from + hours) * HOUR_MS, uplift };
      return isLearned ? learned(occurrence, { level: Math.log(uplift), spread }) : stated(occurrence);
    }),
  );
const paths = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 24, maxLength: 24 }).map((values) => ({
  start: 0,
  intervalMs: HOUR_MS,
  mean: Float64Array.from(values),
  quantiles: [0.7, 1, 1.4].map((factor) => Float64Array.from(values, (value) => value * factor)),
}));

propertyTest.prop([paths, lifts])(
  'no event changes an hour outside its span, and every quantile stays finite, in order and at least zero',
  (path, all) => {
    const { mean, quantiles } = applyLifts(path, probabilities, all);
    for (let step = 0; step < 24; step++) {
      const touched = all.some(({ occurrence: { from, to } }) => from < (step + 1) * HOUR_MS && to > step * HOUR_MS);
      if (!touched)
        expect([mean[step], ...quantiles.map((q) => q[step])]).toEqual([path.mean[step], ...path.quantiles.map((q) => q[step])]);
      expect(Number.isFinite(mean[step])).toBe(true);
      quantiles.forEach((quantile, q) => {
        expect(Number.isFinite(quantile[step])).toBe(true);
        expect(quantile[step]).toBeGreaterThanOrEqual(q === 0 ? 0 : quantiles[q - 1][step]);
      });
    }
  },
);

propertyTest.prop([paths, lifts, fc.constantFrom(1e-6, 0.5, 1e6)])('scaling the load scales what is lifted', (path, all, factor) => {
  const scaled = {
    ...path,
    mean: path.mean.map((value) => value * factor),
    quantiles: path.quantiles.map((q) => q.map((value) => value * factor)),
  };
  const [a, b] = [path, scaled].map((each) => applyLifts(each, probabilities, all));
  const top = Math.max(...a.quantiles[2], 1e-300);
  [a.mean, ...a.quantiles].forEach((values, q) =>
    values.forEach((value, step) => expect(Math.abs([b.mean, ...b.quantiles][q][step] / factor - value)).toBeLessThanOrEqual(1e-9 * top)),
  );
});

propertyTest.prop([paths])('an uplift of one changes nothing', (path) => {
  const { mean, quantiles } = applyLifts(path, probabilities, [stated({ ...whole, uplift: 1 })]);
  expect([mean, ...quantiles]).toEqual([path.mean, ...path.quantiles]);
});
