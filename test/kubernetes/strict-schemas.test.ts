import Ajv, { type ValidateFunction } from 'ajv';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { buildKubernetes } from '../../constructs/kubernetes/app';
import { loadProject } from '../../lib/project/project';
import { filesOf, root, temporaryFolder } from '../support/foresize';
import { testLive } from '../support/live-floor';
import { samplePlan } from '../support/sample-plan';
import { buildObjects, type Manifest, planWith, sampleConfig, sampleInput } from '../constructs/kubernetes/support';

type BuiltIn = { readonly kinds: Readonly<Record<string, string>>; readonly definitions: object };

const folder = join(__dirname, '../../../shared/data/kubernetes');
const here = existsSync(folder);
const why = here ? '' : ' (skipped: ../shared/data/kubernetes is not here)';
const versions = here ? readdirSync(folder).flatMap((file) => /^openapi-(.*)\.json$/.exec(file)?.[1] ?? []) : ['of every version'];

// The schemas of custom resources have patterns of Go, in which a flag may stand before what it is for.
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8').replaceAll('^(?i)', '^'));
const ajv = () => new Ajv({ strict: false, allErrors: true, validateFormats: false });

/** Compiled once, for all tests: custom resources are the same for every version of Kubernetes. */
const custom = new Map<string, ValidateFunction>();
const customOf = (file: string) => {
  if (!custom.has(file) && existsSync(join(folder, file))) custom.set(file, ajv().compile(read(file) as object));
  return custom.get(file);
};
const byVersion = new Map<string, (object: Manifest) => string[]>();

/** Validators by `apiVersion/Kind`: unknown fields are errors. */
function validators(version: string): (object: Manifest) => string[] {
  const known = byVersion.get(version) ?? validatorsOf(version);
  byVersion.set(version, known);
  return known;
}

function validatorsOf(version: string): (object: Manifest) => string[] {
  const openApi = read(`openapi-${version}.json`) as BuiltIn;
  const builtIn = ajv().addSchema({ $id: 'kubernetes', definitions: openApi.definitions });
  return (object) => {
    const [group, groupVersion] = object.apiVersion.split('/');
    const definition = openApi.kinds[`${object.apiVersion}/${object.kind}`];
    const validate: ValidateFunction | undefined = definition
      ? builtIn.getSchema(`kubernetes#/definitions/${definition}`)
      : customOf(`crds/${group}_${object.kind.toLowerCase()}_${groupVersion}.json`);
    if (!validate) return [`no schema for ${object.apiVersion} ${object.kind}`];
    validate(object);
    return (validate.errors ?? []).map(
      (error) => `${object.kind} ${object.metadata.name}${error.instancePath} ${error.message}: ${JSON.stringify(error.params)}`,
    );
  };
}

const it = { image: 'registry.example.com/it:1', cpu: '100m', memory: '64 MiB' };
const fullPod = {
  args: ['a/model'],
  env: { A: 'b', T: { secret: 's', key: 'k' }, C: { configMap: 'c', key: 'k', optional: true }, IP: { field: 'status.podIP' } },
  envFrom: [{ secret: 's' }, { configMap: 'c' }],
  volumes: {
    claim: { mountPath: '/claim', claim: 'data', subPath: 'a' },
    bucket: { mountPath: '/bucket', s3: 'models', prefix: 'v1/', readOnly: true },
    disk: { mountPath: '/disk', ephemeral: '50 GiB', storageClass: 'gp3' },
    scratch: { mountPath: '/scratch', emptyDir: '1 GiB' },
    certs: { mountPath: '/certs', secret: 'tls', readOnly: true },
    settings: { mountPath: '/settings', configMap: 'settings' },
  },
  initContainers: { load: { ...it, mounts: { scratch: '/out' } }, mesh: { ...it, sidecar: true } },
  containers: { proxy: { ...it, ports: [9000], user: 1000 } },
  user: 2000,
  group: 2000,
  fsGroup: 2000,
  pullSecrets: ['registry'],
  pullPolicy: 'Always',
  probes: {
    startup: { path: '/health', failures: 99 },
    readiness: { grpc: true, port: 9000 },
    liveness: { command: ['true'], every: '9s' },
  },
  drain: '20s',
  grace: '100s',
  labels: { team: 'a' },
  annotations: { note: 'b' },
  priorityClass: 'serving',
  runtimeClass: 'nvidia',
  tolerations: [{ key: 'example.com/team', value: 'chat', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] },
    },
  },
  sharedMemory: '2 GiB',
  writableRoot: true,
};

describe.each(versions)(`Kubernetes %s`, (version) => {
  const testHere = here ? test : test.skip;

  testHere(`every object passes its strict schema${why}`, () => {
    const problemsOf = validators(version);
    expect(buildObjects(sampleConfig({ cluster: { version } })).flatMap(problemsOf)).toEqual([]);
  });

  testHere(`so do the objects by which Karpenter makes nodes${why}`, () => {
    const problemsOf = validators(version);
    const karpenter = { role: 'nodes', ami: 'al2023@v20260807', staticCapacity: true };
    const { l40s, h100 } = samplePlan().pools;
    const groups = [...l40s.groups, ...h100.groups, { ...h100.groups[0], name: 'block', capacityType: 'capacity-block' as const }];
    const objects = buildObjects(
      sampleConfig({
        pools: { ...sampleInput.pools, l40s: { ...sampleInput.pools.l40s, owner: 'karpenter', karpenter } },
        cluster: { version },
      }),
      { ...samplePlan(), pools: { ...samplePlan().pools, l40s: { ...l40s, owner: 'karpenter', groups } } },
    );
    const made = objects.filter(({ apiVersion }) => apiVersion.startsWith('karpenter'));
    expect(made.map(({ metadata }) => metadata.name)).toEqual([
      'sample-l40s',
      'sample-l40s-capacity-block-h100',
      'sample-l40s-on-demand-l40s',
      'sample-l40s-reserved-h100',
      'sample-l40s-spot-l40s',
    ]);
    expect(made.flatMap(problemsOf)).toEqual([]);
  });

  testHere.each(['v1beta1', 'v1beta2'])(`so do the queues of Kueue by its API %s${why}`, (apiVersion) => {
    const workloads = { ...sampleInput.workloads, resnet: { ...sampleInput.workloads.resnet, run: { queue: 'research' } } };
    const made = buildObjects(sampleConfig({ workloads, kueue: { create: true, apiVersion }, cluster: { version } })).filter((object) =>
      object.apiVersion.startsWith('kueue'),
    );
    expect(made.map(({ kind }) => kind)).toEqual(['ResourceFlavor', 'ClusterQueue', 'LocalQueue']);
    expect(made.flatMap(validators(version))).toEqual([]);
  });

  testHere(`so do the rules of a live floor and what reads it${why}`, () => {
    const { chat } = sampleInput.workloads;
    const load = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', unit: 'req/s', url: chat.metric.url };
    const config = sampleConfig({
      workloads: { ...sampleInput.workloads, chat: { ...chat, load, owner: 'live' } as never },
      prometheusRule: { namespace: 'monitoring', labels: { release: 'prometheus' } },
      cluster: { version },
    });
    const { replay } = planWith('chat', {}).workloads.chat;
    const made = buildObjects(config, planWith('chat', { owner: 'live', replay: { ...replay, live: testLive } as never }));
    const rules = made.filter(({ kind }) => kind === 'PrometheusRule');
    expect(rules.map(({ metadata }) => metadata)).toMatchObject([
      { name: 'sample-floors', namespace: 'monitoring', labels: { release: 'prometheus' } },
      { name: 'sample-alerts', namespace: 'monitoring', labels: { release: 'prometheus' } },
    ]);
    expect(() => buildObjects(config, planWith('chat', { owner: 'live' }))).toThrow('the plan holds nothing that was learned for it');
    const read = { ...chat, load, owner: 'live', live: { reader: 'hpa' }, metric: { kind: 'pods', name: 'requests_per_second' } };
    const storefront = { ...sampleInput.workloads.storefront, owner: 'manifests' };
    const withoutKeda = sampleConfig({ workloads: { ...sampleInput.workloads, chat: read, storefront }, cluster: { version } });
    const hpas = buildObjects(withoutKeda, planWith('chat', { owner: 'live', replay: { ...replay, live: testLive } as never })).filter(
      ({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.name === 'chat',
    );
    expect(hpas).toHaveLength(1);
    const forNodes = { ...chat, load, owner: 'live', live: { ahead: 'nodes' } };
    const nodes = buildObjects(
      sampleConfig({ workloads: { ...sampleInput.workloads, chat: forNodes }, cluster: { version } }),
      planWith('chat', { owner: 'live', ahead: 'nodes', replay: { ...replay, live: testLive } as never }),
    ).filter(({ kind, metadata }) => /^(Deployment|PriorityClass|ScaledObject)$/.test(kind) && metadata.name.endsWith('chat-ahead'));
    expect(nodes).toHaveLength(3);
    expect([...rules, ...hpas, ...nodes, ...made.filter(({ kind }) => kind === 'ScaledObject')].flatMap(validators(version))).toEqual([]);
  });

  testHere(`so do the objects that keep places free${why}`, () => {
    const problemsOf = validators(version);
    const kept = (['placeholder-pods', 'capacity-buffer'] as const).flatMap((by) =>
      buildObjects(sampleConfig({ cluster: { version } }), planWith('chat', { buffer: { replicas: 2, by } })).filter(({ metadata }) =>
        metadata.name.endsWith('chat-buffer'),
      ),
    );
    expect(kept.map(({ kind }) => kind).sort()).toEqual(['CapacityBuffer', 'Deployment', 'PriorityClass']);
    expect(kept.flatMap(problemsOf)).toEqual([]);
  });

  testHere(`so does a pod of which everything is stated, by each preset, as a Job and as a JobSet${why}`, () => {
    const problemsOf = validators(version);
    const { chat, resnet, storefront } = sampleInput.workloads;
    const window = { from: '2026-11-27T22:00:00Z', to: '2026-11-28T04:00:00Z' };
    for (const as of ['Job', 'JobSet', 'CronJob']) {
      const pools = { ...sampleInput.pools, h100: { ...sampleInput.pools.h100, efa: true } };
      const workloads = {
        ...sampleInput.workloads,
        chat: { ...chat, preset: 'vllm', pod: fullPod },
        storefront: {
          ...storefront,
          preset: 'http',
          monitor: { labels: { release: 'prometheus' }, interval: '15s' },
          reaches: ['s3'],
          calledBy: ['edge'],
        },
        resnet: {
          ...resnet,
          preset: 'pytorch',
          pod: { volumes: { saved: { mountPath: '/saved', s3: 'saved' } } },
          run: {
            ...(as === 'CronJob' ? { windows: [window] } : { as }),
            ...{ queue: 'research', atMost: '3d', keepFor: '1d', checkpoints: 'saved', efa: true, holdDrains: true },
          },
        },
      };
      const objects = buildObjects(sampleConfig({ cluster: { version }, workloads, pools }));
      expect(objects.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining([as, 'PersistentVolume', 'PersistentVolumeClaim', 'PodMonitor']),
      );
      expect(objects.flatMap(problemsOf)).toEqual([]);
    }
  });

  testHere(`so does every object of the project's own sample${why}`, () => {
    const problemsOf = validators(version);
    const { config, plan } = loadProject({ config: join(root, 'foresize.config.ts') });
    const outdir = join(temporaryFolder(), 'cdk8s.out');
    buildKubernetes({ config: { ...config, cluster: { ...config.cluster, version } }, plan, outdir });
    const objects = Object.values(filesOf(outdir)).flatMap((text) =>
      parseAllDocuments(text).map((document) => document.toJS() as Manifest),
    );
    expect(objects.length).toBeGreaterThan(25);
    expect(objects.flatMap(problemsOf)).toEqual([]);
  });

  testHere(`a field that does not exist is noticed in each of them${why}`, () => {
    const problemsOf = validators(version);
    for (const object of buildObjects()) {
      const spoilt = 'spec' in object ? { ...object, spec: { ...(object.spec as object), misspelt: 1 } } : { ...object, misspelt: 1 };
      expect([object.kind, problemsOf(spoilt).length]).not.toEqual([object.kind, 0]);
    }
  });
});
