import { configDigest } from '../../lib/config/digest';
import { rawConfig, testConfig } from '../support/config';

const withChat = (fields: object) => testConfig({ workloads: { chat: { ...rawConfig().workloads.chat, ...fields } } });

test.each([
  ['an image tag', { image: 'registry.example.com/chat:2' }],
  ['a port', { port: 9000 }],
  ['a default written out', { target: 0.8 }],
  ['the same duration in other words', { coldStart: '360s' }],
])('%s leaves the digest of the config alone', (_, fields) => expect(configDigest(withChat(fields))).toBe(configDigest(testConfig())));

test.each([
  ['instances', { instances: ['g6e.xlarge', 'g5.xlarge'] }, { instances: ['g5.xlarge', 'g6e.xlarge'] }],
  ['capacity', { capacity: ['on-demand', 'spot'] }, { capacity: ['spot', 'on-demand'] }],
  ['zones', { zones: ['us-east-1a', 'us-east-1b'] }, { zones: ['us-east-1b', 'us-east-1a'] }],
])('the order of %s of a pool leaves the digest alone, and another list changes it', (_, one, other) => {
  const of = (fields: object) =>
    configDigest(
      testConfig({
        pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], ...fields } },
        limits: { zones: ['us-east-1a', 'us-east-1b'] },
      }),
    );
  expect(of(other)).toBe(of(one));
  expect(of({ instances: ['g6e.2xlarge'] })).not.toBe(of(one));
});

test('the order of what a workload leaves out, and of events, leaves the digest alone', () => {
  const spans = [
    { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', because: 'outage' },
    { from: '2026-11-03T00:00:00Z', to: '2026-11-04T00:00:00Z', because: 'test' },
  ];
  expect(configDigest(withChat({ exclude: [...spans].reverse() }))).toBe(configDigest(withChat({ exclude: spans })));
  const events = spans.map(({ from, to }, index) => ({ name: `e${index}`, from, to, workload: 'chat', uplift: 2 + index }));
  expect(configDigest(testConfig({ events: [...events].reverse() }))).toBe(configDigest(testConfig({ events })));
});

test('which live metric is read changes nothing, whether there is one does', () => {
  const reading = (query: string) => withChat({ metric: { kind: 'prometheus', query, url: 'http://p:9090' } });
  expect(configDigest(reading('up'))).toBe(configDigest(reading('down')));
  expect(configDigest(reading('up'))).not.toBe(configDigest(testConfig()));
});

test.each(['image', 'command', 'metric', 'port', 'state', 'cluster', 'namespace', 'why'])(
  'a workload named %s is as much part of the digest as any',
  (name) => {
    const of = (throughput: string) =>
      testConfig({ workloads: { [name]: { ...rawConfig().workloads.chat, replica: { gpus: 1, throughput } } as never } });
    expect(configDigest(of('3 req/s'))).not.toBe(configDigest(of('1 req/s')));
  },
);

test.each([
  ['the throughput', { replica: { gpus: 1, throughput: '13 req/s' } }],
  ['the protected quantile', { protect: 0.9 }],
  ['the cold start', { coldStart: '7m' }],
  ['the file of the load', { load: { kind: 'csv', path: 'other.csv', unit: 'req/s' } }],
])('%s changes the digest of the config', (_, fields) => expect(configDigest(withChat(fields))).not.toBe(configDigest(testConfig())));

test('of a pool that Karpenter owns, an image changes nothing, and how long an empty node stays does', () => {
  const of = (settings: object) =>
    configDigest(
      testConfig({
        pools: {
          l40s: {
            kind: 'gpuPool',
            instances: ['g6e.xlarge'],
            owner: 'karpenter',
            karpenter: { role: 'nodes', ami: 'al2023@v20260807', ...settings },
          },
        },
      }),
    );
  expect(of({ ami: 'al2023@v20260901' })).toBe(of({}));
  expect(of({ consolidateAfter: '1m' })).not.toBe(of({}));
});

test('who pays, what runs now and which node groups are adopted change no size', () => {
  const of = (pool: object, others: object = {}) =>
    configDigest(
      testConfig({
        cluster: { existing: 'prod' },
        pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], nodeSelector: { team: 'vision' }, ...pool } },
        ...others,
      }),
    );
  expect(of({ costCentre: 'ml', running: { 'g6e.xlarge': 2 }, adopt: { 'g6e.xlarge': 'theirs' } }, { costCentre: 'platform' })).toBe(
    of({}),
  );
});
