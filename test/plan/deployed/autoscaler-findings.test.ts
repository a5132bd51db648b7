import { parseConfig } from '../../../lib/config';
import type { CapacityPlan } from '../../../lib/plan/file';
import { autoscalerFindings, type LiveAutoscaler, namespacesToAsk } from '../../../lib/plan/deployed';
import { renderProblem } from '../../../lib/problems';
import { rawConfig } from '../../support/config';
import { samplePlan } from '../../support/sample-plan';

const config = parseConfig(rawConfig({ namespace: 'serving' }));
const { chat } = samplePlan().workloads;
const plan: CapacityPlan = { ...samplePlan(), workloads: { chat } };
const night = Date.UTC(2026, 10, 23, 2);
const day = Date.UTC(2026, 10, 23, 8);
const hpa = (fields: Partial<LiveAutoscaler> = {}): LiveAutoscaler => ({
  namespace: 'serving',
  name: 'keda-hpa-chat',
  target: 'Deployment/chat',
  min: chat.floor,
  max: chat.ceiling,
  current: chat.peak,
  stuck: null,
  ...fields,
});
const said = (live: readonly LiveAutoscaler[], now = day, of = plan, by = config) =>
  autoscalerFindings(of, by, live, now).findings.map(renderProblem);

test('an autoscaler as the plan has it, with the replicas of its floor, has no finding', () => {
  expect(autoscalerFindings(plan, config, [hpa()], day)).toEqual({ findings: [], notes: [] });
});

test('other limits than those of the plan are named, each with both numbers', () => {
  expect(said([hpa({ min: 1, max: 20 })])).toEqual([
    'workloads.chat: has other limits in the cluster than in the plan: HPA serving/keda-hpa-chat has at least 1 replicas in place of 2, and at most 20 in place of 12. Hint: deploy the plan; where it is deployed, somebody else writes the autoscaler',
  ]);
});

test('fewer replicas than the floor of the moment are a finding, at night as many are none', () => {
  expect(said([hpa({ current: 3 })])).toEqual([
    'workloads.chat: has 3 replicas, and its floor is 6 now. Hint: look at the autoscaler and its triggers, and for pods that find no node',
  ]);
  expect(said([hpa({ current: 3 })], night)).toEqual([]);
});

test('a floor says nothing of a time that the plan does not speak of', () => {
  expect(said([hpa({ current: 0 })], Date.UTC(2027, 0, 1))).toEqual([]);
});

test('an autoscaler that does not scale says why', () => {
  expect(said([hpa({ stuck: 'FailedGetExternalMetric: no metrics returned' })])).toEqual([
    'workloads.chat: is moved by no autoscaler at present: HPA serving/keda-hpa-chat says FailedGetExternalMetric: no metrics returned. Hint: see to what it names: a metric that nobody answers, or a target that is not there',
  ]);
});

test('one that is not there yet is a note: the first deployment comes after the first plan', () => {
  const elsewhere = [hpa({ namespace: 'other' }), hpa({ target: 'Deployment/other' })];
  expect(autoscalerFindings(plan, config, elsewhere, day)).toEqual({ findings: [], notes: ['no autoscaler in the cluster yet: chat'] });
});

test('of an attached workload it is the one of its own object, where that is', () => {
  const { workloads, ...others } = rawConfig({ namespace: 'serving' });
  const attach = { kind: 'Deployment', name: 'vllm', namespace: 'models' } as const;
  const metric = { kind: 'prometheus', query: 'sum(load)', url: 'http://p:9090' } as const;
  const attached = parseConfig({ ...others, workloads: { chat: { ...workloads.chat, attach, metric } as never } });
  expect(namespacesToAsk(plan, attached)).toEqual(['models']);
  expect(said([hpa({ namespace: 'models', target: 'Deployment/vllm', max: 9 })], day, plan, attached)).toHaveLength(1);
});

test('training, whose number no autoscaler moves, is not asked for', () => {
  expect(namespacesToAsk({ ...plan, workloads: {} }, config)).toEqual([]);
});
