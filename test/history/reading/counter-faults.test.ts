import { fc, test as propertyTest } from '@fast-check/jest';
import type { HistoryReading } from '../../../lib/history/series';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { normalFrom, randomFrom } from '../quality/noise';
import { every, monday, read, type Row } from '../support';

/** What a service counts in each hour: 10 a second, more by day. */
const hourly = (hour: number): number => 3600 * (10 + 6 * Math.sin((2 * Math.PI * (hour - 9)) / 24));
const days = 14;
const hours = 24 * days;

/** Readings by the hour of a counter that has counted for long. */
function readings(start = 20_000_000, amount = hourly): number[] {
  let total = start;
  return Array.from({ length: hours + 1 }, (_, hour) => Math.round((total += hour === 0 ? 0 : amount(hour - 1))));
}

const values = ({ series }: HistoryReading): number[] => [...series.values];
const missing = (reading: HistoryReading): number[] => values(reading).flatMap((value, hour) => (Number.isNaN(value) ? [hour] : []));
const codes = ({ warnings, notes = [] }: HistoryReading) => [...warnings, ...notes].map(({ code }) => code);
const largest = (reading: HistoryReading): number => Math.max(...values(reading).filter((value) => !Number.isNaN(value)));

describe('a fall to near 0 is a restart', () => {
  test('and the first reading after it is what was counted since', async () => {
    const counter = readings().map((value, hour, all) => (hour < 100 ? value : value - all[99]));
    const reading = await read(every(HOUR_MS, counter), 'counter');
    expect(codes(reading)).toEqual(['history/counter-restarts']);
    expect(missing(reading)).toEqual([]);
    expect(largest(reading)).toBeLessThan(1.01 * 3600 * 16);
  });

  test('also where hours passed without a reading, and the process counted meanwhile', async () => {
    const counter = readings().map((value, hour, all) => (hour < 100 ? value : value - all[99]));
    const rows = every(HOUR_MS, counter).filter((_, hour) => hour < 100 || hour > 106);
    const reading = await read(rows, 'counter');
    expect(codes(reading)).toEqual(['history/counter-restarts']);
    expect(missing(reading)).toEqual([99, 100, 101, 102, 103, 104, 105, 106]);
  });

  test('also of a counter that hardly counts', async () => {
    const random = randomFrom(7);
    const counter = readings(0, () => (random() < 0.1 ? 1 : 0)).map((value, hour, all) => (hour < 200 ? value : value - all[199]));
    expect(codes(await read(every(HOUR_MS, counter), 'counter'))).toEqual(['history/counter-restarts']);
  });
});

describe('a fall that ends far above 0 is none: what happened meanwhile is missing', () => {
  const losing = (share: number) => {
    let lost = 0;
    return readings().map((value, hour) => value - (hour > 0 && hour % 24 === 20 ? (lost += share * value) : lost));
  };

  test.each([0.02, 0.05, 0.4])('a sum that loses members of %d of it each evening', async (share) => {
    const reading = await read(every(HOUR_MS, losing(share)), 'counter');
    expect(codes(reading)).toEqual(['history/counter-falls']);
    expect(missing(reading)).toEqual(Array.from({ length: days }, (_, day) => 24 * day + 19));
    expect(largest(reading)).toBeLessThan(1.01 * 3600 * 16);
    expect(reading.series.origin.repairs).toEqual([`took ${days} falls of the counter that no restart explains for missing`]);
  });

  test('the message says when, how far, and what to do', async () => {
    const counter = readings(30_000_000).map((value, hour) => (hour < 100 ? value : value - 10_000_000));
    const { warnings } = await read(every(HOUR_MS, counter), 'counter');
    expect(warnings).toMatchObject([
      {
        code: 'history/counter-falls',
        message: expect.stringMatching(
          /^the counter fell 1 time without .* 2026-01-09T04:00:00Z from 33\d+ to 23\d+, 70\.?\d* % of it; .* missing$/,
        ) as string,
        hint: expect.stringContaining('take the rate of each first, then the sum') as string,
      },
    ]);
  });

  test('nor is any other fall of such a series: a member may leave while the sum is young', async () => {
    const counter = readings().map((value, hour, all) => (hour < 100 ? value : hour < 200 ? value - 5_000_000 : value - all[199] + 30_000));
    const reading = await read(every(HOUR_MS, counter), 'counter');
    expect(reading.warnings).toMatchObject([{ code: 'history/counter-falls', message: expect.stringContaining('fell 2 times') as string }]);
    expect(missing(reading)).toEqual([99, 199]);
  });

  test('a member that comes back with all it had counted adds no load', async () => {
    const counter = readings().map((value, hour) => (hour >= 100 && hour < 110 ? value - 5_000_000 : value));
    const reading = await read(every(HOUR_MS, counter), 'counter');
    expect(codes(reading)).toEqual(['history/counter-falls']);
    expect(missing(reading)).toEqual([99, 109]);
    expect(largest(reading)).toBeLessThan(1.01 * 3600 * 16);
  });
});

test('members that leave each evening and come back each morning with what they had counted add no load', async () => {
  const counter = readings().map((value, hour) => value - (hour % 24 >= 20 || hour % 24 < 8 ? 300_000 : 0));
  const reading = await read(every(HOUR_MS, counter), 'counter');
  expect(codes(reading)).toEqual(['history/counter-falls']);
  expect(missing(reading)).toEqual(Array.from({ length: 2 * days }, (_, index) => 12 * index + 7));
  expect(largest(reading)).toBeLessThan(1.01 * 3600 * 16);
});

describe('a fall that is undone is a dip: the time until then is missing', () => {
  test('a 0 where nothing was read', async () => {
    for (const length of [1, 5, 30]) {
      const counter = readings().map((value, hour) => (hour >= 100 && hour < 100 + length ? 0 : value));
      const reading = await read(every(HOUR_MS, counter), 'counter');
      expect(codes(reading)).toEqual(['history/counter-dips']);
      expect(missing(reading)).toEqual(Array.from({ length: length + 1 }, (_, index) => 99 + index));
      expect(largest(reading)).toBeLessThan(1.01 * 3600 * 16);
    }
  });

  test('readings in the wrong order', async () => {
    const counter = readings();
    [counter[100], counter[101]] = [counter[101], counter[100]];
    const reading = await read(every(HOUR_MS, counter), 'counter');
    expect(codes(reading)).toEqual(['history/counter-dips']);
    expect(missing(reading)).toEqual([100, 101]);
  });

  test('a reading of another recorder that is a little behind, by the minute within the hour', async () => {
    const rows = Array.from({ length: 60 * 48 + 1 }, (_, minute): Row => [
      monday + minute * MINUTE_MS,
      50_000 + 10 * minute - (minute % 400 === 399 ? 25 : 0),
    ]);
    const reading = await read(rows, 'counter');
    expect(reading.warnings).toMatchObject([{ code: 'history/counter-dips' }]);
    values(reading).forEach((value) => expect(value).toBeCloseTo(600, 6));
  });
});

test('two counters in turn are no counter, which is refused with what to do', async () => {
  const counter = readings().map((value, hour) => (hour % 2 === 0 ? value : value / 2));
  await expect(read(every(HOUR_MS, counter), 'counter')).rejects.toMatchObject({
    problems: [
      {
        code: 'history/no-counter',
        message: 'falls at 168 of 337 observations, which is not how a counter behaves',
        hint: expect.stringContaining('by `where`') as string,
      },
    ],
  });
});

test('of 100 counters of noisy loads that restart now and then, none shows a fall of another kind', async () => {
  const random = randomFrom(11);
  for (let seed = 1; seed <= 100; seed += 1) {
    const next = normalFrom(seed);
    const level = 10 ** (3 * random());
    const noise = 0.6 * random();
    let [total, kept] = [1e6 * random(), 0];
    const rows = Array.from({ length: hours }, (_, hour): Row => {
      const amount = Math.round((level / 20) * (hourly(hour) / 3600) * Math.exp(noise * next()));
      kept = random();
      total = kept < 0.01 ? Math.round(amount * random()) : total + amount;
      return [monday + hour * HOUR_MS, total];
    });
    expect(codes(await read(rows, 'counter')).filter((code) => code !== 'history/counter-restarts')).toEqual([]);
  }
});

propertyTest.prop([
  fc.integer({ min: 1, max: hours - 6 }),
  fc.double({ min: 0, max: 0.999, noNaN: true }),
  fc.integer({ min: 1, max: 1000 }),
])(
  'whatever a long-lived counter falls to, no hour shows more than four times the most that was counted in any',
  async (at, share, length) => {
    const whole = readings();
    const counter = whole.map((value, hour) => (hour >= at && hour < at + length ? value - (1 - share) * whole[at] : value));
    expect(largest(await read(every(HOUR_MS, counter), 'counter'))).toBeLessThanOrEqual(4.5 * 3600 * 16);
  },
);
