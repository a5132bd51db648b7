import { historyCache } from '../../../lib/adapters/live/cache';
import { obtain } from '../../../lib/adapters/live/obtain';
import type { DescribedSource, LiveSource } from '../../../lib/adapters/live/source';
import { DAY_MS, MINUTE_MS } from '../../../lib/units';
import { temporaryFolder } from '../../support/foresize';

const end = Date.UTC(2026, 9, 31);
const stepMs = 5 * MINUTE_MS;

/** Up to when a source is read whose values settle ten minutes after their period, by the clock. */
async function readUpTo(now: number, clock: number | undefined, settlesMs = 10 * MINUTE_MS): Promise<number> {
  const described: DescribedSource = {
    text: 'a metric',
    identity: { metric: 'a' },
    place: 'a metric',
    stepMs,
    kind: 'count',
    reachMs: Infinity,
    absentIsZero: false,
    settlesMs,
  };
  const source: LiveSource = {
    ...described,
    fetch: (from) => Promise.resolve({ points: [[from, 1]], labels: {}, warnings: [], notes: [] }),
    whenEmpty: () => Promise.resolve(''),
  };
  const cache = historyCache(temporaryFolder());
  return (await obtain(described, { cache, rangeMs: DAY_MS, open: () => source, now, clock, offline: false })).range.to;
}

test('a period that has not settled by the clock is not read', async () => {
  expect(await readUpTo(end, end)).toBe(end - 10 * MINUTE_MS);
  expect(await readUpTo(end + 4 * MINUTE_MS, end + 4 * MINUTE_MS)).toBe(end - 10 * MINUTE_MS);
  expect(await readUpTo(end + 5 * MINUTE_MS, end + 5 * MINUTE_MS)).toBe(end - 5 * MINUTE_MS);
});

test('what lies further back than that is read up to the moment that was stated', async () => {
  expect(await readUpTo(end, end + 10 * MINUTE_MS)).toBe(end);
  expect(await readUpTo(end, end + DAY_MS)).toBe(end);
  expect(await readUpTo(end, undefined)).toBe(end);
});

test('a source whose values stand at once is read up to now', async () => {
  expect(await readUpTo(end, end, 0)).toBe(end);
});
