import { parse, parseAllDocuments } from 'yaml';
import { configDigest, parseConfig } from '../../../lib/config';
import { formatPlan } from '../../../lib/plan/file';
import { testLive } from '../../support/live-floor';
import { at, buildFiles, configWith, type Manifest, planWith, sampleInput } from './support';

const { url } = sampleInput.workloads.chat.metric;
const load = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', unit: 'req/s', url };
const fields = { load, owner: 'operate', metric: { kind: 'pods', name: 'requests_per_second' } };
const image = 'registry.example.com/foresize:1';
const configOf = (operate: object = {}, beside: object = {}) => configWith('chat', fields, { operate: { image, ...operate }, ...beside });
const planned = planWith('chat', {});
const plan = planWith('chat', { owner: 'operate', replay: { ...planned.workloads.chat.replay, live: testLive } as never });
const objectsOf = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const kinds = (objects: readonly Manifest[]) => objects.map(({ kind }) => kind);

test("under owner: 'operate' the HPA leaves its minimum to the loop, and tools are told to leave it alone", () => {
  const files = buildFiles(configOf({}, { gitops: true }), plan);
  const hpa = objectsOf(files['chat.k8s.yaml']).find(({ kind }) => kind === 'HorizontalPodAutoscaler');
  expect(hpa && at(hpa, 'spec.minReplicas')).toBeUndefined();
  expect(hpa && at(hpa, 'spec.maxReplicas')).toBe(plan.workloads.chat.ceiling);
  const ignored = { group: 'autoscaling', kind: 'HorizontalPodAutoscaler', name: 'chat', namespace: 'sample' };
  expect(parse(files['gitops/argo-cd.txt'])).toMatchObject({
    ignoreDifferences: expect.arrayContaining([{ ...ignored, jsonPointers: ['/spec/minReplicas'] }]) as object,
  });
  expect(Object.keys(buildFiles()).filter((file) => file.startsWith('operate'))).toEqual([]);
});

test('the loop has its config and plan, an account with a token in its pod alone, and a budget where there are two', () => {
  const open = { namespace: 'sample' };
  const one = objectsOf(buildFiles(configOf({}, open), plan)['operate-loop.k8s.yaml']);
  expect(kinds(one)).toEqual(['ServiceAccount', 'Role', 'RoleBinding', 'Role', 'RoleBinding', 'ConfigMap', 'Deployment']);
  const { data } = one.find(({ kind }) => kind === 'ConfigMap') as unknown as { readonly data: Readonly<Record<string, string>> };
  expect(configDigest(parseConfig(JSON.parse(data['foresize.config.json'])))).toBe(configDigest(configOf()));
  expect(data['capacity-plan.json']).toBe(formatPlan(plan));
  const pod = at(one[one.length - 1], 'spec.template.spec') as { readonly containers: readonly object[] };
  expect(pod).toMatchObject({ automountServiceAccountToken: true, securityContext: { runAsNonRoot: true } });
  expect(pod.containers).toMatchObject([
    { command: expect.arrayContaining(['operate', 'chat', '--act']) as object, securityContext: { readOnlyRootFilesystem: true } },
  ]);
  const two = buildFiles(configOf({ replicas: 2 }), plan)['operate-loop.k8s.yaml'];
  // The sample closes its namespace.
  expect(kinds(objectsOf(two)).slice(-2)).toEqual(['PodDisruptionBudget', 'NetworkPolicy']);
  const inImage = objectsOf(buildFiles(configOf({ directory: '/app' }), plan)['operate-loop.k8s.yaml']);
  expect(kinds(inImage)).not.toContain('ConfigMap');
});

test('an attached workload brings what its manifest says and no Secret of it, and rights in its own namespace', () => {
  const attach = { kind: 'StatefulSet', name: 'vllm', namespace: 'serving', manifest: 'deploy', takesOver: 'vllm-hpa' };
  const container = { name: 'main', image, resources: { requests: { cpu: '1', memory: '1Gi', 'nvidia.com/gpu': '1' } } };
  const template = { metadata: { labels: { app: 'vllm' } }, spec: { containers: [container] } };
  const stateful = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'vllm', namespace: 'serving' }, spec: { template } };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace: 'serving' }, stringData: { token: 'hidden' } };
  const bare = { image: undefined, port: undefined, healthPath: undefined, metric: { kind: 'cpu' } };
  const chat = { ...sampleInput.workloads.chat, ...fields, ...bare, attach };
  const raw = { ...sampleInput, workloads: { ...sampleInput.workloads, chat }, operate: { image } };
  const config = parseConfig(JSON.parse(JSON.stringify(raw)), 'config', { chat: [stateful, secret] as never });
  const text = buildFiles(config, plan)['operate-loop.k8s.yaml'];
  expect(text).toContain('chat.manifest.json');
  expect(text).not.toContain('hidden');
  const role = objectsOf(text).find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'sample-operate-numbers');
  expect(role).toMatchObject({
    metadata: { namespace: 'serving' },
    rules: [
      { resources: ['horizontalpodautoscalers'], verbs: ['list'] },
      { resources: ['horizontalpodautoscalers'], resourceNames: ['vllm-hpa'], verbs: ['patch'] },
      { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['vllm'], verbs: ['get'] },
    ],
  });
});

test.each([
  [{}, 'operate: is missing: which image runs the loop that moves the floor of chat'],
  [
    { operate: { image }, history: { prometheus: { url, bearerToken: { env: 'TOKEN' } } } },
    'operate.secret: is missing: history.prometheus wants credentials, which the pod of the loop must have',
  ],
])('a loop that cannot run is refused: %j', (beside, message) => {
  expect(() => configWith('chat', fields, beside)).toThrow(message);
});

test('a loop that owns no floor is refused', () => {
  expect(() => configWith('chat', {}, { operate: { image } })).toThrow('operate: says how the loop runs, and it owns no floor');
});

test('config and plan that are larger than a ConfigMap are refused with what to do', () => {
  const reasons = [{ code: 'load/history' as const, text: 'x'.repeat(1_100_000) }];
  const large = planWith('chat', { owner: 'operate', reasons } as never);
  expect(() => buildFiles(configOf(), large)).toThrow(
    /operate: needs config and plan in its pod, which are \d+ bytes: more than a ConfigMap holds/,
  );
});
