import { gzipSync } from 'node:zlib';
import { renderProblem } from '../../../lib/problems';
import { HOUR_MS } from '../../../lib/units';
import { readOne, refusal, rowsEvery, temporaryFolder, type Wanted } from './support';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const times = rowsEvery(HOUR_MS, [0, 1, 2, 3]).map(([time]) => time.replace('.000Z', '+00:00'));
const ndjson: Wanted = { files: 'ndjson' };
const saysOf = async (name: string, wanted: Wanted): Promise<string[]> =>
  (await refusal(readOne(folder.path, name, wanted))).map(renderProblem);
const write = (document: unknown, name = 'x.json', indent = 4): string => folder.write(name, JSON.stringify(document, null, indent));

describe('JSON of CloudWatch, as the AWS CLI prints it, is read in any order, and nothing is said of that', () => {
  const statistics = (names: readonly string[]) => ({
    Label: 'RequestCount',
    Datapoints: [2, 0, 3, 1].map((at) => ({
      Timestamp: times[at],
      ...Object.fromEntries(names.map((name, index) => [name, at + index / 2])),
      Unit: 'Count',
    })),
  });
  const data = {
    MetricDataResults: [{ Id: 'm1', Label: 'chat', Timestamps: [...times].reverse(), Values: [3, 2, 1, 0], StatusCode: 'Complete' }],
    Messages: [],
  };
  const both = {
    MetricDataResults: [
      ...data.MetricDataResults,
      { Id: 'm2', Label: 'search', Timestamps: times, Values: [5, 6, 7, 8], StatusCode: 'Complete' },
    ],
  };

  test.each([
    ['get-metric-statistics, by the names that a config has by default', statistics(['Average']), {}, [0, 1, 2, 3]],
    ['one statistic of several', statistics(['Average', 'Maximum']), { time: 'Timestamp', value: 'Maximum' }, [0.5, 1.5, 2.5, 3.5]],
    ['the list of data points alone', statistics(['Average']).Datapoints, {}, [0, 1, 2, 3]],
    ['get-metric-data', data, {}, [0, 1, 2, 3]],
    ['get-metric-data, by its own names', data, { time: 'Timestamps', value: 'Values' }, [0, 1, 2, 3]],
    ['one metric of several', both, { where: { Id: 'm2' } }, [5, 6, 7, 8]],
  ])('%s', async (_, document, wanted, values) => {
    for (const indent of [4, 0]) {
      const { series, warnings } = await readOne(folder.path, write(document, 'x.json', indent), { ...ndjson, ...wanted });
      expect([...series.values]).toEqual(values);
      expect(warnings).toEqual([]);
      expect(series.origin.repairs).toEqual([]);
    }
  });

  test('several documents, one after the other, are one, packed or in UTF-16 too', async () => {
    const text = [statistics(['Average']), { Label: 'RequestCount', Datapoints: [] }]
      .map((part) => JSON.stringify(part, null, 4))
      .join('\n');
    for (const content of [text, gzipSync(text), Buffer.from(`\uFEFF${text}`, 'utf16le')])
      expect([...(await readOne(folder.path, folder.write('x.json', content), ndjson)).series.values]).toEqual([0, 1, 2, 3]);
  });

  test('sums are counts of their period, not rates', async () => {
    const { series } = await readOne(folder.path, write(statistics(['Sum'])), { ...ndjson, time: 'Timestamp', value: 'Sum' });
    expect(series.kind).toBe('count');
  });

  test('a sum is not taken for the value unless it is named', async () => {
    expect(await saysOf(write(statistics(['Sum'])), ndjson)).toEqual([
      "x.json: has no column 'value'; its columns are 'Timestamp', 'Sum', 'Unit'. Hint: say which column holds the value, for example value: 'Sum'",
    ]);
  });

  test('several metrics are refused, and what is proposed is taken', async () => {
    expect(await saysOf(write(both), ndjson)).toEqual([
      "x.json: holds 2 series, whose Id is 'm1', 'm2'; Label is 'chat', 'search'. Hint: choose one, where: { Id: 'm1', Label: 'chat' }, or say join: 'sum'",
    ]);
    const { series } = await readOne(folder.path, write(both), { ...ndjson, where: { Id: 'm1', Label: 'chat' } });
    expect([...series.values]).toEqual([0, 1, 2, 3]);
  });

  test('named as CSV it is refused, and what is proposed is taken', async () => {
    expect(await saysOf(write(data, 'x.csv'), {})).toEqual(["x.csv: is JSON, not CSV. Hint: read it as such, kind: 'ndjson'"]);
    expect(await saysOf(write([{ at: times[0], requests: 1 }], 'x.csv'), {})).toEqual([
      "x.csv: is JSON, not CSV. Hint: read it as such, kind: 'ndjson', time: 'at', value: 'requests'",
    ]);
  });

  test('no data points are no rows', async () => {
    expect(await saysOf(write({ Label: 'RequestCount', Datapoints: [] }), ndjson)).toContain(
      'x.json: holds no rows. Hint: has the export run?',
    );
  });

  test('what is wrong is told by its place in the document', async () => {
    const wrong = { MetricDataResults: [{ Id: 'm1', Timestamps: times, Values: [0, 1, 'many', 3] }] };
    expect(await saysOf(write(wrong), ndjson)).toEqual([
      "x.json:MetricDataResults[0] 3: holds a value that is not a number (got 'many'). Hint: leave the value empty where it is missing",
    ]);
  });
});

describe('answers of other servers, saved as they are', () => {
  const matrix = (jobs: readonly string[]) => ({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: jobs.map((job, index) => ({ metric: { job }, values: times.map((time, at) => [Date.parse(time) / 1_000, `${at + index}`]) })),
    },
  });
  test('a range query of Prometheus', async () => {
    expect([...(await readOne(folder.path, write(matrix(['a'])), ndjson)).series.values]).toEqual([0, 1, 2, 3]);
    expect([...(await readOne(folder.path, write(matrix(['a', 'b'])), { ...ndjson, where: { job: 'b' } })).series.values]).toEqual([
      1, 2, 3, 4,
    ]);
    expect(await saysOf(write(matrix(['a', 'b'])), ndjson)).toEqual([
      "x.json: holds 2 series, whose job is 'a', 'b'. Hint: choose one, where: { job: 'a' }, or say join: 'sum'",
    ]);
  });
  test('InfluxQL', async () => {
    const document = {
      results: [{ series: [{ name: 'http', columns: ['time', 'requests'], values: times.map((time, at) => [time, at]) }] }],
    };
    expect([
      ...(await readOne(folder.path, write(document, 'x.json', 0), { ...ndjson, time: 'time', value: 'requests' })).series.values,
    ]).toEqual([0, 1, 2, 3]);
  });
  test('a list of objects', async () => {
    const list = times.map((timestamp, value) => ({ timestamp, value }));
    for (const document of [list, { data: list, next: null }])
      expect([...(await readOne(folder.path, write(document), ndjson)).series.values]).toEqual([0, 1, 2, 3]);
  });
});

describe('annotated CSV of InfluxDB', () => {
  const annotations = [
    '#group,false,false,false,false,true,true',
    '#datatype,string,long,dateTime:RFC3339,double,string,string',
    '#default,_result,,,,,',
  ];
  const header = ',result,table,_time,_value,_field,host';
  const rowsOf = (table: number, field: string, host: string) =>
    times.map((time, at) => `,,${table},${time},${at + table * 10},${field},${host}`);
  const text = (parts: readonly (readonly string[])[], by = '\r\n'): string => parts.map((part) => `${part.join(by)}${by}`).join(by);

  test.each([
    ['its own names', { time: '_time', value: '_value' }],
    ['the names that a config has by default', {}],
  ])('one table, by %s', async (_, wanted) => {
    const name = folder.write('x.csv', text([[...annotations, header, ...rowsOf(0, 'requests', 'a')]]));
    expect([...(await readOne(folder.path, name, wanted)).series.values]).toEqual([0, 1, 2, 3]);
  });

  const two = text([
    [...annotations, header, ...rowsOf(0, 'requests', 'a'), ...rowsOf(1, 'requests', 'b')],
    [...annotations, header, ...rowsOf(2, 'errors', 'a')],
  ]);
  test('one table of several, each with a header of its own', async () => {
    const { series } = await readOne(folder.path, folder.write('x.csv', two), { where: { _field: 'errors' } });
    expect([...series.values]).toEqual([20, 21, 22, 23]);
    const { series: other } = await readOne(folder.path, folder.write('x.csv', two), { where: { _field: 'requests', host: 'b' } });
    expect([...other.values]).toEqual([10, 11, 12, 13]);
  });
  test('several tables are refused with the labels that tell them apart', async () => {
    expect(await saysOf(folder.write('x.csv', two), { where: { _field: 'requests' } })).toEqual([
      "x.csv: holds 2 series, whose host is 'a', 'b'. Hint: choose one, where: { _field: 'requests', host: 'a' }, or say join: 'sum'",
    ]);
  });
  test('tables of other columns, defaults of empty cells, Unix line ends', async () => {
    const other = [
      '#group,false,false,false,false',
      '#datatype,string,long,dateTime:RFC3339,long',
      '#default,mean,,,7',
      ',result,table,_time,requests',
    ];
    const content = text(
      [
        [...annotations, header, ...rowsOf(0, 'x', 'a')],
        [...other, ...times.map((time, at) => `,,0,${time},${at === 1 ? '' : at}`)],
      ],
      '\n',
    );
    const { series } = await readOne(folder.path, folder.write('x.csv', content), {
      time: '_time',
      value: 'requests',
      where: { result: 'mean' },
    });
    expect([...series.values]).toEqual([0, 7, 2, 3]);
  });
  test('without annotations, tables are told apart by their number', async () => {
    folder.write(
      'x.csv',
      text([
        [header, ...rowsOf(0, 'requests', 'a')],
        [header, ...rowsOf(1, 'errors', 'a')],
      ]),
    );
    expect(await saysOf('x.csv', { time: '_time', value: '_value' })).toEqual([
      "x.csv: holds 2 series, whose table is '0', '1'. Hint: choose one, where: { table: '0' }, or say join: 'sum'",
    ]);
    const { series } = await readOne(folder.path, 'x.csv', { time: '_time', value: '_value', where: { _field: 'errors', table: '1' } });
    expect([...series.values]).toEqual([10, 11, 12, 13]);
  });
  test('a refusal names the line of the file', async () => {
    const wrong = [...rowsOf(0, 'requests', 'a').slice(0, 2), `,,0,${times[2]},many,requests,a`];
    expect(await saysOf(folder.write('x.csv', text([[...annotations, header, ...wrong]])), {})).toEqual([
      "x.csv:7: holds a value that is not a number (got 'many'). Hint: leave the value empty where it is missing",
    ]);
  });
});

describe('several series of one file are summed where the source says so, and that is told', () => {
  const matrix = (values: readonly (readonly string[])[]) => ({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: values.map((list, index) => ({
        metric: { job: 'ab'[index % 2], env: index < 2 ? 'prod' : 'test' },
        values: list.flatMap((value, at) => (value === '' ? [] : [[Date.parse(times[at]) / 1_000, value]])),
      })),
    },
  });
  const three = matrix([
    ['1', '2', '3', '4'],
    ['10', '', '30', '40'],
    ['500', '500', '500', '500'],
  ]);
  test('those with the labels of where, missing where one of them is', async () => {
    const { series, notes } = await readOne(folder.path, write(three), { ...ndjson, where: { env: 'prod' }, join: 'sum' });
    expect([...series.values]).toEqual([11, NaN, 33, 44]);
    expect(notes?.map(({ message }) => message)).toContain(
      "the sum of 2 series is read, whose job is 'a', 'b'; it is missing where one of them is",
    );
  });
  test('one alone is read as it is', async () => {
    expect([...(await readOne(folder.path, write(three), { ...ndjson, where: { env: 'test' }, join: 'sum' })).series.values]).toEqual([
      500, 500, 500, 500,
    ]);
  });
  test('a value that is no number is refused as anywhere', async () => {
    const odd = matrix([
      ['1', '2', 'many', '4'],
      ['1', '2', '3', '4'],
    ]);
    const says = await saysOf(write(odd), { ...ndjson, where: { env: 'prod' }, join: 'sum' });
    expect(says.join()).toContain('holds a value that is not a number');
  });
  test('tables of InfluxDB', async () => {
    const rowsOf = (table: number, host: string) => times.map((time, at) => `,,${table},${time},${at + 10 * table},requests,${host}`);
    const head = [
      '#group,false,false,false,false,true,true',
      '#datatype,string,long,dateTime:RFC3339,double,string,string',
      '#default,_result,,,,,',
    ];
    const content = [rowsOf(0, 'a'), rowsOf(1, 'b')]
      .map((part) => [...head, ',result,table,_time,_value,_field,host', ...part, ''].join('\n'))
      .join('\n');
    const read = await readOne(folder.path, folder.write('x.csv', content), { where: { _field: 'requests' }, join: 'sum' });
    expect([...read.series.values]).toEqual([10, 12, 14, 16]);
  });
});

describe('what the AWS CLI prints in another form than JSON is refused with the way to the form that is read', () => {
  const statistics =
    "run it with --output json, and read it as such, kind: 'ndjson', time: 'Timestamp', value: 'Average' or the statistic that was asked for";
  const data = "run it with --output json, and read it as such, kind: 'ndjson', time: 'Timestamps', value: 'Values'";
  test.each([
    [
      'text',
      'RequestCount\nDATAPOINTS\t1.0\t2026-01-05T00:00:00+00:00\tCount\nDATAPOINTS\t2.0\t2026-01-05T01:00:00+00:00\tCount\n',
      statistics,
    ],
    ['text', 'METRICDATARESULTS\tm1\tRequestCount\tComplete\nTIMESTAMPS\t2026-01-05T00:00:00+00:00\nVALUES\t1.0\n', data],
    ['table', '-------------------------\n|  GetMetricStatistics  |\n+-----------+-----------+\n|  Label    |  Requests |\n', statistics],
    ['yaml', 'Datapoints:\n- Average: 1.0\n  Timestamp: "2026-01-05T00:00:00+00:00"\n  Unit: Count\nLabel: RequestCount\n', statistics],
  ])('%s', async (output, content, hint) => {
    for (const files of ['csv', 'ndjson'] as const)
      expect(await saysOf(folder.write('x.txt', content), { files })).toEqual([
        `x.txt: is what the AWS CLI prints with --output ${output}. Hint: ${hint}`,
      ]);
  });
});
