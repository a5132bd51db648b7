import { regimeOf } from '../../lib/forecast/regime';
import { MINUTE_MS } from '../../lib/units';

const rises = (minutes: number, repeats = 0.8) => ({ period: 'day', repeats, riseMs: minutes * MINUTE_MS }) as const;

test.each([
  ['quick', 'at most two leads', 60],
  ['between', 'more than two leads', 61],
  ['between', 'less than ten leads', 299],
  ['slow', 'ten leads', 300],
])('%s are rises of %s', (regime, _, minutes) => {
  expect(regimeOf(rises(minutes), 30 * MINUTE_MS)).toBe(regime);
});

test('what explains less than half of the load hardly repeats, however quick it is', () => {
  expect(regimeOf(rises(1, 0.5), 30 * MINUTE_MS)).toBe('quick');
  expect(regimeOf(rises(1, 0.49), 30 * MINUTE_MS)).toBe('hardly repeats');
  expect(regimeOf(null, 30 * MINUTE_MS)).toBe('hardly repeats');
});
