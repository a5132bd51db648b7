import { renderProblem } from '../../../lib/problems';
import { formatTime, HOUR_MS } from '../../../lib/units';
import { readOne, refusal, temporaryFolder, type Wanted } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const table = (rows: readonly (readonly string[])[]): string => ['time;value', ...rows.map((row) => row.join(';')), ''].join('\n');
const read = (rows: readonly (readonly string[])[], wanted: Wanted = {}) =>
  readOne(folder.path, folder.write('x.csv', table(rows)), { time: 'time', zone: 'Europe/Berlin', ...wanted });
const says = async (rows: readonly (readonly string[])[], wanted: Wanted = {}): Promise<string[]> =>
  (await refusal(read(rows, wanted))).map(renderProblem);

const [eight, nine] = ['2026-01-31T08:00:00Z', '2026-01-31T09:00:00Z'];

describe('dates', () => {
  test.each([
    ['31/01/2026 09:00', '31/01/2026 10:00', "times are read as day/month/year, since '31/01/2026 09:00' has no month 31"],
    ['31.01.2026, 09:00:00', '31.01.2026, 10:00:00', "times are read as day/month/year, since '31.01.2026, 09:00:00' has no month 31"],
    ['31-1-26 9:00', '31-1-26 10:00', "times are read as day/month/year, since '31-1-26 10:00' has no month 31"],
    ['1/31/2026 9:00 AM', '1/31/2026 10:00 AM', "times are read as month/day/year, since '1/31/2026 10:00 AM' has no month 31"],
    ['01/31/26 09:00:00.000', '01/31/26 10:00:00.000', "times are read as month/day/year, since '01/31/26 09:00:00.000' has no month 31"],
    ['2026/01/31 09:00', '2026/01/31 10:00', "times such as '2026/01/31 09:00' are read as year/month/day"],
    [
      'Jan 31, 2026 @ 09:00:00.000',
      'Jan 31, 2026 @ 10:00:00.000',
      "times such as 'Jan 31, 2026 @ 09:00:00.000' are read by the names of their months",
    ],
    ['31-Jan-2026 09:00', '31-Jan-2026 10:00', "times such as '31-Jan-2026 09:00' are read by the names of their months"],
    [
      '31/01/2026 08:00 +00:00',
      '31/01/2026 09:00 +00:00',
      "times are read as day/month/year, since '31/01/2026 08:00 +00:00' has no month 31",
    ],
  ])('%s', async (first, second, told) => {
    const { series, notes } = await read([
      [first, '1'],
      [second, '2'],
    ]);
    expect([formatTime(series.start), formatTime(series.start + HOUR_MS)]).toEqual([eight, nine]);
    expect(notes?.[0].message).toBe(told);
  });

  test('noon and midnight by the half of the day', async () => {
    const { series } = await read(
      ['1/31/2026 12:00 AM', '1/31/2026 1:00 AM', '1/31/2026 12:00 PM', '1/31/2026 1:00 p.m.'].map((time, index) => [time, `${index}`]),
      { zone: 'Etc/UTC' },
    );
    expect([...series.values].flatMap((value, hour) => (Number.isNaN(value) ? [] : [[hour, value]]))).toEqual([
      [0, 0],
      [1, 1],
      [12, 2],
      [13, 3],
    ]);
  });

  test('one day above 12 among many tells the order of all', async () => {
    const { series } = await read(
      ['11/01/2026 00:00', '12/01/2026 00:00', '13/01/2026 00:00'].map((time) => [time, '1']),
      {
        zone: 'Etc/UTC',
        intervalMs: 24 * HOUR_MS,
      },
    );
    expect(formatTime(series.start)).toBe('2026-01-11T00:00:00Z');
  });

  const unclear = [
    ['03/04/2026 10:00', '1'],
    ['03/04/2026 11:00', '2'],
  ];
  test('days up to 12 alone are refused with both readings, and with the zone that is wanted too', async () => {
    expect(await says(unclear, { zone: undefined })).toEqual([
      "x.csv:2: holds times that can be read in two ways: '03/04/2026 10:00' is 3 April or 4 March. Hint: say dateFormat: 'dd/mm/yyyy' or dateFormat: 'mm/dd/yyyy'",
      "x.csv:2: holds a time without a zone (got '03/04/2026 10:00'). Hint: write it with its offset (2026-11-24T00:00:00Z), or say zone: 'Europe/Berlin'",
    ]);
  });
  test.each([
    ['dd/mm/yyyy', '2026-04-03T10:00:00Z'],
    ['mm/dd/yyyy', '2026-03-04T10:00:00Z'],
  ] as const)('what either reading proposes is taken: %s', async (dateFormat, start) => {
    const { series, notes } = await read(unclear, { zone: 'Etc/UTC', dateFormat });
    expect(formatTime(series.start)).toBe(start);
    expect(notes?.map(({ code }) => code)).not.toContain('history/read-as');
  });
  test('a day that no month has is refused with its line', async () => {
    expect(await says([...unclear, ['31/02/2026 10:00', '1']])).toEqual([
      "x.csv:4: holds a time that cannot be read (got '31/02/2026 10:00'). Hint: write ISO 8601 with a zone, such as 2026-11-24T00:00:00Z, or epoch seconds or milliseconds",
    ]);
  });
  test('rows of totals at the end are left out, and that is told', async () => {
    const { series, notes } = await read([
      [eight, '1'],
      [nine, '2'],
      ['Total', '3'],
      ['Average', '1.5'],
    ]);
    expect([...series.values]).toEqual([1, 2]);
    expect(notes?.map(({ message }) => message)).toContain('rows at the end that hold nothing, or totals of the others, are left out');
  });
  test('a word among the times is no total', async () => {
    expect(
      await says([
        [eight, '1'],
        ['Total', '3'],
        [nine, '2'],
      ]),
    ).toHaveLength(1);
  });
});

describe('numbers', () => {
  const values = async (cells: readonly string[], wanted: Wanted = {}) => {
    const { series, notes } = await read(
      cells.map((cell, hour) => [`2026-01-31T${String(hour + 8).padStart(2, '0')}:00:00Z`, `"${cell}"`]),
      wanted,
    );
    return { values: [...series.values], told: notes?.filter(({ code }) => code === 'history/read-as').map(({ message }) => message) };
  };

  test.each([
    [['12,5', '7'], [12.5, 7], "values such as '12,5' are read with a decimal comma"],
    [['0,950', '1,234'], [0.95, 1.234], "values such as '0,950' are read with a decimal comma"],
    [['1.234,5', '987'], [1_234.5, 987], "values such as '1.234,5' are read with a decimal comma and thousands separated by '.'"],
    [['12,5', '1.234'], [12.5, 1_234], "values such as '12,5' are read with a decimal comma and thousands separated by '.'"],
    [['1,234', '987.5'], [1_234, 987.5], "values such as '1,234' are read with thousands separated by ','"],
    [['1,234,567', '12,345'], [1_234_567, 12_345], "values such as '1,234,567' are read with thousands separated by ','"],
    [
      ['1 234', '1\u00a0234,5'],
      [1_234, 1_234.5],
      "values such as '1\u00a0234,5' are read with a decimal comma and thousands separated by ' '",
    ],
    [["1'234.5", "12'345"], [1_234.5, 12_345], "values such as '1'234.5' are read with thousands separated by '''"],
  ])('%j', async (cells, expected, told) => {
    expect(await values(cells)).toEqual({ values: expected, told: [told] });
  });

  const unclear = ['1,234', '5,678'];
  test('commas before three digits alone are refused with both readings', async () => {
    const rows = unclear.map((cell, hour) => [`2026-01-31T0${hour}:00:00Z`, cell]);
    expect(await says(rows)).toEqual([
      "x.csv:2: holds values that can be read in two ways: '1,234' is '1.234' or '1234'. Hint: say decimal: ',' or thousands: ','",
    ]);
  });
  test('what either reading proposes is taken', async () => {
    expect(await values(unclear, { decimal: ',' })).toEqual({ values: [1.234, 5.678], told: [] });
    expect(await values(unclear, { thousands: ',' })).toEqual({ values: [1_234, 5_678], told: [] });
  });
  test('stated thousands of points make the comma the decimal sign', async () => {
    expect(await values(['1.234', '5.678,5'], { thousands: '.' })).toEqual({ values: [1_234, 5_678.5], told: [] });
  });
  test('under a stated decimal comma a point is never taken for one', async () => {
    expect(await values(['12,5', '1.234'], { decimal: ',' })).toEqual({
      values: [12.5, 1_234],
      told: ["values such as '12,5' are read with thousands separated by '.'"],
    });
  });
});
