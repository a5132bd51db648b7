import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileHistoryReader } from '../../../lib/adapters/files/reader';
import { readingOf } from '../../../lib/history/series';
import { renderProblem } from '../../../lib/problems';
import { HOUR_MS } from '../../../lib/units';
import { csvOf, makeFile, readOne, refusal, request, rowsEvery, temporaryFolder } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const monday = Date.UTC(2026, 0, 5);
const hours = (values: readonly number[], from = 0) => rowsEvery(HOUR_MS, values, monday + from * HOUR_MS);
const labelled = (rows: readonly (readonly [string, string, string | number])[]): string =>
  ['timestamp,host,value', ...rows.map((row) => row.join(',')), ''].join('\n');

describe('where tells many series of a file apart', () => {
  const names = ['a', 'b', "it's", 'ünï', 'a,b', '', 'A'];
  const quoted = (text: string) => `"${text}"`;
  const rows = [0, 1, 2].flatMap((hour) =>
    names.map((name, index): [string, string, number] => [
      new Date(monday + hour * HOUR_MS).toISOString(),
      quoted(name),
      10 * index + hour,
    ]),
  );

  test('each by its own text, as it stands', async () => {
    folder.write('many.csv', labelled(rows));
    const wanted = names.filter((name) => name !== '');
    const read = fileHistoryReader({ baseDirectory: folder.path });
    const outcomes = await read(wanted.map((host) => request('many.csv', { where: { host } })));
    expect(outcomes.map((outcome) => [...readingOf(outcome).series.values])).toEqual(
      wanted.map((name) => [0, 1, 2].map((hour) => 10 * names.indexOf(name) + hour)),
    );
  });

  test('rows of no wanted label are not looked at: their trouble is none of ours', async () => {
    folder.write('trouble.csv', labelled([...rows, ['when', 'b', 'x'], ['', 'b', '-1']]));
    expect([...(await readOne(folder.path, 'trouble.csv', { where: { host: 'a' } })).series.values]).toEqual([0, 1, 2]);
  });

  test('lines are those of the file, whatever the label', async () => {
    const last: [string, string, string] = ['2026-01-05T03:00:00Z', 'a', 'x'];
    const problems = await refusal(readOne(folder.path, folder.write('line.csv', labelled([...rows, last])), { where: { host: 'a' } }));
    expect(problems.map(({ path }) => path)).toEqual([`line.csv:${rows.length + 2}`]);
  });

  test('several labels must all be right, and one text is never taken for two', async () => {
    const pairs = [
      ['a', '1:b'],
      ['a1:', 'b'],
      ['a', 'b'],
    ];
    const lines = [0, 1].flatMap((hour) =>
      pairs.map(([x, y], index) => `${new Date(monday + hour * HOUR_MS).toISOString()},${x},${y},${index}`),
    );
    folder.write('pairs.csv', ['timestamp,x,y,value', ...lines, ''].join('\n'));
    const read = fileHistoryReader({ baseDirectory: folder.path });
    const outcomes = await read(pairs.map(([x, y]) => request('pairs.csv', { where: { y, x } })));
    expect(outcomes.map((outcome) => [...readingOf(outcome).series.values])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test('numbers, booleans and times of Parquet are compared as the column writes them', async () => {
    await makeFile(
      join(folder.path, 'typed.parquet'),
      `COPY (SELECT (1767571200 + 3600 * (i // 2))::BIGINT AS timestamp, i AS value, (i % 2)::DOUBLE AS gpu, i % 2 = 1 AS spot,
         TIMESTAMPTZ '2026-01-05 00:00:00Z' AS boot FROM range(6) r(i)) TO $1 (FORMAT parquet)`,
    );
    const where = { gpu: 1, spot: true, boot: '2026-01-05T01:00:00+01:00' };
    expect([...(await readOne(folder.path, 'typed.parquet', { files: 'parquet', where })).series.values]).toEqual([1, 3, 5]);
  });

  test('a label that no row has is told, with some that there are', async () => {
    const problems = await refusal(readOne(folder.path, folder.write('many.csv', labelled(rows)), { where: { host: 'c' } }));
    expect(problems.map(renderProblem)).toEqual([
      "many.csv: has no row where host = 'c'. Hint: where there are rows, host is 'A', 'a', 'a,b', 'b', 'it's', 'ünï'",
    ]);
  });

  test('a label column that is not there is told, with those that are', async () => {
    const problems = await refusal(readOne(folder.path, folder.write('many.csv', labelled(rows)), { where: { Host: 'a' } }));
    expect(problems.map(renderProblem)).toEqual([
      "many.csv:1: has no column 'Host'; its columns are 'timestamp', 'host', 'value'. Hint: say which column holds the label, for example where: { 'host': ... }",
    ]);
  });
});

describe('a pattern is all files that match', () => {
  test('as one series, in whatever parts, kinds of packing and orders of columns', async () => {
    folder.write('parts/b.csv', csvOf(hours([3, 4], 2)));
    folder.write('parts/a.csv', csvOf(hours([1, 2])));
    folder.write('parts/c.csv', 'value;x;timestamp\n5;;2026-01-05T04:00:00Z\n6;;2026-01-05T05:00:00Z\n');
    folder.write('parts/other.txt', 'not read');
    const { series, warnings } = await readOne(folder.path, 'parts/*.csv');
    expect([...series.values]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(series.origin.text).toBe('csv parts/*.csv');
    expect(warnings).toEqual([]);
    expect([...(await readOne(folder.path, join(folder.path, 'parts/[ab].csv'))).series.values]).toEqual([1, 2, 3, 4]);
  });

  test('also where the folder of the config has a name that looks like a pattern', async () => {
    folder.write('con[fig]/x1.csv', csvOf(hours([7, 8])));
    expect([...(await readOne(join(folder.path, 'con[fig]'), 'x*.csv')).series.values]).toEqual([7, 8]);
  });

  test('a message names the file, and its line there', async () => {
    folder.write('bad/1.csv', csvOf(hours([1, 2])));
    folder.write('bad/2.csv', csvOf([...hours([3], 2), ['2026-01-05T03:00:00Z', 'x']]));
    expect((await refusal(readOne(folder.path, 'bad/*.csv'))).map(({ path }) => path)).toEqual(['bad/2.csv:3']);
    folder.write('bad/2.csv', 'time,value\n');
    expect((await refusal(readOne(folder.path, 'bad/*.csv'))).map(({ path, code }) => [path, code])).toEqual([
      ['bad/2.csv:1', 'history/header'],
    ]);
  });

  test('that no file matches is told', async () => {
    const problems = await refusal(readOne(folder.path, 'none/*.csv'));
    expect(problems.map(renderProblem)).toEqual([
      'none/*.csv: matches no file. Hint: workloads.chat.load names it; a pattern is relative to the config file',
    ]);
  });
});

describe('a folder is a Hive-partitioned tree', () => {
  const write = (): void => {
    for (const [index, service] of ['chat', 'a%20b%2Fc'].entries())
      for (const day of [5, 6])
        folder.write(
          `hive/service=${service}/day=2026-01-0${day}/part-0.csv`,
          csvOf(rowsEvery(HOUR_MS, [index, day], Date.UTC(2026, 0, day, day === 5 ? 22 : 0))),
        );
    folder.write('hive/_SUCCESS', '');
    folder.write('hive/service=chat/.part-0.csv', 'hidden');
    folder.write('hive/_old/x.csv', 'hidden');
  };

  test('whose folders are columns', async () => {
    write();
    const read = fileHistoryReader({ baseDirectory: folder.path });
    const outcomes = await read([
      request('hive', { where: { service: 'chat' } }),
      request('hive', { where: { service: 'a b/c' } }),
      request('hive', { where: { service: 'chat', day: '2026-01-06' } }),
    ]);
    expect(outcomes.map((outcome) => [...readingOf(outcome).series.values])).toEqual([
      [0, 5, 0, 6],
      [1, 5, 1, 6],
      [0, 6],
    ]);
  });

  test('that no folder has a label is told, with those that do', async () => {
    write();
    const problems = await refusal(readOne(folder.path, 'hive', { where: { service: 'video' } }));
    expect(problems.map(renderProblem)).toEqual([
      "hive: has no row where service = 'video'. Hint: where there are rows, service is 'a b/c', 'chat'",
    ]);
  });

  test('files of another kind in it are counted, not read', async () => {
    mkdirSync(join(folder.path, 'mixed'), { recursive: true });
    folder.write('mixed/a.csv', csvOf(hours([1, 2])));
    const problems = await refusal(readOne(folder.path, 'mixed', { files: 'parquet' }));
    expect(problems.map(renderProblem)).toEqual([
      "mixed: is a folder without a file that ends in .parquet, though with 1 other file. Hint: workloads.chat.load names it: check path: and kind:, or name a pattern such as 'mixed/**/*'",
    ]);
  });
});

test('unequal values of one moment are refused where the request says so', async () => {
  folder.write('unequal.csv', csvOf([...hours([1, 2]), ...hours([5])]));
  const read = fileHistoryReader({ baseDirectory: folder.path });
  const outcomes = await read([{ ...request('unequal.csv'), unequalDuplicates: 'refuse' }, request('unequal.csv')]);
  expect([...readingOf(outcomes[1]).series.values]).toEqual([5, 2]);
  expect((await refusal(Promise.resolve([outcomes[0]]))).map(renderProblem)).toEqual([
    "unequal.csv: has unequal values at 1 time, the first 2026-01-05T00:00:00Z. Hint: remove all but one, tell them apart by where, or set the repair 'unequal duplicates: larger'",
  ]);
});

test('what is left out at the edges is recorded and noted', async () => {
  const minutes = rowsEvery(
    300_000,
    Array.from({ length: 40 }, () => 1),
    monday + 50 * 60_000,
  );
  const { series, notes } = await readOne(folder.path, folder.write('edges.csv', csvOf(minutes)));
  expect(series.origin.leftOut).toEqual({ beforeMs: 600_000, afterMs: 600_000 });
  expect(notes?.map(({ code, message }) => [code, message])).toEqual([
    [
      'history/partial-edges',
      '10m before the first and 10m after the last whole interval left out: partly observed intervals are not extrapolated',
    ],
  ]);
});
