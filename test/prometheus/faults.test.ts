import { createServer } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { temporaryFolder } from '../support/foresize';
import { problemsOf, readingOf, readLive, testHistory } from '../support/live';
import { hasPrometheus, type Listening, prometheusTest, type RunningPrometheus, startPrometheus, startServer } from '../support/prometheus';

/** A real Prometheus behind a small proxy that goes wrong in each way servers go wrong. */
const end = Date.UTC(2026, 9, 31);
const token = 'aVerySecretToken_9f8e7d';
const query = 'sum(load_level)';

let server: RunningPrometheus;
let proxy: Listening;
let asked: { method: string; path: string; authorization?: string; form: URLSearchParams }[] = [];
type Fault = (incoming: IncomingMessage, outgoing: ServerResponse, form: URLSearchParams, pass: () => void) => void;
let fault: Fault = (_incoming, _outgoing, _form, pass) => pass();

beforeAll(async () => {
  if (!hasPrometheus) return;
  const minutes = (4 * DAY_MS) / MINUTE_MS;
  const lines = ['a', 'b'].flatMap((instance) =>
    Array.from({ length: minutes }, (_, minute) => {
      const time = (end - 4 * DAY_MS + minute * MINUTE_MS) / SECOND_MS;
      return `load_level{instance="${instance}",pod="chat-${instance}"} ${20 + (minute % 60)} ${time}`;
    }),
  );
  server = await startPrometheus({ openMetrics: ['# TYPE load_level gauge', ...lines, '# EOF', ''].join('\n') });
  proxy = await startServer(
    (incoming, outgoing, body, pass) => {
      const { method = '', url = '', headers } = incoming;
      const form = new URLSearchParams(method === 'POST' ? body : url.slice(url.indexOf('?') + 1));
      asked.push({ method, path: url.split('?')[0], authorization: headers.authorization, form });
      fault(incoming, outgoing, form, pass);
    },
    () => server.port,
  );
}, 60_000);
afterAll(async () => {
  await proxy?.stop();
  await server?.stop();
});
beforeEach(() => {
  asked = [];
  fault = (_incoming, _outgoing, _form, pass) => pass();
});

type Fields = {
  readonly source?: object;
  readonly connection?: object;
  readonly url?: string;
  readonly range?: string;
  readonly finest?: boolean;
};

async function read({ source = {}, connection = {}, url = proxy.url, range = '4d', finest }: Fields = {}) {
  const history = testHistory({ range, prometheus: { url, bearerToken: { env: 'PROMETHEUS_TOKEN' }, ...connection } });
  const { outcomes, waits } = await readLive([{ source: { kind: 'prometheus', query, unit: '%', ...source }, finest }], {
    baseDirectory: temporaryFolder(),
    history,
    now: end,
    environment: { PROMETHEUS_TOKEN: token },
  });
  return { outcome: outcomes[0], waits };
}

const answer = (outgoing: ServerResponse, status: number, body: object | string, headers: Record<string, string> = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  outgoing.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers });
  outgoing.end(text);
};

async function refusal(fields: Fields = {}) {
  const { outcome, waits } = await read(fields);
  const [problem, ...more] = problemsOf(outcome);
  expect(more).toEqual([]);
  expect(JSON.stringify(problem)).not.toContain(token);
  return { ...problem, waits };
}

const stepsAsked = () => asked.map(({ form }) => form.get('step'));

prometheusTest('a query with a long step is asked a second time every five minutes, where it is wanted as finely', async () => {
  const { series, finer } = readingOf((await read({ source: { step: '1h' }, finest: true })).outcome);
  expect(stepsAsked()).toEqual(['3600', '300']);
  expect(asked.map(({ authorization }) => authorization)).toEqual(Array(2).fill(`Bearer ${token}`));
  expect(series.values).toHaveLength(4 * 24);
  expect(finer).toMatchObject({ intervalMs: 5 * MINUTE_MS });
  const { series: alone } = readingOf((await read({ source: { step: '5m' } })).outcome);
  expect(finer?.values.slice(-12).reduce((sum, value) => sum + value, 0)).toBeCloseTo(12 * alone.values[alone.values.length - 1], 6);
});

prometheusTest('a query that looks back over an hour, or whose points are close, is asked once', async () => {
  const mean = 'sum(avg_over_time(load_level[1h]))';
  expect(readingOf((await read({ source: { query: mean, step: '1h' }, finest: true })).outcome).finer).toBeUndefined();
  expect(readingOf((await read({ finest: true })).outcome).finer).toBeUndefined();
  expect(stepsAsked()).toEqual(['3600', '300']);
});

prometheusTest('points closer than the period come as they are too, where they are wanted as finely', async () => {
  const { series, finest } = readingOf((await read({ finest: true })).outcome);
  expect([series.intervalMs, finest && 'values' in finest && finest.intervalMs]).toEqual([HOUR_MS, 5 * MINUTE_MS]);
  expect(readingOf((await read()).outcome)).not.toHaveProperty('finest');
});

prometheusTest('a server that refuses the closer points leaves the others, and a note with its words and no secret', async () => {
  fault = (_incoming, outgoing, form, pass) =>
    form.get('step') === '300'
      ? answer(outgoing, 400, { status: 'error', errorType: 'bad_data', error: `too many points for ${token}` })
      : pass();
  const { series, finer, notes = [] } = readingOf((await read({ source: { step: '1h' }, finest: true })).outcome);
  expect([series.values.length, finer]).toEqual([4 * 24, undefined]);
  const said = notes.filter(({ code }) => code === 'history/not-finer');
  expect(said).toHaveLength(1);
  expect(said[0].path).toBe(`workloads.web.cpu (${proxy.url})`);
  expect(said[0].message).toContain('too many points for');
  expect(said[0].message).not.toContain(token);
});

prometheusTest('the query goes by POST to query_range, at whole multiples of the step, with the token', async () => {
  readingOf((await read()).outcome);
  expect(asked.map(({ method, path, authorization }) => [method, path, authorization])).toEqual([
    ['POST', '/api/v1/query_range', `Bearer ${token}`],
  ]);
  const [{ form }] = asked;
  expect(Object.fromEntries(form)).toEqual({
    query,
    start: String((end - 4 * DAY_MS + 5 * MINUTE_MS) / SECOND_MS),
    end: String(end / SECOND_MS),
    step: '300',
    timeout: '30s',
  });
});

prometheusTest('a prefix of the address is kept, with or without a slash at its end', async () => {
  fault = (incoming, _outgoing, _form, pass) => {
    incoming.url = incoming.url?.replace('/team/prometheus', '');
    pass();
  };
  readingOf((await read({ url: `${proxy.url}/team/prometheus/` })).outcome);
  expect(asked[0].path).toBe('/team/prometheus/api/v1/query_range');
});

prometheusTest('503 twice and then an answer: it waits, longer each time, and reads the same as without the fault', async () => {
  let failures = 2;
  fault = (_incoming, outgoing, _form, pass) => (failures-- > 0 ? answer(outgoing, 503, 'starting up') : pass());
  const { outcome, waits } = await read();
  const faulty = readingOf(outcome).series;
  fault = (_incoming, _outgoing, _form, pass) => pass();
  const sound = readingOf((await read()).outcome).series;
  expect(waits).toEqual([500, 1000]);
  expect([faulty.origin.digest, faulty.values]).toEqual([sound.origin.digest, sound.values]);
});

prometheusTest('it waits as long as Retry-After asks for, in seconds or until a date', async () => {
  const headers = [{ 'retry-after': '7' }, { 'retry-after': 'Sat, 31 Oct 2026 00:00:09 GMT', date: 'Sat, 31 Oct 2026 00:00:00 GMT' }];
  fault = (_incoming, outgoing, _form, pass) => {
    const next = headers.shift();
    if (next) answer(outgoing, 429, 'slow down', next as Record<string, string>);
    else pass();
  };
  expect((await read()).waits).toEqual([7_000, 9_000]);
});

prometheusTest('a server that asks for an hour of patience is not waited for', async () => {
  fault = (_incoming, outgoing) =>
    answer(outgoing, 429, { status: 'error', errorType: 'rate', error: 'quota of team a' }, { 'retry-after': '3600' });
  const { code, message, waits } = await refusal();
  expect(code).toBe('prometheus/failing');
  expect(message).toBe(`${proxy.url} fails with 429: quota of team a`);
  expect(waits).toEqual([]);
});

prometheusTest('a fault that stays is a refusal after five attempts, with the status and what the server said', async () => {
  fault = (_incoming, outgoing) => answer(outgoing, 502, '<html><head><title>502 Bad Gateway</title></head></html>');
  const { code, message, hint, waits } = await refusal();
  expect(code).toBe('prometheus/failing');
  expect(message).toBe(`${proxy.url} fails with 502 in 5 attempts: 502 Bad Gateway`);
  expect(hint).toContain('--offline');
  expect(waits).toEqual([500, 1000, 2000, 4000]);
});

prometheusTest('a server that runs out of time is asked for little, and then for half as much, until it manages', async () => {
  fault = (_incoming, outgoing, form, pass) => {
    const points = (Number(form.get('end')) - Number(form.get('start'))) / Number(form.get('step')) + 1;
    if (points <= 300) return pass();
    answer(outgoing, 503, { status: 'error', errorType: 'timeout', error: 'query timed out in expression evaluation' });
  };
  const { outcome, waits } = await read();
  const halved = readingOf(outcome).series;
  const sizes = asked.map(({ form }) => (Number(form.get('end')) - Number(form.get('start'))) / 300 + 1);
  expect(sizes).toEqual([1152, 50, 576, 50, 288, 288, 288, 188]);
  expect(waits).toEqual([]);
  fault = (_incoming, _outgoing, _form, pass) => pass();
  expect(halved.origin.digest).toBe(readingOf((await read()).outcome).series.origin.digest);
});

prometheusTest("more samples than Prometheus' own limit allows are asked for in parts", async () => {
  const small = await startPrometheus({
    openMetrics: `# TYPE load_level gauge\n${Array.from({ length: 2_000 }, (_, minute) => `load_level{instance="a"} ${minute} ${(end - (2_000 - minute) * MINUTE_MS) / SECOND_MS}`).join('\n')}\n# EOF\n`,
    arguments: ['--query.max-samples=400'],
  });
  try {
    const { outcome } = await read({ url: small.url, source: { step: '1m' }, range: '1d' });
    expect(readingOf(outcome).series.origin.observations).toBe(1_440);
  } finally {
    await small.stop();
  }
});

prometheusTest('no answer in time: refused, and it says which time and what to do', async () => {
  fault = () => undefined;
  const { code, message, hint } = await refusal({ connection: { timeout: '100ms' }, range: '1d' });
  expect(code).toBe('prometheus/timeout');
  expect(message).toBe(`${proxy.url} did not answer in time (100ms)`);
  expect(hint).toContain('raise history.prometheus.timeout');
});

prometheusTest('an answer that is cut off is asked for again, and refused when it stays so; half an answer is never read', async () => {
  const whole = JSON.stringify({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: {}, values: [[end / SECOND_MS, '1']] }] },
  });
  fault = (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': String(whole.length) });
    outgoing.write(whole.slice(0, 60), () => outgoing.destroy());
  };
  expect(await refusal()).toMatchObject({ code: 'prometheus/cut-off', waits: [500, 1000, 2000, 4000] });
  fault = (_incoming, outgoing) => {
    outgoing.writeHead(200, { connection: 'close' });
    outgoing.end(whole.slice(0, 60));
  };
  expect(await refusal()).toMatchObject({ code: 'prometheus/cut-off' });
});

prometheusTest("a query that is wrong is refused at once, with Prometheus' own words", async () => {
  const { code, message, waits } = await refusal({ source: { query: 'sum(load_level' } });
  expect(code).toBe('prometheus/query');
  expect(message).toMatch(/refuses the query \(400 bad_data\): .*unclosed left parenthesis/);
  expect(waits).toEqual([]);
});

prometheusTest('a query that cannot be evaluated (422) is refused with its own words', async () => {
  const { code, message, waits } = await refusal({ source: { query: 'load_level * on(missing) load_level' } });
  expect(code).toBe('prometheus/query');
  expect(message).toMatch(/refuses the query \(422 execution\): found duplicate series for the match group/);
  expect(waits).toEqual([]);
});

prometheusTest('a redirect to another host is refused, and nothing is sent there', async () => {
  const there: string[] = [];
  const other = await startServer((incoming, outgoing) => {
    there.push(JSON.stringify(incoming.headers));
    answer(outgoing, 200, { status: 'success', data: { resultType: 'matrix', result: [] } });
  });
  try {
    fault = (_incoming, outgoing) => answer(outgoing, 307, '', { location: `${other.url}/api/v1/query_range?token=x` });
    const { code, message } = await refusal();
    expect(code).toBe('prometheus/redirect');
    expect(message).toBe(`${proxy.url} redirects to ${other.url}, which was not asked and is sent nothing`);
    expect(there).toEqual([]);
  } finally {
    await other.stop();
  }
});

prometheusTest('a redirect within the same origin is followed, with the whole request', async () => {
  fault = (incoming, outgoing, _form, pass) => {
    if (incoming.url?.startsWith('/moved')) {
      incoming.url = incoming.url.replace('/moved', '');
      pass();
    } else answer(outgoing, 308, '', { location: '/moved/api/v1/query_range' });
  };
  readingOf((await read()).outcome);
  expect(asked.map(({ method, path, authorization }) => [method, path, authorization])).toEqual([
    ['POST', '/api/v1/query_range', `Bearer ${token}`],
    ['POST', '/moved/api/v1/query_range', `Bearer ${token}`],
  ]);
});

prometheusTest('redirects in a circle end', async () => {
  fault = (_incoming, outgoing) => answer(outgoing, 302, '', { location: '/api/v1/query_range' });
  expect(await refusal()).toMatchObject({ code: 'prometheus/redirect', message: `${proxy.url} redirects more than 5 times` });
});

prometheusTest('an expired token is said to be that, without showing it, whatever the server echoes', async () => {
  fault = (_incoming, outgoing) => answer(outgoing, 401, { status: 'error', errorType: 'unauthorized', error: `token ${token} expired` });
  const { code, message, hint, waits } = await refusal();
  expect(code).toBe('prometheus/unauthorized');
  expect(message).toBe(`${proxy.url} does not accept who is asking (401): token (secret) expired`);
  expect(hint).toContain('history.prometheus.bearerToken');
  expect(waits).toEqual([]);
});

prometheusTest('without a word on how to sign in, 401 says where to give it', async () => {
  fault = (_incoming, outgoing) => answer(outgoing, 401, 'Unauthorized');
  const history = testHistory({ range: '4d', prometheus: { url: proxy.url } });
  const { outcomes } = await readLive([{ source: { kind: 'prometheus', query } }], { baseDirectory: temporaryFolder(), history, now: end });
  expect(problemsOf(outcomes[0])[0].hint).toContain('say in history.prometheus how to sign in');
});

prometheusTest('a source at another origin than the connection is asked without its credentials', async () => {
  readingOf((await read({ url: 'http://elsewhere.invalid:9090', source: { url: proxy.url } })).outcome);
  expect(asked.map(({ authorization }) => authorization)).toEqual([undefined]);
});

prometheusTest('a server that takes no POST is asked by GET, and asked so from then on', async () => {
  fault = (incoming, outgoing, _form, pass) => (incoming.method === 'POST' ? answer(outgoing, 405, '') : pass());
  readingOf((await read({ source: { step: '20s' }, range: '3d' })).outcome);
  expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
});

prometheusTest('a page to sign in is no answer', async () => {
  fault = (_incoming, outgoing) => answer(outgoing, 200, '<!doctype html><html><head><title>Sign in - SSO</title></head></html>');
  const { code, message, hint, waits } = await refusal();
  expect(code).toBe('prometheus/not-json');
  expect(message).toBe(`${proxy.url} answers with a web page: Sign in - SSO`);
  expect(hint).toContain('sign in');
  expect(waits).toEqual([]);
});

prometheusTest('several series are refused with the labels that split them', async () => {
  const { code, message, hint } = await refusal({ source: { query: 'load_level' } });
  expect(code).toBe('prometheus/several-series');
  expect(message).toBe('the query gives 2 series, and a load is one; they differ in instance ("a", "b"), pod ("chat-a", "chat-b")');
  expect(hint).toBe('join them, sum(...) or max(...); or choose one with a matcher such as {instance="a"}');
});

prometheusTest('one series that becomes another in a later part is refused as several', async () => {
  const half = (end - 2 * DAY_MS) / SECOND_MS;
  const changing = `(load_level{instance="a"} and on() (vector(time()) < ${half})) or (load_level{instance="b"} and on() (vector(time()) >= ${half}))`;
  const { code } = await refusal({ source: { query: changing, step: '10s' } });
  expect(code).toBe('prometheus/several-series');
});

prometheusTest('a query that gives nothing is refused, not read as zero', async () => {
  const { code, message, hint } = await refusal({ source: { query: 'sum(no_such_metric)' } });
  expect(code).toBe('history/no-data');
  expect(message).toBe('nothing was recorded from 2026-10-27T00:00:00Z to 2026-10-31T00:00:00Z');
  expect(hint).toContain('is the metric named so');
});

prometheusTest('NaN is missing; an infinite value is refused with its time', async () => {
  const after = (end - DAY_MS) / SECOND_MS;
  const some = await read({ source: { query: `sum(load_level) * (0 / vector((time() > bool ${after})))`.replace('0 /', '1 /') } });
  expect(problemsOf(some.outcome)[0]).toMatchObject({ code: 'prometheus/infinite' });
  expect(problemsOf(some.outcome)[0].message).toBe('the query gives +Inf at 2026-10-27T00:05:00Z');
  const nan = await read({ source: { query: `sum(load_level) + (vector(time()) > bool ${after}) / (vector(time()) > bool ${after})` } });
  const { series } = readingOf(nan.outcome);
  expect(series.origin.from).toBe(end - DAY_MS);
  expect(series.values.every((value) => value > 0)).toBe(true);
});

prometheusTest('warnings come with the reading, notes beside it, and neither changes a value', async () => {
  const [sound] = [readingOf((await read()).outcome)];
  fault = (_incoming, outgoing, form) => {
    void fetch(`${server.url}/api/v1/query_range?${form.toString()}`)
      .then((response) => response.json())
      .then((body) =>
        answer(outgoing, 200, { ...(body as object), warnings: ['a store did not answer'], infos: ['metric might be no counter'] }),
      );
  };
  const reading = readingOf((await read()).outcome);
  expect(reading.warnings.map(({ code, message }) => [code, message])).toContainEqual([
    'history/server-warning',
    'the server warns: a store did not answer',
  ]);
  expect(reading.notes?.map(({ message }) => message)).toContainEqual('the server notes: metric might be no counter');
  expect(reading.series.values).toEqual(sound.series.values);
});

prometheusTest('native histograms are refused with a way to make a number of them', async () => {
  fault = (_incoming, outgoing) =>
    answer(outgoing, 200, {
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: { job: 'x' }, histograms: [[end / SECOND_MS, { count: '1', sum: '2' }]] }] },
    });
  expect(await refusal()).toMatchObject({ code: 'prometheus/histogram' });
});

prometheusTest('nobody at the address: said once for every source, after one round of attempts', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const history = testHistory({ prometheus: { url: `http://127.0.0.1:${port}` } });
  const sources = [1, 2, 3, 4, 5, 6].map((index) => ({ source: { kind: 'prometheus', query: `up{n="${index}"}` } }));
  const { outcomes, waits } = await readLive(sources, { baseDirectory: temporaryFolder(), history, now: end });
  expect(outcomes.map((outcome) => problemsOf(outcome)[0].message)).toEqual(
    Array(6).fill(`http://127.0.0.1:${port} refuses the connection`),
  );
  // Four are asked at once, and none of the others after they failed.
  expect(waits.length).toBeLessThanOrEqual(4 * 4);
});

prometheusTest('one source that fails leaves the others their readings', async () => {
  const sources = [query, 'load_level', 'max(load_level)'].map((text) => ({ source: { kind: 'prometheus', query: text } }));
  const history = testHistory({ range: '4d', prometheus: { url: proxy.url } });
  const { outcomes } = await readLive(sources, { baseDirectory: temporaryFolder(), history, now: end });
  expect(outcomes.map((outcome) => ('problems' in outcome ? outcome.problems[0].code : 'read'))).toEqual([
    'read',
    'prometheus/several-series',
    'read',
  ]);
});
