import { parse } from 'yaml';
import { HorizontalAutoscaler } from '../../../constructs/kubernetes/horizontal-autoscaler';
import { floorAlertGroups, floorRuleGroups } from '../../../constructs/kubernetes/live-floors';
import { plannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { requiredClusterParts } from '../../../constructs/kubernetes/required-cluster-parts';
import { configDigest, podsMetric } from '../../../lib/config';
import { floorDashboard, type RuleGroup, type WatchRule } from '../../../lib/plan/live-floor';
import { testLive } from '../../support/live-floor';
import { at, buildFiles, buildObjects, find, objectsOf, planWith, sampleConfig, sampleInput } from './support';

const { url } = sampleInput.workloads.chat.metric;
const load = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', unit: 'req/s', url };
const chatWith = (fields: object) => ({ ...sampleInput.workloads.chat, load, owner: 'live', ...fields });
const configOf = (fields: object = {}, version = '1.35') =>
  sampleConfig({ workloads: { ...sampleInput.workloads, chat: chatWith(fields) }, cluster: { version } });
const planned = planWith('chat', {});
const live = planWith('chat', { owner: 'live', replay: { ...planned.workloads.chat.replay, live: testLive } as never });

const expressions = (groups: readonly RuleGroup<WatchRule>[]) => groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)).join('\n');

test("under owner: 'live' the rules file has floors and alerts, and a dashboard lies beside it; without such a workload neither is there", () => {
  const config = configOf();
  const files = buildFiles(config, live);
  const rules = parse(files['prometheus/live-floors.rules.yaml']) as { readonly groups: unknown };
  expect(rules.groups).toEqual([...floorRuleGroups(config, live), ...floorAlertGroups(config, live)]);
  expect(JSON.parse(files['prometheus/foresize-dashboard.json'])).toEqual(floorDashboard('sample'));
  expect(Object.keys(buildFiles()).filter((file) => file.startsWith('prometheus/'))).toEqual([]);
});

test('alerts read the replicas of what has them, and the autoscaler that KEDA makes or has taken over', () => {
  const own = expressions(floorAlertGroups(configOf(), live));
  expect(own).toContain('{namespace="sample",deployment="chat"}');
  expect(own).toContain('{namespace="sample",horizontalpodautoscaler="keda-hpa-chat"}');
  const attach = { kind: 'StatefulSet', name: 'vllm', namespace: 'serving', takesOver: 'vllm-hpa' };
  const attached = configOf({ attach, image: undefined, port: undefined, healthPath: undefined });
  const theirs = expressions(floorAlertGroups(attached, live));
  expect(theirs).toContain('kube_statefulset_status_replicas_ready{namespace="serving",statefulset="vllm"}');
  expect(theirs).toContain('{namespace="serving",horizontalpodautoscaler="vllm-hpa"}');
});

test('a plan is told to expire a day before it does, and one of short validity when a quarter of it is left', () => {
  const notice = (validUntil: string) =>
    / - time\(\) < (\d+)/.exec(expressions(floorAlertGroups(configOf(), { ...live, validUntil })))?.[1];
  const after = (hours: number) => new Date(Date.parse(live.asOf) + hours * 3_600_000).toISOString();
  expect([notice(after(7 * 24)), notice(after(24))]).toEqual(['86400', '21600']);
});

const hpa = { live: { reader: 'hpa' }, metric: { kind: 'pods', name: 'requests_per_second' } };
/** A config in which an HPA reads the floor of `chat`, and KEDA scales nothing. */
const readByHpa = (version: string) => {
  const storefront = { ...sampleInput.workloads.storefront, owner: 'manifests' };
  return sampleConfig({ workloads: { ...sampleInput.workloads, chat: chatWith(hpa), storefront }, cluster: { version } });
};

test.each([
  ['1.35', 'replicas'],
  ['1.34', 'asked'],
])('without KEDA an HPA of Kubernetes %s reads the %s as an external metric that the rules of the adapter serve', (version, series) => {
  const config = readByHpa(version);
  const files = buildFiles(config, live);
  const autoscaler = find(buildObjects(config, live), 'HorizontalPodAutoscaler', 'chat');
  const { floor, ceiling } = live.workloads.chat;
  expect(at(autoscaler, 'spec')).toMatchObject({ minReplicas: floor, maxReplicas: ceiling });
  for (const way of ['scaleUp', 'scaleDown'])
    expect(at(autoscaler, `spec.behavior.${way}.tolerance`)).toBe(version === '1.35' ? '0' : undefined);
  expect(at(autoscaler, 'spec.metrics')).toMatchObject([
    { type: 'Pods', pods: { metric: { name: 'requests_per_second' }, target: { averageValue: '9600m' } } },
    {
      type: 'External',
      external: {
        metric: { name: `foresize_floor_${series}`, selector: { matchLabels: { plan: 'sample', workload: 'chat' } } },
        target: { type: 'AverageValue', averageValue: '1' },
      },
    },
  ]);
  const { externalRules } = parse(files['prometheus/adapter-rules.yaml']) as {
    externalRules: { seriesQuery: string; name: { as: string } }[];
  };
  const served = externalRules.find(({ name }) => name.as === `foresize_floor_${series}`)?.seriesQuery ?? '';
  const recorded = floorRuleGroups(config, live).flatMap(({ rules }) => rules.map(({ record }) => record));
  expect(recorded).toContain(served);
  expect(recorded.includes('foresize:floor:asked')).toBe(version === '1.34');
  expect(expressions(floorAlertGroups(config, live))).toContain('horizontalpodautoscaler="chat"');
  expect(requiredClusterParts(config, live).join('\n')).toMatch(
    /prometheus-adapter as the server of external.metrics.k8s.io.* for the floors of chat/,
  );
});

test('KEDA reads what makes up for the tolerance below Kubernetes 1.35, and the rules of no adapter are written', () => {
  const query = (version: string) => buildFiles(configOf({}, version), live)['chat.k8s.yaml'];
  expect(query('1.34')).toContain('foresize:floor:asked{plan="sample",workload="chat"}');
  expect(query('1.35')).toContain('foresize:floor:replicas{plan="sample",workload="chat"}');
  expect(buildFiles(configOf({}, '1.34'), live)['prometheus/adapter-rules.yaml']).toBeUndefined();
});

test.each([
  ['1.35', '0'],
  ['1.34', undefined],
])('the HPA that KEDA makes of a live floor ignores no difference up or down where Kubernetes %s can be told so', (version, tolerance) => {
  const scaled = find(buildObjects(configOf({}, version), live), 'ScaledObject', 'chat');
  const behavior = 'spec.advanced.horizontalPodAutoscalerConfig.behavior';
  expect(['scaleUp', 'scaleDown'].map((way) => at(scaled, `${behavior}.${way}.tolerance`))).toEqual([tolerance, tolerance]);
});

test('an autoscaler of a live floor that is told no place to read it is refused', () => {
  const workload = plannedWorkload(live, 'chat');
  expect(() => objectsOf((chart) => new HorizontalAutoscaler(chart, 'Autoscaler', { workload, metric: podsMetric('rate') }))).toThrow(
    "workloads.chat.owner: is 'live', and nothing says where the floor is read",
  );
});

test('with nodes ahead replicas follow the load alone, and placeholders are as many as the floor is above the replicas that are wanted', () => {
  const config = configOf({ live: { ahead: 'nodes' } });
  const ahead = planWith('chat', { ...live.workloads.chat, ahead: 'nodes' });
  const objects = buildObjects(config, ahead);
  const queries = (name: string) =>
    (at(find(objects, 'ScaledObject', name), 'spec.triggers') as { metadata: { query: string } }[]).map(({ metadata }) => metadata.query);
  expect(queries('chat')).toEqual([sampleInput.workloads.chat.metric.query]);
  expect(queries('chat-ahead')).toEqual([
    'clamp_min(max(foresize:floor:replicas{plan="sample",workload="chat"}) - max(kube_horizontalpodautoscaler_status_desired_replicas{namespace="sample",horizontalpodautoscaler="keda-hpa-chat"}), 0)',
  ]);
  const { floor, ceiling } = live.workloads.chat;
  expect(at(find(objects, 'ScaledObject', 'chat-ahead'), 'spec')).toMatchObject({ minReplicaCount: 0, maxReplicaCount: ceiling - floor });
  const placeholders = find(objects, 'Deployment', 'chat-ahead');
  expect(at(placeholders, 'spec.replicas')).toBeUndefined();
  expect(at(placeholders, 'spec.template.spec.priorityClassName')).toBe('sample-chat-ahead');
  expect(at(find(objects, 'PriorityClass', 'sample-chat-ahead'), 'value')).toBe(-10);
  expect(expressions(floorAlertGroups(config, ahead))).toContain(
    'max(kube_deployment_status_replicas_available{namespace="sample",deployment="chat-ahead"})',
  );
  expect(requiredClusterParts(config, ahead)).toContain('the same, for the nodes that come ahead of chat');
  expect(configDigest(config)).not.toBe(configDigest(configOf()));
});
