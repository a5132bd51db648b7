import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildKubernetes } from '../../../constructs/kubernetes/app';
import type { CapacityConfig } from '../../../lib/config/schema';
import { ProblemError } from '../../../lib/problems';
import { samplePlan } from '../../support/sample-plan';
import { at, buildFiles, buildObjects, configWith, find, planWith, readFiles, sampleConfig, sampleInput } from './support';

const golden = join(__dirname, '../../golden/kubernetes');

test('the sample is, byte for byte, what was reviewed (FORESIZE_UPDATE_GOLDEN=1 writes it anew)', () => {
  const files = buildFiles();
  if (process.env.FORESIZE_UPDATE_GOLDEN) {
    rmSync(golden, { recursive: true, force: true });
    mkdirSync(golden, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(golden, file), text);
  }
  expect(files).toEqual(readFiles(golden));
});

test('the namespace comes first and each workload has a file of its name', () => {
  expect(Object.keys(buildFiles())).toEqual([
    '00-namespace.k8s.yaml',
    'chat.k8s.yaml',
    'finetune.k8s.yaml',
    'resnet.k8s.yaml',
    'search.k8s.yaml',
    'storefront.k8s.yaml',
  ]);
});

test('the order of workloads in the config and in the plan does not show', () => {
  const reversed = <T>(record: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(record).reverse());
  const plan = samplePlan();
  const config = sampleConfig({ workloads: reversed(sampleInput.workloads), pools: reversed(sampleInput.pools) });
  expect(buildFiles(config, { ...plan, workloads: reversed(plan.workloads), pools: reversed(plan.pools) })).toEqual(buildFiles());
});

test('a change in one workload changes its file alone', () => {
  const [before, after] = [buildFiles(), buildFiles(sampleConfig(), planWith('chat', { ceiling: 20 }))];
  expect(Object.keys(after).filter((file) => after[file] !== before[file])).toEqual(['chat.k8s.yaml']);
});

test('another plan with the same figures changes nothing: no digest and no date of the plan stands on an object', () => {
  const renewed = { ...samplePlan(), digest: `sha256:${'f'.repeat(64)}`, validUntil: '2026-12-02T00:00:00Z' };
  expect(buildFiles(sampleConfig(), renewed)).toEqual(buildFiles());
});

test('without create nothing is written that concerns the namespace or what others have in it', () => {
  const objects = buildObjects(sampleConfig({ namespace: 'team-a' }));
  expect(objects.filter(({ kind }) => /^(Namespace|NetworkPolicy|ResourceQuota|LimitRange)$/.test(kind))).toEqual([]);
  expect(objects.every(({ metadata }) => metadata.namespace === 'team-a')).toBe(true);
  expect(buildObjects(sampleConfig({ namespace: { name: 'team-a' } }))).toEqual(objects);
});

test('every object but the namespace itself is in the namespace of the config', () => {
  const objects = buildObjects(sampleConfig({ namespace: { name: 'team-a', create: true } }));
  expect(
    objects.filter((object) => object.metadata.namespace !== 'team-a').map((object) => `${object.kind} ${object.metadata.name}`),
  ).toEqual(['Namespace team-a']);
});

test('no two objects share kind and name, and every name begins with its workload', () => {
  const objects = buildObjects();
  const names = objects.map((object) => `${object.kind} ${object.metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
  const bases = [...Object.keys(sampleInput.workloads), 'sample', 'default-deny', 'allow-dns'];
  for (const { metadata } of objects)
    expect(bases.some((base) => metadata.name === base || metadata.name.startsWith(`${base}-`))).toBe(true);
  expect(names.filter((name) => /-c[0-9a-f]{7}$/.test(name))).toEqual([]);
});

test('every floor and ceiling is that of the plan', () => {
  const objects = buildObjects();
  const { workloads } = samplePlan();
  const bounds = objects.flatMap((object) => {
    if (object.kind === 'HorizontalPodAutoscaler')
      return [[object.metadata.name, at(object, 'spec.minReplicas'), at(object, 'spec.maxReplicas')]];
    if (object.kind === 'ScaledObject')
      return [[object.metadata.name, at(object, 'spec.minReplicaCount'), at(object, 'spec.maxReplicaCount')]];
    return [];
  });
  expect(bounds).toEqual(['chat', 'search', 'storefront'].map((name) => [name, workloads[name].floor, workloads[name].ceiling]));
});

test('all kinds that the issue of a plan needs are there', () => {
  const kinds = new Set(buildObjects().map((object) => object.kind));
  for (const kind of [
    'Namespace',
    'Deployment',
    'Service',
    'ServiceAccount',
    'Job',
    'HorizontalPodAutoscaler',
    'ScaledObject',
    'PodDisruptionBudget',
    'NetworkPolicy',
  ])
    expect(kinds).toContain(kind);
});

test('image, command, port, health path and metric are those of the config', () => {
  const objects = buildObjects();
  expect(
    at(
      objects.find(({ kind }) => kind === 'Job'),
      'spec.template.spec.containers.0',
    ),
  ).toMatchObject({
    image: 'registry.example.com/resnet:1.0.0',
    command: ['torchrun', 'train.py'],
  });
  expect(at(find(objects, 'Deployment', 'chat'), 'spec.template.spec.containers.0')).toMatchObject({
    ports: [{ name: 'http', containerPort: 8000 }],
    readinessProbe: { httpGet: { path: '/health' } },
  });
  expect(at(find(objects, 'HorizontalPodAutoscaler', 'search'), 'spec.metrics.0.pods.metric.name')).toBe('requests_per_second');
});

test('a cluster of Kubernetes 1.35 reaches floors exactly, an older one is not asked to', () => {
  const tolerance = (version: string) =>
    at(
      find(buildObjects(sampleConfig({ cluster: { version } })), 'ScaledObject', 'chat'),
      'spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.tolerance',
    );
  expect(tolerance('1.34')).toBeUndefined();
  expect(tolerance('1.35')).toBe('0');
});

const refusal = (config: CapacityConfig, plan = samplePlan()): ProblemError => {
  try {
    buildFiles(config, plan);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('was not refused');
};

test('a missing image is a problem with its place and what to do', () => {
  expect(refusal(configWith('chat', { image: undefined })).message).toBe(
    "workloads.chat.image: is missing. Hint: name the container image it runs, for example image: 'registry.example.com/chat:1.0.0'",
  );
});

test('all problems of all workloads are shown together', () => {
  const tooLarge = { gpus: 8, cpuMilli: 1, memoryMiB: 1, maxCpuMilli: 1, maxMemoryMiB: 1 };
  const plan = planWith('chat', { resources: tooLarge });
  const { chat, resnet, ...others } = sampleInput.workloads;
  const workloads = { ...others, chat: { ...chat, image: undefined }, resnet: { ...resnet, image: undefined } };
  const planned = Object.fromEntries(Object.entries(plan.workloads).filter(([name]) => name !== 'finetune'));
  expect(refusal(sampleConfig({ workloads }), { ...plan, workloads: planned }).problems.map(({ code, path }) => `${code} ${path}`)).toEqual(
    [
      'kubernetes/no-image workloads.chat.image',
      'kubernetes/no-fit workloads.chat',
      'kubernetes/not-planned workloads.finetune',
      'kubernetes/no-image workloads.resnet.image',
    ],
  );
});

test('a floor of 0 is refused, because nothing here starts the first replica', () => {
  expect(refusal(sampleConfig(), planWith('search', { floor: 0 })).message).toContain('workloads.search: has a floor below 1 in the plan');
});

test('where something is refused nothing is written', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'foresize-kubernetes-'));
  expect(() => buildKubernetes({ config: configWith('storefront', { image: undefined }), plan: samplePlan(), outdir })).toThrow(
    ProblemError,
  );
  expect(readdirSync(outdir)).toEqual([]);
  rmSync(outdir, { recursive: true });
});
