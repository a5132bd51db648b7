import { fc, test as property } from '@fast-check/jest';
import { inEqualParts, inParts } from '../lib/progress';

test('the share of work with parts is the mean of their shares by weight', () => {
  const told: number[] = [];
  const [reading, sizing] = inParts((share) => told.push(share), [1, 3]);
  reading(1);
  sizing(0.5);
  sizing(1);
  expect(told).toEqual([0.25, 0.625, 1]);
});

test('where nobody observes, parts may be told of all the same', () => {
  expect(() => inEqualParts(undefined, 2).forEach((part) => part(1))).not.toThrow();
});

property.prop([
  fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 }),
  fc.array(fc.tuple(fc.nat(5), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 30 }),
])('whatever parts are told, the share never falls, and is 1 when all are done and not before', (weights, events) => {
  const told: number[] = [0];
  const parts = inParts((share) => told.push(share), weights);
  for (const [part, share] of events) parts[part % parts.length](share);
  const [first, ...others] = parts;
  others.forEach((part) => part(1));
  const before = told.at(-1) ?? 0;
  if (events.every(([part, share]) => part % parts.length !== 0 || share < 0.999)) expect(before).toBeLessThan(1);
  first(1);
  expect(told.at(-1)).toBe(1);
  expect(told.every((share, index) => index === 0 || share >= told[index - 1])).toBe(true);
});
