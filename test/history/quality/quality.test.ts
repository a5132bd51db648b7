import { fc, test as propertyTest } from '@fast-check/jest';
import type { FindingCode } from '../../../lib/history/quality/finding';
import { quality, type QualityContext } from '../../../lib/history/quality/quality';
import { repairGaps } from '../../../lib/history/repair';
import type { LoadSeries } from '../../../lib/history/series';
import { DAY_MS, HOUR_MS, MINUTE_MS, parseLoadUnit } from '../../../lib/units';
import { noisyDays, normalFrom } from './noise';
import { monday, seriesOf } from '../support';

const hours = (count: number, value: (index: number) => number): number[] => Array.from({ length: count }, (_, index) => value(index));
const wave = (hour: number): number => 50 + 30 * Math.sin((2 * Math.PI * hour) / 24);
const finding = (series: LoadSeries, code: FindingCode, context: QualityContext = {}) =>
  quality(series, context).findings.find((each) => each.code === code);
const looks = (series: LoadSeries, context: QualityContext = {}): string[] =>
  quality(series, context)
    .findings.filter(({ severity }) => severity === 'look')
    .map(({ code }) => code);
const unit = (text: string) => parseLoadUnit(text) ?? null;
const span = (from: number, to: number) => ({ from: monday + from * HOUR_MS, to: monday + to * HOUR_MS, because: 'a test' });

test('a clean series has nothing to look at, and its repetition is told', () => {
  const judged = quality(seriesOf(hours(28 * 24, wave)));
  expect(judged).toMatchObject({
    intervals: 672,
    missing: 0,
    filled: 0,
    excluded: 0,
    coverage: 1,
    longestGapMs: 0,
    levelShift: null,
    outliers: [],
  });
  expect(judged.findings).toEqual([
    {
      code: 'history/seasonality',
      severity: 'note',
      from: monday,
      to: monday + 28 * DAY_MS,
      count: 672,
      message: 'repeats every 24 h (strength 1.00)',
      consequence: 'a forecast can go by it',
    },
  ]);
});

test('a series without intervals has no coverage and no findings', () => {
  expect(quality(seriesOf([]))).toMatchObject({ intervals: 0, missing: 0, coverage: 0, findings: [] });
});

describe('what is missing', () => {
  const series = seriesOf(hours(72, (index) => (index === 5 || (index >= 20 && index < 30) ? NaN : index)));

  test('is counted, and the longest gap is placed', () => {
    const { missing, coverage, longestGapMs } = quality(series);
    expect([missing, longestGapMs]).toEqual([11, 10 * HOUR_MS]);
    expect(coverage).toBeCloseTo(61 / 72, 12);
    expect(finding(series, 'history/missing')).toMatchObject({
      severity: 'look',
      count: 11,
      from: monday + 5 * HOUR_MS,
      to: monday + 30 * HOUR_MS,
      message: '11 of 72 intervals have no value, in 2 gaps',
    });
    expect(finding(series, 'history/longest-gap')).toMatchObject({
      severity: 'look',
      count: 10,
      from: monday + 20 * HOUR_MS,
      to: monday + 30 * HOUR_MS,
      message: 'the longest gap is 10h, from 2026-01-05T20:00:00Z',
    });
  });

  test('needs a look above a twentieth of the time, and a gap above six hours or three intervals', () => {
    const gap = (length: number, intervalMs = HOUR_MS) =>
      seriesOf(
        hours(240, (hour) => (hour >= 30 && hour < 30 + length ? NaN : wave(hour))),
        { intervalMs },
      );
    expect([6, 7, 12, 13].map((length) => looks(gap(length)))).toEqual([
      [],
      ['history/longest-gap'],
      ['history/longest-gap'],
      ['history/missing', 'history/longest-gap'],
    ]);
    expect(looks(gap(3, 12 * HOUR_MS))).toEqual([]);
    expect(looks(gap(4, 12 * HOUR_MS))).toEqual(['history/longest-gap']);
  });

  test('is no longer missing once a rule has filled it, and is told as filled', () => {
    const repaired = repairGaps(series, [{ kind: 'interpolate', upToIntervals: 3 }]);
    expect(quality(repaired)).toMatchObject({ missing: 10, filled: 1, coverage: quality(series).coverage });
    expect(finding(repaired, 'history/filled')).toMatchObject({
      severity: 'note',
      count: 1,
      from: monday + 5 * HOUR_MS,
      message: '1 of 72 intervals was not observed and filled by a rule, in one gap',
    });
  });

  test('needs a look again where rules filled more than a fifth of all', () => {
    const half = seriesOf(hours(240, (hour) => (hour % 3 === 1 ? NaN : wave(hour))));
    expect(looks(repairGaps(half, [{ kind: 'interpolate', upToIntervals: 1 }]))).toEqual(['history/filled']);
  });
});

test('an excluded span is neither missing nor observed nor judged', () => {
  const values = hours(240, (hour) => (hour >= 100 && hour < 148 ? (hour < 124 ? NaN : 0) : wave(hour)));
  const excluded = [span(100, 148)];
  expect(quality(seriesOf(values), { excluded })).toMatchObject({ missing: 0, excluded: 48, coverage: 1, longestGapMs: 0 });
  expect(looks(seriesOf(values), { excluded })).toEqual([]);
  expect(looks(seriesOf(values))).not.toEqual([]);
});

test('partly observed intervals are counted, with what was done to them', () => {
  const observed = Float64Array.from(hours(48, (index) => (index === 3 ? 0.75 : 1)));
  const series = seriesOf(hours(48, wave), { observed });
  expect(finding(series, 'history/partly-observed')).toMatchObject({
    severity: 'note',
    count: 1,
    from: monday + 3 * HOUR_MS,
    message: '1 interval is observed for at least half of the time, not for all of it',
    consequence: 'their mean is that of the observed part',
  });
  expect(finding({ ...series, kind: 'count' }, 'history/partly-observed')?.consequence).toBe(
    'their counts are scaled up to the whole interval',
  );
});

describe('a flat line', () => {
  const flat = (from: number, to: number, value: number, count = 240) =>
    seriesOf(hours(count, (hour) => (hour >= from && hour < to ? value : wave(hour) + hour / 100)));

  test('is a day of one value in a livelier series', () => {
    expect(finding(flat(30, 60, 7), 'history/flat-line')).toMatchObject({
      severity: 'look',
      count: 30,
      from: monday + 30 * HOUR_MS,
      to: monday + 60 * HOUR_MS,
      message: 'the value stays at 7 for 30h from 2026-01-06T06:00:00Z',
      consequence: 'a stuck sensor looks like this: exclude the span if it is one',
    });
  });

  test('of zeros may be an outage', () => {
    expect(finding(flat(30, 60, 0), 'history/flat-line')?.consequence).toMatch(/^an outage looks like this/);
  });

  test('is none below a day, nor in a series of less than two days, and ends at a gap', () => {
    expect(finding(flat(30, 53, 7), 'history/flat-line')).toBeUndefined();
    expect(finding(seriesOf(hours(40, () => 7)), 'history/flat-line')).toBeUndefined();
    const gap = seriesOf(hours(96, (index) => (index === 42 ? NaN : index >= 30 && index < 54 ? 7 : index)));
    expect(finding(gap, 'history/flat-line')).toBeUndefined();
  });

  test('of a daily series is three equal days', () => {
    expect(finding(seriesOf([1, 2, 3, 5, 5, 5, 4], { intervalMs: DAY_MS }), 'history/flat-line')?.count).toBe(3);
  });

  test('is none where every weekend is as idle', () => {
    const idle = seriesOf(hours(21 * 24, (hour) => (Math.floor(hour / 24) % 7 >= 5 ? 0 : wave(hour) + hour / 100)));
    expect(finding(idle, 'history/flat-line')).toBeUndefined();
  });

  test('is good to know where values hardly ever change', () => {
    const rare = seriesOf(hours(20 * 24, (hour) => (hour < 100 ? 3 : hour < 190 ? 5 : Math.floor(hour / 15))));
    expect(finding(rare, 'history/flat-line')?.severity).toBe('note');
  });
});

test('nothing but zeros is told as such, and alone', () => {
  expect(looks(seriesOf(hours(96, () => 0)))).toEqual(['history/all-zero']);
  expect(looks(seriesOf(hours(96, (hour) => (hour % 5 === 0 ? NaN : 0))))).toContain('history/all-zero');
});

describe('values that cannot be', () => {
  test('utilisation over 100 % by more than rounding is told with the worst', () => {
    const series = (peak: number) =>
      seriesOf(
        hours(240, (hour) => (hour % 100 === 50 ? peak : wave(hour))),
        { unit: unit('%') },
      );
    expect(finding(series(100.4), 'history/impossible-values')).toBeUndefined();
    expect(finding(series(140), 'history/impossible-values')).toMatchObject({
      severity: 'look',
      count: 2,
      from: monday + 50 * HOUR_MS,
      to: monday + 151 * HOUR_MS,
      message: '2 of 240 values exceed 100 %, the worst 140 at 2026-01-07T02:00:00Z',
    });
  });

  test('a ratio over 1 is told', () => {
    const series = seriesOf(
      hours(240, (hour) => wave(hour) / 60),
      { unit: unit('ratio') },
    );
    expect(finding(series, 'history/impossible-values')?.message).toMatch(/exceed 1, the worst 1\.333/);
  });

  test('less than nothing of what is counted is told; power may flow back', () => {
    const below = (noun: string) =>
      seriesOf(
        hours(240, (hour) => wave(hour) - 25),
        { unit: unit(noun) },
      );
    expect(finding(below('sessions'), 'history/impossible-values')?.message).toMatch(/are below 0, the worst -5/);
    expect(finding(below('MW'), 'history/impossible-values')).toBeUndefined();
    expect(finding(seriesOf(hours(240, (hour) => wave(hour) - 25)), 'history/impossible-values')).toBeUndefined();
  });

  test('values that a rule filled are not judged', () => {
    const values = hours(240, (hour) => (hour === 50 ? 150 : wave(hour)));
    const observed = Float64Array.from(values, (_, hour) => (hour === 50 ? 0 : 1));
    expect(looks(seriesOf(values, { unit: unit('%'), observed }))).toEqual([]);
  });
});

describe('what looks like a slip of the config', () => {
  test('percent that never exceed 1 are likely a ratio', () => {
    expect(
      looks(
        seriesOf(
          hours(240, (hour) => wave(hour) / 100),
          { unit: unit('%') },
        ),
      ),
    ).toEqual(['history/likely-ratio']);
  });

  test('a rate that only rises and begins again is likely a counter; a level may rise', () => {
    const next = normalFrom(1);
    let total = 0;
    const values = hours(20 * 24, (hour) => (total = hour % 200 === 199 ? 5 : total + wave(hour) + Math.abs(next())));
    expect(looks(seriesOf(values, { kind: 'rate' }))).toContain('history/likely-counter');
    expect(looks(seriesOf(values, { kind: 'level' }))).not.toContain('history/likely-counter');
    expect(looks(seriesOf(hours(20 * 24, wave), { kind: 'rate' }))).toEqual([]);
  });
});

describe('the course of a series', () => {
  const next = normalFrom(2);
  const days = noisyDays(56, 0, next, 0.05);
  const hourly = (factor: (hour: number) => number) =>
    seriesOf(
      days.flatMap((level, day) => hours(24, (hour) => (level * wave(hour) * factor(24 * day + hour)) / 50)),
      { kind: 'rate', unit: unit('req/s') },
    );

  test('a young level is to be looked at, with its day, size and certainty; one of four weeks is good to know', () => {
    const young = finding(
      hourly((hour) => (hour >= 45 * 24 ? 2 : 1)),
      'history/level-shift',
    );
    expect(young).toMatchObject({ severity: 'look', from: monday + 45 * DAY_MS, to: monday + 56 * DAY_MS, count: 11 * 24 });
    expect(young?.message).toMatch(/^the daily level moved from \d+\.?\d* to \d+\.?\d* req\/s \(\+\d+ %\) on 2026-02-19, p < 0\.000001$/);
    expect(
      finding(
        hourly((hour) => (hour >= 20 * 24 ? 2 : 1)),
        'history/level-shift',
      )?.severity,
    ).toBe('note');
    expect(
      finding(
        hourly(() => 1),
        'history/level-shift',
      ),
    ).toBeUndefined();
  });

  test('single values are told with the worst of them', () => {
    const spiky = hourly((hour) => (hour === 500 || hour === 900 ? (hour === 500 ? 60 : 10) : 1));
    expect(finding(spiky, 'history/outliers')).toMatchObject({
      severity: 'look',
      count: 2,
      from: monday + 500 * HOUR_MS,
      to: monday + 901 * HOUR_MS,
    });
    expect(finding(spiky, 'history/outliers')?.message).toMatch(
      /^2 values lie far from what is usual at the time, the worst \d+ req\/s at 2026-01-25T20:00:00Z where \d+\.?\d* is usual$/,
    );
  });

  test('the old level is no outlier of the new: a shift is told once', () => {
    const shifted = hourly((hour) => (hour >= 50 * 24 + 7 ? 0.02 : 1));
    expect(looks(shifted)).toEqual(['history/level-shift']);
  });

  test('an outlier has no part in the level: one great value at the end is no shift, and no season changes by it', () => {
    const calm = seriesOf(hours(28 * 24, wave), { kind: 'rate' });
    const spiked = seriesOf(
      hours(28 * 24, (hour) => (hour >= 28 * 24 - 4 ? 4_000 : wave(hour))),
      { kind: 'rate' },
    );
    const judged = quality(spiked);
    expect(judged.levelShift).toBeNull();
    expect(judged.outliers.map(({ index }) => index)).toEqual([668, 669, 670, 671]);
    expect(judged.faults).toEqual([668, 669, 670, 671]);
    expect(judged.seasonality[0].strength).toBeCloseTo(quality(calm).seasonality[0].strength, 2);
  });

  test('outliers within expected spans are none, and where the config says so they are no faults', () => {
    const spiked = seriesOf(
      hours(28 * 24, (hour) => (hour === 300 ? 4_000 : wave(hour))),
      { kind: 'rate' },
    );
    expect(looks(spiked)).toEqual(['history/outliers']);
    expect(looks(spiked, { expected: [span(299, 302)] })).toEqual([]);
    const learned = quality(spiked, { outliersTeach: true });
    expect(learned.faults).toEqual([]);
    expect(learned.findings).toContainEqual(
      expect.objectContaining({ code: 'history/outliers', consequence: "the forecast learns from them, as outliers: 'learn' says" }),
    );
  });

  test('a job at the end of each month is an effect of the calendar: told, no outlier, and no part of the repetition', () => {
    const monthEnd = (hour: number) => new Date(monday + hour * HOUR_MS + DAY_MS).getUTCDate() === 1;
    const waves = Array.from({ length: 125 * 24 }, (_, hour) => 100 + 50 * Math.sin((2 * Math.PI * hour) / 24) + (hour % 7));
    const load = seriesOf(waves.map((value, hour) => (monthEnd(hour) && hour % 24 === 3 ? 30 * value : value)));
    const calendar = { timeZone: 'UTC', daysOff: new Set<string>(), holidays: [] };
    const judged = quality(load, { calendar });
    expect(judged.findings.filter(({ code }) => code !== 'history/seasonality')).toEqual([
      expect.objectContaining({
        code: 'history/calendar',
        severity: 'note',
        count: 96,
        from: Date.UTC(2026, 0, 31),
        to: Date.UTC(2026, 4, 1),
      }),
    ]);
    expect(judged.findings.find(({ code }) => code === 'history/calendar')?.message).toMatch(
      /^last day of the month: about [\d.]+ times the usual load, seen 4 times, next on 2026-05-31$/,
    );
    expect([judged.outliers, judged.faults]).toEqual([[], []]);
    expect(
      quality(load, { calendar: { ...calendar, holidays: [{ from: Date.UTC(2026, 0, 31), to: Date.UTC(2026, 4, 1) }] } }).effects,
    ).toEqual([]);
    expect(quality(load).effects).toEqual([]);
  });

  test('a last count of part of an interval is told, and is a fault', () => {
    const cut = seriesOf(
      hours(28 * 24, (hour) => (hour === 671 ? 0.6 : 1) * wave(hour)),
      { kind: 'rate' },
    );
    const judged = quality(cut, { counts: true });
    expect(judged.faults).toEqual([671]);
    expect(judged.findings.find(({ code }) => code === 'history/partial-end')?.severity).toBe('look');
    expect(quality(cut).faults).toEqual([]);
  });

  test('noise repeats neither by the day nor by the week', () => {
    expect(finding(seriesOf(hours(14 * 24, () => 10 + next())), 'history/seasonality')?.message).toBe(
      'repeats neither by the day nor by the week',
    );
  });
});

describe('the age of the last observation', () => {
  const series = seriesOf(hours(72, wave));
  const end = monday + 72 * HOUR_MS;
  const limits = { maxAgeMs: 36 * HOUR_MS };

  test('is judged only against a moment', () => {
    expect(looks(series, limits)).toEqual([]);
    expect(looks(series, { asOf: end, ...limits })).toEqual([]);
    expect(looks(series, { asOf: end + 36 * HOUR_MS, ...limits })).toEqual([]);
    expect(looks(series, { asOf: end + 1000 * DAY_MS })).toEqual([]);
  });

  test('stale by a month is told', () => {
    expect(finding(series, 'history/stale', { asOf: end + 30 * DAY_MS, ...limits })).toMatchObject({
      severity: 'look',
      count: 720,
      message: 'ends at 2026-01-08T00:00:00Z, 30d before 2026-02-07T00:00:00Z',
      consequence: 'a plan refuses history older than 36h: bring it up to date, or plan as of its end with --as-of',
    });
  });

  test('observations after the moment are told, but for the interval it lies in', () => {
    expect(looks(series, { asOf: end - HOUR_MS })).toEqual([]);
    expect(finding(series, 'history/future', { asOf: end - 90 * MINUTE_MS })).toMatchObject({
      severity: 'look',
      from: end - HOUR_MS,
      count: 1,
      message: 'holds observations up to 2026-01-08T00:00:00Z, 90m after 2026-01-07T22:30:00Z',
    });
  });
});

describe('for any series', () => {
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    { weight: 2, arbitrary: fc.constant(NaN) },
    { weight: 2, arbitrary: fc.constant(0) },
  );
  const any = fc
    .record({
      values: fc.array(value, { maxLength: 200 }),
      intervalMs: fc.constantFrom(5 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS),
      kind: fc.constantFrom('rate' as const, 'level' as const, 'count' as const),
      noun: fc.constantFrom('req/s', '%', 'ratio', 'MW'),
    })
    .map(({ values, noun, ...rest }) => seriesOf(values, { ...rest, unit: unit(noun) }));

  propertyTest.prop([any])('counts add up, places lie within it, and sentences hold no NaN', (series) => {
    const judged = quality(series, { asOf: monday + 30 * DAY_MS, maxAgeMs: DAY_MS });
    const end = series.start + series.values.length * series.intervalMs;
    expect(judged.missing).toBe(series.values.filter(Number.isNaN).length);
    for (const { code, from, to, count, message, consequence } of judged.findings) {
      expect(count).toBeGreaterThanOrEqual(code === 'history/future' ? 0 : 1);
      expect(from).toBeLessThanOrEqual(to);
      if (code !== 'history/stale') expect([from >= series.start, to <= end]).toEqual([true, true]);
      expect(`${message} ${consequence}`).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  propertyTest.prop([any])('judging changes nothing and is the same again', (series) => {
    const before = series.values.slice();
    expect(quality(series)).toEqual(quality(series));
    expect(series.values).toEqual(before);
  });
});
