import { fc, test as property } from '@fast-check/jest';
import {
  formatDuration,
  formatTime,
  parseCpuMilli,
  parseDuration,
  parseLoadAmount,
  parseLoadUnit,
  parseMachineAmount,
  parseMagnitude,
  parseMemoryMiB,
  parseShare,
  parseTime,
  parseUsdPerHour,
} from '../lib/units';

describe('durations', () => {
  test.each([
    ['6m', 360_000],
    ['90 s', 90_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['800ms', 800],
    ['2 weeks', 1_209_600_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['', '6', 'm', '-6m', '6 fortnights', '6m 30s', 'NaN h'])("'%s' is no duration", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  property.prop([fc.integer({ min: 0, max: 10 ** 12 })])('what is formatted reads back as the same', (ms) => {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
  });
});

describe('loads', () => {
  test('a rate is turned to per second', () => {
    expect(parseLoadAmount('600 req/min')).toEqual({ amount: 10, unit: { noun: 'req', perMs: 1_000 } });
    expect(parseLoadAmount('12 requests/s')).toEqual({ amount: 12, unit: { noun: 'req', perMs: 1_000 } });
    expect(parseLoadAmount('3000 tokens/5min')?.amount).toBe(10);
  });
  test('a level has no time', () =>
    expect(parseLoadAmount('50 sessions')).toEqual({ amount: 50, unit: { noun: 'sessions', perMs: null } }));
  test.each(['req/fortnight', 'apples/s', 'req/s/s', 's', ''])("'%s' is no unit of load", (text) =>
    expect(parseLoadUnit(text)).toBeUndefined(),
  );
});

describe('machines and money', () => {
  test('memory is MiB, decimal units are smaller than binary ones', () => {
    expect(parseMemoryMiB('16 GiB')).toBe(16_384);
    expect(parseMemoryMiB('16 GB')).toBeCloseTo(15_258.8, 1);
    expect(parseMemoryMiB('16 apples')).toBeUndefined();
  });
  test('CPU is millicores', () => {
    expect(parseCpuMilli('500m')).toBe(500);
    expect(parseCpuMilli('2 cores')).toBe(2_000);
    expect(parseCpuMilli('4')).toBe(4_000);
  });
  test('money is USD an hour, a month has 730 hours', () => {
    expect(parseUsdPerHour('730 USD/month')).toBe(1);
    expect(parseUsdPerHour('$24/day')).toBe(1);
    expect(parseUsdPerHour('90,000 USD/month')).toBeCloseTo(123.288, 3);
    expect(parseUsdPerHour('90000')).toBeUndefined();
    expect(parseUsdPerHour('90000 EUR/month')).toBeUndefined();
  });
  test('shares, amounts of machines, magnitudes', () => {
    expect(parseShare('20%')).toBeCloseTo(0.2);
    expect(parseShare('0.2')).toBe(0.2);
    expect(parseMachineAmount('40 GPU')).toEqual({ amount: 40, unit: 'GPU' });
    expect(parseMachineAmount('40 apples')).toBeUndefined();
    expect(parseMagnitude('8B')).toBe(8e9);
    expect(parseMagnitude('8X')).toBeUndefined();
  });
});

describe('times', () => {
  test('an offset moves the moment', () => expect(parseTime('2026-11-24T01:00:00+01:00')).toBe(Date.UTC(2026, 10, 24)));
  test.each(['2026-11-24T00:00:00', '2026-13-01T00:00:00Z', '2026-02-30', '24.11.2026', 'now', '2026-11-24T25:00:00Z'])(
    "'%s' does not say when",
    (text) => expect(parseTime(text)).toBeUndefined(),
  );
  property.prop([fc.integer({ min: 0, max: 4 * 10 ** 12 })])('what is formatted reads back as the same', (ms) => {
    expect(parseTime(formatTime(ms))).toBe(ms);
  });
});
