import { fc, test as propertyTest } from '@fast-check/jest';
import { planOrigins } from '../../lib/forecast/backtest/origins';

const day = [24, 168];

test('twenty-four origins stand on the later three quarters of a month of hours, at many times of the day', () => {
  const { origins, testedSteps } = planOrigins(720, 24, day, 24);
  expect(testedSteps).toBe(24);
  expect(origins).toHaveLength(24);
  expect(origins[23]).toBe(696);
  expect(origins[0]).toBeGreaterThanOrEqual(192);
  expect(origins[0]).toBeLessThan(360);
  expect(new Set(origins.map((origin) => origin % 24)).size).toBeGreaterThan(11);
});

test('a week ahead on four weeks of hours is tested in full, each time knowing a week', () => {
  const { origins, testedSteps } = planOrigins(672, 168, day, 20);
  expect(testedSteps).toBe(168);
  expect(origins).toHaveLength(20);
  expect(origins[0]).toBeGreaterThanOrEqual(126);
});

test('a short history is tested less far ahead and from fewer origins', () => {
  expect(planOrigins(36, 24, day, 20)).toEqual({ origins: [24, 25, 26, 27, 28], testedSteps: 8 });
  expect(planOrigins(24, 24, day, 20)).toEqual({ origins: [], testedSteps: 0 });
});

test('a season longer than the history is none', () => {
  expect(planOrigins(12, 3, day, 5)).toEqual({ origins: [5, 6, 7, 8, 9], testedSteps: 3 });
});

propertyTest.prop([
  fc.integer({ min: 1, max: 30_000 }),
  fc.integer({ min: 1, max: 2_000 }),
  fc.constantFrom([24, 168], [288, 2016], [7], [], [2, 14]),
  fc.integer({ min: 1, max: 40 }),
])('every origin has something to train on and every tested lead something to be tested by', (length, steps, seasons, most) => {
  const { origins, testedSteps } = planOrigins(length, steps, seasons, most);
  expect(origins.length).toBeLessThanOrEqual(most);
  expect(testedSteps).toBeLessThanOrEqual(steps);
  origins.forEach((origin, i) => {
    expect(origin).toBeGreaterThanOrEqual(1);
    expect(origin + testedSteps).toBeLessThanOrEqual(length);
    if (i > 0) expect(origin).toBeGreaterThan(origins[i - 1]);
  });
  if (origins.length > 0) expect(testedSteps).toBeGreaterThanOrEqual(1);
});
