import { fc, test as propertyTest } from '@fast-check/jest';
import { joinSegments, overlay, rereadMs, type Segment, rangesToAsk } from '../../../lib/adapters/live/overlay';
import { HOUR_MS } from '../../../lib/units';

const range = { from: 0, to: 48 * HOUR_MS };

const segment = (): fc.Arbitrary<Segment> =>
  fc
    .record({
      first: fc.integer({ min: -10, max: 50 }),
      values: fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }), { minLength: 1, maxLength: 30 }),
      warnings: fc.constantFrom<string[]>([], ['partial']),
      labels: fc.constantFrom<Segment['labels']>(null, { pod: 'a' }, { pod: 'b' }),
    })
    .map(({ first, values, warnings, labels }) => ({
      from: first * HOUR_MS,
      to: (first + values.length) * HOUR_MS,
      values,
      labels: values.every((value) => value === null) ? null : (labels ?? {}),
      warnings,
      notes: [],
    }));

const segments = () => fc.array(segment(), { maxLength: 12 });
const hours = Array.from({ length: 48 }, (_, hour) => hour * HOUR_MS);

propertyTest.prop([segments()])('the value of a moment is the last one that any answer had for it', (all) => {
  const { values } = overlay(all, range, HOUR_MS);
  for (const [index, time] of hours.entries()) {
    const known = all
      .map(({ from, to, values: own }) => (time >= from && time < to ? own[(time - from) / HOUR_MS] : null))
      .filter((value) => value !== null);
    expect(values[index]).toBe(known.at(-1) ?? NaN);
  }
});

propertyTest.prop([segments()])('what is covered is what some answer was asked for', (all) => {
  const { covered } = overlay(all, range, HOUR_MS);
  for (const time of hours)
    expect(covered.some(({ from, to }) => time >= from && time < to)).toBe(all.some(({ from, to }) => time >= from && time < to));
});

propertyTest.prop([segments()])('joined segments hold the same values, cover the same time and say the same', (all) => {
  const joined = joinSegments(all, HOUR_MS);
  const [before, after] = [overlay(all, range, HOUR_MS), overlay(joined, range, HOUR_MS)];
  expect([after.values, after.covered, after.warnings]).toEqual([before.values, before.covered, before.warnings]);
  expect(joined.every(({ from }, index) => index === 0 || from >= joined[index - 1].to)).toBe(true);
});

propertyTest.prop([segments()])(
  'a moment is asked for unless an answer without a warning covers it, six hours or more before its end',
  (all) => {
    const asked = rangesToAsk(all, range);
    for (const time of hours) {
      const settled = all.some(({ from, to, warnings }) => warnings.length === 0 && time >= from && time < to - rereadMs);
      expect(asked.some(({ from, to }) => time >= from && time < to)).toBe(!settled);
    }
  },
);
