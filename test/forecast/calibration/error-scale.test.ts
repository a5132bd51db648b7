import { scaleAt, scaleOf, standardised } from '../../../lib/forecast/calibration/error-scale';
import { errorOf, type Errors, shift, slotAt, slotsOf, spreadOf } from '../../../lib/forecast/calibration/errors';

type One = {
  readonly error: number;
  readonly lead?: number;
  readonly slot?: number;
  readonly origin?: number;
  readonly spread?: number;
  readonly weight?: number;
};
const errorsOf = (all: readonly One[]): Errors => ({
  form: 'additive',
  error: Float64Array.from(all, ({ error }) => error),
  lead: Uint32Array.from(all, ({ lead = 0 }) => lead),
  slot: Uint8Array.from(all, ({ slot = 0 }) => slot),
  origin: Uint16Array.from(all, ({ origin = 0 }) => origin),
  weight: Float64Array.from(all, ({ weight = 1 }) => weight),
  spread: Float64Array.from(all, ({ spread = 0 }) => spread),
  age: new Float64Array(all.length).fill(1),
});
const single = slotsOf([]);
const many = (count: number, one: One) => Array.from({ length: count }, () => one);

test('a season has at most 24 slots, and each place lies in one', () => {
  expect(slotsOf([24, 168])).toEqual({ period: 24, count: 24 });
  expect(slotsOf([288])).toEqual({ period: 288, count: 24 });
  expect(slotsOf([7])).toEqual({ period: 7, count: 7 });
  expect(single).toEqual({ period: 1, count: 1 });
  const quarters = slotsOf([96]);
  expect([0, 3, 4, 95, 96, 100].map((place) => slotAt(quarters, place))).toEqual([0, 0, 1, 23, 0, 1]);
});

test('an error is a difference, or the logarithm of a ratio of what is raised by a twentieth of the level', () => {
  expect(errorOf('additive', 12, 10, 100)).toBe(2);
  expect(errorOf('multiplicative', 15, 5, 100)).toBeCloseTo(Math.log(20 / 10), 12);
  expect(errorOf('multiplicative', 15, -9, 100)).toBeCloseTo(Math.log(20 / 5), 12);
  expect(shift('additive', 10, 2, 100)).toBe(12);
  expect(shift('multiplicative', 5, Math.log(2), 100)).toBeCloseTo(15, 9);
  expect(shift('multiplicative', -9, Math.log(2), 100)).toBeCloseTo(5, 9);
  expect(spreadOf('additive', 5, 10, 100)).toBe(10);
  expect(spreadOf('multiplicative', 5, 10, 100)).toBeCloseTo(Math.log(20 / 10), 12);
});

test('errors that are alike have that size, at every time and lead, beside models that lie as far apart as usual', () => {
  const errors = errorsOf(many(40, { error: -3, spread: 2 }));
  const scale = scaleOf(errors, single, 1);
  expect([...scale.bySlot]).toEqual([expect.closeTo(3, 9)]);
  expect([...scale.byLead]).toEqual([expect.closeTo(1, 9)]);
  expect(scale.usualSpread).toBe(2);
  expect(scaleAt(scale, 0, 0, 2)).toBeCloseTo(3, 9);
  expect([...standardised(errors, scale)].every((unit) => Math.abs(unit + 1) < 1e-9)).toBe(true);
});

test('where models lie further apart errors are larger by the root, each raised by half of the usual, three times at most', () => {
  const scale = scaleOf(errorsOf(many(40, { error: 3, spread: 2 })), single, 1);
  expect(scaleAt(scale, 0, 0, 0)).toBeCloseTo(3 * Math.sqrt(1 / 3), 9);
  expect(scaleAt(scale, 0, 0, 11)).toBeCloseTo(3 * 2, 9);
  expect(scaleAt(scale, 0, 0, 1e6)).toBeCloseTo(9, 9);
});

test('the usual spread is a twentieth of the mean error at least', () => {
  expect(scaleOf(errorsOf(many(9, { error: 4, spread: 0 })), single, 1).usualSpread).toBeCloseTo(0.2, 12);
  expect(scaleOf(errorsOf([]), single, 1).usualSpread).toBeCloseTo(1 / 20, 12);
});

test('a slot has the mean of its own errors, of those near by and of eight errors of the mean of all', () => {
  const slots = slotsOf([24]);
  const errors = errorsOf([...many(10, { error: 4, slot: 0 }), ...many(10, { error: 0, slot: 12 })]);
  const { bySlot } = scaleOf(errors, slots, 1);
  const near = (apart: number) => Math.exp(-0.5 * (apart / 1.5) ** 2);
  const at = (slot: number) => {
    const [first, other] = [near(Math.min(slot, 24 - slot)), near(Math.abs(slot - 12))];
    return (8 * 2 + first * 40) / (8 + 10 * first + 10 * other);
  };
  [0, 1, 2, 12, 23].forEach((slot) => expect(bySlot[slot]).toBeCloseTo(at(slot), 9));
});

test('errors count by weight, and eight of the mean weight stand for all', () => {
  const errors = errorsOf([
    { error: 1, weight: 3 },
    { error: 5, weight: 1 },
  ]);
  // The mean of both is 2, and so is that of the one slot.
  expect(scaleOf(errors, single, 1).bySlot[0]).toBeCloseTo(2, 9);
});

test('a lead has the mean of its own errors in units of the slot, of leads near by and of five errors of one unit', () => {
  const errors = errorsOf([...many(20, { error: 1, lead: 0 }), ...many(20, { error: 3, lead: 1 })]);
  const { byLead, bySlot } = scaleOf(errors, single, 2);
  expect(bySlot[0]).toBeCloseTo(2, 9);
  const near = (knots: number) => Math.exp(-0.5 * ((knots / 3) * (Math.LN2 / 0.35)) ** 2);
  const at = (knot: number) => {
    const [first, second] = [near(knot), near(knot - 3)];
    return (5 + first * 20 * 0.5 + second * 20 * 1.5) / (5 + 20 * first + 20 * second);
  };
  expect(byLead).toHaveLength(4);
  byLead.forEach((scale, knot) => expect(scale).toBeCloseTo(at(knot), 9));
});

test('between two knots of the lead the scale is a straight line, and beyond the tested leads the largest', () => {
  const scale = { slots: single, bySlot: Float64Array.of(1), byLead: Float64Array.of(1, 2, 6, 4), usualSpread: 1, testedSteps: 3 };
  // A spread of the usual size counts once. The lead of two steps stands at knot 3, of three at 4.75.
  const at = (lead: number) => scaleAt(scale, 0, lead, 1);
  expect(at(0)).toBeCloseTo(1, 9);
  expect(at(1)).toBeCloseTo(4, 9);
  expect([at(3), at(50)]).toEqual([expect.closeTo(6, 9), expect.closeTo(6, 9)]);
  const wide = { ...scale, byLead: Float64Array.of(0, 0, 0, 0, 10, 30, 7), testedSteps: 9 };
  expect(scaleAt(wide, 0, 2, 1)).toBeCloseTo(10 + 20 * (3 * Math.log2(3) - 4), 9);
});

test('what one origin says is left out where its own quantiles are judged', () => {
  const errors = errorsOf([...many(10, { error: 2, origin: 0, spread: 1 }), ...many(10, { error: 50, origin: 1, spread: 9 })]);
  const without = scaleOf(errors, single, 1, 1);
  expect(without.bySlot[0]).toBeCloseTo(2, 9);
  expect(without.byLead[0]).toBeCloseTo(1, 9);
  expect(without.usualSpread).toBe(1);
});

test('where there never was an error the scale is one', () => {
  const scale = scaleOf(errorsOf(many(5, { error: 0 })), single, 1);
  expect(scale.bySlot[0]).toBeGreaterThan(0);
  expect(scaleOf(errorsOf([]), single, 1).bySlot[0]).toBeCloseTo(1, 9);
});
