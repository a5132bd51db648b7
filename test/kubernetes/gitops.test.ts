import { spawnSync } from 'node:child_process';
import { writeFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { buildKubernetes } from '../../constructs/kubernetes/app';
import { at, find, type Manifest, planWith, sampleConfig, sampleInput } from '../constructs/kubernetes/support';
import { temporaryFolder } from '../support/foresize';
import { onPath } from '../support/programs';

const { chat, resnet, finetune } = sampleInput.workloads;
const config = sampleConfig({
  gitops: true,
  kueue: { create: true },
  workloads: {
    ...sampleInput.workloads,
    chat: {
      ...chat,
      monitor: true,
      reaches: ['s3'],
      pod: { volumes: { models: { mountPath: '/models', s3: 'models' } } },
      buffer: { replicas: 1, by: 'capacity-buffer' },
    },
    resnet: { ...resnet, run: { queue: 'research' } },
    finetune: { ...finetune },
  },
  pools: {
    ...sampleInput.pools,
    l40s: { ...sampleInput.pools.l40s, owner: 'karpenter', karpenter: { role: 'nodes', ami: 'al2023@v20260807' } },
  },
});

function built(): string {
  const outdir = join(temporaryFolder(), 'cdk8s.out');
  const plan = planWith('chat', { buffer: { replicas: 1, by: 'capacity-buffer' } });
  const { l40s } = plan.pools;
  buildKubernetes({ config, plan: { ...plan, pools: { ...plan.pools, l40s: { ...l40s, owner: 'karpenter' } } }, outdir });
  return outdir;
}

const objectsIn = (text: string): Manifest[] => parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');

const kubectl = onPath('kubectl');
const kustomizeTest = kubectl === undefined ? test.skip : test;
const why = kubectl === undefined ? ' (not run: missing here: kubectl)' : '';

/** What an overlay over the base becomes, by the real Kustomize of kubectl. */
function overlaid(settings: string): Manifest[] {
  const base = built();
  const overlay = join(base, '..', 'overlay');
  mkdirSync(overlay);
  writeFileSync(join(overlay, 'kustomization.yaml'), `resources: [../cdk8s.out]\n${settings}`);
  const { status, stdout, stderr } = spawnSync(kubectl ?? '', ['kustomize', overlay], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return objectsIn(stdout);
}

kustomizeTest(`the base is what is written, object for object${why}`, () => {
  const base = built();
  const { status, stdout, stderr } = spawnSync(kubectl ?? '', ['kustomize', base], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  const { resources } = parse(read(base, 'Kustomization')) as { readonly resources: readonly string[] };
  const written = resources.flatMap((file) => objectsIn(read(base, file)));
  const sorted = (objects: readonly Manifest[]) =>
    [...objects].sort((a, b) => `${a.kind} ${a.metadata.name}`.localeCompare(`${b.kind} ${b.metadata.name}`));
  expect(sorted(objectsIn(stdout))).toEqual(sorted(written));
});

kustomizeTest(`under a prefix every name that refers to another object still does${why}`, () => {
  const objects = overlaid('namePrefix: eu-\n');
  const named = (kind: string, name: string, path: string) => at(find(objects, kind, name), path);
  const job = objects.find(({ kind }) => kind === 'Job')!;
  expect({
    scaled: named('ScaledObject', 'eu-chat', 'spec.scaleTargetRef.name'),
    horizontal: named('HorizontalPodAutoscaler', 'eu-search', 'spec.scaleTargetRef.name'),
    buffer: named('CapacityBuffer', 'eu-chat-buffer', 'spec.scalableRef.name'),
    account: named('Deployment', 'eu-chat', 'spec.template.spec.serviceAccountName'),
    claim: (named('Deployment', 'eu-chat', 'spec.template.spec.volumes') as object[])
      .map((volume) => at(volume, 'persistentVolumeClaim.claimName'))
      .find((name) => name !== undefined),
    subdomain: at(job, 'spec.template.spec.subdomain'),
    queue: (at(job, 'metadata.labels') as Record<string, string>)['kueue.x-k8s.io/queue-name'],
    flavour: named('ClusterQueue', 'eu-sample-research', 'spec.resourceGroups.0.flavors.0.name'),
    nodeClass: at(
      objects.find(({ kind }) => kind === 'NodePool'),
      'spec.template.spec.nodeClassRef.name',
    ),
  }).toEqual({
    scaled: 'eu-chat',
    horizontal: 'eu-search',
    buffer: 'eu-chat',
    account: 'eu-chat',
    claim: objects.find(({ kind }) => kind === 'PersistentVolumeClaim')?.metadata.name,
    subdomain: 'eu-resnet',
    queue: 'eu-research',
    flavour: objects.find(({ kind }) => kind === 'ResourceFlavor')?.metadata.name,
    nodeClass: objects.find(({ kind }) => kind === 'EC2NodeClass')?.metadata.name,
  });
  const [claim, volume] = ['PersistentVolumeClaim', 'PersistentVolume'].map((kind) => objects.find((object) => object.kind === kind));
  expect(at(claim, 'spec.volumeName')).toBe(volume?.metadata.name);
  expect(at(volume, 'spec.claimRef.name')).toBe(claim?.metadata.name);
  // A selector goes by labels, which a prefix leaves as they are.
  expect(named('PodMonitor', 'eu-chat', 'spec.selector.matchLabels')).toEqual({ 'app.kubernetes.io/name': 'chat' });
  expect(objects.filter(({ kind, metadata }) => kind !== 'Namespace' && !metadata.name.startsWith('eu-'))).toEqual([]);
});

test('Argo CD leaves alone what others move: replicas of what is autoscaled, and what Kueue does to a run', () => {
  const { syncPolicy, ignoreDifferences } = parse(read(built(), 'gitops/argo-cd.txt')) as Record<string, unknown>;
  expect(syncPolicy).toEqual({ syncOptions: ['RespectIgnoreDifferences=true'] });
  const job = objectsIn(read(built(), 'resnet.k8s.yaml')).find(({ kind }) => kind === 'Job');
  expect(ignoreDifferences).toEqual([
    { group: 'apps', kind: 'Deployment', name: 'chat', namespace: 'sample', jsonPointers: ['/spec/replicas'] },
    {
      group: 'batch',
      kind: 'Job',
      name: job?.metadata.name,
      namespace: 'sample',
      jsonPointers: ['/spec/suspend', '/spec/template/spec/nodeSelector', '/spec/template/spec/tolerations'],
    },
    { group: 'apps', kind: 'Deployment', name: 'search', namespace: 'sample', jsonPointers: ['/spec/replicas'] },
    { group: 'apps', kind: 'Deployment', name: 'storefront', namespace: 'sample', jsonPointers: ['/spec/replicas'] },
  ]);
});

test('Flux likewise, by its own words', () => {
  const { ignore } = parse(read(built(), 'gitops/flux.txt')) as { readonly ignore: readonly object[] };
  expect(ignore).toHaveLength(4);
  expect(ignore[0]).toEqual({
    paths: ['/spec/replicas'],
    target: { group: 'apps', kind: 'Deployment', name: 'chat', namespace: 'sample' },
  });
});

test('none of the files beside the manifests is one that kubectl apply -f would take', () => {
  const { resources, configurations } = parse(read(built(), 'Kustomization')) as Record<string, readonly string[]>;
  expect(resources.every((file) => file.endsWith('.k8s.yaml'))).toBe(true);
  expect([...configurations, 'Kustomization', 'gitops/argo-cd.txt'].filter((file) => /\.(ya?ml|json)$/.test(file))).toEqual([]);
});
