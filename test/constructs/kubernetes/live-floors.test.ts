import { parse } from 'yaml';
import { floorAlertGroups, floorRuleGroups } from '../../../constructs/kubernetes/live-floors';
import { floorDashboard, type RuleGroup, type WatchRule } from '../../../lib/plan/live-floor';
import { testLive } from '../../support/live-floor';
import { buildFiles, configWith, planWith, sampleInput } from './support';

const { url } = sampleInput.workloads.chat.metric;
const load = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', unit: 'req/s', url };
const configOf = (fields: object = {}) => configWith('chat', { load, owner: 'live', ...fields });
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
