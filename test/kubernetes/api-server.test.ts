import { buildObjects, type Manifest, objectsOf, sampleConfig, sampleInput, workloadWith } from '../constructs/kubernetes/support';
import { windowName } from '../../lib/plan/file';
import { windowQueries } from '../../lib/plan/jobs';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
import { readAutoscalers } from '../../lib/adapters/kubectl';
import { HorizontalAutoscaler } from '../../constructs/kubernetes/horizontal-autoscaler';
import { ScheduledAutoscaler } from '../../constructs/kubernetes/scheduled-autoscaler';
import { kubernetesExamples } from '../support/kubernetes-examples';
import { loweredObject } from '../support/kube-1.20';
import { apiServerTest, hasApiServer, until } from '../support/kube-apiserver';
import { type Cluster, startCluster } from '../support/kube-cluster';

let cluster: Cluster;
beforeAll(async () => {
  if (hasApiServer) cluster = await startCluster();
}, 120_000);
afterAll(async () => cluster?.stop());

const url = 'http://prometheus.monitoring.svc:9090';
const metric = { kind: 'prometheus', query: 'sum(load)', url, perReplica: 1 } as const;
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'vllm' };
const deployment = (namespace: string, replicas?: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'vllm', namespace },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app: 'vllm' } },
    template: { metadata: { labels: { app: 'vllm' } }, spec: { containers: [{ name: 'vllm', image: 'example.com/vllm:1' }] } },
  },
});
const floors = { floor: 4, ceiling: 12, floors: 'flat' as const };
const scaled = (namespace: string, takesOver?: string) =>
  objectsOf(
    (chart) => new ScheduledAutoscaler(chart, 'It', { workload: workloadWith('chat', floors), target, metric, takesOver }),
    namespace,
  );
const horizontal = (namespace: string): Manifest[] =>
  objectsOf(
    (chart) => new HorizontalAutoscaler(chart, 'It', { workload: workloadWith('chat', floors), target, metric: { kind: 'cpu' } }),
    namespace,
  ).map(loweredObject);
const theirHpa = (namespace: string) => ({
  apiVersion: 'autoscaling/v2beta2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'their-hpa', namespace },
  spec: { scaleTargetRef: target, minReplicas: 2, maxReplicas: 9, metrics: [] as object[] },
});

/** A namespace in which their Deployment runs with a number of replicas, and what those are from then on. */
async function theirs(namespace: string, replicas: number | undefined, ...args: string[]) {
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  await cluster.apply([deployment(namespace, replicas)], ...args);
  return cluster.watched(namespace, 'vllm');
}

const reaches = (namespace: string, replicas: number) =>
  until(async () => (await cluster.replicas(namespace, 'vllm')) === replicas, 20_000, `there are not ${replicas} replicas`);

apiServerTest('every object of the sample is taken server-side, and a second time changes nothing', async () => {
  const objects = buildObjects().map(loweredObject);
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  await cluster.apply(namespaces);
  const others = objects.filter(({ kind }) => kind !== 'Namespace');
  await cluster.apply(others);
  const generations = () =>
    cluster.kubectl([
      'get',
      'deploy,job,hpa,pdb,networkpolicy,scaledobject,verticalpodautoscalers,service,serviceaccount',
      '-n',
      'sample',
      '-o',
      'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.generation} {.spec}{"\\n"}{end}',
    ]);
  // The HPA of `search` raises it to its floor in the meantime; the second time must leave that alone too.
  await until(async () => (await cluster.replicas('sample', 'search')) === 3, 20_000, 'the HPA of search did not act');
  const before = await generations();
  await cluster.apply(others);
  expect(await generations()).toBe(before);
  expect(before.split('\n').length).toBeGreaterThan(20);
});

/** Applies an example twice, and fails where it then differs from what is there. */
async function appliesWithoutDrift(objects: readonly Manifest[]): Promise<void> {
  const lowered = objects.map(loweredObject);
  const namespaces = [...new Set(lowered.flatMap(({ metadata: { namespace } }) => namespace ?? []))];
  await cluster.apply(namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  for (let time = 0; time < 2; time += 1) await cluster.apply(lowered);
  // Version 1.20 adds the metrics of an HPA to those that are there each time one is applied server-side; later ones replace them
  // (autoscaling/v2 types.go: listType=atomic).
  const items = lowered.filter(({ kind }) => kind !== 'HorizontalPodAutoscaler');
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await cluster.kubectl(['diff', '--server-side', '-f', '-'], list);
}

test.each(Object.keys(kubernetesExamples))('%s has objects', (name) => {
  expect(kubernetesExamples[name]().length).toBeGreaterThan(0);
});

for (const [name, objects] of Object.entries(kubernetesExamples))
  apiServerTest(`${name}: applied server-side twice, nothing drifts`, () => appliesWithoutDrift(objects()));

apiServerTest('a drift is noticed: what the test of examples goes by', async () => {
  await expect(
    appliesWithoutDrift([...kubernetesExamples['docs/pods.md'](), deployment('drifting', 2) as unknown as Manifest]),
  ).resolves.toBeUndefined();
  const changed = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [deployment('drifting', 3)] });
  await expect(cluster.kubectl(['diff', '--server-side', '-f', '-'], changed)).rejects.toThrow();
});

apiServerTest('the run of the next plan or image is applied beside the one that is there, and again without a change', async () => {
  const { resnet } = sampleInput.workloads;
  const runs = ['1.0.0', '1.0.1'].map((tag) =>
    buildObjects(
      sampleConfig({
        namespace: { name: 'runs', create: true },
        workloads: { ...sampleInput.workloads, resnet: { ...resnet, image: `registry.example.com/resnet:${tag}` } },
      }),
    ).filter(({ kind, metadata }) => kind === 'Job' || metadata.name === 'resnet'),
  );
  for (const objects of runs) await appliesWithoutDrift(objects);
  const names = (await cluster.kubectl(['get', 'job', '-n', 'runs', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ');
  expect(names.sort()).toEqual(runs.map((objects) => objects.find(({ kind }) => kind === 'Job')?.metadata.name).sort());
  expect(new Set(names).size).toBe(2);
});

apiServerTest(
  'the windows of the next plan are applied beside those that are there, and one that both have is changed in place',
  async () => {
    const { resnet } = sampleInput.workloads;
    const windowsOf = (tag: string, days: readonly number[]) =>
      buildObjects(
        sampleConfig({
          namespace: { name: 'windows', create: true },
          workloads: {
            ...sampleInput.workloads,
            resnet: {
              ...resnet,
              image: `registry.example.com/resnet:${tag}`,
              run: { windows: days.map((day) => ({ from: `2026-11-${day}T22:00:00Z`, to: `2026-11-${day + 1}T04:00:00Z` })) },
            },
          },
        }),
      ).filter(({ kind, metadata }) => kind === 'CronJob' || metadata.name === 'resnet');
    for (const objects of [windowsOf('1.0.0', [24, 25]), windowsOf('1.0.1', [25, 26])]) await appliesWithoutDrift(objects);
    const images = '{range .items[*]}{.metadata.name} {.spec.jobTemplate.spec.template.spec.containers[0].image}{"\\n"}{end}';
    const found = await cluster.kubectl(['get', 'cronjob', '-n', 'windows', '-o', `jsonpath=${images}`]);
    expect(found.trim().split('\n').sort()).toEqual([
      'resnet-2611242200 registry.example.com/resnet:1.0.0',
      'resnet-2611252200 registry.example.com/resnet:1.0.1',
      'resnet-2611262200 registry.example.com/resnet:1.0.1',
    ]);
  },
);

apiServerTest(
  'a window is run by a Job of the name that is looked up for it, and a CronJob that is taken away takes its Job along',
  async () => {
    const { resnet } = sampleInput.workloads;
    const from = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const moment = (at: number) => new Date(at).toISOString();
    const objects = buildObjects(
      sampleConfig({
        namespace: { name: 'ran', create: true },
        workloads: {
          ...sampleInput.workloads,
          resnet: { ...resnet, run: { windows: [{ from: moment(from), to: moment(from + 6 * HOUR_MS) }] } },
        },
      }),
    ).filter(({ kind, metadata }) => kind === 'CronJob' || metadata.name === 'resnet');
    await appliesWithoutDrift(objects);
    const cronJob = windowName('resnet', from);
    // It was made in the minute that it is due in; the controller looks at what was due since it last ran.
    const status = JSON.stringify({ status: { lastScheduleTime: moment(from - MINUTE_MS) } });
    await cluster.kubectl(['patch', 'cronjob', cronJob, '-n', 'ran', '--subresource=status', '--type=merge', '-p', status]);
    const jobs = async () => (await cluster.kubectl(['get', 'job', '-n', 'ran', '-o', 'jsonpath={.items[*].metadata.name}'])).trim();
    await until(async () => (await jobs()) !== '', 30_000, 'no Job was made');
    const [, pattern] = /job_name=~"([^"]+)"/.exec(windowQueries({ namespace: 'ran', cronJob }, {}).active) ?? [];
    expect(await jobs()).toMatch(new RegExp(`^${pattern}$`));
    await cluster.kubectl(['delete', 'cronjob', cronJob, '-n', 'ran']);
    await until(async () => (await jobs()) === '', 20_000, 'the Job outlives its CronJob');
  },
);

apiServerTest('from a Deployment with replicas that is applied server-side: the number never falls below the floor', async () => {
  const { values, stop } = await theirs('ssa', 10);
  cluster.setLoad(10);
  await cluster.apply(scaled('ssa'));
  await cluster.reconcile('ssa', 'chat');
  const state = { ...deployment('ssa'), spec: { replicas: await cluster.replicas('ssa', 'vllm') } };
  await cluster.apply([state], '--force-conflicts', '--field-manager=replicas-handed-over');
  await cluster.apply([deployment('ssa')]);
  expect(await cluster.replicas('ssa', 'vllm')).toBe(10);
  cluster.setLoad(12);
  await reaches('ssa', 12);
  await cluster.apply([deployment('ssa')]);
  expect(await cluster.replicas('ssa', 'vllm')).toBe(12);
  stop();
  expect(Math.min(...values)).toBeGreaterThanOrEqual(floors.floor);
});

apiServerTest('kubectl reads the limits of an autoscaler that is there, what it scales, and why it does not', async () => {
  await theirs('read', 4);
  await cluster.apply(horizontal('read'));
  await until(
    async () => /FailedGetResourceMetric/.test(await cluster.kubectl(['get', 'hpa', '--namespace=read', '--output=json'])),
    20_000,
    'the autoscaler does not say that it has no metric',
  );
  expect(await readAutoscalers(['read', 'empty'], { ...process.env, KUBECONFIG: cluster.kubeconfig })).toMatchObject({
    context: 'tests',
    autoscalers: [
      {
        namespace: 'read',
        target: 'Deployment/vllm',
        min: 4,
        max: 12,
        stuck: expect.stringContaining('FailedGetResourceMetric') as string,
      },
    ],
  });
});

apiServerTest('without that step it falls to one: what the order is for', async () => {
  const { values, stop } = await theirs('careless', 10);
  await cluster.apply([deployment('careless')]);
  await until(() => values.length > 1, 10_000, 'nothing was seen');
  expect(await cluster.replicas('careless', 'vllm')).toBe(1);
  stop();
});

apiServerTest('from a Deployment with replicas that is applied client-side likewise', async () => {
  const { values, stop } = await theirs('client', 10, '--server-side=false');
  cluster.setLoad(10);
  await cluster.apply(scaled('client'));
  await cluster.reconcile('client', 'chat');
  await cluster.kubectl(['apply', 'set-last-applied', '-f', '-'], JSON.stringify(deployment('client')));
  await cluster.apply([deployment('client')], '--server-side=false');
  cluster.setLoad(11);
  await reaches('client', 11);
  stop();
  expect(Math.min(...values)).toBeGreaterThanOrEqual(floors.floor);
});

apiServerTest('from an HPA: KEDA takes it over in place, and refuses to where it is not named', async () => {
  const { values, stop } = await theirs('hpa', 6);
  cluster.setLoad(6);
  const external = { type: 'External', external: { metric: { name: 'x' }, target: { type: 'AverageValue', averageValue: '1' } } };
  await cluster.apply([{ ...theirHpa('hpa'), spec: { ...theirHpa('hpa').spec, metrics: [external] } }]);
  await cluster.apply(scaled('hpa'));
  await expect(cluster.reconcile('hpa', 'chat')).rejects.toThrow("already managed by the hpa 'their-hpa'");
  await cluster.apply(scaled('hpa', 'their-hpa'));
  await cluster.reconcile('hpa', 'chat');
  cluster.setLoad(9);
  await reaches('hpa', 9);
  expect(await cluster.kubectl(['get', 'hpa', '-n', 'hpa', '-o', 'jsonpath={.items[*].metadata.name} {.items[*].spec.minReplicas}'])).toBe(
    'their-hpa 4',
  );
  stop();
  expect(Math.min(...values)).toBeGreaterThanOrEqual(floors.floor);
});

apiServerTest('from manifests to keda, back to manifests, and out again: the replicas stay as they are in between', async () => {
  const { values, stop } = await theirs('owners', 7);
  cluster.setLoad(7);
  await cluster.apply(horizontal('owners'));
  await cluster.kubectl(['delete', 'hpa', 'chat', '-n', 'owners']);
  await cluster.apply(scaled('owners'));
  await cluster.reconcile('owners', 'chat');
  cluster.setLoad(8);
  await reaches('owners', 8);
  await cluster.kubectl(['delete', 'scaledobject', 'chat', '-n', 'owners']);
  await until(
    async () => (await cluster.kubectl(['get', 'hpa', '-n', 'owners', '-o', 'name'])) === '',
    20_000,
    'the HPA of KEDA did not go with its ScaledObject',
  );
  await cluster.apply(horizontal('owners'));
  await cluster.kubectl(['delete', 'hpa', 'chat', '-n', 'owners']);
  const live = await cluster.replicas('owners', 'vllm');
  await cluster.apply([deployment('owners', live)], '--force-conflicts');
  expect(await cluster.replicas('owners', 'vllm')).toBe(8);
  stop();
  expect(Math.min(...values)).toBeGreaterThanOrEqual(floors.floor);
});
