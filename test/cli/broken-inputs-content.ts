import { gzipSync } from 'node:zlib';
import { formatTime, HOUR_MS } from '../../lib/units';
import { at, between, type Case, good, last, rows, withValue } from './broken-inputs-files';
import { csv, hoursInAll, rowsOf, start, truth } from './broken-inputs-support';

const utf8: Record<string, Case> = {
  'an empty file': { content: '', exit: 1, refused: ['empty'], says: /x\.csv: is empty\. Hint: it needs a header line/ },
  'a header alone': { content: 'timestamp,value\n', exit: 1, refused: ['no-rows'], says: /x\.csv: holds a header and no rows\. Hint:/ },
  'a byte order mark': { content: `\uFEFF${good}`, exit: 0 },
  'line ends of Windows': { content: csv(rows, { lineEnd: '\r\n' }), exit: 0 },
  semicolons: { content: csv(rows, { header: 'timestamp;value', separator: ';' }), exit: 0 },
  'decimal commas': {
    content: csv(
      rows.map((row) => ({ ...row, value: row.value.replace('.', ',') })),
      { header: 'timestamp;value', separator: ';' },
    ),
    exit: 0,
    note: ['read-as'],
    says: /\(x\.csv\): values such as '\d+,\d+' are read with a decimal comma/,
  },
  'decimal commas between commas': {
    content: `timestamp,value\n${formatTime(start)},50,25\n${formatTime(start + HOUR_MS)},51,5\n`,
    exit: 1,
    refused: ['malformed'],
    says: /x\.csv:2: .*columns.*Hint: a decimal comma needs quotes/,
  },
  'quoted numbers': { content: csv(rows.map((row) => ({ ...row, value: `"${row.value}"` }))), exit: 0 },
  'UTF-16': { content: Buffer.from(`\uFEFF${good}`, 'utf16le'), exit: 0 },
  'a last row cut off': {
    content: good.slice(0, -12),
    exit: 1,
    refused: ['malformed'],
    says: /x\.csv:673: ends with 1 of 2 columns\. Hint: was the file cut off/,
  },
  'a missing column': {
    content: csv(rows, { header: 'timestamp,requests' }),
    exit: 1,
    refused: ['header'],
    says: /x\.csv:1: has no column 'value'.*Hint: say which column holds the value, for example value: 'requests'/,
  },
  'a column of text': {
    content: withValue(() => true, 'busy'),
    exit: 1,
    refused: ['value'],
    says: /x\.csv:2: holds a value that is not a number, and so do 671 more rows \(got 'busy'\)\. Hint:/,
  },
};

const missingValues = (text: string): Case => ({
  content: withValue((hour) => hour % 100 === 40, text),
  exit: 0,
  note: ['missing-values', 'filled'],
  says: /7 rows have no value: missing, not zero[\s\S]*interpolate-up-to 3 intervals: filled 7 in 7 gaps, the first 2026-10-27T16:00:00Z/,
});

const values: Record<string, Case> = {
  NaN: missingValues('NaN'),
  null: missingValues('null'),
  'blank values': missingValues(''),
  infinity: {
    content: last('inf'),
    exit: 1,
    refused: ['infinite'],
    says: /x\.csv:673: holds an infinite value.*Hint: leave the value empty/,
  },
  'minus infinity': { content: last('-Infinity'), exit: 1, refused: ['infinite'], says: /x\.csv:673: / },
  'a negative rate': {
    content: last('-3'),
    exit: 1,
    refused: ['negative'],
    says: /x\.csv:673: holds a negative rate \(got '-3'\)\. Hint:.*series: 'counter'/,
  },
  'no value at all': {
    content: withValue(() => true, ''),
    exit: 1,
    refused: ['no-observations'],
    says: /x\.csv: holds rows and no value in any of them\. Hint: every value is missing: check the value column/,
  },
  'all zeros': {
    content: withValue(() => true, 0),
    exit: 2,
    look: ['all-zero'],
    says: /every value is 0\. the forecast is 0 throughout: is it the right column\?/,
    expected: () => 0,
  },
  'an outage of two days of real zeros': {
    content: withValue(between(300, 348), 0),
    exit: 2,
    look: ['flat-line'],
    says: /stays at 0 for 2d from 2026-11-07T12:00:00Z\. an outage looks like this: if it was one, exclude the span/,
    expected: (hour) => (hour >= 300 && hour < 348 ? 0 : truth(hour)),
  },
  'a flat line': {
    content: withValue(between(300, 348), 55.5),
    exit: 2,
    look: ['flat-line'],
    says: /stays at 55\.5 for 2d from 2026-11-07T12:00:00Z\. a stuck sensor looks like this: exclude the span/,
    expected: (hour) => (hour >= 300 && hour < 348 ? 55.5 : truth(hour)),
  },
  'a single spike': {
    content: withValue(at(333), 5000),
    exit: 2,
    look: ['outliers'],
    says: /1 value lies far from what is usual at the time, the worst 5000 req\/s at 2026-11-08T21:00:00Z.*exclude the span/,
    expected: (hour) => (hour === 333 ? 5000 : truth(hour)),
  },
  'a level shift': {
    content: csv(rowsOf(hoursInAll, (hour) => truth(hour) * (hour >= 480 ? 3 : 1))),
    exit: 2,
    look: ['level-shift'],
    says: /the daily level moved from \d+\.?\d* to \d+\.?\d* req\/s \(\+\d+ %\) on 2026-11-15, p (<|=) .*exclude it if the change is for good/,
    expected: (hour) => truth(hour) * (hour >= 480 ? 3 : 1),
  },
  'utilisation of 200 %': {
    content: withValue(between(330, 333), 200),
    workload: {
      kind: 'service',
      servers: 10,
      machine: 'm7i.xlarge',
      cpu: { kind: 'csv', path: 'x.csv', unit: '%' },
    },
    exit: 2,
    look: ['impossible-values', 'outliers'],
    says: /workloads\.chat\.cpu: 3 of 672 values exceed 100 %, the worst 200 at 2026-11-08T18:00:00Z.*give usage and capacity instead/,
    expected: (hour) => (hour >= 330 && hour < 333 ? 200 : truth(hour)),
  },
};

const packed = gzipSync(good);

const formats: Record<string, Case> = {
  'gzip cut off': {
    content: packed.subarray(0, packed.length - 600),
    file: 'x.csv.gz',
    exit: 1,
    // Before compressed files can be read, they are refused as a format.
    refused: ['malformed', 'damaged', 'format'],
    says: /x\.csv\.gz.*Hint:/,
  },
};

/** Files that are written in another way, and values that are none, cannot be, or are unlikely. */
export const contentCases: Readonly<Record<string, Case>> = { ...utf8, ...values, ...formats };
