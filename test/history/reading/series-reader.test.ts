import { fc, test as propertyTest } from '@fast-check/jest';
import type { LoadSeries, SeriesKind } from '../../../lib/history/series';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { countedUp, every, monday, read, requestOf, type Row, sourceOf } from '../support';
import { createSeriesReader, type ObservationSource, readSeries } from '../../../lib/history/reading/series-reader';

const repeat = (count: number, value: number): number[] => Array.from({ length: count }, () => value);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a mean of a rate or level is weighted by time', () => {
  test.each(['rate', 'level'] as const)('%s', async (kind) => {
    const rows: Row[] = [...every(15 * MINUTE_MS, [10, 20, 30, 40]), ...every(15 * MINUTE_MS, [0, 0, 0, 100], monday + HOUR_MS)];
    expect([...(await read(rows, kind)).series.values]).toEqual([25, 25]);
  });

  test('what stands across a boundary counts on both sides, for its time there', async () => {
    const { series } = await read(every(40 * MINUTE_MS, [3, 6, 9]), 'rate');
    expect([...series.values]).toEqual([4, 8]);
  });

  test('an observation stands until the next one where that comes sooner', async () => {
    const rows: Row[] = [...every(10 * MINUTE_MS, repeat(6, 1)), [monday + 55 * MINUTE_MS, 13]];
    const { series } = await read([...rows, ...every(10 * MINUTE_MS, repeat(6, 2), monday + HOUR_MS)], 'rate');
    expect([...series.values]).toEqual([2, 2]);
  });
});

test('a count is summed, and split by time across a boundary', async () => {
  expect([...(await read(every(5 * MINUTE_MS, upTo(24)), 'count')).series.values]).toEqual([66, 210]);
  const across = await read(every(40 * MINUTE_MS, [40, 80, 120]), 'count');
  expect([...across.series.values]).toEqual([80, 160]);
});

test('the same observations give the same intervals at any interval that holds them', async () => {
  const rows = every(5 * MINUTE_MS, upTo(48));
  const { series } = await read(rows, 'count', 5 * MINUTE_MS);
  expect([...series.values]).toEqual(upTo(48));
  expect(series.observed.every((share) => share === 1)).toBe(true);
});

describe('a gap', () => {
  const withGap = (from: number, to: number) =>
    every(
      5 * MINUTE_MS,
      upTo(36).map((index) => (index >= from && index < to ? NaN : 12)),
    );

  test('of more than half an interval leaves it missing, with the share that was observed', async () => {
    const { series } = await read(withGap(13, 21), 'rate');
    expect([...series.values]).toEqual([12, NaN, 12]);
    expect([...series.observed]).toEqual([1, 4 / 12, 1]);
  });

  test('of less leaves the mean of what was observed', async () => {
    const { series } = await read(withGap(13, 19), 'level');
    expect([...series.values]).toEqual([12, 12, 12]);
    expect([...series.observed]).toEqual([1, 0.5, 1]);
    expect(series.origin.repairs).toEqual([]);
  });

  test('of less in a count is scaled up, and the repair is recorded', async () => {
    const { series } = await read(withGap(13, 19), 'count');
    expect([...series.values]).toEqual([144, 144, 144]);
    expect(series.origin.repairs).toEqual(['scaled up 1 partly observed count']);
  });

  test('of a single observation is one: nothing else stands for its time', async () => {
    const { series } = await read(withGap(13, 14), 'level');
    expect([...series.observed]).toEqual([1, 11 / 12, 1]);
  });

  test('of whole days is missing throughout, never zero', async () => {
    const rows = [...every(HOUR_MS, repeat(24, 5)), ...every(HOUR_MS, repeat(24, 5), monday + 4 * DAY_MS)];
    const { series } = await read(rows, 'count');
    expect(series.values).toHaveLength(120);
    expect([...series.values.slice(24, 96)]).toEqual(repeat(72, NaN));
    expect([...series.observed.slice(24, 96)]).toEqual(repeat(72, 0));
  });

  test('in a counter is missing too: when it rose is not known', async () => {
    const rows = every(5 * MINUTE_MS, upTo(37)).filter((_, index) => index <= 12 || index >= 24);
    const { series } = await read(rows, 'counter');
    expect([...series.values]).toEqual([12, NaN, 12]);
  });
});

describe('the grid', () => {
  test('is aligned to whole multiples of the interval in UTC, and partial intervals at the edges are left out', async () => {
    const { series } = await read(every(5 * MINUTE_MS, repeat(40, 1), monday + 50 * MINUTE_MS), 'count');
    expect(series.start).toBe(monday + HOUR_MS);
    expect([...series.values]).toEqual([12, 12, 12]);
    expect(series.origin.from).toBe(monday + 50 * MINUTE_MS);
    expect(series.origin.to).toBe(monday + 250 * MINUTE_MS);
  });

  test('of a counter ends with its last observation, since nothing is known of the time after', async () => {
    const { series } = await read(every(HOUR_MS, [10, 13, 17]), 'counter');
    expect([...series.values]).toEqual([3, 4]);
    expect(series.origin.to).toBe(monday + 2 * HOUR_MS);
  });
});

test('jitter of seconds leaves no holes', async () => {
  const jitter = [0, 3, -2, 1, -3, 2, 0, -1];
  const rows = upTo(241).map((index): Row => [monday + index * MINUTE_MS + jitter[index % 8] * 1000, 6]);
  const { series, warnings } = await read(rows, 'rate');
  expect(series.origin.spacingMs).toBe(MINUTE_MS);
  expect([...series.values]).toEqual([6, 6, 6, 6]);
  expect([...series.observed]).toEqual([1, 1, 1, 1]);
  expect(warnings).toEqual([]);
});

test('two spacings in one series are warned of', async () => {
  const rows = [...every(MINUTE_MS, repeat(120, 1)), ...every(5 * MINUTE_MS, repeat(24, 1), monday + 2 * HOUR_MS)];
  const { series, warnings } = await read(rows, 'rate');
  expect([...series.values]).toEqual([1, 1, NaN]);
  expect(warnings).toMatchObject([
    { code: 'history/mixed-intervals', message: 'observed mostly every 1m and 23 times 5m apart; each observation stands for 1m' },
  ]);
});

test('a counter that keeps falling is refused', async () => {
  const falling = read(
    every(
      5 * MINUTE_MS,
      upTo(25).map((index) => index % 2),
    ),
    'counter',
  );
  await expect(falling).rejects.toMatchObject({
    problems: [{ code: 'history/no-counter', message: 'falls at 12 of 25 observations, which is not how a counter behaves' }],
  });
});

test('a rise after a restart counts from 0', async () => {
  const { series } = await read(every(20 * MINUTE_MS, [100, 110, 4, 6]), 'counter');
  expect([...series.values]).toEqual([16]);
});

test('sums are compensated: a large value does not swallow the small ones', async () => {
  const { series } = await read(every(5 * MINUTE_MS, [1e16, ...repeat(11, 12 / 11)]), 'count');
  expect(series.values[0]).toBe(1e16 + 12);
  const { series: balanced } = await read(every(5 * MINUTE_MS, [1e16, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1e16]), 'level');
  expect(balanced.values[0]).toBeCloseTo(10 / 12, 12);
});

describe('a source is gone through', () => {
  const passes = async (rows: readonly Row[]): Promise<{ orders: string[]; spacingMs: number }> => {
    const orders: string[] = [];
    const source = sourceOf(rows);
    const visit: ObservationSource['visit'] = (order, each) => {
      orders.push(order);
      return source.visit(order, each);
    };
    const { series } = await readSeries(requestOf('rate'), { ...source, visit });
    return { orders, spacingMs: series.origin.spacingMs };
  };
  const long = every(5 * MINUTE_MS, repeat(1000, 1));

  test('once where its first observations tell the spacing of all', async () => {
    expect(await passes(long)).toEqual({ orders: ['as it stands'], spacingMs: 5 * MINUTE_MS });
  });

  test('once more where they do not', async () => {
    const rows = [...every(MINUTE_MS, repeat(300, 1)), ...every(5 * MINUTE_MS, repeat(1000, 1), monday + 6 * HOUR_MS)];
    expect(await passes(rows)).toEqual({ orders: ['as it stands', 'as it stands'], spacingMs: 5 * MINUTE_MS });
  });

  test('once more by time where rows are out of order', async () => {
    expect(await passes([...long].reverse())).toEqual({ orders: ['as it stands', 'by time'], spacingMs: 5 * MINUTE_MS });
  });
});

describe('for any observations', () => {
  const kind = fc.constantFrom<SeriesKind>('rate', 'level', 'count', 'counter');
  const ofKind = (rows: readonly Row[], series: SeriesKind): readonly Row[] => {
    const counted = countedUp(rows.map(([, amount]) => amount));
    return series === 'counter' ? rows.map(([time], index) => [time, counted[index]]) : rows;
  };
  /**
   * Moments of a five-minute series with gaps and jitter, and values whose sums depend on the order of addition. The second hour has no
   * gap: a series of which no hour is observed for half of its time is refused.
   */
  const observations = fc
    .array(
      fc.record({
        kept: fc.integer({ min: 0, max: 9 }).map((digit) => digit > 0),
        jitter: fc.integer({ min: -20_000, max: 20_000 }),
        value: fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.nat(100)),
      }),
      { minLength: 40, maxLength: 200 },
    )
    .map((list) =>
      list.flatMap(({ kept, jitter, value }, index): Row[] =>
        kept || (index >= 11 && index <= 24) ? [[monday + 20_000 + index * 5 * MINUTE_MS + jitter, value]] : [],
      ),
    )
    .filter((rows) => rows.length >= 30);

  propertyTest.prop([observations, kind, fc.infiniteStream(fc.nat())])(
    'the order of rows changes no bit',
    async (amounts, series, random) => {
      const rows = ofKind(amounts, series);
      const keys = new Map(rows.map((row) => [row, random.next().value]));
      const shuffled = [...rows].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      expect(withoutDisorder((await read(shuffled, series)).series)).toEqual(withoutDisorder((await read(rows, series)).series));
    },
  );

  propertyTest.prop([observations, kind, fc.integer({ min: -9000, max: 9000 })])(
    'a shift by whole intervals shifts the series',
    async (amounts, series, hours) => {
      const rows = ofKind(amounts, series);
      const one = (await read(rows, series)).series;
      const other = (
        await read(
          rows.map(([time, value]): Row => [time + hours * HOUR_MS, value]),
          series,
        )
      ).series;
      expect({ ...other, origin: null }).toEqual({ ...one, start: one.start + hours * HOUR_MS, origin: null });
    },
  );

  propertyTest.prop([observations, kind, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })])(
    'how rows are divided into blocks changes no bit',
    async (amounts, series, sizes) => {
      const rows = ofKind(amounts, series);
      const reader = createSeriesReader(requestOf(series), sourceOf(rows));
      for (let [from, turn] = [0, 0]; from < rows.length; turn += 1) {
        const block = Float64Array.from(rows.slice(from, from + sizes[turn % sizes.length]).flat());
        reader.add(block, block.length / 2);
        from += block.length / 2;
      }
      fc.pre(reader.endPass() === undefined);
      expect(reader.finish()).toEqual(await read(rows, series));
    },
  );

  propertyTest.prop([observations, kind, fc.nat()])('an equal duplicate changes nothing', async (amounts, series, place) => {
    const rows = ofKind(amounts, series);
    const at = place % rows.length;
    expect((await read([...rows.slice(0, at), rows[at], ...rows.slice(at)], series)).series).toEqual((await read(rows, series)).series);
  });

  propertyTest.prop([observations, kind, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true })])(
    'of unequal duplicates the larger counts',
    async (amounts, series, place, share) => {
      const rows = ofKind(amounts, series);
      const at = place % rows.length;
      const [time, value] = rows[at];
      const { series: one } = await read([...rows.slice(0, at), [time, value * share], ...rows.slice(at)], series);
      expect({ ...one, origin: { ...one.origin, repairs: [] } }).toEqual(await withoutRepairs(rows, series));
    },
  );

  propertyTest.prop([observations, fc.constantFrom<SeriesKind>('rate', 'level')])(
    'a mean lies within the observations',
    async (amounts, series) => {
      const rows = ofKind(amounts, series);
      const values = rows.map(([, value]) => value);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      for (const mean of (await read(rows, series)).series.values) {
        if (!Number.isNaN(mean)) expect(mean >= low * (1 - 1e-12) && mean <= high * (1 + 1e-12)).toBe(true);
      }
    },
  );

  propertyTest.prop([observations, kind])('two steps of aggregation equal one where all is observed', async (amounts, series) => {
    const rows = ofKind(amounts, series);
    const fine = (await read(rows, series, 20 * MINUTE_MS)).series;
    const coarse = (await read(rows, series, HOUR_MS)).series;
    const offset = (coarse.start - fine.start) / fine.intervalMs;
    coarse.values.forEach((value, index) => {
      if (coarse.observed[index] < 1) return;
      const parts = fine.values.slice(offset + 3 * index, offset + 3 * index + 3);
      const sum = parts.reduce((total, part) => total + part, 0);
      expect(Math.abs((fine.kind === 'count' ? sum : sum / 3) - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
    });
  });

  propertyTest.prop([observations, kind])(
    'an interval is missing exactly where less than half of it was observed',
    async (amounts, series) => {
      const rows = ofKind(amounts, series);
      const { values, observed } = (await read(rows, series)).series;
      observed.forEach((share, index) => {
        expect(share >= 0 && share <= 1).toBe(true);
        expect(Number.isNaN(values[index])).toBe(share < 0.5);
      });
    },
  );
});

function withoutDisorder(series: LoadSeries): LoadSeries {
  return { ...series, origin: { ...series.origin, repairs: series.origin.repairs.filter((repair) => !repair.startsWith('sorted')) } };
}

async function withoutRepairs(rows: readonly Row[], kind: SeriesKind): Promise<LoadSeries> {
  const { series } = await read(rows, kind);
  return { ...series, origin: { ...series.origin, repairs: [] } };
}
