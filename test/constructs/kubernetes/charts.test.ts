import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../../lib/adapters/config-file';
import { readManifests } from '../../../lib/adapters/manifests';
import { type CapacityConfig, parseConfig } from '../../../lib/config';
import { attachWarnings } from '../../../lib/plan/attach-warnings';
import { poolOfferings, workloadSupply } from '../../../lib/plan/supply';
import { requiredClusterParts } from '../../../constructs/kubernetes/required-cluster-parts';
import type { WorkloadPlan } from '../../../lib/plan/file/types';
import { isProblemError } from '../../../lib/problems';
import { project, root } from '../../support/foresize';
import { samplePlan } from '../../support/sample-plan';
import { at, buildObjects, type Manifest } from './support';

/**
 * Workloads that others' charts run, attached to as they stand. The inputs in `test/charts` have the shape of those charts: what is
 * written for each, what is told of it, and whether its pods fit.
 */
const url = 'http://prometheus.monitoring.svc:9090';
const load = { kind: 'csv', path: 'load.csv', unit: 'req/s' } as const;
const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[1m]))', url } as const;
const served = { kind: 'inference', load, metric, replica: { throughput: '12 req/s' }, pool: 'gpu' } as const;
const gpu = { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'] };

function configOf(workload: object, pool: object = gpu): CapacityConfig {
  const raw = { name: 'prod', region: 'us-east-1', workloads: { chat: workload }, pools: { gpu: pool } };
  return parseConfig(raw, 'c', readManifests(raw, join(__dirname, '../../charts'), 'c'));
}

/** What one replica asks for by the plan. @throws ProblemError `sizing/no-fit` where no node of the pool holds one */
const resourcesOf = (config: CapacityConfig) => workloadSupply(config, 'chat', poolOfferings(config), 0).resources;

/** What is written: the sample plan's numbers of `like`, and what the pods of the chart ask for. */
function written(
  config: CapacityConfig,
  like: 'chat' | 'search' | 'storefront' | 'resnet',
  fields: Partial<WorkloadPlan> = {},
): Manifest[] {
  const plan = samplePlan();
  const resources = resourcesOf(config);
  const { gpus, cpuMilli, memoryMiB, maxCpuMilli, maxMemoryMiB } = resources;
  const chat = { ...plan.workloads[like], ...fields, resources: { gpus, cpuMilli, memoryMiB, maxCpuMilli, maxMemoryMiB } };
  const pool = plan.pools[chat.pool];
  const node = { ...pool.groups[0].node, gpus, allocatableCpuMilli: 1_000_000, allocatableMemoryMiB: 10_000_000 };
  const pools = { gpu: { ...pool, groups: [{ ...pool.groups[0], node }] } };
  return buildObjects(config, { ...plan, workloads: { chat: { ...chat, pool: 'gpu' } }, pools });
}

const told = (config: CapacityConfig) => attachWarnings(config).map(({ code, path, message }) => `${code} ${path}: ${message}`);

function refusals(workload: object, pool?: object): string[] {
  try {
    configOf(workload, pool);
  } catch (error) {
    if (isProblemError(error)) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('vLLM production stack: the Deployment of one model, with its floors by time and nothing else', () => {
  const attach = { kind: 'Deployment', name: 'demo-llama3-deployment-vllm', manifest: 'vllm-stack.yaml', disruptionBudget: true };
  const config = configOf({ ...served, attach });
  expect(resourcesOf(config)).toMatchObject({ gpus: 1, cpuMilli: 3000, memoryMiB: 20_480 });
  const objects = written(config, 'chat');
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
    'ScaledObject serving/chat',
    'PodDisruptionBudget serving/chat',
  ]);
  expect(at(objects[0], 'spec.scaleTargetRef')).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'demo-llama3-deployment-vllm' });
  expect(at(objects[1], 'spec.selector.matchLabels')).toEqual({ environment: 'test', release: 'test', model: 'llama3' });
  expect(told(config)).toEqual([
    'attach/replicas workloads.chat.attach.manifest: states spec.replicas: 2: each time it is applied the number falls back to that, whatever the autoscaler has set; take the field out, in the order of docs/hand-overs.md',
  ]);
});

test('a quota, where it is asked for, holds the GPUs of the namespace to the ceilings of all that the plan has there', () => {
  const attach = { kind: 'Deployment', name: 'demo-llama3-deployment-vllm', manifest: 'vllm-stack.yaml', quota: true };
  const quota = written(configOf({ ...served, attach }), 'chat').find(({ kind }) => kind === 'ResourceQuota');
  expect(quota?.metadata).toMatchObject({ name: 'prod-gpus', namespace: 'serving' });
  expect(at(quota, 'spec.hard')).toEqual({ 'requests.nvidia.com/gpu': '12' });
  const withPlaces = written(configOf({ ...served, attach }), 'chat', { ahead: 'nodes', floor: 2 }).find(
    ({ kind }) => kind === 'ResourceQuota',
  );
  expect(at(withPlaces, 'spec.hard')).toEqual({ 'requests.nvidia.com/gpu': '22' });
});

test('placeholder pods of what is attached tolerate what its pods do', () => {
  const attach = { kind: 'Deployment', name: 'demo-llama3-deployment-vllm', manifest: 'vllm-stack.yaml' };
  const config = configOf({ ...served, attach });
  const tolerations = config.attached.chat.pod.tolerations;
  expect(tolerations).not.toEqual([]);
  const [placeholders] = written(config, 'chat', { buffer: { replicas: 1, by: 'placeholder-pods' } }).filter(
    ({ kind }) => kind === 'Deployment',
  );
  const keys = (at(placeholders, 'spec.template.spec.tolerations') as { readonly key: string }[]).map(({ key }) => key);
  expect(keys).toEqual(expect.arrayContaining(tolerations.map(({ key }) => key)));
});

test('KServe: the Deployment of the predictor stands in the InferenceService that it is made of', () => {
  const attach = { kind: 'Deployment', name: 'qwen-predictor', manifest: 'kserve.yaml' };
  const config = configOf({ ...served, attach });
  expect(resourcesOf(config)).toMatchObject({ gpus: 1, cpuMilli: 2000, memoryMiB: 16_384 });
  expect(written(config, 'chat').map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
    'ScaledObject models/chat',
  ]);
  expect(told(config)).toEqual([]);
  expect(refusals({ ...served, attach: { ...attach, kind: 'InferenceService', name: 'qwen' } })).toEqual([
    "c: workloads.chat.attach.kind: InferenceService has no scale subresource: no autoscaler can move its replicas. Hint: attach to the Deployment that KServe makes of its predictor, kind: 'Deployment' and the name with '-predictor'",
  ]);
});

test('llm-d: decode is attached to by itself, sidecar counted, and fits a node of four GPUs', () => {
  const attach = { kind: 'Deployment', name: 'ms-qwen-decode', manifest: ['llm-d.yaml'] };
  const config = configOf({ ...served, attach });
  expect(resourcesOf(config)).toMatchObject({ gpus: 4, cpuMilli: 12_250, memoryMiB: 65_792 });
  expect(written(config, 'chat').map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual(['ScaledObject llm-d']);
  expect(told(config)).toEqual([]);
  expect(() => resourcesOf(configOf({ ...served, attach }, { ...gpu, instances: ['g6e.xlarge'] }))).toThrow("fits no node of pool 'gpu'");
});

test('Triton: its own HPA is refused until it is taken over, and what keeps its pods from the nodes is told', () => {
  const attach = { kind: 'Deployment', name: 'triton', namespace: 'vision', manifest: 'triton.yaml' };
  const asks = { ...metric, query: 'sum(rate(nv_inference_request_success{app="tritons"}[1m]))' };
  expect(refusals({ ...served, metric: asks, attach })).toEqual([
    "c: workloads.chat.attach: is scaled by HorizontalPodAutoscaler 'triton-hpa' already: two autoscalers would fight over its replicas. Hint: take it over, attach: { ..., takesOver: 'triton-hpa' }, as docs/hand-overs.md says; or take it out of the manifests",
  ]);
  const config = configOf({ ...served, metric: asks, attach: { ...attach, takesOver: 'triton-hpa' } });
  const [scaled] = written(config, 'chat');
  expect(at(scaled, 'metadata.annotations')).toEqual({ 'scaledobject.keda.sh/transfer-hpa-ownership': 'true' });
  expect(at(scaled, 'spec.advanced.horizontalPodAutoscalerConfig.name')).toBe('triton-hpa');
  expect(resourcesOf(config)).toMatchObject({ gpus: 1, cpuMilli: 3500, memoryMiB: 14_336 });
  expect(told(config).map((line) => line.replace(/: each time.*/, ''))).toEqual([
    'attach/replicas workloads.chat.attach.manifest: states spec.replicas: 4',
    "attach/nodes workloads.chat.attach.manifest: its pods do not tolerate the taint nvidia.com/gpu:NoSchedule that nodes of pool 'gpu' have",
    "attach/nodes workloads.chat.attach.manifest: its pods choose nodes by team=vision, which nodes of pool 'gpu' do not have",
    'attach/metric workloads.chat.metric: asks for app="tritons", and the pods of the manifest have app="triton": it would find nothing',
  ]);
});

test('a web chart: a service whose servers are pods, scaled by the CPU of the one container that serves', () => {
  const attach = { kind: 'Deployment', name: 'shop-web', container: 'web', manifest: 'web.yaml' };
  const cpu = { kind: 'csv', path: 'cpu.csv', unit: '%' };
  const workload = { kind: 'service', cpu, servers: 6, pool: 'gpu', attach };
  const config = configOf(workload, { kind: 'pool', instances: ['m7i.xlarge'] });
  expect(resourcesOf(config)).toMatchObject({ gpus: 0, cpuMilli: 600, memoryMiB: 640 });
  const objects = written(config, 'storefront');
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual(['ScaledObject prod/chat']);
  expect(at(objects[0], 'spec.triggers.0')).toMatchObject({ type: 'cpu', metadata: { containerName: 'web' } });
  expect(told(config)).toEqual([]);
});

test("a training job: its number of workers is its owner's to write, so it is told and nothing is written", () => {
  const attach = { kind: 'Job', name: 'finetune', manifest: 'training.yaml' };
  const workload = { kind: 'training', model: 'resnet50', samples: 1_281_167, epochs: 90, deadline: '24h', pool: 'gpu', attach };
  const config = configOf(workload, { kind: 'gpuPool', instances: ['p5.48xlarge'] });
  expect(resourcesOf(config)).toMatchObject({ gpus: 8, cpuMilli: 90_000, memoryMiB: 921_600 });
  expect(written(config, 'resnet')).toEqual([]);
  expect(told(config)).toEqual([]);
  const plan = samplePlan();
  const planned = { ...plan, workloads: { chat: { ...plan.workloads.resnet, peak: 3, pool: 'h100' } } };
  expect(requiredClusterParts(config, planned)).toContain('spec.parallelism 3 in Job train/finetune, which its owner writes, for chat');
});

/** The configs that a page shows, each as the file of a project that has what it names. */
function configsOn(page: string): CapacityConfig[] {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(/```ts\n(\/\/ foresize\.config\.ts\n.*?)```/gs);
  const manifest = readFileSync(join(root, 'test/charts/vllm-stack.yaml'), 'utf8').replaceAll('demo-llama3-deployment-vllm', 'vllm');
  return [...blocks].map(
    ([, text]) => readConfig(join(project({ 'foresize.config.ts': text, 'deploy/vllm.yaml': manifest }), 'foresize.config.ts')).config,
  );
}

test.each(['docs/attach.md', 'README.md'])(
  'the configs of %s are taken as they stand, and an attached workload becomes one object',
  (page) => {
    const configs = configsOn(page);
    const attachedOnes = configs.filter(({ workloads }) => workloads.chat.attach !== undefined);
    expect(attachedOnes).not.toEqual([]);
    for (const config of attachedOnes)
      expect(written(config, 'chat').map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
        'ScaledObject serving/chat',
      ]);
  },
);
