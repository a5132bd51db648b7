import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderProblem } from '../../../lib/problems';
import { formatTime, HOUR_MS, parseLoadUnit } from '../../../lib/units';
import { readOne, refusal, rowsEvery, temporaryFolder, type Wanted } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const rows = rowsEvery(HOUR_MS, [1, 2, 3, 4]);
const lines = (of: readonly string[], by = '\r\n'): string => of.map((line) => `${line}${by}`).join('');
const valuesOf = async (name: string, wanted: Wanted): Promise<number[]> => [...(await readOne(folder.path, name, wanted)).series.values];
const saysOf = async (name: string, wanted: Wanted): Promise<string[]> =>
  (await refusal(readOne(folder.path, name, wanted))).map(renderProblem);

describe('a header after what tools write before it', () => {
  const table = ['"Time";"chat"', ...rows.map(([time, value]) => `"${time}";"${value}.5"`)];
  test.each([
    ['sep= with a byte order mark', `\uFEFF${lines(['sep=;', ...table])}`],
    ['sep= in another case and in quotes, other lines ended as Unix does', lines(['"SEP=;"', ...table], '\n')],
    ['sep= and an empty line', lines(['sep=;', '', ...table])],
    ['sep= that ends its line in another way than the rows', `sep=;\n${lines(table)}`],
    ['a header that ends its line in another way than the rows', `${table[0]}\n${lines(table.slice(1))}`],
    ['comments', lines(['# exported 2026-01-05', '#by hand', ...table])],
    ['titles of a report', lines(['Requests of chat', 'From;2026-01-05;To;2026-01-06', '', ...table])],
  ])('%s', async (_, content) => {
    expect(await valuesOf(folder.write('x.csv', content), { time: 'Time', value: 'chat' })).toEqual([1.5, 2.5, 3.5, 4.5]);
  });

  test('sep= names the delimiter, whatever else the header holds', async () => {
    const content = lines(['sep=|', 'Time|a;b;c;d', ...rows.map(([time, value]) => `${time}|${value}`)]);
    expect(await valuesOf(folder.write('x.csv', content), { time: 'Time', value: 'a;b;c;d' })).toEqual([1, 2, 3, 4]);
  });

  test('a refusal counts its line from the top of the file', async () => {
    const content = lines(['sep=,', 'Time,chat', ...rows.map(([time]) => `${time},many`)]);
    expect(await saysOf(folder.write('x.csv', content), { time: 'Time', value: 'chat' })).toEqual([
      "x.csv:3: holds a value that is not a number, and so do 3 more rows (got 'many'). Hint: leave the value empty where it is missing",
    ]);
  });

  test('no name of a line before the header is ever proposed', async () => {
    const content = lines(['sep=,', 'A report', '', 'Time,chat', ...rows.map((row) => row.join(','))]);
    expect(await saysOf(folder.write('x.csv', content), {})).toEqual([
      "x.csv:4: has no column 'timestamp'; its columns are 'Time', 'chat'. Hint: say which column holds the time, for example time: 'Time'",
      "x.csv:4: has no column 'value'; its columns are 'Time', 'chat'. Hint: say which column holds the value, for example value: 'chat'",
    ]);
  });

  test('text in Windows-1252 is read, and that is told', async () => {
    const content = Buffer.from(lines(['Time;Anfragen für chat (°)', ...rows.map((row) => row.join(';'))]), 'latin1');
    const { series, notes } = await readOne(folder.path, folder.write('x.csv', content), { time: 'Time', value: 'Anfragen für chat (°)' });
    expect([...series.values]).toEqual([1, 2, 3, 4]);
    expect(notes?.[0]).toMatchObject({ code: 'history/read-as', message: 'x.csv is no UTF-8 and is read as Windows-1252' });
  });

  test('UTF-8 that is damaged is refused, and no name of it is proposed', async () => {
    const content = Buffer.concat([
      Buffer.from('Time;Größe '),
      Buffer.of(0xfc),
      Buffer.from(lines(['', ...rows.map((row) => row.join(';'))])),
    ]);
    expect(await saysOf(folder.write('x.csv', content), { time: 'Time', value: 'chat' })).toEqual([
      'x.csv:1: holds bytes that are not UTF-8. Hint: save the file as UTF-8',
    ]);
  });

  test('rows of nothing but separators at the end are no rows', async () => {
    const content = lines(['Time;chat;', ...rows.map((row) => `${row.join(';')};`), ';;', ';;']);
    expect(await valuesOf(folder.write('x.csv', content), { time: 'Time', value: 'chat' })).toEqual([1, 2, 3, 4]);
  });

  test('tables one after the other, each with its header, are one', async () => {
    const tables = ['chat', 'search'].map((name, index) =>
      lines([`Time,${name}`, ...rows.map(([time, value]) => `${time},${value}${index}`)]),
    );
    folder.write('x.csv', tables.join('\r\n'));
    expect(await valuesOf('x.csv', { time: 'Time', value: 'chat' })).toEqual([10, 20, 30, 40]);
    expect(await valuesOf('x.csv', { time: 'Time', value: 'search' })).toEqual([11, 21, 31, 41]);
  });

  test('a table that begins far into a file is refused with its line', async () => {
    const many = rowsEvery(
      HOUR_MS,
      Array.from({ length: 4_000 }, () => 1),
    ).map((row) => row.join(','));
    folder.write('x.csv', lines(['Time,chat', ...many, '', 'Time,chat', ...many]));
    expect(await saysOf('x.csv', { time: 'Time', value: 'chat' })).toEqual([
      'x.csv:4003: begins another table in the same file. Hint: put each table into a file of its own',
    ]);
  });

  test('text in UTF-16, as spreadsheets save it, is read', async () => {
    const text = lines(['Time\tchat', ...rows.map((row) => row.join('\t'))]);
    const bigEndian = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    for (const content of [Buffer.from(`\uFEFF${text}`, 'utf16le'), bigEndian])
      expect(await valuesOf(folder.write('x.csv', content), { time: 'Time', value: 'chat' })).toEqual([1, 2, 3, 4]);
  });
});

describe('several columns, one a series', () => {
  const content = lines(['Time,pod-a,pod-b,"{job=""c""}",name', ...rows.map(([time, value]) => `${time},${value},${value}0,${value}00,x`)]);
  const wide = { time: 'Time' } as const;

  test('one is chosen by its name', async () => {
    expect(await valuesOf(folder.write('wide.csv', content), { ...wide, value: '{job="c"}' })).toEqual([100, 200, 300, 400]);
  });
  test.each([
    ['a list of names', ['pod-a', 'pod-b']],
    ['a pattern', 'pod-*'],
    ['a pattern and a name that it matches too', ['pod-b', '*d-*']],
  ])('several are summed by %s', async (_, value) => {
    expect(await valuesOf(folder.write('wide.csv', content), { ...wide, value })).toEqual([11, 22, 33, 44]);
  });
  test('a sum is missing where one of its parts is', async () => {
    const holes = lines(['Time,a,b', ...rows.map(([time, value]) => `${time},${value},${value === 2 ? '' : value}`)]);
    expect(await valuesOf(folder.write('holes.csv', holes), { ...wide, value: ['a', 'b'] })).toEqual([2, NaN, 6, 8]);
  });
  test('the text of a part that is no number is shown with its line', async () => {
    expect(await saysOf(folder.write('wide.csv', content), { ...wide, value: '*' })).toEqual([
      "wide.csv:2: holds a value that is not a number, and so do 3 more rows (got 'x'). Hint: leave the value empty where it is missing",
    ]);
  });
  test('a name that none has is refused with those that hold numbers, and how to sum them', async () => {
    expect(await saysOf(folder.write('wide.csv', content), { ...wide, value: 'web-*' })).toEqual([
      "wide.csv:1: has no column 'web-*'; its columns are 'Time', 'pod-a', 'pod-b', '{job=\"c\"}', 'name'. Hint: say which column holds the value, for example value: 'pod-a', or the sum of several, value: ['pod-a', 'pod-b']",
    ]);
  });
});

describe('units in cells', () => {
  const table = (cells: readonly string[]): string =>
    lines(['"Time","chat"', ...cells.map((cell, index) => `"${rowsEvery(HOUR_MS, cells)[index][0]}","${cell}"`)]);
  const wanted = (unit?: string): Wanted => ({ time: 'Time', value: 'chat', unit: unit === undefined ? undefined : parseLoadUnit(unit) });

  test.each([
    [['980 req/s', '1.2K req/s', '0', '12.5 req/s'], 'req/s', [980, 1_200, 0, 12.5]],
    [['999', '1.20 K', '3.4 Mil', '1 B'], 'req/s', [999, 1_200, 3_400_000, 1_000_000_000]],
    [['45%', '50.5%'], '%', [45, 50.5]],
    [['45%', '50%'], 'ratio', [0.45, 0.5]],
    [['512 MiB', '1.5 GiB'], 'GiB', [0.5, 1.5]],
    [['150 ms', '1.2 s', '2 mins'], undefined, [0.15, 1.2, 120]],
    [['3 pods', '4 pods'], 'servers', [3, 4]],
  ])('%j in %s', async (cells, unit, values) => {
    const { series, notes } = await readOne(folder.path, folder.write('units.csv', table(cells)), wanted(unit));
    series.values.forEach((value, index) => expect(value).toBeCloseTo(values[index], 9));
    expect(notes?.map(({ code }) => code)).toContain('history/read-as');
  });

  test.each([
    [
      ['720 req/min', '60 req/min'],
      'req/s',
      "holds values in 'req/min', and its unit is 'req/s'. Hint: say unit: 'req/min', or name another column",
    ],
    [['45%', '50%'], 'req/s', "holds values in '%', and its unit is 'req/s'. Hint: say unit: '%', or name another column"],
    [['45%', '512 MiB'], undefined, "holds values in several units: '%', 'B'. Hint: export one unit a column, or the values without units"],
    [['45%', '50'], undefined, "holds some values in '%' and others without a unit. Hint: export all with their unit, or none"],
    [
      ['4 of 5', '5 of 5'],
      undefined,
      "holds 'of 5' behind a number, which is no unit. Hint: leave a number alone in its cell, or with its unit",
    ],
  ])('%j in %s is refused', async (cells, unit, says) => {
    expect(await saysOf(folder.write('units.csv', table(cells)), wanted(unit))).toEqual([`units.csv:2: ${says}`]);
  });
});

const field = resolve(__dirname, '../../../../shared/data/field/grafana-excel');
const isHere = existsSync(field);
(isHere ? test : test.skip)(
  `the field's export of Grafana for Excel is read${isHere ? '' : ' (skipped: ../shared/data/field is not here)'}`,
  async () => {
    const config = JSON.parse(readFileSync(join(field, 'foresize.config.json'), 'utf8')) as {
      readonly workloads: { readonly chat: { readonly load: { readonly path: string; readonly time: string; readonly value: string } } };
    };
    const { path, time, value } = config.workloads.chat.load;
    const { series, warnings } = await readOne(field, path, { time, value });
    expect(formatTime(series.start)).toBe('2026-10-31T00:00:00Z');
    expect(series.values).toHaveLength(672);
    expect([...series.values].slice(0, 3)).toEqual([3.114, 2.4, 2.166]);
    expect(warnings).toEqual([]);
  },
);
