import type { LiveMetric } from '../../lib/config';
import { configDigest } from '../../lib/config/digest';
import { cloudwatch, ndjson, parquet, prometheus } from '../../lib/config/helpers';
import { parseConfig } from '../../lib/config/parse';
import { isProblemError } from '../../lib/problems';
import { rawConfig, testConfig } from '../support/config';

const { chat } = rawConfig().workloads;
const withLoad = (load: object, fields: object = {}) => ({ workloads: { chat: { ...chat, load, ...fields } as typeof chat } });
const query = 'sum(rate(vllm:request_success_total[5m]))';
const server = 'http://prometheus.monitoring:9090';

function refusals(overrides: object): string {
  try {
    parseConfig(rawConfig(overrides), 'foresize.config.ts');
  } catch (error) {
    if (isProblemError(error)) return error.message;
    throw error;
  }
  return '';
}

test.each([
  ['CSV with a filter', { kind: 'csv', path: 'load.csv', unit: 'req/s', where: { service: 'chat', shard: 3 } }],
  ['NDJSON', ndjson('load/*.ndjson.gz', { unit: 'req/s' })],
  ['Parquet', parquet('load', { unit: 'req/s', where: { service: 'chat' } })],
  ['Prometheus', prometheus(query, { unit: 'req/s', url: server, step: '1m' })],
  ['CloudWatch', cloudwatch({ namespace: 'AWS/ApplicationELB', metric: 'RequestCount', statistic: 'Sum', unit: 'req' })],
])('load may come from %s', (_, load) => {
  expect(refusals(withLoad(load))).toBe('');
});

test('a sum of CloudWatch is a count and its average a level, unless the config says otherwise', () => {
  const metric = { kind: 'cloudwatch', namespace: 'AWS/SQS', metric: 'x', unit: 'messages/s' };
  expect(refusals(withLoad({ ...metric, statistic: 'Sum' }))).toContain('a count is not per time');
  expect(refusals(withLoad({ ...metric, statistic: 'Average' }))).toContain('a level is not per time');
  expect(refusals(withLoad({ ...metric, statistic: 'Average', series: 'rate' }))).not.toContain('is not per time');
});

describe('the metric of the live autoscaler, where the config leaves it out', () => {
  const metricOf = (overrides: object) => (testConfig(overrides).workloads.chat as { metric?: LiveMetric }).metric?.triggers[0];
  test('is the query that the load is read by', () => {
    expect(metricOf(withLoad(prometheus(query, { unit: 'req/s', url: server })))).toEqual({ kind: 'prometheus', query, url: server });
    expect(metricOf({ ...withLoad(prometheus(query, { unit: 'req/s' })), history: { prometheus: { url: server } } })).toMatchObject({
      url: server,
    });
  });
  test('stays open where KEDA could not ask as we do, or would count in another unit', () => {
    const bearerToken = { env: 'TOKEN' };
    expect(metricOf({ ...withLoad(prometheus(query, { unit: 'req/s' })), history: { prometheus: { url: server, bearerToken } } })).toBe(
      undefined,
    );
    expect(metricOf(withLoad(prometheus(query, { unit: 'req/min', url: server })))).toBe(undefined);
    expect(metricOf(withLoad(prometheus(query, { unit: 'req/s', url: server }), { owner: 'manifests' }))).toBe(undefined);
    expect(metricOf({})).toBe(undefined);
  });
  test('is named as assumed', () => {
    expect(testConfig(withLoad(prometheus(query, { unit: 'req/s', url: server }))).assumed).toContain('workloads.chat.metric');
  });
});

describe('a secret', () => {
  const secret = 'hunter2-hunter2';
  const connection = (prometheus: object) => ({ history: { prometheus } });
  test.each([
    ['a bearer token', connection({ bearerToken: secret })],
    ['a bearer token in another form', connection({ bearerToken: { value: secret } })],
    ['a password', connection({ basicAuth: { username: 'u', password: secret } })],
    ['a key', connection({ tls: { cert: { file: 'c.pem' }, key: secret } })],
    ['a header', connection({ headers: { Authorization: `Bearer ${secret}` } })],
    ['an address', connection({ url: `http://user:${secret}@prometheus:9090` })],
    ['the address of a source', withLoad(prometheus(query, { unit: 'req/s', url: `https://user:${secret}@prometheus:9090` }))],
    ['the address of a metric', withLoad(chat, { metric: { kind: 'prometheus', query, url: `http://u:${secret}@prometheus` } })],
    ['an unknown key', connection({ token: secret })],
  ])('that stands in the config as %s is refused and not shown', (_, overrides) => {
    const message = refusals(overrides);
    expect(message).toMatch(/foresize\.config\.ts: (history\.prometheus|workloads\.chat)/);
    expect(message).not.toContain('hunter2');
  });
  test('is named by where it is, in the environment or a file', () => {
    const prometheus = {
      url: server,
      basicAuth: { username: 'reader', password: { env: 'PASSWORD' } },
      tls: { ca: { file: 'ca.pem' } },
      headers: { 'X-Scope-OrgID': 'team-a', 'X-Api-Key': { file: 'key' } },
    };
    expect(refusals({ history: { prometheus } })).toBe('');
  });
  test('goes with one way to log in, and a certificate with its key', () => {
    const [bearerToken, password] = [{ env: 'TOKEN' }, { env: 'PASSWORD' }];
    expect(refusals(connection({ bearerToken, basicAuth: { username: 'u', password } }))).toContain('a request carries one');
    expect(refusals(connection({ tls: { cert: { file: 'c.pem' } } }))).toContain('needs both cert and key');
  });
});

test('repairs are named rules, and another name is answered with those there are', () => {
  const repairs = ['same hour last week', 'interpolate-up-to 12 intervals', 'unequal duplicates: refuse'];
  expect(testConfig({ history: { repairs } }).history.repairs).toEqual([
    { kind: 'same-hour-last-week' },
    { kind: 'interpolate', upToIntervals: 12 },
    { kind: 'unequal-duplicates', take: 'refuse' },
  ]);
  expect(refusals({ history: { repairs: ['fill with zero'] } })).toContain("one of 'interpolate-up-to 3 intervals'");
});

test('how a server is reached changes no size; how its answers are mended does', () => {
  const digest = (history: object) => configDigest(testConfig({ history }));
  expect(digest({ prometheus: { url: server } })).toBe(digest({}));
  expect(digest({ repairs: ['same hour last week'] })).not.toBe(digest({}));
});
