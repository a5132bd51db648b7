import { expect, test } from '@jest/globals';
import { randomOf } from '../../../lib/random';
import { lowerBound } from '../../../lib/simulate/replay/bound';
import { causalLimit } from '../../../lib/simulate/replay/causal-limit';
import { knownCourse } from '../../../lib/simulate/replay/known-course';
import { runReplay } from '../../../lib/simulate/replay/run';
import { MINUTE_MS } from '../../../lib/units';
import { replayOf, scheduled } from '../support';

const perDay = 5_760;

/** Days that swell and ebb, and the same with seeded noise that lasts so many ticks. */
function noisyDays(days: number, share: number, lasts = 80, seed = 1) {
  const { normal } = randomOf(seed);
  const kept = Math.exp(-1 / lasts);
  const course = Float64Array.from({ length: days * perDay }, (_, i) => 20 * (1 + 0.6 * Math.sin((2 * Math.PI * i) / perDay)));
  let noise = share * normal();
  const values = course.map((value) => {
    noise = kept * noise + share * Math.sqrt(1 - kept * kept) * normal();
    return Math.max(0, value * (1 + noise));
  });
  return { course, values };
}

const allowed = 3;
const limitOf = (values: Float64Array, course: Float64Array, fields = {}) => {
  const limit = causalLimit(replayOf(values, fields), allowed, [], course);
  if (limit === null) throw new Error('no margin holds');
  return limit;
};

test('without noise the causal limit is perfect knowledge, and what a node stays empty beyond it', () => {
  const { course } = noisyDays(2, 0);
  const replay = replayOf(course);
  const { gpuHours, violationMinutes } = limitOf(course, course);
  expect(violationMinutes).toBeLessThanOrEqual(allowed);
  expect(gpuHours).toBeGreaterThanOrEqual(0.99 * lowerBound(replay).gpuHours);
  expect(gpuHours).toBeLessThan(1.04 * lowerBound(replay).gpuHours);
});

test('the more noise there is, the more its limit lies above perfect knowledge', () => {
  const above = [0, 0.05, 0.1, 0.2].map((share) => {
    const { course, values } = noisyDays(2, share);
    return limitOf(values, course).gpuHours / lowerBound(replayOf(values)).gpuHours;
  });
  expect(above).toEqual([...above].sort((a, b) => a - b));
  expect(above[3]).toBeGreaterThan(above[0] + 0.2);
});

test('a causal limit holds the violations that it may come to', () => {
  const { course, values } = noisyDays(2, 0.1);
  for (const minutes of [0, 3, 30])
    expect(causalLimit(replayOf(values), minutes, [], course)?.violationMinutes ?? NaN).toBeLessThanOrEqual(minutes);
});

test('more violations, or a shorter lead, never make it dearer by more than a step of the margin', () => {
  const { course, values } = noisyDays(2, 0.1);
  const byViolations = [0, 3, 30].map((minutes) => causalLimit(replayOf(values), minutes, [], course)?.gpuHours ?? NaN);
  const byLead = [60, 6].map((minutes) => limitOf(values, course, { bootMs: minutes * MINUTE_MS, modelLoadMs: 0 }).gpuHours);
  for (const hours of [byViolations, byLead]) hours.slice(1).forEach((value, i) => expect(value).toBeLessThan(1.02 * hours[i]));
});

test('a schedule made by hand from course and noise needs no fewer GPU-hours at as many violations', () => {
  const { course, values } = noisyDays(4, 0.1);
  const replay = replayOf(values);
  // Made by hand: a schedule that covers 3.1 standard deviations, the 99.9 % quantile of the normal law, six minutes ahead.
  const floors = Array.from({ length: values.length }, (_, i) =>
    Math.ceil(1.31 * Math.max(course[i], course[Math.min(i + 25, values.length - 1)])),
  );
  const byHand = runReplay(replay, scheduled(floors));
  expect(causalLimit(replay, byHand?.violationMinutes ?? NaN, [], course)?.gpuHours).toBeLessThanOrEqual(1.01 * (byHand?.gpuHours ?? NaN));
});

test('a policy that was replayed is the limit where it comes to less at as few violations, and where nothing else holds them', () => {
  const { values } = noisyDays(2, 0.1);
  const [cheap, violating] = [
    { gpuHours: 1, violationMinutes: allowed, scoredMinutes: 2_880 },
    { gpuHours: 0.5, violationMinutes: allowed + 1, scoredMinutes: 2_880 },
  ];
  expect(causalLimit(replayOf(values), allowed, [violating, cheap])?.gpuHours).toBe(1);
  expect(causalLimit(replayOf(values), allowed, [violating, { ...cheap, gpuHours: 1e9 }])?.gpuHours).toBeLessThan(2_000);
  expect(causalLimit(replayOf(values, { mostNodes: 5 }), allowed, [violating, cheap])).toMatchObject(cheap);
});

test('where there are too few nodes for the load there is no limit', () => {
  const { values } = noisyDays(2, 0.1);
  expect(causalLimit(replayOf(values, { mostNodes: 5 }), allowed)).toBeNull();
});

test('the known course has the mean of every hour, where nothing comes again within them', () => {
  const { values } = noisyDays(3, 0.1);
  const course = knownCourse(replayOf(values));
  const meanOf = (all: Float64Array, hour: number) =>
    all.subarray(hour * 240, (hour + 1) * 240).reduce((sum, value) => sum + value / 240, 0);
  for (const hour of [0, 7, 30, 71]) expect(meanOf(course, hour)).toBeCloseTo(meanOf(values, hour), 6);
});

test('the known course has what comes every hour or every day, at its minute', () => {
  const { values } = noisyDays(3, 0.01);
  const hourly = values.map((value, i) => value + (i % 240 < 20 ? 15 : 0));
  const nightly = values.map((value, i) => value + (i % perDay >= 482 && i % perDay < 502 ? 60 : 0));
  const errorOf = (all: Float64Array) => {
    const course = knownCourse(replayOf(all));
    return Math.sqrt(all.reduce((sum, value, i) => sum + (value - course[i]) ** 2, 0) / all.length);
  };
  expect(errorOf(hourly)).toBeLessThan(1);
  expect(errorOf(nightly)).toBeLessThan(1);
});

test('what comes once is not known beforehand, though it comes in what is replayed', () => {
  const { values } = noisyDays(3, 0.01);
  const once = values.map((value, i) => value + (i >= 10_000 && i < 10_020 ? 60 : 0));
  const course = knownCourse(replayOf(once));
  expect(course[10_010]).toBeLessThan(values[10_010] + 15);
});
