import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileHistoryReader } from '../../../lib/adapters/files/reader';
import { renderProblem } from '../../../lib/problems';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { csvOf, readOne, refusal, request, rowsEvery, temporaryFolder, type Wanted } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const time = '2026-01-05T00:00:00Z';
const good = '2026-01-05T00:00:00Z,1\n2026-01-05T01:00:00Z,2\n';
const iso = 'write ISO 8601 with a zone, such as 2026-11-24T00:00:00Z, or epoch seconds or milliseconds';
const rows = 'it needs a header line and a row for each observation';

type Refused = { readonly content: string | Uint8Array; readonly wanted?: Wanted; readonly says: string };

const refused: Record<string, Refused> = {
  'an empty file': { content: '', says: `x.csv: is empty. Hint: ${rows}` },
  'a file of empty lines': { content: '\n\r\n  \n', says: `x.csv: holds nothing but empty lines. Hint: ${rows}` },
  'a header alone': { content: 'timestamp,value\n', says: 'x.csv: holds a header and no rows. Hint: has the export run?' },
  'a header alone without line end': { content: 'timestamp,value', says: 'x.csv: holds a header and no rows. Hint: has the export run?' },
  'a single observation': { content: `timestamp,value\n${time},1\n`, says: 'x.csv: holds a single observation; a series needs at least 2' },
  'two rows of one moment': {
    content: `timestamp,value\n${time},1\n${time},1\n`,
    says: 'x.csv: holds a single observation; a series needs at least 2',
  },
  'no value at all': {
    content: `timestamp,value\n${time},NaN\n2026-01-05T01:00:00Z,\n`,
    says: 'x.csv: holds rows and no value in any of them. Hint: every value is missing: check the value column',
  },
  'gzip that ends in its header': {
    content: Uint8Array.of(0x1f, 0x8b, 8, 0),
    says: 'x.csv: is compressed by gzip, and damaged or cut off. Hint: was it copied whole? Fetch it again',
  },
  'a spreadsheet': { content: 'PK\u0003\u0004abc', says: 'x.csv: is a zip archive or a spreadsheet, not CSV. Hint: export it as CSV' },
  Parquet: { content: 'PAR1abc', says: "x.csv: is Parquet, not CSV. Hint: read it as such, kind: 'parquet'" },
  JSON: { content: '{"a":1}', says: 'x.csv: is JSON, not CSV. Hint: export it as CSV, or as an object with time and value on each line' },
  'zero bytes': { content: new Uint8Array(5000), says: 'x.csv: is not UTF-8 text. Hint: save it as CSV in UTF-8' },
  'another time column': {
    content: `ts,value\n${good}`,
    says: "x.csv:1: has no column 'timestamp'; its columns are 'ts', 'value'. Hint: say which column holds the time, for example time: 'ts'",
  },
  'another value column': {
    content: `timestamp,host,Requests\n${time},a,1\n`,
    says: "x.csv:1: has no column 'value'; its columns are 'timestamp', 'host', 'Requests'. Hint: say which column holds the value, for example value: 'Requests'",
  },
  'a column in other letters': {
    content: `timestamp,Value\n${good}`,
    says: "x.csv:1: has no column 'value'; its columns are 'timestamp', 'Value'. Hint: say which column holds the value, for example value: 'Value'",
  },
  'no header': {
    content: good,
    wanted: { value: '1' },
    says: "x.csv:1: has no column 'timestamp'; its columns are '2026-01-05T00:00:00Z', '1'. Hint: the first line must name the columns, for example: timestamp,value",
  },
  'a column twice': {
    content: `timestamp,value,value\n${time},1,2\n`,
    says: "x.csv:1: has column 'value' more than once. Hint: give each column its own name",
  },
  'a time without a zone': {
    content: `timestamp,value\n${good}2026-01-05 02:00:00,3\n2026-01-05 03:00:00,3\n`,
    says: "x.csv:4: holds a time without a zone, and so does 1 more row (got '2026-01-05 02:00:00'). Hint: write it with its offset (2026-11-24T00:00:00Z), or say zone: 'Europe/Berlin'",
  },
  'a date': {
    content: 'timestamp,value\n2026-01-05,3\n2026-01-06,3\n',
    wanted: { intervalMs: 24 * HOUR_MS },
    says: "x.csv:2: holds a time without a zone, and so does 1 more row (got '2026-01-05'). Hint: write it with its offset (2026-11-24T00:00:00Z), or say zone: 'Europe/Berlin'",
  },
  'an unreadable time': {
    content: `timestamp,value\n${good}yesterday,3\n`,
    says: `x.csv:4: holds a time that cannot be read (got 'yesterday'). Hint: ${iso}`,
  },
  'a time in the order of another country': {
    content: `timestamp,value\n05/01/2026 00:00,3\n`,
    wanted: { zone: 'Europe/Berlin' },
    says: "x.csv:2: holds times that can be read in two ways: '05/01/2026 00:00' is 5 January or 1 May. Hint: say dateFormat: 'dd/mm/yyyy' or dateFormat: 'mm/dd/yyyy'",
  },
  'no time': { content: `timestamp,value\n${good},3\n`, says: `x.csv:4: has no time (got ''). Hint: ${iso}` },
  'a day that does not exist': {
    content: `timestamp,value\n${good}2026-02-30T00:00:00Z,3\n`,
    says: "x.csv:4: holds a time that does not exist, or not between 1970 and 2200 (got '2026-02-30T00:00:00Z'). Hint: check the day, the hour and the offset",
  },
  'an offset that does not exist': {
    content: `timestamp,value\n${good}2026-02-03T00:00:00+19:00,3\n`,
    says: "x.csv:4: holds a time that does not exist, or not between 1970 and 2200 (got '2026-02-03T00:00:00+19:00'). Hint: check the day, the hour and the offset",
  },
  'two zones in one time': {
    content: `timestamp,value\n${good}2026-02-03T00:00:00+01:00Z,3\n`,
    says: `x.csv:4: holds a time that cannot be read (got '2026-02-03T00:00:00+01:00Z'). Hint: ${iso}`,
  },
  'epoch nanoseconds': {
    content: 'timestamp,value\n1767571200000000000,1\n1767574800000000000,1\n',
    says: "x.csv:2: holds epoch nanoseconds, and so does 1 more row (got '1767571200000000000'). Hint: divide them by 1000000",
  },
  'epoch microseconds': {
    content: 'timestamp,value\n1767571200000000,1\n',
    says: "x.csv:2: holds epoch microseconds (got '1767571200000000'). Hint: divide them by 1000",
  },
  'row numbers as times': {
    content: 'timestamp,value\n0,1\n1,1\n2,1\n',
    says: `x.csv:2: holds a number that is neither epoch seconds nor milliseconds, and so do 2 more rows (got '0'). Hint: ${iso}`,
  },
  'text as value': {
    content: `timestamp,value\n${good}2026-01-05T02:00:00Z,many\n`,
    says: "x.csv:4: holds a value that is not a number (got 'many'). Hint: leave the value empty where it is missing",
  },
  'a comma that is a decimal sign here and separates thousands there': {
    content: 'timestamp;value\n2026-01-05T00:00:00Z;1,5\n2026-01-05T01:00:00Z;1,234.5\n',
    says: "x.csv:2: holds a value that is not a number, and so does 1 more row (got '1,5'). Hint: write all values of the column in one way: a comma stands for two things in it",
  },
  'a comma that may be a decimal sign or separate thousands': {
    content: `timestamp,value\n${time},"1,234"\n`,
    says: "x.csv:2: holds values that can be read in two ways: '1,234' is '1.234' or '1234'. Hint: say decimal: ',' or thousands: ','",
  },
  'an infinite value': {
    content: `timestamp,value\n${good}2026-01-05T02:00:00Z,inf\n2026-01-05T03:00:00Z,-Infinity\n2026-01-05T04:00:00Z,1e999\n`,
    says: "x.csv:4: holds an infinite value, and so do 2 more rows (got 'inf'). Hint: leave the value empty where it is missing",
  },
  'a negative rate': {
    content: `timestamp,value\n${good}2026-01-05T02:00:00Z,-1\n`,
    says: "x.csv:4: holds a negative rate (got '-1'). Hint: differences of a counter turn negative when it restarts: read the counter itself with series: 'counter'; what may be negative is a 'level'",
  },
  'a negative counter': {
    content: `timestamp,value\n${good}2026-01-05T02:00:00Z,-1\n`,
    wanted: { series: 'counter' },
    says: "x.csv:4: holds a negative counter (got '-1'). Hint: a counter never falls below 0",
  },
  'a row cut off': {
    content: 'timestamp,value\n2026-01-05T00:00:00Z,1\n2026-01-05T01:0',
    says: 'x.csv:3: ends with 1 of 2 columns. Hint: was the file cut off while it was written?',
  },
  'a row with too many columns': {
    content: `timestamp,value\n${good}2026-01-05T02:00:00Z,1,5\n`,
    says: 'x.csv:4: has 3 columns where the header has 2. Hint: a decimal comma needs quotes and is not read as a number: write a point',
  },
  'a quote that stays open': {
    content: `timestamp,value\n${good}"2026-01-05T02:00:00Z,1\n2026-01-05T03:00:00Z,1\n`,
    says: 'x.csv:4: opens a quote that is never closed. Hint: close it, or write two for a quote in a value',
  },
  'mixed line ends': {
    content: 'timestamp,value\n2026-01-05T00:00:00Z,1\n2026-01-05T01:00:00Z,1\r\n2026-01-05T02:00:00Z,1\n',
    says: 'x.csv:3: ends its line in another way than the lines before. Hint: write all line endings alike',
  },
  'bytes that are not UTF-8': {
    content: Buffer.concat([Buffer.from(`timestamp,value\n${good}2026-01-05T02:00:00Z,`), Buffer.of(0xff, 0x0a)]),
    says: 'x.csv:4: holds bytes that are not UTF-8. Hint: save the file as UTF-8',
  },
  'a coarser spacing than the interval': {
    content: csvOf(rowsEvery(HOUR_MS, [1, 2, 3])),
    wanted: { intervalMs: 15 * MINUTE_MS },
    says: 'x.csv: is observed every 1h, which is coarser than the 15m asked for. Hint: use a period of 1h or longer',
  },
  'less than one interval': {
    content: csvOf(rowsEvery(MINUTE_MS, [1, 2, 3])),
    says: 'x.csv: covers no whole interval of 1h (2026-01-05T00:00:00Z to 2026-01-05T00:02:00Z). Hint: give more history, or ask for a shorter interval',
  },
  'a time far from all others': {
    content: csvOf([...rowsEvery(MINUTE_MS, [1, 2, 3, 4, 5]), ['2126-01-05T00:00:00Z', 1]]),
    wanted: { intervalMs: MINUTE_MS },
    says: 'x.csv: spans 52594561 intervals of 1m (2026-01-05T00:00:00Z to 2126-01-05T00:00:00Z). Hint: check the first and the last time, or ask for a longer interval',
  },
  'observations too sparse for any interval': {
    content: csvOf(Array.from({ length: 9 }, (_, index) => rowsEvery(MINUTE_MS, [1, 2, 3], Date.UTC(2026, 0, 5, index))).flat()),
    says: 'x.csv: is observed every 1m as a rule, and no interval of 1h is observed for half of its time. Hint: fill the gaps where the data come from; where a missing row means zero, write the zero',
  },
};

test.each(Object.entries(refused))('%s is refused', async (_, { content, wanted, says }) => {
  folder.write('x.csv', content);
  const problems = await refusal(readOne(folder.path, 'x.csv', wanted));
  expect(problems.map(renderProblem)).toEqual([says]);
});

test('a missing file is named as the config wrote it, with who names it', async () => {
  const problems = await refusal(readOne(folder.path, 'history/none.csv'));
  expect(problems.map(renderProblem)).toEqual([
    'history/none.csv: does not exist. Hint: workloads.chat.load names it; paths are relative to the config file',
  ]);
});

test('a missing file given on its own needs no config to be named', async () => {
  const read = fileHistoryReader({ baseDirectory: folder.path });
  const problems = await refusal(read([{ ...request('none.csv'), path: 'none.csv' }]));
  expect(problems.map(renderProblem)).toEqual(['none.csv: does not exist. Hint: check the path']);
});

test('a folder that holds no file of the kind is refused', async () => {
  mkdirSync(join(folder.path, 'history'), { recursive: true });
  const problems = await refusal(readOne(folder.path, 'history'));
  expect(problems.map(renderProblem)).toEqual([
    "history: is a folder without a file that ends in .csv. Hint: workloads.chat.load names it: check path: and kind:, or name a pattern such as 'history/**/*'",
  ]);
});

if (process.getuid?.() !== 0 && process.platform !== 'win32') {
  test('a file without read permission is refused', async () => {
    folder.write('secret.csv', csvOf([]));
    chmodSync(join(folder.path, 'secret.csv'), 0);
    const problems = await refusal(readOne(folder.path, 'secret.csv'));
    expect(problems.map(renderProblem)).toEqual(['secret.csv: cannot be read: EACCES. Hint: check its permissions']);
  });
}

test('lines are counted as an editor counts them: empty lines, quoted line ends and CR LF included', async () => {
  folder.write('lines.csv', `\r\n"timestamp","no\te",value\r\n\r\n${time},"two\r\nlines",1\r\n\r\n2026-01-05T01:00:00Z,"a ""b""",x\r\n`);
  const problems = await refusal(readOne(folder.path, 'lines.csv'));
  expect(problems.map(({ path, received }) => [path, received])).toEqual([['lines.csv:7', "'x'"]]);
});

test('a line end that two reads of the file share counts once', async () => {
  const [readBytes, header] = [2 ** 20, `timestamp,value,${'x'.repeat(15)}\r\n`];
  const row = (index: number, value: string) =>
    `${new Date(Date.UTC(2026, 0, 5) + index * MINUTE_MS).toISOString().slice(0, 19)}Z,${value},aaaaaaa\r\n`;
  const count = (readBytes + 1 - header.length) / row(0, '1').length;
  folder.write('shared.csv', header + Array.from({ length: count }, (_, index) => row(index, '1')).join('') + row(count, 'x'));
  expect(Number.isInteger(count)).toBe(true);
  const problems = await refusal(readOne(folder.path, 'shared.csv'));
  expect(problems.map(({ path }) => path)).toEqual([`shared.csv:${count + 2}`]);
});

test('the line is right far into a file that several threads read', async () => {
  const many = rowsEvery(
    MINUTE_MS,
    Array.from({ length: 400_000 }, () => 1),
  );
  many[390_000] = ['when', 1];
  folder.write('many.csv', csvOf(many));
  const problems = await refusal(fileHistoryReader({ baseDirectory: folder.path, threads: 4 })([request('many.csv')]));
  expect(problems.map(({ path }) => path)).toEqual(['many.csv:390002']);
});

test('every sort of trouble of every request is told at once, each once', async () => {
  folder.write('both.csv', 'timestamp,a,b\n2026-01-05 00:00,-1,x\n2026-01-05T01:00:00Z,1,inf\nlater,1,1\n');
  folder.write('fine.csv', csvOf(rowsEvery(HOUR_MS, [1, 2])));
  const read = fileHistoryReader({ baseDirectory: folder.path });
  const problems = await refusal(
    read([
      request('both.csv', { value: 'a' }),
      request('fine.csv'),
      request('both.csv', { value: 'b' }),
      request('gone.csv'),
      request('fine.csv', { value: 'c' }),
    ]),
  );
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'history/time both.csv:4',
    'history/no-zone both.csv:2',
    'history/negative both.csv:2',
    'history/value both.csv:2',
    'history/infinite both.csv:3',
    'history/not-found gone.csv',
    'history/header fine.csv:1',
  ]);
});
