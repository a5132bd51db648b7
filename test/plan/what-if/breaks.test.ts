import { fc, test as property } from '@fast-check/jest';
import { breakTolerance } from '../../../lib/plan/what-if';
import { nextBreak } from '../../../lib/plan/what-if/breaks';
import type { Problem } from '../../../lib/problems';

const problem: Problem = { code: 'sizing/quota', path: 'limits.quotas.L-DB2E81BA', message: 'is short' };
const above = (most: number) => (times: number) => (times > most ? [problem] : []);

property.prop([fc.double({ min: 0.1, max: 200, noNaN: true }), fc.constantFrom(0, 1, 1.5)])(
  'what holds holds, what breaks breaks, and they are no further apart than the tolerance',
  (most, from) => {
    fc.pre(from <= most);
    const found = nextBreak(from, above(most));
    if (most >= 64) return expect(found).toBeNull();
    expect(found?.problems).toEqual([problem]);
    expect(found?.breaks).toBeGreaterThan(most);
    expect(found?.holds).toBeLessThanOrEqual(most);
    if (most >= 1) expect((found?.breaks ?? NaN) / (found?.holds ?? NaN)).toBeLessThanOrEqual(1 + breakTolerance);
    else expect(found).toMatchObject({ holds: 0, breaks: 1 });
  },
);
