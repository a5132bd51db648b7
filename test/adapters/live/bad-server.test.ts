import type { ServerResponse } from 'node:http';
import { deflateSync, gzipSync } from 'node:zlib';
import { renderProblem } from '../../../lib/problems';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../lib/units';
import { temporaryFolder } from '../../support/foresize';
import { problemsOf, readingOf, readLive, testHistory } from '../../support/live';
import { type Listening, startServer } from '../../support/prometheus';

/** A server on this machine that behaves badly, in each way servers do. */
type Behave = (outgoing: ServerResponse, asked: { readonly points: number; readonly query: string }, sound: string) => void;
let behave: Behave;
let points: number[] = [];
let acceptsEncoding: string | undefined;
let server: Listening;
const end = Date.UTC(2026, 9, 31);

beforeAll(async () => {
  server = await startServer((incoming, outgoing, body) => {
    const form = new URLSearchParams(body);
    const [first, last, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
    const count = (last - first) / step + 1;
    points.push(count);
    acceptsEncoding = incoming.headers['accept-encoding'];
    const values = Array.from({ length: count }, (_, index) => [first + index * step, `${10 + (index % 7)}`]);
    const sound = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values }] } });
    outgoing.on('error', () => undefined);
    behave(outgoing, { points: count, query: form.get('query') ?? '' }, sound);
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  points = [];
});

async function read(
  connection: object = {},
  more: { readonly queries?: readonly string[]; readonly clock?: () => number; readonly range?: string } = {},
) {
  const { queries = ['load'], clock, range = '4d' } = more;
  const waits: number[] = [];
  const { outcomes } = await readLive(
    queries.map((query) => ({ source: { kind: 'prometheus', query, unit: '%' } })),
    {
      baseDirectory: temporaryFolder(),
      history: testHistory({ range, prometheus: { url: server.url, ...connection } }),
      now: end,
      retry: { wait: (ms) => Promise.resolve(void waits.push(ms)), clock },
    },
  );
  return { outcomes, waits };
}

async function refusal(connection: object = {}, more: Parameters<typeof read>[1] = {}) {
  const { outcomes, waits } = await read(connection, more);
  const [problem, ...others] = problemsOf(outcomes[0]);
  expect(others).toEqual([]);
  expect(problem.path).toMatch(/^workloads\.web\.cpu/);
  return { ...problem, waits };
}

const json = (outgoing: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}, status = 200) => {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
  outgoing.end(body);
};

test('a silent server is given up after two requests: the whole, and the smallest that shows whether it answers at all', async () => {
  behave = () => undefined;
  expect(await refusal({ timeout: '200ms' })).toMatchObject({
    code: 'prometheus/timeout',
    message: `${server.url} did not answer in time (200ms)`,
    waits: [],
  });
  expect(points).toEqual([1152, 50]);
});

test('what one source learnt of a silent server, the others of the same server are told at once', async () => {
  behave = () => undefined;
  const { outcomes } = await read({ timeout: '200ms' }, { queries: Array.from({ length: 12 }, (_, index) => `load_${index}`) });
  expect(outcomes.map((outcome) => problemsOf(outcome)[0].code)).toEqual(Array(12).fill('prometheus/timeout'));
  // Four sources are asked at once.
  expect(points.length).toBeLessThanOrEqual(8);
});

test('an answer that drips is given up when its time is over', async () => {
  const timers = new Set<NodeJS.Timeout>();
  behave = (outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    timers.add(setInterval(() => outgoing.write(' '), 20));
  };
  try {
    expect(await refusal({ timeout: '300ms' })).toMatchObject({ code: 'prometheus/timeout' });
    expect(points).toEqual([1152, 50]);
  } finally {
    timers.forEach(clearInterval);
  }
});

test('a server that manages little at a time is asked for as much as it manages', async () => {
  behave = (outgoing, asked, sound) => {
    if (asked.points <= 300) json(outgoing, sound);
  };
  // How long an answer takes on a busy machine is not what is tested: by this clock each comes at once.
  const { outcomes } = await read({ timeout: '1s' }, { clock: () => 0 });
  expect(readingOf(outcomes[0]).series.origin.observations).toBe(1152);
  expect(points.slice(0, 3)).toEqual([1152, 50, 576]);
});

test('a server by whose speed the whole would take ten times the time of a request is given up as soon as that shows', async () => {
  const clock = { now: 0 };
  behave = (outgoing, asked, sound) => {
    if (asked.points > 50)
      return json(outgoing, JSON.stringify({ status: 'error', errorType: 'timeout', error: 'query timed out' }), {}, 503);
    clock.now += 20 * SECOND_MS;
    json(outgoing, sound);
  };
  const { code, message, hint } = await refusal({}, { clock: () => clock.now });
  expect(code).toBe('prometheus/timeout');
  expect(message).toBe(`${server.url} answers too slowly: 100 of 1152 points took 40s, and all would take about 8m, where 5m are allowed`);
  expect(hint).toContain('recorded by a rule');
});

test('an endless answer is read up to the limit, and asked for once more at its smallest', async () => {
  const megabyte = Buffer.alloc(2 ** 20, 32);
  behave = (outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    const flood = () => {
      if (!outgoing.destroyed) outgoing.write(megabyte, flood);
    };
    flood();
  };
  expect(await refusal()).toMatchObject({
    code: 'prometheus/too-large',
    message: `${server.url} answers with more than 64 MiB`,
    waits: [],
  });
  expect(points).toEqual([1152, 50]);
});

test('compressed answers are asked for and read', async () => {
  for (const [encoding, packed] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const) {
    behave = (outgoing, _asked, sound) => json(outgoing, packed(sound), { 'content-encoding': encoding });
    expect(readingOf((await read()).outcomes[0]).series.origin.observations).toBe(1152);
  }
  expect(acceptsEncoding).toBe('gzip, deflate');
});

test('a few kilobytes that unpack to gigabytes are unpacked up to the limit alone', async () => {
  const zeros = gzipSync(Buffer.alloc(2 ** 24));
  behave = (outgoing) => json(outgoing, Buffer.concat(Array<Buffer>(128).fill(zeros)), { 'content-encoding': 'gzip' });
  const before = process.memoryUsage().rss;
  expect(await refusal()).toMatchObject({ code: 'prometheus/too-large', message: `${server.url} answers with more than 64 MiB` });
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 30);
});

test('what is said to be compressed and is not, is packed in an unknown way, or ends within, is never read', async () => {
  behave = (outgoing, _asked, sound) => json(outgoing, sound, { 'content-encoding': 'gzip' });
  expect(await refusal()).toMatchObject({
    code: 'prometheus/malformed',
    message: `${server.url} says that its answer is compressed (gzip), and it is not`,
  });
  behave = (outgoing, _asked, sound) => json(outgoing, sound, { 'content-encoding': 'zstd' });
  expect(await refusal()).toMatchObject({
    code: 'prometheus/malformed',
    message: `${server.url} answers in the encoding "zstd", which was not asked for`,
  });
  behave = (outgoing, _asked, sound) => {
    const packed = gzipSync(sound);
    json(outgoing, packed.subarray(0, packed.length / 2), { 'content-encoding': 'gzip' });
  };
  expect(await refusal()).toMatchObject({ code: 'prometheus/cut-off', waits: [500, 1000, 2000, 4000] });
});

test('half an answer is asked for again and never read in part', async () => {
  behave = (outgoing, _asked, sound) => {
    outgoing.writeHead(200, { 'content-length': `${sound.length}` });
    outgoing.write(sound.slice(0, sound.length / 2), () => outgoing.destroy());
  };
  expect(await refusal()).toMatchObject({ code: 'prometheus/cut-off', waits: [500, 1000, 2000, 4000] });
});

test('a page under the name of JSON is no answer, and neither is text', async () => {
  behave = (outgoing) => json(outgoing, '<html><title>Sign in</title></html>');
  expect(await refusal()).toMatchObject({ code: 'prometheus/not-json', message: `${server.url} answers with a web page: Sign in` });
  behave = (outgoing) => json(outgoing, 'no upstream', { 'content-type': 'text/plain' });
  expect(await refusal()).toMatchObject({
    code: 'prometheus/not-json',
    message: `${server.url} answers with what is no JSON: no upstream`,
  });
});

test('retries end after a minute, whatever the server asks for', async () => {
  behave = (outgoing) => json(outgoing, '{}', { 'retry-after': '40' }, 429);
  expect(await refusal()).toMatchObject({
    code: 'prometheus/failing',
    message: `${server.url} fails with 429 in 2 attempts: {}`,
    waits: [40_000],
  });
  // A server that is slow to fail uses up the same minute.
  const clock = { now: 0 };
  behave = (outgoing) => {
    clock.now += 29 * SECOND_MS;
    json(outgoing, '', {}, 502);
  };
  expect(await refusal({}, { clock: () => clock.now })).toMatchObject({ waits: [500, 1000] });
});

test('a server that only fails is asked patiently once, and not anew for every source', async () => {
  behave = (outgoing) => json(outgoing, '', {}, 503);
  const { outcomes, waits } = await read({}, { queries: Array.from({ length: 20 }, (_, index) => `load_${index}`) });
  expect(outcomes.map((outcome) => problemsOf(outcome)[0].code)).toEqual(Array(20).fill('prometheus/failing'));
  expect(waits.length).toBeLessThanOrEqual(4 * 4);
});

test('what a server says is shortened, and none of its control characters reaches a terminal', async () => {
  const error = `\u001b[2J\u0007\u009b31m${'long '.repeat(10_000)}`;
  behave = (outgoing) => json(outgoing, JSON.stringify({ status: 'error', errorType: 'bad_data\u001b[31m', error }), {}, 400);
  const { message, ...problem } = await refusal();
  expect(message.length).toBeLessThan(400);

  expect(renderProblem({ ...problem, message })).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);

  behave = (outgoing, _asked, sound) =>
    json(
      outgoing,
      JSON.stringify({
        ...(JSON.parse(sound) as object),
        warnings: Array<string>(500)
          .fill('x'.repeat(5_000))
          .map((text, index) => `${index}${text}`),
      }),
    );
  const { warnings } = readingOf((await read()).outcomes[0]);
  expect(warnings).toHaveLength(6);
  expect(Math.max(...warnings.map((warning) => warning.message.length))).toBeLessThan(250);
  expect(warnings.at(-1)?.message).toBe('the server warns: and 495 more of the kind');
});

test('a secret that a server echoes far back in a long text is hidden before the text is cut', async () => {
  const { outcomes } = await (async () => {
    behave = (outgoing) =>
      json(outgoing, JSON.stringify({ status: 'error', errorType: 'x', error: `${'a'.repeat(190)}aVerySecretToken_9f8e7d` }), {}, 401);
    return readLive([{ source: { kind: 'prometheus', query: 'load' } }], {
      baseDirectory: temporaryFolder(),
      history: testHistory({ range: '4d', prometheus: { url: server.url, bearerToken: { env: 'TOKEN' } } }),
      now: end,
      environment: { TOKEN: 'aVerySecretToken_9f8e7d' },
    });
  })();
  expect(problemsOf(outcomes[0])[0].message).not.toContain('aVery');
});

test('times and ranges of an answer that were not asked for are no answer', async () => {
  behave = (outgoing) =>
    json(
      outgoing,
      JSON.stringify({
        status: 'success',
        data: { resultType: 'matrix', result: [{ metric: {}, values: [[(end + DAY_MS + MINUTE_MS) / SECOND_MS, '1']] }] },
      }),
    );
  expect(await refusal()).toMatchObject({ code: 'prometheus/malformed' });
});
