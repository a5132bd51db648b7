import { configDigest, type CapacityConfig, type ManifestObject, parseConfig } from '../../lib/config';
import { attachFacts } from '../../lib/config/attach-facts';
import { manifestPod } from '../../lib/config/manifest-pods';
import { attachWarnings } from '../../lib/plan/attach-warnings';
import { isProblemError } from '../../lib/problems';
import { rawConfig } from '../support/config';

const { chat } = rawConfig().workloads;
const unsized = Object.fromEntries(Object.entries(chat).filter(([key]) => key !== 'replica'));
const attach = { kind: 'Deployment', name: 'vllm' };
const container = (requests: object, more: object = {}) => ({ name: 'main', resources: { requests }, ...more });
const template = (spec: object) => ({ metadata: { labels: { app: 'vllm' } }, spec });
const deployment = (spec: object = {}, metadata: object = {}): ManifestObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'vllm', ...metadata },
  spec: { template: template({ containers: [container({ cpu: '2', memory: '8Gi', 'nvidia.com/gpu': 1 })] }), ...spec },
});

function configOf(fields: object, objects?: readonly ManifestObject[], others: object = {}): CapacityConfig {
  const workloads = { chat: { ...chat, ...fields }, ...others };
  return parseConfig(rawConfig({ workloads }), 'c', objects && { chat: objects });
}

function refusal(fields: object, objects?: readonly ManifestObject[], others?: object): string {
  try {
    configOf(fields, objects, others);
  } catch (error) {
    if (isProblemError(error)) return error.message;
    throw error;
  }
  return '';
}

test.each([
  ['Deployment', 'apps/v1'],
  ['StatefulSet', 'apps/v1'],
  ['LeaderWorkerSet', 'leaderworkerset.x-k8s.io/v1'],
  ['Rollout', 'argoproj.io/v1alpha1'],
  ['DynamoGraphDeploymentScalingAdapter', 'nvidia.com/v1alpha1'],
])('the group and version of a %s need not be stated', (kind, apiVersion) => {
  expect(configOf({ attach: { kind, name: 'vllm' } }).workloads.chat.attach).toMatchObject({ kind, apiVersion, namespace: 'test' });
});

test('of a kind that is not known here they are', () => {
  expect(refusal({ attach: { kind: 'Fleet', name: 'vllm' } })).toBe(
    "c: workloads.chat.attach.apiVersion: is missing (expected the group and version of Fleet, such as 'example.com/v1')",
  );
  expect(refusal({ attach: { kind: 'Fleet', name: 'vllm', apiVersion: 'games.example.com/v1' } })).toBe('');
});

test.each([
  [{ attach: { kind: 'DaemonSet', name: 'x' } }, 'c: workloads.chat.attach.kind: DaemonSet has no scale subresource'],
  [{ attach, image: 'x:1' }, "c: workloads.chat.image: is of pods that are written here, and these are somebody else's"],
  [{ attach: { ...attach, disruptionBudget: true } }, 'c: workloads.chat.attach.disruptionBudget: needs the labels of the pods'],
  [
    { pool: 'general', replica: { throughput: '1 req/s' }, attach: { ...attach, quota: true } },
    "c: workloads.chat.attach.quota: limits GPUs, and nodes of pool 'general' have none",
  ],
  [{ attach: { ...attach, name: 'Not A Name' } }, 'c: workloads.chat.attach.name: must be a name of Kubernetes'],
])('%j is refused at its place', (fields, sentence) => expect(refusal(fields)).toContain(sentence));

test('two workloads cannot be attached to the same object', () => {
  const other = { ...chat, attach: { ...attach, namespace: 'test' } };
  expect(refusal({ attach }, undefined, { other })).toContain("c: workloads.other.attach: is what workload 'chat' is attached to");
  expect(refusal({ attach }, undefined, { other: { ...chat, attach: { ...attach, namespace: 'elsewhere' } } })).toBe('');
});

describe('with a manifest', () => {
  const read = { attach: { ...attach, manifest: 'vllm.yaml' } };
  const replica = { throughput: '12 req/s' };

  test('what pods ask for need not be stated twice, and is the same plan whichever way it is said', () => {
    const config = configOf({ ...read, replica }, [deployment()]);
    expect(config.workloads.chat).toMatchObject({ replica: { gpus: 1, cpu: 2000, memory: 8192 } });
    const stated = parseConfig(
      rawConfig({ workloads: { chat: { ...unsized, replica: { ...replica, gpus: 1, cpu: '2', memory: '8 GiB' } } as typeof chat } }),
    );
    expect(configDigest(config)).toBe(configDigest(stated));
  });

  test('only what can change a size changes the digest of the config', () => {
    const digest = (object: ManifestObject) => configDigest(configOf({ ...read, replica }, [object]));
    const image = deployment({
      template: template({ containers: [container({ cpu: '2', memory: '8Gi', 'nvidia.com/gpu': 1 }, { image: 'other:2' })] }),
    });
    expect(digest(image)).toBe(digest(deployment()));
    expect(digest(deployment({ replicas: 9 }, { annotations: { note: 'x' } }))).toBe(digest(deployment()));
    expect(digest(deployment({ template: template({ containers: [container({ cpu: '3' })] }) }))).not.toBe(digest(deployment()));
  });

  test.each([
    [
      'another number of GPUs',
      { ...read, replica: { ...replica, gpus: 2 } },
      [deployment()],
      'replica.gpus: is 2 GPU, and the pods of the manifest ask for 1 GPU',
    ],
    [
      'another namespace',
      { attach: { ...read.attach, namespace: 'a' }, replica },
      [deployment({}, { namespace: 'b' })],
      "holds no Deployment 'vllm'",
    ],
    [
      'another container',
      { attach: { ...read.attach, container: 'app' }, replica },
      [deployment()],
      "attach.container: is not in the manifest: 'app'. Hint: it has main",
    ],
    [
      'an object that is not there',
      { ...read, replica },
      [deployment({}, { name: 'other' })],
      "holds no Deployment 'vllm'. Hint: it holds Deployment other",
    ],
    ['nothing at all', { ...read, replica }, [], "holds no Deployment 'vllm'. Hint: it holds no object at all"],
  ])('%s is refused', (_, fields, objects, sentence) => expect(refusal(fields, objects)).toContain(sentence));

  const hpa = { kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'vllm' } } };
  const scaled = { kind: 'ScaledObject', metadata: { name: 's' }, spec: { scaleTargetRef: { name: 'vllm' } } };
  const sizes = { kind: 'VerticalPodAutoscaler', metadata: { name: 'v' }, spec: { targetRef: { kind: 'Deployment', name: 'vllm' } } };

  test('a second autoscaler of the same replicas is refused, whatever it is; one of pods or of others is not', () => {
    const refused = (object: ManifestObject, more: object = {}) =>
      refusal({ attach: { ...read.attach, ...more }, replica }, [deployment(), object]);
    expect(refused(hpa)).toContain("is scaled by HorizontalPodAutoscaler 'h' already");
    expect(refused(hpa, { takesOver: 'h' })).toBe('');
    expect(refused(hpa, { takesOver: 'other' })).toContain("is scaled by HorizontalPodAutoscaler 'h' already");
    expect(refused(scaled)).toContain("is scaled by ScaledObject 's' already");
    expect(refused(scaled, { takesOver: 's' })).toContain("is scaled by ScaledObject 's' already");
    expect(refused(sizes)).toBe('');
    expect(refused({ ...hpa, spec: { scaleTargetRef: { kind: 'StatefulSet', name: 'vllm' } } })).toBe('');
    expect(refused({ ...hpa, metadata: { name: 'h', namespace: 'elsewhere' } }, { namespace: 'test' })).toBe('');
  });

  test('KServe scales by an HPA of its own unless it is told not to', () => {
    const service = (annotations: object) => ({
      kind: 'InferenceService',
      metadata: { name: 'qwen', annotations },
      spec: { predictor: { model: { resources: { limits: { 'nvidia.com/gpu': '1' } } } } },
    });
    const fields = { attach: { ...read.attach, name: 'qwen-predictor' }, replica };
    expect(refusal(fields, [service({})])).toContain(
      "Hint: tell KServe to leave the replicas alone, serving.kserve.io/autoscalerClass: 'none'",
    );
    expect(refusal(fields, [service({ 'serving.kserve.io/autoscalerClass': 'external' })])).toBe('');
  });
});

describe('what pods are told of beside their nodes and metrics', () => {
  const tolerant = { tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }] };
  const told = (pod: object, pool: object = {}, query = 'sum(up)') => {
    const raw = rawConfig();
    const pools = { l40s: { ...raw.pools.l40s, ...pool } };
    const metric = { kind: 'prometheus', query, url: 'http://p:9090' };
    const workloads = {
      chat: { ...unsized, replica: { throughput: '12 req/s' }, metric, attach: { ...attach, namespace: 'serving', manifest: 'x' } },
    };
    const object = deployment({ template: template({ containers: [container({})], ...pod }) });
    return attachWarnings(parseConfig({ ...raw, workloads, pools }, 'c', { chat: [object] })).map(({ message }) => message);
  };

  test.each([
    ['pods that tolerate the taint of GPU nodes', tolerant, {}, []],
    [
      'a taint of the pool that they do not tolerate',
      tolerant,
      { taints: [{ key: 'team', value: 'ml', effect: 'NoSchedule' }] },
      ["its pods do not tolerate the taint team=ml:NoSchedule that nodes of pool 'l40s' have"],
    ],
    ['a taint that only prefers others', tolerant, { taints: [{ key: 'team', value: 'ml', effect: 'PreferNoSchedule' }] }, []],
    [
      'a toleration of another value',
      { tolerations: [...tolerant.tolerations, { key: 'team', value: 'web' }] },
      { taints: [{ key: 'team', value: 'ml', effect: 'NoSchedule' }] },
      ["its pods do not tolerate the taint team=ml:NoSchedule that nodes of pool 'l40s' have"],
    ],
    ['a label that the pool states', { ...tolerant, nodeSelector: { team: 'ml' } }, { nodeSelector: { team: 'ml' } }, []],
    ['the label of a pool', { ...tolerant, nodeSelector: { 'foresize.dev/pool': 'l40s' } }, {}, []],
    ['a label that a cloud gives', { ...tolerant, nodeSelector: { 'karpenter.sh/capacity-type': 'spot' } }, {}, []],
    [
      'an instance type of another pool',
      { ...tolerant, nodeSelector: { 'node.kubernetes.io/instance-type': 'p5.48xlarge' } },
      {},
      ["its pods choose nodes by node.kubernetes.io/instance-type=p5.48xlarge, which nodes of pool 'l40s' do not have"],
    ],
  ])('%s', (_, pod, pool, messages) => expect(told(pod, pool)).toEqual(messages));

  test.each([
    ['sum(rate(x{app="vllm"}[1m]))', []],
    ['sum(rate(x{app="chat"}[1m]))', ['asks for app="chat", and the pods of the manifest have app="vllm": it would find nothing']],
    ['sum(x{namespace="other"})', ['asks for namespace="other", and the pods of the manifest are in \'serving\': it would find nothing']],
    ['sum(x{container="web"})', ['asks for container="web", and the pods of the manifest have main: it would find nothing']],
    ['sum(x{release="a"})', ['asks for release="a", and the pods of the manifest have no such label: it would find nothing']],
    ['sum(x{model_name="llama",namespace="serving",text="a{app=\\"b\\"}"})', []],
  ])('%s', (query, messages) => expect(told(tolerant, {}, query)).toEqual(messages));
});

describe('what a pod asks for', () => {
  test.each([
    [
      'the sum of its containers',
      { containers: [container({ cpu: '500m', memory: '1Gi' }), container({ cpu: 1, memory: '512Mi' })] },
      1500,
      1536,
    ],
    [
      'its largest init container, where that is more',
      { containers: [container({ cpu: '1' })], initContainers: [container({ cpu: '3' }), container({ cpu: '2' })] },
      3000,
      undefined,
    ],
    [
      'a sidecar beside its containers',
      { containers: [container({ cpu: '1' })], initContainers: [container({ cpu: '250m' }, { restartPolicy: 'Always' })] },
      1250,
      undefined,
    ],
    ['its overhead', { containers: [container({ cpu: '1', memory: '1G' })], overhead: { cpu: '100m', memory: '1M' } }, 1100, 955],
    ['nothing, where nothing is asked for', { containers: [container({})] }, undefined, undefined],
  ])('%s', (_, spec, cpuMilli, memoryMiB) => {
    const pod = manifestPod({ spec });
    expect([pod.cpuMilli, pod.memoryMiB]).toEqual([cpuMilli, memoryMiB]);
  });

  test('a limit without a request is the request', () => {
    const pod = manifestPod({ spec: { containers: [{ name: 'a', resources: { limits: { cpu: '2', 'nvidia.com/gpu': '8' } } }] } });
    expect(pod).toMatchObject({ gpus: 8, cpuMilli: 2000 });
  });

  const factsOf = (kind: string, apiVersion: string, name: string, object: ManifestObject, others: readonly ManifestObject[] = []) =>
    attachFacts({ kind, apiVersion, name, disruptionBudget: false, quota: false }, [object, ...others]);

  test('a group of a LeaderWorkerSet is one replica: its leader and its workers', () => {
    const group = {
      size: 3,
      leaderTemplate: template({ containers: [container({ cpu: '1' })] }),
      workerTemplate: template({ containers: [container({ cpu: '8', 'nvidia.com/gpu': 4 })] }),
    };
    const object = { kind: 'LeaderWorkerSet', metadata: { name: 'llama' }, spec: { leaderWorkerTemplate: group } };
    expect(factsOf('LeaderWorkerSet', 'x/v1', 'llama', object)?.pod).toMatchObject({ gpus: 8, cpuMilli: 17_000 });
  });

  test('a Rollout may take its pods from a Deployment', () => {
    const object = { kind: 'Rollout', metadata: { name: 'web' }, spec: { workloadRef: { kind: 'Deployment', name: 'vllm' } } };
    expect(factsOf('Rollout', 'x/v1', 'web', object, [deployment()])?.pod).toMatchObject({ gpus: 1, cpuMilli: 2000 });
  });

  test('the scaling adapter of a Dynamo service stands in the graph that it is made of', () => {
    const services = { Frontend: { replicas: 1 }, decode: { replicas: 2, resources: { requests: { cpu: '8' }, limits: { gpu: '2' } } } };
    const object = { kind: 'DynamoGraphDeployment', metadata: { name: 'agg', namespace: 'd' }, spec: { services } };
    expect(factsOf('DynamoGraphDeploymentScalingAdapter', 'x/v1', 'agg-decode', object)).toMatchObject({
      pod: { gpus: 2, cpuMilli: 8000 },
      replicas: 2,
      replicasField: 'spec.services.decode.replicas',
      namespace: 'd',
    });
  });
});
