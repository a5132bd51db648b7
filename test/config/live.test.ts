import { configDigest, liveLoadOf, scalerOf } from '../../lib/config';
import { renderProblem, isProblemError } from '../../lib/problems';
import { liveChat, rawConfig, testConfig } from '../support/config';

const url = 'http://prometheus.monitoring.svc:9090';
const live = { ...liveChat, owner: 'live' };
const load = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', unit: 'req/min' };
const config = (fields: object, more: object = {}) =>
  testConfig({ history: { prometheus: { url } }, workloads: { chat: { ...live, ...fields } as never }, ...more });

function refusalOf(fields: object, more: object = {}): string {
  try {
    config(fields, more);
  } catch (error) {
    if (isProblemError(error)) return error.problems.map(renderProblem).join('\n');
  }
  return 'taken';
}

test('a live floor follows the query that the load is read by, in the unit of the plan, and is the metric of KEDA too', () => {
  const taken = config({ load });
  expect(liveLoadOf(taken, 'chat')).toEqual({ url, query: load.query, scale: 1 / 60 });
  expect(config({}).workloads.chat).toMatchObject({ metric: { triggers: [{ kind: 'prometheus', query: 'load', url }] } });
  expect(liveLoadOf(testConfig(), 'chat')).toBeNull();
});

test.each([
  ['a file', { load: { kind: 'csv', path: 'chat.csv', unit: 'req/s' } }, {}, 'workloads.chat.load: is no query of Prometheus'],
  ['no server', {}, { history: {} }, 'workloads.chat.load.url: is missing'],
  ['a counter', { load: { ...load, unit: 'req', series: 'counter' } }, {}, 'workloads.chat.load.series: is a counter'],
  ['a queue', { queue: { kind: 'prometheus', query: 'waiting', unit: 'req' } }, {}, 'workloads.chat.queue: makes the load whole'],
  ['no replay', { replay: 'off' }, {}, "workloads.chat.replay: is 'off'"],
  ['credentials', {}, { history: { prometheus: { url, bearerToken: { env: 'TOKEN' } } } }, 'history.prometheus: wants credentials'],
])('%s gives rules nothing to follow, which is refused with what to do', (_name, fields, more, expected) => {
  const refusal = refusalOf(fields, more);
  expect(refusal).toContain(expected);
  expect(refusal).toContain("or owner: 'keda'");
});

const podsMetric = { kind: 'pods', name: 'requests_per_second' };
const hpa = { live: { reader: 'hpa' } };

test('an HPA reads a live floor beside a metric of the pods, and asks no server for it that wants credentials', () => {
  const secret = { history: { prometheus: { url, bearerToken: { env: 'TOKEN' } } } };
  const taken = config({ ...hpa, metric: podsMetric }, secret);
  expect(scalerOf(taken.workloads.chat as never)).toBe('hpa');
  expect(configDigest(taken)).toBe(configDigest(config({ metric: podsMetric, owner: 'live', live: { reader: 'hpa' } })));
  expect(taken.assumed).not.toContain('workloads.chat.live.reader');
});

test.each([
  ['no metric', hpa, 'workloads.chat.metric: is missing: what the HPA follows beside its floor'],
  ['PromQL', { ...hpa, metric: { kind: 'prometheus', query: 'load', url } }, 'workloads.chat.metric: an HPA cannot read PromQL'],
  [
    'nodes ahead',
    { live: { reader: 'hpa', ahead: 'nodes' }, metric: podsMetric },
    "workloads.chat.live.ahead: is 'nodes', and an HPA keeps one placeholder",
  ],
  [
    'a floor that is not live',
    { ...hpa, owner: 'keda' },
    "workloads.chat.live: says how a live floor is followed, and the owner is 'keda'",
  ],
])('an HPA as reader with %s is refused', (_name, fields, expected) => {
  expect(refusalOf(fields)).toContain(expected);
});

test('an HPA as reader is refused beside workloads that KEDA scales, which are named', () => {
  const other = { ...rawConfig().workloads.chat, owner: 'keda' };
  const chat = { ...live, ...hpa, metric: podsMetric };
  expect(refusalOf({}, { workloads: { chat, other } })).toContain("workloads.chat.live.reader: is 'hpa', and KEDA scales other");
  expect(refusalOf({}, { workloads: { chat, other: { ...other, owner: 'manifests' } } })).toBe('taken');
});

test('nodes ahead are refused where nodes are there all the time', () => {
  const pools = Object.fromEntries(Object.entries(rawConfig().pools).map(([name, pool]) => [name, { ...pool, owner: 'terraform' }]));
  const chat = { ...live, live: { ahead: 'nodes' } };
  expect(refusalOf({}, { workloads: { chat }, pools })).toContain(
    `workloads.chat.live.ahead: is 'nodes', and those of pool '${live.pool}' are`,
  );
  expect(refusalOf({}, { workloads: { chat } })).toBe('taken');
});

test('a service has no load that rules could follow', () => {
  const { chat } = rawConfig().workloads;
  const service = {
    kind: 'service',
    owner: 'live',
    cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
    servers: 4,
    machine: 'm7i.xlarge',
    pool: 'general',
  };
  const pools = { ...rawConfig().pools, general: { kind: 'pool', instances: ['m7i.xlarge'] } };
  expect(refusalOf({}, { workloads: { chat, shop: service }, pools })).toContain(
    "workloads.shop.owner: is 'live', and a service is measured by its utilisation",
  );
});

test('where rules go is refused where there are no rules', () => {
  const { chat } = rawConfig().workloads;
  expect(refusalOf({}, { workloads: { chat }, prometheusRule: { labels: { release: 'prometheus' } } })).toContain(
    'prometheusRule: says where rules go',
  );
});
