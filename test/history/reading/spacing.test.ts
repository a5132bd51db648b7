import { spacingKey, usualSpacing } from '../../../lib/history/reading/spacing';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';

const spacingOf = (differences: readonly number[]) => {
  const counts = new Map<number, number>();
  for (const difference of differences) counts.set(spacingKey(difference), (counts.get(spacingKey(difference)) ?? 0) + 1);
  return usualSpacing(counts);
};
const times = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

test('the most frequent difference is the spacing, whatever the gaps', () => {
  expect(spacingOf([...times(50, MINUTE_MS), ...times(4, 2 * MINUTE_MS), 3 * 24 * HOUR_MS])).toEqual({ usualMs: MINUTE_MS, other: null });
});

test('of equally frequent differences the smaller is the spacing', () => {
  expect(spacingOf([HOUR_MS, MINUTE_MS]).usualMs).toBe(MINUTE_MS);
});

test('jitter of seconds around a minute is a minute', () => {
  const jittered = [57, 58, 58, 59, 59, 60, 60, 61, 61, 62, 62, 63].map((seconds) => seconds * 1000);
  expect(spacingOf(jittered)).toEqual({ usualMs: MINUTE_MS, other: null });
});

test('jitter of milliseconds around fifteen seconds is fifteen seconds', () => {
  expect(spacingOf([14_993, 15_002, 15_011, 14_996, 14_999]).usualMs).toBe(15_000);
});

test('jitter around no round duration is its mean', () => {
  expect(spacingOf([417_000, 418_000, 419_000, 420_000, 421_000].map((ms) => ms + 26_000)).usualMs).toBe(445_000);
});

test('a second frequent difference is told', () => {
  expect(spacingOf([...times(60, MINUTE_MS), ...times(40, 5 * MINUTE_MS)])).toEqual({
    usualMs: MINUTE_MS,
    other: { ms: 5 * MINUTE_MS, count: 40 },
  });
});

test('a difference of less than ten seconds counts by the millisecond, a longer one by the second', () => {
  expect(spacingKey(250)).toBe(250);
  expect(spacingKey(60_400)).toBe(60_000);
});
