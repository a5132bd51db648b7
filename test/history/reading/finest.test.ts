import { fc, test as propertyTest } from '@fast-check/jest';
import { readSeries } from '../../../lib/history/reading/series-reader';
import type { HistoryReading, HistoryRequest } from '../../../lib/history/series';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { countedUp } from '../support';

const start = Date.UTC(2026, 10, 2);

function request(more: Partial<HistoryRequest>): HistoryRequest {
  return {
    source: { kind: 'csv', path: 'chat.csv' } as never,
    defaultKind: 'rate',
    intervalMs: HOUR_MS,
    path: 'workloads.chat.load',
    ...more,
  };
}

/** Reads `values`, one every `spacingMs` from `start` on; NaN leaves a moment out. */
function read(values: readonly number[], spacingMs: number, more: Partial<HistoryRequest> = {}): Promise<HistoryReading> {
  return readSeries(request(more), {
    text: 'csv chat.csv',
    place: 'chat.csv',
    visit: (_order, each) => {
      values.forEach((value, index) => {
        if (!Number.isNaN(value)) each(start + index * spacingMs, value);
      });
      return Promise.resolve();
    },
  });
}

const day = Array.from({ length: 288 }, (_, index) => 10 + (index % 12));

test('a load every five minutes is read by the hour and, where asked for, by five minutes from the same pass', async () => {
  const { series, finest } = await read(day, 5 * MINUTE_MS, { finest: true });
  expect([series.intervalMs, series.values.length]).toEqual([HOUR_MS, 24]);
  expect(finest).toMatchObject({ intervalMs: 5 * MINUTE_MS, start, values: Float64Array.from(day) });
});

test('nothing finer is read where nobody asks for it, nor where the observations are no finer than the grid', async () => {
  expect((await read(day, 5 * MINUTE_MS)).finest).toBeUndefined();
  expect((await read(day, HOUR_MS, { finest: true })).finest).toBeUndefined();
});

test('a series too long for its finer grid still has its coarser one, and says why it has no other', async () => {
  const { series, finest } = await readSeries(request({ finest: true, intervalMs: 24 * HOUR_MS }), {
    text: 'csv chat.csv',
    place: 'chat.csv',
    visit: (_order, each) => {
      for (let at = start; at < start + 24 * HOUR_MS; at += 15_000) each(at, 1);
      each(start + 2 * 365 * 24 * HOUR_MS, 1);
      return Promise.resolve();
    },
  });
  expect(series.intervalMs).toBe(24 * HOUR_MS);
  expect(finest).toMatchObject({ problems: [{ code: 'history/too-long', path: 'chat.csv' }] });
});

propertyTest.prop([
  fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 1_000 }) }, { weight: 1, arbitrary: fc.constant(NaN) }), {
    minLength: 30,
    maxLength: 200,
  }),
  fc.constantFrom('rate', 'level', 'count', 'counter'),
])('the finer series is that of a reading on its grid alone, gaps and all', async (given, kind) => {
  const source = { kind: 'csv', path: 'chat.csv', series: kind } as never;
  const values = kind === 'counter' ? countedUp(given) : given;
  const both = await read(values, 10 * MINUTE_MS, { source, finest: true }).catch(() => null);
  const alone = await read(values, 10 * MINUTE_MS, { source, intervalMs: 10 * MINUTE_MS }).catch(() => null);
  if (both === null || alone === null || both.finest === undefined) return;
  expect(both.finest).toEqual(alone.series);
});
