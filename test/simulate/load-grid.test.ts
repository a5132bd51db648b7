import { fc, test as propertyTest } from '@fast-check/jest';
import { gridOfSpacing } from '../../lib/history/reading/spacing';
import { tickMs } from '../../lib/simulate/physics';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';

propertyTest.prop([fc.integer({ min: SECOND_MS, max: HOUR_MS })])(
  'a load of an hour or less lies no further apart than its grid, which holds whole ticks and divides an hour',
  (spacingMs) => {
    const grid = gridOfSpacing(spacingMs);
    expect(grid).toBeGreaterThanOrEqual(spacingMs);
    expect([grid % tickMs, HOUR_MS % grid]).toEqual([0, 0]);
    expect(grid % MINUTE_MS === 0 || MINUTE_MS % grid === 0).toBe(true);
  },
);

test.each([
  ['10 s', 10, 15],
  ['15 s', 15, 15],
  ['20 s', 20, 30],
  ['45 s', 45, 60],
  ['2 min', 120, 120],
  ['7 min', 420, 600],
  ['12 min', 720, 720],
  ['45 min', 2_700, 3_600],
  ['an hour', 3_600, 3_600],
])('a load every %s is replayed on the next grid that is no finer', (_, spacing, grid) => {
  expect(gridOfSpacing(spacing * SECOND_MS)).toBe(grid * SECOND_MS);
});
