import { PodMonitor } from '../../../constructs/kubernetes/pod-monitor';
import { requiredClusterParts } from '../../../constructs/kubernetes/required-cluster-parts';
import type { LiveMetricInput } from '../../../lib/config/metric-schema';
import { samplePlan } from '../../support/sample-plan';
import { at, buildObjects, configWith, find, objectsOf, sampleConfig, workloadWith } from './support';

const url = 'http://prometheus.monitoring.svc:9090';
const asking = (query: string): LiveMetricInput => ({ kind: 'prometheus', query, url });
const monitor = (metric?: LiveMetricInput) =>
  objectsOf((chart) => new PodMonitor(chart, 'It', { workload: workloadWith('chat'), metric }), 'sample')[0];
const labelsSet = (metric?: LiveMetricInput) => {
  const relabelings = at(monitor(metric), 'spec.podMetricsEndpoints.0.relabelings') as
    { targetLabel: string; replacement: string }[] | undefined;
  return Object.fromEntries((relabelings ?? []).map(({ targetLabel, replacement }) => [targetLabel, replacement]));
};

test('it selects the pods that the workload has, at a port that they have', () => {
  const objects = buildObjects(configWith('chat', { monitor: { labels: { release: 'prometheus' }, interval: '15s' } }));
  const [it, deployment] = [find(objects, 'PodMonitor', 'chat'), find(objects, 'Deployment', 'chat')];
  expect(at(deployment, 'spec.template.metadata.labels')).toMatchObject(at(it, 'spec.selector.matchLabels') as object);
  const ports = at(deployment, 'spec.template.spec.containers.0.ports') as { name: string }[];
  expect(ports.map(({ name }) => name)).toContain(at(it, 'spec.podMetricsEndpoints.0.port'));
  expect(at(it, 'spec.podMetricsEndpoints.0')).toMatchObject({ path: '/metrics', interval: '15s' });
  expect(at(it, 'metadata.labels')).toMatchObject({ release: 'prometheus' });
});

test('the labels by which a query names the workload are set, and those of metrics are left to them', () => {
  expect(labelsSet(asking('sum(rate(requests_total{app="chat",code="200"}[5m]))'))).toEqual({ app: 'chat' });
  expect(labelsSet(asking('sum(rate(requests_total{job="vllm",namespace="sample",container="main"}[5m]))'))).toEqual({ job: 'vllm' });
  expect(labelsSet(asking('sum(rate(requests_total{app_kubernetes_io_name="chat"}[5m]))'))).toEqual({});
  expect(labelsSet()).toEqual({});
});

test.each([
  ['{namespace="prod"}', 'asks for namespace="prod", and what is scraped of it has namespace="sample": it would find nothing'],
  ['{container="vllm"}', 'asks for container="vllm", and what is scraped of it has container="main": it would find nothing'],
  ['{job="a"} / requests{job="b"}', 'asks for job="b", and what is scraped of it has job="a": it would find nothing'],
])('a query that would find nothing of what is scraped is refused: %s', (matchers, message) => {
  expect(() => monitor(asking(`sum(requests${matchers})`))).toThrow(`workloads.chat.metric: ${message}`);
});

test('there is none where none is asked for, and what it needs is told where one is', () => {
  expect(buildObjects().filter(({ kind }) => kind === 'PodMonitor')).toEqual([]);
  expect(requiredClusterParts(configWith('chat', { monitor: true }), samplePlan())).toContain(
    'the Prometheus operator (PodMonitor), and a Prometheus of it that selects the monitors of namespace sample, for the metrics of chat',
  );
});

test('a version of Kubernetes whose schemas are not at hand is taken, and told', () => {
  const needs = (version: string) =>
    requiredClusterParts(sampleConfig({ cluster: { version } }), samplePlan()).filter((need) => need.startsWith('a look'));
  expect(['1.33', '1.34', '1.35'].flatMap(needs)).toEqual([]);
  expect(needs('1.36')).toEqual([
    'a look at what is new in Kubernetes 1.36: what is written is held against the schemas of 1.32 to 1.35, and not of that version',
  ]);
});
