import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renderProblem } from '../../../lib/problems';
import { formatTime, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { csvOf, makeFile, readOne, refusal, rowsEvery, temporaryFolder, type Wanted } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const rows = rowsEvery(
  5 * MINUTE_MS,
  Array.from({ length: 24 }, (_, index) => index),
);
const hourMeans = [5.5, 17.5];
const ndjsonOf = (lines: readonly unknown[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const objects = rows.map(([timestamp, value]) => ({ timestamp, value }));
const at = (index: number): string => `TIMESTAMP '2026-01-05' + INTERVAL 5 MINUTE * ${index}`;

/** A Parquet file of the 24 observations with these expressions of `i` for time and value. */
async function parquetOf(name: string, time: string, value = 'i::DOUBLE', length = 24): Promise<string> {
  await makeFile(
    join(folder.path, name),
    `COPY (SELECT ${time} AS timestamp, ${value} AS value, 'a' || (i % 2) AS host FROM range(${length}) r(i)) TO $1 (FORMAT parquet)`,
  );
  return name;
}

describe('the same observations read alike from every kind of file', () => {
  const digests = new Set<string>();
  const check = async (name: string, wanted: Wanted): Promise<void> => {
    const { series, warnings } = await readOne(folder.path, name, wanted);
    expect([...series.values]).toEqual(hourMeans);
    expect(series.origin).toMatchObject({
      text: `${wanted.files ?? 'csv'} ${name}`,
      observations: 24,
      spacingMs: 5 * MINUTE_MS,
      repairs: [],
    });
    expect(warnings).toEqual([]);
    digests.add(series.origin.digest);
    expect(digests.size).toBe(1);
  };

  test('CSV', () => check(folder.write('load.csv', csvOf(rows)), {}));
  test('CSV packed by gzip, told by its content', () => check(folder.write('gzip.csv', gzipSync(csvOf(rows))), {}));
  test('CSV packed by gzip in two parts', () => {
    const [head, ...tail] = csvOf(rows).split(/(?<=00:00.000Z,12\n)/);
    return check(folder.write('parts.csv.gz', Buffer.concat([gzipSync(head), gzipSync(tail.join(''))])), {});
  });
  test('CSV packed by zstd', async () => {
    await makeFile(
      join(folder.path, 'load.csv.zst'),
      `COPY (SELECT strftime(${at(0)} + INTERVAL 5 MINUTE * i, '%Y-%m-%dT%H:%M:%SZ') AS timestamp, i AS value FROM range(24) r(i)) TO $1 (FORMAT csv, COMPRESSION zstd)`,
    );
    await check('load.csv.zst', {});
  });
  test('NDJSON, its numbers and texts alike, keys in any order, more keys and empty lines among them', () =>
    check(
      folder.write(
        'load.ndjson',
        `${ndjsonOf(objects.slice(0, 12))}\n${ndjsonOf(objects.slice(12).map(({ timestamp, value }) => ({ x: { y: [1] }, value: `${value}`, timestamp })))}`,
      ),
      { files: 'ndjson' },
    ));
  test('NDJSON packed by gzip', () => check(folder.write('load.ndjson.gz', gzipSync(ndjsonOf(objects))), { files: 'ndjson' }));
  test.each([
    ['TIMESTAMPTZ', `(${at(0)} + INTERVAL 5 MINUTE * i) AT TIME ZONE 'UTC'`],
    ['text', `strftime(${at(0)} + INTERVAL 5 MINUTE * i, '%Y-%m-%dT%H:%M:%SZ')`],
    ['BIGINT of epoch seconds', `(1767571200 + 300 * i)::BIGINT`],
    ['BIGINT of epoch milliseconds', `(1767571200000 + 300000 * i)::BIGINT`],
    ['DOUBLE of epoch seconds', `(1767571200 + 300 * i)::DOUBLE`],
  ])('Parquet with times as %s', async (_, time) => check(await parquetOf('load.parquet', time), { files: 'parquet' }));
  test.each(['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'])(
    'Parquet with times as %s, in a zone that is given',
    async (type) =>
      check(await parquetOf('local.parquet', `(${at(0)} + INTERVAL 5 MINUTE * i)::${type}`), { files: 'parquet', zone: 'Etc/UTC' }),
  );
  test.each(['TINYINT', 'UBIGINT', 'HUGEINT', 'FLOAT', 'DECIMAL(18, 3)', 'VARCHAR'])('Parquet with values as %s', async (type) =>
    check(await parquetOf('typed.parquet', `(${at(0)} + INTERVAL 5 MINUTE * i) AT TIME ZONE 'UTC'`, `i::${type}`), { files: 'parquet' }),
  );
});

test('a DATE is a local time of its zone', async () => {
  const name = await parquetOf('days.parquet', `DATE '2026-07-05' + i::INTEGER`, 'i', 3);
  const { series } = await readOne(folder.path, name, { files: 'parquet', zone: 'Europe/Berlin', intervalMs: 24 * HOUR_MS });
  expect(formatTime(series.origin.from)).toBe('2026-07-04T22:00:00Z');
});

test('NULL and NaN in Parquet, and null and absent keys in NDJSON, are missing and never zero', async () => {
  const value = "CASE WHEN i BETWEEN 2 AND 8 THEN CASE WHEN i % 2 = 0 THEN NULL ELSE 'NaN'::DOUBLE END ELSE 10 END";
  const parquet = await readOne(folder.path, await parquetOf('missing.parquet', '(1767571200 + 300 * i)::BIGINT', value), {
    files: 'parquet',
  });
  const lines = objects.map(({ timestamp }, index) =>
    index < 2 || index > 8 ? { timestamp, value: 10 } : index % 2 === 0 ? { timestamp, value: null } : { timestamp },
  );
  const ndjson = await readOne(folder.path, folder.write('missing.ndjson', ndjsonOf(lines)), { files: 'ndjson' });
  for (const { series, notes } of [parquet, ndjson]) {
    expect([...series.values]).toEqual([NaN, 10]);
    expect(series.origin.observations).toBe(17);
    expect(notes?.map(({ message }) => message)).toContain('7 rows have no value: missing, not zero');
  }
});

test('a digit or a space that the fast way of reading times might overlook is refused', async () => {
  for (const time of [
    '2026-01-05T 1:00:00Z',
    '2026-01-05T01:00:0.Z',
    '-026-01-05T01:00:00Z',
    '2026-01-5 T01:00:00Z',
    '2026-13-05T01:00:00Z',
  ]) {
    const problems = await refusal(readOne(folder.path, folder.write('fast.csv', csvOf([...rows.slice(0, 3), [time, 1]]))));
    expect(problems.map(({ code, path }) => [code, path])).toEqual([['history/time', 'fast.csv:5']]);
  }
});

type Refused = { readonly make: () => Promise<string> | string; readonly wanted: Wanted; readonly says: string };
const parquet: Wanted = { files: 'parquet' };
const ndjson: Wanted = { files: 'ndjson' };
const zoned = `(${at(0)} + INTERVAL 1 HOUR * i) AT TIME ZONE 'UTC'`;

const refused: Record<string, Refused> = {
  'a Parquet TIMESTAMP without a zone': {
    make: () => parquetOf('x.parquet', `${at(0)} + INTERVAL 1 HOUR * i`),
    wanted: parquet,
    says: "x.parquet:row 1: holds a time without a zone, and so do 23 more rows (got '2026-01-05 00:00:00'). Hint: write it with its offset (2026-11-24T00:00:00Z), or say zone: 'Europe/Berlin'",
  },
  'a negative rate in Parquet': {
    make: () => parquetOf('x.parquet', zoned, 'CASE WHEN i = 7 THEN -1.5 ELSE i END'),
    wanted: parquet,
    says: "x.parquet:row 8: holds a negative rate (got '-1.5'). Hint: differences of a counter turn negative when it restarts: read the counter itself with series: 'counter'; what may be negative is a 'level'",
  },
  'an infinite value in Parquet': {
    make: () => parquetOf('x.parquet', zoned, "CASE WHEN i > 20 THEN '-inf'::DOUBLE ELSE i END"),
    wanted: parquet,
    says: "x.parquet:row 22: holds an infinite value, and so do 2 more rows (got '-inf'). Hint: leave the value empty where it is missing",
  },
  'a NULL time in Parquet': {
    make: () => parquetOf('x.parquet', `CASE WHEN i <> 3 THEN ${zoned} END`),
    wanted: parquet,
    says: "x.parquet:row 4: has no time (got ''). Hint: write ISO 8601 with a zone, such as 2026-11-24T00:00:00Z, or epoch seconds or milliseconds",
  },
  'a nested value in Parquet': {
    make: () => parquetOf('x.parquet', zoned, '[i]'),
    wanted: parquet,
    says: "x.parquet: holds no number in column 'value' (expected a column of numbers, got BIGINT[])",
  },
  'a boolean value in Parquet': {
    make: () => parquetOf('x.parquet', zoned, 'true'),
    wanted: parquet,
    says: "x.parquet: holds no number in column 'value' (expected a column of numbers, got BOOLEAN)",
  },
  'a time of the day in Parquet': {
    make: () => parquetOf('x.parquet', "TIME '10:00'"),
    wanted: parquet,
    says: "x.parquet: holds no time in column 'timestamp' (expected a TIMESTAMP, a DATE, ISO 8601 text or epoch seconds or milliseconds, got TIME)",
  },
  'another column in Parquet': {
    make: () => parquetOf('x.parquet', zoned),
    wanted: { ...parquet, value: 'load' },
    says: "x.parquet: has no column 'load'; its columns are 'timestamp', 'value', 'host'. Hint: say which column holds the value, for example value: 'value'",
  },
  'Parquet without rows': {
    make: () => parquetOf('x.parquet', zoned, 'i', 0),
    wanted: parquet,
    says: 'x.parquet: holds no rows. Hint: has the export run?',
  },
  'CSV under the name of Parquet': {
    make: () => folder.write('x.parquet', csvOf(rows)),
    wanted: parquet,
    says: 'x.parquet: is not Parquet. Hint: check kind: and path:',
  },
  'a JSON document without a list of objects': {
    make: () => folder.write('x.ndjson', JSON.stringify([1, 2, 3])),
    wanted: ndjson,
    says: 'x.ndjson: is JSON without rows that could be told: neither an object on each line nor one list of objects. Hint: write an object on each line, such as {"timestamp":"2026-11-24T00:00:00Z","value":1}',
  },
  'a JSON document that is cut off': {
    make: () => folder.write('x.ndjson', JSON.stringify({ Datapoints: objects }, null, 2).slice(0, -20)),
    wanted: ndjson,
    says: 'x.ndjson: is JSON that cannot be read: damaged, or cut off. Hint: was the file cut off while it was written?',
  },
  'NDJSON with a line that is no object': {
    make: () => folder.write('x.ndjson', `${ndjsonOf(objects.slice(0, 2))}\n5\n`),
    wanted: ndjson,
    says: 'x.ndjson:4: is no JSON object. Hint: write an object on each line, such as {"timestamp":"2026-11-24T00:00:00Z","value":1}',
  },
  'NDJSON cut off': {
    make: () => folder.write('x.ndjson', ndjsonOf(objects).slice(0, -20)),
    wanted: ndjson,
    says: 'x.ndjson:24: ends within a JSON object. Hint: was the file cut off while it was written?',
  },
  'text as a value in NDJSON': {
    make: () => folder.write('x.ndjson', `\n${ndjsonOf([...objects.slice(0, 2), { timestamp: objects[2].timestamp, value: 'many' }])}`),
    wanted: ndjson,
    says: "x.ndjson:4: holds a value that is not a number (got 'many'). Hint: leave the value empty where it is missing",
  },
  'a nested value in NDJSON': {
    make: () => folder.write('x.ndjson', ndjsonOf([...objects.slice(0, 2), { timestamp: objects[2].timestamp, value: { sum: 1 } }])),
    wanted: ndjson,
    says: `x.ndjson:3: holds a value that is not a number (got '{"sum":1}'). Hint: leave the value empty where it is missing`,
  },
  'a key of NDJSON that no line has': {
    make: () => folder.write('x.ndjson', ndjsonOf(objects)),
    wanted: { ...ndjson, value: 'load' },
    says: "x.ndjson: has no column 'load'; its columns are 'timestamp', 'value'. Hint: say which column holds the value, for example value: 'value'",
  },
  'a wrong value in packed CSV': {
    make: () => folder.write('x.csv.gz', gzipSync(csvOf([...rows.slice(0, 5), [rows[5][0], 'x']]))),
    wanted: {},
    says: "x.csv.gz:7: holds a value that is not a number (got 'x'). Hint: leave the value empty where it is missing",
  },
};

test.each(Object.entries(refused))('%s is refused', async (_, { make, wanted, says }) => {
  const problems = await refusal(readOne(folder.path, await make(), wanted));
  expect(problems.map(renderProblem)).toEqual([says]);
});
