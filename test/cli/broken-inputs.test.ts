import { DuckDBInstance } from '@duckdb/node-api';
import { chmodSync, ftruncateSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderProblem } from '../../lib/problems';
import { HOUR_MS } from '../../lib/units';
import type { historyDocument } from '../../lib/report/history-document';
import { rawConfig } from '../support/config';
import { foresize, project, temporaryFolder } from '../support/foresize';
import { contentCases } from './broken-inputs-content';
import type { Case } from './broken-inputs-files';
import { timeCases } from './broken-inputs-times';
import { csv, type Judged, judgeLoad, rowsOf, said, start, truth } from './broken-inputs-support';

const cases = { ...contentCases, ...timeCases };
type HistoryDocument = ReturnType<typeof historyDocument>;

const outcome = (expected: Case): string =>
  expected.refused !== undefined ? 'is refused' : expected.look !== undefined ? 'is to be looked at' : 'is read as it was meant';

function check(judged: Judged, expected: Case): void {
  const { exit, refused, look = [], note = [], says = /(?:)/, file = 'x.csv' } = expected;
  const found = (severity: 'look' | 'note') => judged.findings.flatMap((each) => (each.severity === severity ? [bare(each.code)] : []));
  expect(said(judged)).toMatch(says);
  expect(found('look').sort()).toEqual([...look].sort());
  expect(found('note')).toEqual(expect.arrayContaining([...note]));
  expect(judged.exit).toBe(exit);
  if (refused !== undefined) {
    expect(judged.refused.length).toBeGreaterThan(0);
    for (const problem of judged.refused) {
      expect(refused).toContain(bare(problem.code));
      // Each names the file, and the line where there is one; what to do follows, but for what says it all.
      expect(problem.path).toContain(file);
      if (bare(problem.code) !== 'too-few') expect(renderProblem(problem)).toMatch(/Hint: \S/);
    }
  }
  for (const { path, consequence, code } of judged.findings) {
    expect(path).toMatch(/^workloads\.chat\./);
    if (look.includes(bare(code)) && code !== 'history/out-of-order') expect(consequence ?? said(judged)).toMatch(/\S/);
  }
}

const bare = (code: string): string => code.replace('history/', '');

/** What was observed is what it truly was; what was filled lies within it; what is missing is missing, never zero. */
function checkValues({ series }: Judged, { missing = 0, expected = truth }: Case): void {
  if (series === null) return;
  const values = Array.from(series.values);
  expect(values.filter(Number.isNaN)).toHaveLength(missing);
  // The clock changes are tested in other weeks, whose first hour is the first of the table as well.
  const from = series.start >= start ? (series.start - start) / HOUR_MS : 0;
  const wrong = values.flatMap((value, index) => {
    const truly = expected(from + index);
    if (Number.isNaN(value) || Number.isNaN(truly)) return [];
    const isWrong = series.observed[index] >= 0.5 ? Math.abs(value - truly) > 0.01 * truly + 1e-6 : value < 19 || value > 87;
    return isWrong ? [{ hour: from + index, value, truly }] : [];
  });
  expect(wrong).toEqual([]);
}

test('there are at least forty cases', () => {
  expect(Object.keys(cases).length + 5).toBeGreaterThanOrEqual(40);
});

test.each(Object.entries(cases).map(([title, each]) => [title, outcome(each), each] as const))('%s %s', async (_, __, expected) => {
  const folder = temporaryFolder();
  const { file = 'x.csv', content } = expected;
  writeFileSync(join(folder, file), content);
  const judged = await judgeLoad(folder, file, expected);
  check(judged, expected);
  checkValues(judged, expected);
});

describe('what no text can hold', () => {
  const refused = async (prepare: (folder: string) => string, codes: readonly string[], source: object = {}) => {
    const folder = temporaryFolder();
    const file = prepare(folder);
    const judged = await judgeLoad(folder, file, { source });
    check(judged, { content: '', file, exit: 1, refused: codes });
    return said(judged);
  };

  test('a folder in place of a file is refused', async () => {
    await refused(
      (folder) => {
        mkdirSync(join(folder, 'history'));
        return 'history';
      },
      ['not-a-file', 'no-files'],
    );
  });

  test('a file that does not exist is refused', async () => {
    expect(await refused(() => 'none.csv', ['not-found'])).toMatch(/none\.csv: does not exist\. Hint: workloads\.chat\.load names it/);
  });

  test('a file of 5 GB that holds nothing but zero bytes is refused', async () => {
    await refused(
      (folder) => {
        const descriptor = openSync(join(folder, 'big.csv'), 'w');
        ftruncateSync(descriptor, 5 * 2 ** 30);
        closeSync(descriptor);
        return 'big.csv';
      },
      ['format', 'damaged'],
    );
  });

  test('Parquet cut off is refused', async () => {
    await refused(
      (folder) => {
        const whole = readFileSync(parquet);
        writeFileSync(join(folder, 'cut.parquet'), whole.subarray(0, whole.length - 200));
        return 'cut.parquet';
      },
      // Before Parquet can be read, it is refused as a format.
      ['malformed', 'damaged', 'format'],
      { kind: 'parquet' },
    );
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? test.skip : test)(
    `a file without read permission is refused${isRoot ? ' (not tried: root may read every file)' : ''}`,
    async () => {
      const says = await refused(
        (folder) => {
          writeFileSync(join(folder, 'secret.csv'), csv(rowsOf()));
          chmodSync(join(folder, 'secret.csv'), 0);
          return 'secret.csv';
        },
        ['unreadable'],
      );
      expect(says).toMatch(/secret\.csv: cannot be read.*Hint: check its permissions/);
    },
  );

  let parquet: string;
  beforeAll(async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'good.csv'), csv(rowsOf()));
    parquet = join(folder, 'good.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`COPY (SELECT * FROM '${join(folder, 'good.csv')}') TO '${parquet}' (FORMAT parquet)`);
    connection.closeSync();
  });
});

describe('on the command line', () => {
  const titles = {
    hour: 'a missing hour',
    days: 'three missing days',
    negative: 'a negative rate',
    zeros: 'all zeros',
    empty: 'an empty file',
  };
  const chat = rawConfig().workloads.chat;
  const workloads = Object.fromEntries(
    Object.keys(titles).map((name) => [name, { ...chat, load: { kind: 'csv', path: `${name}.csv`, unit: 'req/s' } }] as never),
  );
  const contents = Object.fromEntries(Object.entries(titles).map(([name, title]) => [`${name}.csv`, cases[title].content]));
  const folder = () => project({ 'foresize.config.json': rawConfig({ workloads }), ...contents });

  test('each is told apart in one reading: refused ones by error, others in the document', () => {
    const { status, stdout, stderr } = foresize(folder(), ['history', '--json']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/error: empty\.csv: is empty.*\nerror: negative\.csv:673: holds a negative rate/);
    const { series, findings, refused } = JSON.parse(stdout) as HistoryDocument;
    expect(refused.map(({ code }) => code)).toEqual(['history/empty', 'history/negative']);
    expect(Object.entries(series).map(([key, { missing, filled }]) => [key, missing, filled])).toEqual([
      ['days.load', 72, 0],
      ['hour.load', 0, 1],
      ['zeros.load', 0, 0],
    ]);
    expect(findings.filter(({ severity }) => severity === 'look').map(({ code, path }) => `${path} ${code}`)).toEqual([
      'workloads.days.load history/missing',
      'workloads.days.load history/longest-gap',
      'workloads.zeros.load history/all-zero',
    ]);
  });

  test.each([
    ['hour', 0],
    ['days', 2],
    ['negative', 1],
  ])('%s alone is exit code %i', (name, code) => {
    expect(foresize(folder(), ['history', name]).status).toBe(code);
  });
});
