import { windowsOf, windowTimes } from '../../../lib/simulate/replay/windows';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { gridOfHours } from '../support';

const level = (days: number) => gridOfHours(new Float64Array(days * 24).fill(5));
const days = ({ from, to }: { from: number; to: number }) => (to - from) / 24;

test('the last third is scored, settings are tuned on as much before it, and the rest trains', () => {
  const { train, tune, score } = windowsOf(level(12), 'x');
  expect([train, tune, score]).toEqual([
    { from: 0, to: 96 },
    { from: 96, to: 192 },
    { from: 192, to: 288 },
  ]);
});

test('settings are tuned on two weeks at most, and no more is scored than is asked for', () => {
  const { train, tune, score } = windowsOf(level(60), 'x');
  expect([train, tune, score].map(days)).toEqual([26, 14, 20]);
  const bounded = windowsOf(level(60), 'x', 14 * DAY_MS);
  expect([bounded.train, bounded.tune, bounded.score].map(days)).toEqual([32, 14, 14]);
});

test('windows begin and end on whole hours', () => {
  const load = { start: 0, intervalMs: 5 * MINUTE_MS, values: new Float64Array(4 * 288 + 7).fill(1) };
  for (const { from, to } of Object.values(windowsOf(load, 'x'))) expect([from % 12, to % 12]).toEqual([0, 0]);
});

test('their times are ISO 8601 UTC', () => {
  const load = level(3);
  expect(windowTimes({ load, windows: windowsOf(load, 'x') }).score).toEqual({ from: '2026-01-07T00:00:00Z', to: '2026-01-08T00:00:00Z' });
});

test.each([
  [
    'observations less often than once an hour',
    { ...level(12), intervalMs: 2 * HOUR_MS },
    /^x: is too coarse to be replayed .*got every 2h/,
  ],
  ['an interval that is on no whole minutes', { ...level(12), intervalMs: 90_000 }, /^x: is too coarse to be replayed/],
  ['less than three days', level(2), /^x: is too short to be replayed.*at least 3d, got 2d/],
  [
    'no load in a third of it',
    { ...level(12), values: level(12).values.map((_, i) => (i < 190 ? 5 : 0)) },
    /^x: has no load in a third of its span/,
  ],
])('%s is refused with the place', (_, load, sentence) => {
  expect(() => windowsOf(load, 'x')).toThrow(sentence);
});
