import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';
import { type AwsEmulator, startAwsEmulator } from '../support/aws-emulator';
import { filesOf, temporaryFolder } from '../support/foresize';
import { problemsOf, readingOf, readLive, testHistory } from '../support/live';
import { motoPath } from '../support/programs';
import { type Listening, startServer } from '../support/prometheus';

/**
 * The adapter against an emulator of AWS, behind a small proxy. What the emulator lacks is made there: pages (it gives everything
 * at once) and refusals.
 */
const missing = motoPath === undefined;
const awsTest = (title: string, body: () => Promise<void>) =>
  missing ? test.skip(`${title} (not run: missing here: moto_server)`, () => undefined) : test(title, body, 60_000);

const end = Date.UTC(2026, 9, 31);
const secret = 'aws-secret-3f9c1e7a';
const sessionToken = 'aws-session-77b1d0aa';
const queue = { QueueName: 'jobs' };
/** One sample a minute for three days; none in the hour that begins a day before the end. */
const minutes = (3 * DAY_MS) / MINUTE_MS;
const isSilent = (time: number) => time >= end - DAY_MS && time < end - DAY_MS + HOUR_MS;
const figure = (time: number) => 10 + ((time / MINUTE_MS) % 7);

let emulator: AwsEmulator;
let proxy: Listening;
type Call = { readonly action: string; readonly input: Record<string, unknown> };
let calls: Call[] = [];
type Fault = (call: Call, outgoing: ServerResponse, pass: () => void, incoming: IncomingMessage) => void;
let fault: Fault = (_call, _outgoing, pass) => pass();
const environment = { ...process.env };
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

beforeAll(async () => {
  if (missing) return;
  emulator = await startAwsEmulator();
  proxy = await startServer(
    (incoming, outgoing, body, pass) => {
      const action = String(incoming.headers['x-amz-target']).split('.')[1];
      const call = { action, input: JSON.parse(body) as Record<string, unknown> };
      calls.push(call);
      fault(call, outgoing, pass, incoming);
    },
    () => Number(new URL(emulator.environment.AWS_ENDPOINT_URL).port),
  );
  Object.assign(process.env, {
    ...emulator.environment,
    AWS_ENDPOINT_URL: proxy.url,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: sessionToken,
  });
  const client = new CloudWatchClient({
    region: 'us-east-1',
    endpoint: emulator.environment.AWS_ENDPOINT_URL,
    disableRequestCompression: true,
  });
  const times = Array.from({ length: minutes }, (_, index) => end - minutes * MINUTE_MS + index * MINUTE_MS).filter(
    (time) => !isSilent(time),
  );
  for (let first = 0; first < times.length; first += 1_000) {
    const MetricData = times.slice(first, first + 1_000).map((time) => ({
      MetricName: 'NumberOfMessagesSent',
      Dimensions: [{ Name: 'QueueName', Value: 'jobs' }],
      Timestamp: new Date(time),
      Value: figure(time),
    }));
    await client.send(new PutMetricDataCommand({ Namespace: 'AWS/SQS', MetricData }));
  }
  client.destroy();
}, 120_000);
afterAll(async () => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  await proxy?.stop();
  await emulator?.stop();
});
beforeEach(() => {
  calls = [];
  fault = (_call, _outgoing, pass) => pass();
});

const sent = {
  kind: 'cloudwatch',
  namespace: 'AWS/SQS',
  metric: 'NumberOfMessagesSent',
  dimensions: queue,
  statistic: 'Sum',
  unit: 'messages',
};
type Fields = {
  readonly source?: object;
  readonly folder?: string;
  readonly history?: object;
  readonly offline?: boolean;
  readonly finest?: boolean;
};

async function read({ source = {}, folder = temporaryFolder(), history = {}, offline = false, finest }: Fields = {}) {
  const { outcomes } = await readLive([{ source: { ...sent, ...source }, finest }], {
    baseDirectory: folder,
    history: testHistory({ range: '3d', ...history }),
    region: 'us-east-1',
    now: end,
    offline,
    environment: process.env,
  });
  return outcomes[0];
}

async function refusal(fields: Fields = {}) {
  const [problem] = problemsOf(await read(fields));
  for (const hidden of [secret, sessionToken]) expect(JSON.stringify(problem)).not.toContain(hidden);
  return problem;
}

const json = (outgoing: ServerResponse, status: number, body: object) => {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify(body));
};
const refuseWith =
  (type: string, message: string, status = 400): Fault =>
  (_call, outgoing) =>
    json(outgoing, status, { __type: type, message });

const sumOf = (from: number, to: number) => {
  let sum = 0;
  for (let time = from; time < to; time += MINUTE_MS) if (!isSilent(time)) sum += figure(time);
  return sum;
};

awsTest('sums are those that were put, hour by hour; periods without a sample are missing, not zero', async () => {
  const { series } = readingOf(await read());
  expect(series).toMatchObject({ kind: 'count', unit: { noun: 'messages', perMs: null }, start: end - 3 * DAY_MS });
  expect(series.values).toHaveLength(72);
  series.values.forEach((value, index) => {
    const from = series.start + index * HOUR_MS;
    if (isSilent(from)) expect(value).toBeNaN();
    else expect(value).toBe(sumOf(from, from + HOUR_MS));
  });
  expect(series.origin).toMatchObject({
    text: 'cloudwatch Sum of AWS/SQS NumberOfMessagesSent QueueName=jobs in us-east-1',
    spacingMs: 5 * MINUTE_MS,
    askedTo: end,
  });
});

awsTest('where the config says so, a period without a sample is zero, between the first and the last that has one', async () => {
  const { series } = readingOf(await read({ source: { absent: 'zero' }, history: { range: '4d' } }));
  expect(series.start).toBe(end - 3 * DAY_MS);
  expect(series.values[48]).toBe(0);
  expect(series.values.some(Number.isNaN)).toBe(false);
  expect(series.origin.repairs).toEqual(['took 12 periods without a sample for 0, as the config says']);
});

awsTest('an average is a level, at the period that the age of the data allows', async () => {
  const { series } = readingOf(await read({ source: { statistic: 'Average', unit: 'sessions' } }));
  expect(series.kind).toBe('level');
  expect(series.values[0]).toBeCloseTo(sumOf(series.start, series.start + HOUR_MS) / 60, 9);
  const [{ input }] = calls;
  expect(input).toMatchObject({ StartTime: (end - 3 * DAY_MS) / 1_000, EndTime: end / 1_000, ScanBy: 'TimestampAscending' });
  expect(JSON.stringify(input)).toContain('"Period":300');
  calls = [];
  readingOf(await read({ source: { statistic: 'Average' }, history: { range: '100d' } }));
  expect(JSON.stringify(calls[0].input)).toContain('"Period":3600');
});

const periodsAsked = () => calls.map(({ input }) => /"Period":(\d+)/.exec(JSON.stringify(input))?.[1]);

awsTest('beyond 63 days the last weeks are asked for a second time, every five minutes, where they are wanted as finely', async () => {
  const folder = temporaryFolder();
  const long = { folder, history: { range: '100d' }, finest: true };
  const { series, finer } = readingOf(await read(long));
  expect(periodsAsked()).toEqual(['3600', '300']);
  expect(calls.map(({ input }) => input.StartTime)).toEqual([100, 42].map((days) => (end - days * DAY_MS) / 1_000));
  expect(series.values[0]).toBe(sumOf(series.start, series.start + HOUR_MS));
  expect(finer).toMatchObject({ kind: 'count', intervalMs: 5 * MINUTE_MS, start: end - 3 * DAY_MS });
  finer?.values.forEach((value, index) => {
    const from = finer.start + index * 5 * MINUTE_MS;
    if (isSilent(from)) expect(value).toBeNaN();
    else expect(value).toBe(sumOf(from, from + 5 * MINUTE_MS));
  });

  calls = [];
  expect(readingOf(await read({ ...long, offline: true })).finer).toEqual(finer);
  expect(calls).toEqual([]);
  readingOf(await read(long));
  expect(calls.map(({ input }) => input.StartTime)).toEqual(Array(2).fill((end - 6 * HOUR_MS) / 1_000));

  calls = [];
  expect(readingOf(await read({ history: { range: '60d' }, finest: true })).finer).toBeUndefined();
  expect(readingOf(await read({ ...long, finest: false })).finer).toBeUndefined();
  expect(periodsAsked()).toEqual(['300', '3600']);
});

awsTest('last weeks that cannot be had are a note, and the reading is the same without them', async () => {
  const folder = temporaryFolder();
  const coarse = readingOf(await read({ folder, history: { range: '100d' } }));
  const long = { folder, history: { range: '100d' }, finest: true };
  const { notes: notRead, ...offline } = readingOf(await read({ ...long, offline: true }));
  expect(offline).toEqual({ series: coarse.series, warnings: coarse.warnings });
  expect(notRead?.map(({ code }) => code)).toContain('history/not-finer');
  fault = (call, outgoing, pass, incoming) =>
    JSON.stringify(call.input).includes('"Period":300')
      ? refuseWith('InternalServiceFault', `no ${secret}`, 403)(call, outgoing, pass, incoming)
      : pass();
  const { series, finer, warnings, notes = [] } = readingOf(await read(long));
  expect([series, finer, warnings]).toEqual([coarse.series, undefined, coarse.warnings]);
  const said = notes.filter(({ code }) => code === 'history/not-finer');
  expect(said.map(({ path }) => path)).toEqual(['workloads.web.cpu (cloudwatch AWS/SQS NumberOfMessagesSent)']);
  expect(said[0].message).toMatch(/^could not be read every 5m for the last weeks, and is replayed as it was read: /);
  expect(said[0].message).not.toContain(secret);
});

/** Gives what the emulator has in two pages, cut in the middle. */
function inPages(): void {
  fault = (call, outgoing, _pass, incoming) => {
    if (call.action !== 'GetMetricData') return _pass();
    void (async () => {
      const headers = Object.fromEntries(
        ['content-type', 'x-amz-target', 'authorization', 'x-amz-date'].map((name) => [name, String(incoming.headers[name])]),
      );
      const { NextToken, ...input } = call.input;
      const answer = await fetch(emulator.environment.AWS_ENDPOINT_URL, { method: 'POST', headers, body: JSON.stringify(input) });
      const { MetricDataResults } = (await answer.json()) as { MetricDataResults: { Timestamps: unknown[]; Values: unknown[] }[] };
      const [result] = MetricDataResults;
      const middle = Math.floor(result.Values.length / 2);
      const cut = (list: unknown[]) => (NextToken === undefined ? list.slice(0, middle) : list.slice(middle));
      const page = {
        ...result,
        Timestamps: cut(result.Timestamps),
        Values: cut(result.Values),
        StatusCode: NextToken === undefined ? 'PartialData' : 'Complete',
      };
      json(outgoing, 200, { MetricDataResults: [page], ...(NextToken === undefined ? { NextToken: 'the-second' } : {}) });
    })();
  };
}

awsTest('an answer in two pages is read whole', async () => {
  const whole = readingOf(await read());
  calls = [];
  inPages();
  const paged = readingOf(await read());
  expect(calls.map(({ input }) => input.NextToken)).toEqual([undefined, 'the-second']);
  expect(paged).toEqual(whole);
});

awsTest('what is throttled is asked for again', async () => {
  let refusals = 2;
  fault = (call, outgoing, pass, incoming) => {
    if (refusals-- > 0) refuseWith('ThrottlingException', 'Rate exceeded')(call, outgoing, pass, incoming);
    else pass();
  };
  const { series } = readingOf(await read());
  expect(series.values[0]).toBe(sumOf(series.start, series.start + HOUR_MS));
  expect(calls).toHaveLength(3);
});

awsTest('the next run asks for what is new; offline nothing is asked', async () => {
  const folder = temporaryFolder();
  const first = readingOf(await read({ folder }));
  calls = [];
  expect(readingOf(await read({ folder, offline: true }))).toEqual(first);
  expect(calls).toEqual([]);
  readingOf(await read({ folder }));
  expect(calls.map(({ input }) => input.StartTime)).toEqual([(end - 6 * HOUR_MS) / 1_000]);
  const kept = JSON.stringify(filesOf(folder));
  for (const hidden of [secret, sessionToken]) expect(kept).not.toContain(hidden);
});

awsTest('a metric that has nothing under these dimensions: refused, with those that exist', async () => {
  const problem = await refusal({ source: { dimensions: { QueueName: 'job' } } });
  expect(problem.code).toBe('history/no-data');
  expect(problem.path).toBe('workloads.web.cpu (cloudwatch AWS/SQS NumberOfMessagesSent)');
  expect(problem.hint).toBe('the metric exists with the dimensions {QueueName=jobs}; all of one set must be given');
});

awsTest('a metric that does not exist: refused, and said so', async () => {
  const problem = await refusal({ source: { metric: 'NumberOfMessages' } });
  expect([problem.code, problem.hint]).toEqual([
    'history/no-data',
    'there is no AWS/SQS NumberOfMessages with any dimensions: check the names, the region and the account',
  ]);
});

awsTest('no permission: refused, with the permission that is needed', async () => {
  fault = refuseWith('AccessDenied', 'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: cloudwatch:GetMetricData', 403);
  const problem = await refusal();
  expect(problem.code).toBe('cloudwatch/access-denied');
  expect(problem.message).toContain('user/ci is not authorized to perform: cloudwatch:GetMetricData');
  expect(problem.hint).toContain('cloudwatch:GetMetricData');
});

awsTest('expired credentials are said to be that', async () => {
  fault = refuseWith('ExpiredTokenException', 'The security token included in the request is expired', 403);
  const problem = await refusal();
  expect([problem.code, problem.hint]).toEqual(['cloudwatch/expired', 'sign in again, for example `aws sso login`']);
});

awsTest('an explanation of a signature, which quotes the session token, is not shown', async () => {
  fault = refuseWith('SignatureDoesNotMatch', `The canonical string should have been POST / x-amz-security-token:${sessionToken}`, 403);
  const problem = await refusal();
  expect(problem.code).toBe('cloudwatch/credentials');
  expect(problem.message).toBe('CloudWatch in us-east-1 does not accept the credentials (SignatureDoesNotMatch)');
});

awsTest('data that CloudWatch could not give are warned of, with its words', async () => {
  const times = Array.from({ length: 24 }, (_, index) => (end - DAY_MS) / 1_000 + index * 300);
  fault = (_call, outgoing) =>
    json(outgoing, 200, {
      MetricDataResults: [{ Id: 'load', Label: 'x', Timestamps: times, Values: times.map(() => 1), StatusCode: 'PartialData' }],
      Messages: [{ Code: 'MaxMetricsExceeded', Value: 'too many metrics' }],
    });
  const said = readingOf(await read()).warnings.map(({ message }) => message);
  expect(said).toContain('the server warns: too many metrics');
  expect(said).toContain('the server warns: the answer is partial: CloudWatch did not give all of it');
});
