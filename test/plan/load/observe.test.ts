import { historyReader } from '../../../lib/adapters/history';
import type { HistoryOutcome, HistoryReader, HistoryRequest } from '../../../lib/history';
import { observe } from '../../../lib/plan/load/observe';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { monday, seriesOf } from '../../history/support';
import { rawConfig, testConfig } from '../../support/config';
import { hourlyCsv, project, wave } from '../../support/foresize';

const service = (fields: object) =>
  testConfig({
    workloads: { web: { kind: 'service', servers: 10, machine: 'm7i.xlarge', pool: 'general', ...fields } as never },
    pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
  });
const csv = (path: string, unit: string) => ({ kind: 'csv', path, unit });
const read = (files: Record<string, string>, config: ReturnType<typeof service>) =>
  observe(
    config,
    historyReader({
      baseDirectory: project(files),
      history: config.history,
      region: config.region,
      now: null,
      offline: true,
      environment: {},
    }),
  );

test('utilisation is usage by capacity, both read from history, held against the capacity of today', async () => {
  const files = { 'usage.csv': hourlyCsv(120, () => 28), 'capacity.csv': hourlyCsv(120, (hour) => (hour < 60 ? 32 : 40)) };
  const config = service({ cpu: { usage: csv('usage.csv', 'cores'), capacity: csv('capacity.csv', 'cores') } });
  const { signals, sources } = await read(files, config);
  const { values, unit } = signals['web.cpu'].series;
  expect([...new Set(values)]).toEqual([70]);
  expect(unit?.noun).toBe('%');
  expect(Object.keys(sources)).toEqual(['web.cpu.usage', 'web.cpu.capacity']);
});

test('a ratio is turned to percent', async () => {
  const { signals } = await read({ 'cpu.csv': hourlyCsv(120, () => 0.25) }, service({ cpu: csv('cpu.csv', 'ratio') }));
  expect([...new Set(signals['web.cpu'].series.values)]).toEqual([25]);
});

test('cores alone are no utilisation', async () => {
  await expect(read({ 'cpu.csv': hourlyCsv(120, () => 3) }, service({ cpu: csv('cpu.csv', 'cores') }))).rejects.toThrow(
    "workloads.web.cpu: is in cores, which is no utilisation (expected '%' or 'ratio'). Hint: give usage and capacity",
  );
});

test('a span that is excluded teaches nothing: it is missing, and the plan says why', async () => {
  const exclude = [{ from: '2026-11-20T00:00:00Z', to: '2026-11-20T06:00:00Z', because: 'outage' }];
  const { signals, sources } = await read(
    { 'cpu.csv': hourlyCsv(120, (hour) => wave(hour)) },
    service({ cpu: csv('cpu.csv', '%'), exclude }),
  );
  expect([...signals['web.cpu'].series.values].filter(Number.isNaN)).toHaveLength(6);
  expect(sources['web.cpu']).toMatchObject({ missingPeriods: 6, repairs: ['excluded 6 intervals from 2026-11-20T00:00:00Z: outage'] });
});

test('histories that are too short are all named together', async () => {
  const files = { 'cpu.csv': hourlyCsv(24, () => 30), 'memory.csv': hourlyCsv(48, () => 30) };
  await expect(read(files, service({ cpu: csv('cpu.csv', '%'), memory: csv('memory.csv', '%') }))).rejects.toThrow(
    /web\.cpu.*1 day(.|\n)*web\.memory.*2 days/,
  );
});

describe('one reading of all histories', () => {
  const { chat } = rawConfig().workloads;
  const web = { kind: 'service', servers: 10, machine: 'm7i.xlarge', pool: 'general', cpu: csv('cpu.csv', '%') };
  const config = (fields: object = {}, history: object = {}) =>
    testConfig({
      workloads: { web: { ...web, ...fields } as never, chat },
      pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] }, general: { kind: 'pool', instances: ['m7i.xlarge'] } },
      history,
    });
  const week = Array.from({ length: 168 }, (_, hour) => wave(hour));
  const problem = (message: string, path = 'load.csv') => ({ code: 'history/value' as const, path, message });
  /** Reads what is given by the place of the request, and a usual week where nothing is. */
  function reading(outcomes: Readonly<Record<string, Partial<HistoryOutcome>>> = {}) {
    const asked: HistoryRequest[] = [];
    const reader: HistoryReader = (requests) => {
      asked.push(...requests);
      return Promise.resolve(
        requests.map(({ path }): HistoryOutcome => {
          const given = outcomes[path.replace(/^workloads\./, '')] ?? {};
          return 'problems' in given ? (given as HistoryOutcome) : { series: seriesOf(week), warnings: [], ...given };
        }),
      );
    };
    return { asked, reader };
  }

  test('asks for every signal at once, by period, a load as a rate and a utilisation as a level', async () => {
    const { asked, reader } = reading();
    const { signals } = await observe(config({ memory: { usage: csv('u.csv', 'GiB'), capacity: csv('c.csv', 'GiB') } }), reader);
    expect(asked.map(({ path, defaultKind, intervalMs }) => [path, defaultKind, intervalMs])).toEqual([
      ['workloads.chat.load', 'rate', HOUR_MS],
      ['workloads.web.cpu', 'level', HOUR_MS],
      ['workloads.web.memory.usage', 'level', HOUR_MS],
      ['workloads.web.memory.capacity', 'level', HOUR_MS],
    ]);
    expect(asked.map(({ unequalDuplicates }) => unequalDuplicates)).toEqual([undefined, undefined, undefined, undefined]);
    expect(Object.keys(signals)).toEqual(['chat.load', 'web.cpu', 'web.memory']);
  });
  test('asks for a load as finely as it was observed where that is wanted, and for nothing else so', async () => {
    const { asked, reader } = reading({
      'chat.load': {
        finest: seriesOf(
          week.flatMap((value) => [value, value]),
          { intervalMs: HOUR_MS / 2 },
        ),
      },
    });
    const { signals } = await observe(config(), reader, () => true);
    expect(asked.map(({ path, finest }) => [path, finest])).toEqual([
      ['workloads.chat.load', true],
      ['workloads.web.cpu', false],
    ]);
    expect(signals['chat.load'].finest).toMatchObject({ intervalMs: HOUR_MS / 2 });
    expect(signals['web.cpu'].finest).toBeUndefined();
    const { asked: plain, reader: plainReader } = reading();
    await observe(config(), plainReader, (name) => name === 'web');
    expect(plain.map(({ finest }) => finest)).toEqual([false, false]);
  });
  test('says of a load that cannot be used finely why, and uses it by the period', async () => {
    const short = { 'chat.load': { finest: seriesOf(week.slice(0, 24)) } };
    const { signals } = await observe(config(), reading(short).reader, () => true);
    expect(signals['chat.load'].finest).toMatchObject({ problems: [{ code: 'history/too-short' }] });
    expect(signals['chat.load'].series.values).toHaveLength(168);
    const unread = { 'chat.load': { finest: { problems: [problem('is too fine')] } } };
    expect((await observe(config(), reading(unread).reader, () => true)).signals['chat.load'].finest).toEqual(unread['chat.load'].finest);
  });
  test('takes the last weeks from a finer record that says the same, and of another one that it does not', async () => {
    const everyFive = (values: readonly number[]) =>
      seriesOf(
        values.flatMap((value) => Array<number>(12).fill(value)),
        { intervalMs: HOUR_MS / 12 },
      );
    const finer = everyFive(week);
    const { signals, sources, notes } = await observe(config(), reading({ 'chat.load': { finer } }).reader, () => true);
    expect(signals['chat.load'].finer?.values).toEqual(finer.values);
    expect(Object.keys(sources)).toEqual(['chat.load', 'web.cpu', 'chat.load.finer']);
    expect(notes.chat).toEqual([]);

    const maxima = reading({ 'chat.load': { finer: everyFive(week.map((value) => 0.7 * value)) } });
    const other = await observe(config(), maxima.reader, () => true);
    expect(other.signals['chat.load']).not.toHaveProperty('finer');
    expect(Object.keys(other.sources)).toEqual(['chat.load', 'web.cpu']);
    expect(other.notes.chat.map(({ code, message }) => [code, message])).toEqual([
      ['history/not-finer', 'is replayed as it was read, for what it has every 5m is 0.7 times that in the mean'],
    ]);

    const short = await observe(config(), reading({ 'chat.load': { finer: everyFive(week.slice(0, 24)) } }).reader, () => true);
    expect(short.signals['chat.load']).not.toHaveProperty('finer');
    expect(short.notes.chat.map(({ code }) => code)).toEqual(['history/not-finer']);
  });
  test('takes unequal values of one moment as the repairs of the config say', async () => {
    const { asked, reader } = reading();
    await observe(config({}, { repairs: ['unequal duplicates: refuse'] }), reader);
    expect(asked.map(({ unequalDuplicates }) => unequalDuplicates)).toEqual(['refuse', 'refuse']);
  });
  test('is not begun where no workload has a history', async () => {
    const given = testConfig({
      workloads: { web: { ...web, cpu: undefined, forecast: { cpu: [50] } } as never },
      pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
    });
    const refused = () => Promise.reject(new Error('nothing is to be read'));
    expect((await observe(given, refused)).signals).toEqual({});
  });
  test('tells of each source what was read of it', async () => {
    const series = seriesOf(week.map((value, hour) => (hour === 5 || hour === 90 ? NaN : value)));
    const { sources } = await observe(config(), reading({ 'chat.load': { series } }).reader);
    expect(sources['chat.load']).toMatchObject({
      origin: 'csv load.csv',
      digest: 'sha256:0',
      from: '2026-01-05T00:00:00Z',
      interval: '1h',
      observations: 168,
      coverage: 166 / 168,
    });
    expect(sources['chat.load'].missingPeriods).toBeLessThanOrEqual(2);
    expect(sources['web.cpu']).toMatchObject({ missingPeriods: 0, coverage: 1, repairs: [] });
  });
  test('keeps what is to look at apart from what is good to know, each once for a workload', async () => {
    const look = { warnings: [problem('has a jump')], notes: [problem('has times of UTC')] };
    const { warnings, notes } = await observe(
      config({ memory: csv('memory.csv', '%') }),
      reading({ 'web.cpu': look, 'web.memory': look }).reader,
    );
    expect(warnings).toEqual({ chat: [], web: look.warnings });
    expect(notes).toEqual({ chat: [], web: look.notes });
  });
  test('withholds all of a workload of which one history cannot be used, or refuses all such together', async () => {
    const broken = { 'web.cpu': { problems: [problem('is broken')] }, 'web.memory': { problems: [problem('is broken too')] } };
    const both = { memory: csv('memory.csv', '%') };
    const { signals, sources, withheld } = await observe(
      config(both, { unusable: 'keep-floor' }),
      reading({ 'web.cpu': broken['web.cpu'] }).reader,
    );
    expect(Object.keys(signals)).toEqual(['chat.load']);
    expect(Object.keys(sources)).toEqual(['chat.load', 'web.memory']);
    expect(withheld).toEqual({ web: broken['web.cpu'].problems });
    await expect(observe(config(both), reading(broken).reader)).rejects.toThrow(/^load\.csv: is broken\nload\.csv: is broken too$/);
  });
  test('refuses a mistake of the config beside the histories that cannot be used, even where floors would be kept', async () => {
    const series = seriesOf(week, { unit: { noun: 'cores', perMs: null } });
    const mistaken = reading({ 'web.cpu': { series }, 'chat.load': { problems: [problem('is broken')] } });
    await expect(observe(config({}, { unusable: 'keep-floor' }), mistaken.reader)).rejects.toThrow(
      /^workloads\.web\.cpu: is in cores, which is no utilisation[^]*\nload\.csv: is broken$/,
    );
  });
  test('holds usage against the last capacity that was observed, and against none while there was none', async () => {
    const capacity = seriesOf(week.map((_, hour) => (hour < 24 ? 0 : hour < 100 ? 50 : 200)));
    const usage = seriesOf(week.map(() => 100));
    const { signals } = await observe(
      config(
        { cpu: { usage: csv('u.csv', 'cores'), capacity: csv('c.csv', 'cores') } },
        { repairs: [], leastCoverage: 0.5, longestGap: '2d' },
      ),
      reading({ 'web.cpu.usage': { series: usage }, 'web.cpu.capacity': { series: capacity } }).reader,
    );
    const { values, start } = signals['web.cpu'].series;
    expect(start).toBe(monday);
    expect([...new Set(values.slice(24))]).toEqual([50]);
  });
});

describe('the calendar of a load', () => {
  const days = 125;
  const files = {
    'chat.csv': hourlyCsv(days * 24, (hour) => {
      const tomorrow = new Date(Date.UTC(2026, 10, 23) - (days - 1) * DAY_MS + hour * HOUR_MS);
      return (tomorrow.getUTCDate() === 1 ? 3 : 1) * wave(hour);
    }),
  };
  const { chat } = rawConfig().workloads;
  const effectsOf = async (fields: object, config: object = {}) => {
    const load = { kind: 'csv', path: 'chat.csv', unit: 'req/s' };
    const { signals } = await read(files, testConfig({ ...config, workloads: { chat: { ...chat, load, ...fields } as never } }));
    return signals['chat.load'].quality.effects.map(({ name }) => name);
  };

  test("is looked at unless the workload says calendar: 'ignore'", async () => {
    expect(await effectsOf({})).toEqual(['last day of the month']);
    expect(await effectsOf({ calendar: 'ignore' })).toEqual([]);
  });
  test('with a country that is not known is refused, even where floors would be kept', async () => {
    await expect(effectsOf({}, { holidays: [{ country: 'XX' }], history: { unusable: 'keep-floor' } })).rejects.toThrow(
      /holidays\[0\]\.country/,
    );
  });
});

describe('a value far from the usual is a fault', () => {
  const noon = (hour: number) => (hour === 228 ? 95 : wave(hour, 20, 10));
  const files = { 'cpu.csv': hourlyCsv(336, noon) };
  const faultsOf = async (config: ReturnType<typeof service>) => (await read(files, config)).signals['web.cpu'].quality.faults;
  const event = { name: 'launch', from: '2026-11-18T00:00:00Z', to: '2026-11-19T00:00:00Z' };
  const web = { kind: 'service', servers: 10, machine: 'm7i.xlarge', pool: 'general', cpu: csv('cpu.csv', '%') };
  const withEvents = (events: readonly object[]) =>
    testConfig({
      workloads: { web } as never,
      pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
      events: events as never,
    });

  test('and keeps its place in the series', async () => {
    expect(await faultsOf(service({ cpu: csv('cpu.csv', '%') }))).toEqual([228]);
  });

  test("unless an event explains it, or the workload says outliers: 'learn'", async () => {
    expect(await faultsOf(withEvents([event]))).toEqual([]);
    expect(await faultsOf(withEvents([{ ...event, from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' }]))).toEqual([228]);
    expect(await faultsOf(service({ cpu: csv('cpu.csv', '%'), outliers: 'learn' }))).toEqual([]);
  });
});
