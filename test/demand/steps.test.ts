import { fc, test as property } from '@fast-check/jest';
import { compress, lead, simplify, type StepFunction, valueAt, valueHours } from '../../lib/demand/replicas/steps';

const hour = 3_600_000;
const hourly = (values: readonly number[]): StepFunction => ({
  steps: values.map((value, index) => ({ from: index * hour, value })),
  end: values.length * hour,
});
const series = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 60 });

describe('lead', () => {
  test('moves a rise ahead and leaves a fall where it is', () => {
    expect(lead(hourly([2, 6, 3]), 600_000).steps).toEqual([
      { from: 0, value: 2 },
      { from: hour - 600_000, value: 6 },
      { from: 2 * hour, value: 3 },
    ]);
  });
  test('sees a peak that is shorter than the lead', () => {
    expect(valueAt(lead(hourly([2, 9, 2, 2]), 3 * hour), 0)).toBe(9);
  });
  property.prop([series, fc.integer({ min: 0, max: 5 * hour }), fc.nat({ max: 59 * 60 })])(
    'is the largest value from a time until the lead later',
    (values, leadMs, minute) => {
      const f = hourly(values);
      const time = Math.min(minute * 60_000, f.end - 1);
      const window = values.filter((_, index) => index * hour <= time + leadMs && (index + 1) * hour > time);
      expect(valueAt(lead(f, leadMs), time)).toBe(Math.max(...window));
    },
  );
});

describe('compress', () => {
  property.prop([series, fc.double({ min: 0, max: 0.3, noNaN: true })])(
    'never lies below what it replaces and adds no more than allowed',
    (values, addedShare) => {
      const f = hourly(values);
      const joined = compress(f, { addedShare, maxSteps: 125 });
      for (let index = 0; index < values.length; index++) expect(valueAt(joined, index * hour)).toBeGreaterThanOrEqual(values[index]);
      expect(valueHours(joined)).toBeLessThanOrEqual(valueHours(f) * (1 + addedShare) + 1e-6);
    },
  );
  property.prop([fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 9 }), fc.constantFrom(0, 0.05, 0.2)])(
    'uses the fewest steps there can be',
    (values, addedShare) => {
      const f = hourly(values);
      const budget = valueHours(f) * (1 + addedShare) * (1 + 1e-12);
      let fewest = Infinity;
      for (let cuts = 0; cuts < 2 ** (values.length - 1); cuts++) {
        const groups: number[][] = [[values[0]]];
        for (let index = 1; index < values.length; index++) {
          if (cuts & (1 << (index - 1))) groups.push([values[index]]);
          else groups[groups.length - 1].push(values[index]);
        }
        const cost = groups.reduce((sum, group) => sum + Math.max(...group) * group.length, 0);
        if (cost <= budget) fewest = Math.min(fewest, groups.length);
      }
      expect(compress(f, { addedShare, maxSteps: 125 }).steps.length).toBeLessThanOrEqual(fewest);
    },
  );
  test('with nothing to add it only joins what is equal', () => {
    expect(compress(hourly([2, 2, 3, 3, 2]), { addedShare: 0, maxSteps: 125 })).toEqual(simplify(hourly([2, 2, 3, 3, 2])));
  });
  test('keeps to the most steps, whatever that adds', () => {
    const zigzag = hourly(Array.from({ length: 100 }, (_, index) => 1 + (index % 2) * 9));
    expect(compress(zigzag, { addedShare: 0, maxSteps: 10 }).steps.length).toBeLessThanOrEqual(10);
  });
  test('a schedule of thousands of steps is joined too', () => {
    const long = hourly(Array.from({ length: 2_000 }, (_, index) => 1 + ((index * 7) % 13)));
    const joined = compress(long, { addedShare: 0.02, maxSteps: 125 });
    expect(joined.steps.length).toBeLessThanOrEqual(125);
    long.steps.forEach(({ from, value }) => expect(valueAt(joined, from)).toBeGreaterThanOrEqual(value));
  });
});
