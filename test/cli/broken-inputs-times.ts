import { DAY_MS, formatTime, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { at, between, type Case, good, rows, swapped, timed, without } from './broken-inputs-files';
import { csv, end, hoursInAll, localRows, rowsOf, start, truth } from './broken-inputs-support';

const times: Record<string, Case> = {
  'epoch seconds': { content: timed((time) => `${time / 1000}`), exit: 0, note: ['epoch-times'], says: /times are read as epoch seconds/ },
  'epoch milliseconds': {
    content: timed((time) => `${time}`),
    exit: 0,
    note: ['epoch-times'],
    says: /times are read as epoch milliseconds/,
  },
  'epoch microseconds': {
    content: timed((time) => `${time}000`),
    exit: 1,
    refused: ['time'],
    says: /x\.csv:2: holds epoch microseconds.*Hint: divide them by 1000\b/,
  },
  'epoch nanoseconds': {
    content: timed((time) => `${time}000000`),
    exit: 1,
    refused: ['time'],
    says: /x\.csv:2: holds epoch nanoseconds.*Hint: divide them by 1000000/,
  },
  'day, month and year': {
    content: timed((time) => formatTime(time).replace(/(\d+)-(\d+)-(\d+)T(.*)Z/, '$3/$2/$1 $4')),
    source: { zone: 'Etc/UTC' },
    exit: 0,
    note: ['read-as'],
    says: /\(x\.csv\): times are read as day\/month\/year, since '13\/11\/2026 00:00:00' has no month 13/,
  },
  'times of no known form': {
    content: timed((time) => `week ${time}`),
    exit: 1,
    refused: ['time'],
    says: /x\.csv:2: holds a time that cannot be read.*got 'week \d+'.*Hint: write ISO 8601/,
  },
  'times without a zone': {
    content: timed((time) => formatTime(time).replace('Z', '')),
    exit: 1,
    refused: ['no-zone'],
    says: /x\.csv:2: holds a time without a zone, and so do 671 more rows.*Hint: write it with its offset.*zone: 'Europe\/Berlin'/,
  },
  'times without a zone, which the config names': {
    content: timed((time) => formatTime(time + HOUR_MS).replace('Z', '')),
    source: { zone: 'Europe/Berlin' },
    exit: 0,
  },
  'offsets of several zones': {
    content: csv(
      rows.map((row) => {
        const offset = [0, 2, -5][row.hour % 3];
        const zone = ['Z', '+02:00', '-05:00'][row.hour % 3];
        return { ...row, time: formatTime(start + (row.hour + offset) * HOUR_MS).replace('Z', zone) };
      }),
    ),
    exit: 0,
  },
  'times with and without a zone': {
    content: timed((time) => ((time / HOUR_MS) % 2 === 0 ? formatTime(time) : formatTime(time + HOUR_MS).replace('Z', ''))),
    source: { zone: 'Europe/Berlin' },
    exit: 2,
    look: ['mixed-times'],
    says: /\(x\.csv\): times are written in several ways: ISO 8601 with a zone, ISO 8601 without a zone\. was the file joined/,
  },
  'the clock going forward in spring': {
    content: csv(localRows(rows, Date.UTC(2026, 2, 16), (time) => (time < Date.UTC(2026, 2, 29, 1) ? 1 : 2))),
    source: { zone: 'Europe/Berlin' },
    exit: 0,
  },
  'rows in the hour that spring has not': {
    content: csv(localRows(rows, Date.UTC(2026, 2, 16), () => 1)),
    source: { zone: 'Europe/Berlin' },
    exit: 2,
    look: ['clock-change', 'unequal-duplicates'],
    says: /on 2026-03-29 the clock of Europe\/Berlin went forward, so 02:00 to 03:00 did not exist.*write times with their offset/,
    // Read by the clock before, that hour falls on the one after; from there on the file is an hour early.
    expected: (hour) => (hour < 313 ? truth(hour) : NaN),
  },
  'the clock going back in autumn': {
    content: csv(localRows(rows, Date.UTC(2026, 9, 12), (time) => (time < Date.UTC(2026, 9, 25, 1) ? 2 : 1))),
    source: { zone: 'Europe/Berlin' },
    exit: 0,
    note: ['clock-change'],
    says: /on 2026-10-25 the clock of Europe\/Berlin went back, so 02:00 to 03:00 happened twice; its rows are told apart by their order, 1 of the first time and 1 of the second/,
  },
  'the clock going back in autumn, and the hour there once': {
    content: csv(
      localRows(rows, Date.UTC(2026, 9, 12), (time) => (time < Date.UTC(2026, 9, 25, 1) ? 2 : 1)).filter(
        ({ time }, index, all) => time !== all[index - 1]?.time,
      ),
    ),
    source: { zone: 'Europe/Berlin' },
    exit: 2,
    look: ['clock-change'],
    note: ['filled'],
    says: /on 2026-10-25 the clock of Europe\/Berlin went back, so 02:00 to 03:00 happened twice.*write times with their offset[\s\S]*interpolate-up-to 3 intervals: filled 1 in 1 gap, the first 2026-10-25T01:00:00Z/,
  },
  'observations in the future': {
    content: good,
    asOf: end - 3 * DAY_MS,
    exit: 2,
    look: ['future'],
    says: /holds observations up to 2026-11-23T00:00:00Z, 3d after 2026-11-20T00:00:00Z\. .*give a later --as-of/,
  },
  'stale by a month': {
    content: good,
    asOf: end + 30 * DAY_MS,
    exit: 2,
    look: ['stale'],
    says: /ends at 2026-11-23T00:00:00Z, 30d before 2026-12-23T00:00:00Z\. .*bring it up to date, or plan as of its end with --as-of/,
  },
  'one time a century ahead': {
    content: `${good}2126-01-05T00:00:00Z,50\n`,
    exit: 1,
    refused: ['low-coverage', 'long-gap'],
    says: /has no value for .* from 2026-11-23T00:00:00Z to 2126-01-05T00:00:00Z.*Hint:/,
  },
};

const order: Record<string, Case> = {
  'equal duplicates': {
    content: csv(rows.flatMap((row) => (row.hour % 50 === 7 ? [row, row] : [row]))),
    exit: 0,
    note: ['equal-duplicates'],
    says: /\(x\.csv\): 14 equal duplicates ignored/,
  },
  'a file joined from two copies': {
    content: csv([...rows, ...rows]),
    exit: 2,
    look: ['out-of-order', 'equal-duplicates'],
    says: /672 of 1344 rows repeat another and are ignored/,
  },
  'unequal duplicates': {
    content: csv(rows.flatMap((row) => (row.hour % 50 === 7 ? [{ ...row, value: '1' }, row] : [row]))),
    exit: 2,
    look: ['unequal-duplicates'],
    says: /14 times with unequal values, the first 2026-10-26T07:00:00Z; the larger is taken\. does the file hold several series\?[\s\S]*took the larger value at 14 times/,
  },
  'descending times': {
    content: swapped((a, b) => b.hour - a.hour),
    exit: 2,
    look: ['out-of-order'],
    says: /671 rows out of order, sorted by time[\s\S]*sorted 671 rows out of order/,
  },
  'shuffled rows': {
    content: swapped((a, b) => ((a.hour * 7919) % 673) - ((b.hour * 7919) % 673)),
    exit: 2,
    look: ['out-of-order'],
    says: /\d+ rows out of order, sorted by time/,
  },
};

const everyMinutes = (count: number, minutes: number, from: number, offsetMs: (index: number) => number = () => 0) =>
  Array.from({ length: count }, (_, index) => {
    const time = from + index * minutes * MINUTE_MS;
    const hour = Math.floor((time - start) / HOUR_MS);
    return { hour, time: new Date(time + offsetMs(index)).toISOString(), value: `${truth(hour)}` };
  });

const spacing: Record<string, Case> = {
  'one minute and five minutes in one file': {
    content: csv([...everyMinutes(7 * 1440, 1, start), ...everyMinutes(7 * 288, 5, start + 7 * DAY_MS)]),
    exit: 2,
    look: ['mixed-intervals', 'missing', 'longest-gap'],
    says: /observed mostly every 1m and \d+ times 5m apart; each observation stands for 1m\. give the two parts as one interval/,
    missing: 7 * 24 - 1,
  },
  'jitter of seconds': {
    content: csv(everyMinutes(14 * 288, 5, start + 60_000, (index) => ((index * 7919) % 17) * 1000 - 8_000)),
    exit: 0,
    // An observation stands until the next, so a boundary moves by seconds.
    expected: (hour) => truth(hour),
  },
  'a missing hour': {
    content: without(at(300)),
    exit: 0,
    note: ['filled'],
    says: /interpolate-up-to 3 intervals: filled 1 in 1 gap, the first 2026-11-07T12:00:00Z/,
  },
  'three missing days': {
    content: without(between(300, 372)),
    exit: 2,
    look: ['missing', 'longest-gap'],
    missing: 72,
    says: /72 of 672 intervals have no value, in one gap.*[\s\S]*the longest gap is 3d, from 2026-11-07T12:00:00Z.*same hour last week/,
  },
  'three missing days and a rule for them': {
    content: without(between(300, 372)),
    history: { repairs: ['interpolate-up-to 3 intervals', 'same hour last week'] },
    exit: 0,
    note: ['filled'],
    says: /same hour last week: filled 72 in 1 gap, the first 2026-11-07T12:00:00Z/,
  },
  'three missing days that the config excludes': {
    content: without(between(300, 372)),
    workload: { exclude: [{ from: '2026-11-07T12:00:00Z', to: '2026-11-10T12:00:00Z', because: 'the exporter was down' }] },
    exit: 0,
    missing: 72,
    says: /excluded 72 intervals from 2026-11-07T12:00:00Z: the exporter was down/,
  },
  'sixteen missing days': {
    content: without(between(200, 584)),
    exit: 1,
    refused: ['low-coverage', 'long-gap'],
    says: /x\.csv\): was observed for 42\.8 % of its time.*leastCoverage.*Hint:.*\n.*has no value for 16d, from 2026-11-03T08:00:00Z to 2026-11-19T08:00:00Z.*longestGap.*Hint:/,
  },
  'two days of history': {
    content: csv(rows.slice(0, 48)),
    exit: 1,
    refused: ['too-short'],
    says: /x\.csv\): holds 2 days of history that can be used, too little to plan from \(expected at least 3 days\)\. Hint:/,
  },
  'a single row': { content: csv(rows.slice(0, 1)), exit: 1, refused: ['too-few'], says: /x\.csv: holds a single observation/ },
  'a row a day for an hourly plan': {
    content: csv(rows.filter(({ hour }) => hour % 24 === 0)),
    exit: 1,
    refused: ['too-coarse'],
    says: /x\.csv: is observed every 1d.*Hint: use a period of 1d or longer/,
  },
};

/** 50 requests a second, more by day, as a counter that begins again at 0 in the middle. */
const counter = (): string => {
  let total = 1000;
  return csv(
    rowsOf(hoursInAll + 1, (hour) => {
      const before = total;
      total = hour === 350 ? truth(hour) * 2700 : total + truth(hour) * 3600;
      return before.toFixed(0);
    }),
  );
};

const counters: Record<string, Case> = {
  'a counter that begins again': {
    content: counter(),
    source: { series: 'counter', unit: 'req' },
    exit: 0,
    note: ['counter-restarts'],
    says: /the counter fell 1 time, taken as restarts from 0[\s\S]*read 1 restart of the counter as a rise from 0/,
    // What was counted before the restart within its hour is lost with it.
    expected: (hour) => (hour === 350 ? NaN : truth(hour)),
  },
  'a counter read as a rate': {
    content: counter(),
    exit: 2,
    look: ['likely-counter'],
    says: /the value rises at \d+ of 672 steps and falls at 1\. a counter looks like this: say series: 'counter'/,
    expected: () => NaN,
  },
};

/** Times in another form, zone, order or spacing, and what is missing. */
export const timeCases: Readonly<Record<string, Case>> = { ...times, ...order, ...spacing, ...counters };
