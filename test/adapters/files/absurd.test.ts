import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileHistoryReader } from '../../../lib/adapters/files/reader';
import { readingOf } from '../../../lib/history/series';
import { renderProblem } from '../../../lib/problems';
import { HOUR_MS } from '../../../lib/units';
import { csvOf, readOne, refusal, request, rowsEvery, temporaryFolder, type Wanted } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const saysOf = async (name: string, wanted: Wanted = {}): Promise<string[]> =>
  (await refusal(readOne(folder.path, name, wanted))).map(renderProblem);

describe('a value that no load has is refused with its line', () => {
  test.each([
    ['1e300', 'rate'],
    ['1e308', 'level'],
    ['-1e300', 'level'],
    ['1000000000000000000000', 'rate'],
  ] as const)('%s, of a %s', async (value, kind) => {
    folder.write('x.csv', csvOf(rowsEvery(HOUR_MS, [1, 2, value, 4])));
    expect(await saysOf('x.csv', { kind })).toEqual([
      `x.csv:4: holds a value larger than any load (expected at most 1000000000000000000, got '${value}'). Hint: leave the value empty where it is missing, or mend it where the data come from`,
    ]);
  });
  test('a counter of bytes over years is none', async () => {
    folder.write('x.csv', csvOf(rowsEvery(HOUR_MS, [9e17, 9e17 + 1e12, 9e17 + 2e12])));
    const { series } = await readOne(folder.path, 'x.csv', { series: 'counter' });
    expect([...series.values]).toEqual([1e12, 1e12]);
  });
});

describe('a thousand columns', () => {
  const names = Array.from(
    { length: 1_000 },
    (_, index) => `requests{pod="chat-${index}", job="production", instance="10.0.0.${index}:8080"}`,
  );
  const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
  const table = (rows: readonly string[]): string => [['Time', ...quoted].join(','), ...rows, ''].join('\n');
  const rows = rowsEvery(HOUR_MS, [1, 2, 3]).map(([time, value]) => [time, ...names.map((_, index) => Number(value) * index)].join(','));

  test('are a thousand series, in whatever order their rows are', async () => {
    folder.write('wide.csv', table(rows));
    folder.write('falling.csv', table([...rows].reverse()));
    for (const name of ['wide.csv', 'falling.csv']) {
      const outcomes = await fileHistoryReader({ baseDirectory: folder.path })(
        names.map((value) => request(name, { time: 'Time', value })),
      );
      expect(outcomes.map((outcome) => [...readingOf(outcome).series.values])).toEqual(
        names.map((_, index) => [index, 2 * index, 3 * index]),
      );
    }
  });
  test('or one, their sum', async () => {
    const { series } = await readOne(folder.path, folder.write('wide.csv', table(rows)), { time: 'Time', value: 'requests*' });
    expect([...series.values]).toEqual([499_500, 999_000, 1_498_500]);
  });
});

const hasPipes = process.platform !== 'win32' && spawnSync('mkfifo', [join(folder.path, 'pipe.csv')]).status === 0;
(hasPipes ? test : test.skip)(`a pipe is not waited for${hasPipes ? '' : ' (skipped: no mkfifo here)'}`, async () => {
  expect(await saysOf('pipe.csv')).toEqual([
    'pipe.csv: is a pipe or device, not a file. Hint: it is read more than once: write it to a file first',
  ]);
});

test('a document of one long line is no damaged line', async () => {
  const times = rowsEvery(
    HOUR_MS,
    Array.from({ length: 9_000 }, () => 1),
  ).map(([time]) => time);
  const document = { MetricDataResults: [{ Id: 'm1', Timestamps: times, Values: times.map((_, index) => index) }] };
  const { series } = await readOne(folder.path, folder.write('line.json', JSON.stringify(document)), { files: 'ndjson' });
  expect(series.values).toHaveLength(9_000);
});
