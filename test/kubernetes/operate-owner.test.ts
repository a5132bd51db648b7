import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { buildKubernetes } from '../../constructs/kubernetes';
import { openProject, operate, readPlan } from '../../lib/project';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
import { at, type Manifest } from '../constructs/kubernetes/support';
import { filesOf, temporaryFolder } from '../support/foresize';
import { loweredObject } from '../support/kube-1.20';
import { apiServerTest, hasApiServer } from '../support/kube-apiserver';
import { type Cluster, startCluster } from '../support/kube-cluster';
import { liveProject, plannedFrom, requestsAt } from '../support/live-project';
import { type SmallPrometheus, startSmallPrometheus } from '../support/small-prometheus';

let cluster: Cluster;
let prometheus: SmallPrometheus;
beforeAll(async () => {
  if (!hasApiServer) return;
  prometheus = await startSmallPrometheus(requestsAt);
  cluster = await startCluster();
}, 120_000);
afterAll(async () => {
  await cluster?.stop();
  await prometheus?.stop();
});

/** What is written of a project, by the name of its file. */
async function written(): Promise<(file: string) => Manifest[]> {
  const { configFile } = await liveProject(
    prometheus.url,
    { owner: 'operate', metric: { kind: 'pods', name: 'requests_per_second' } },
    { operate: { image: 'registry.example.com/foresize:1', replicas: 2 } },
  );
  const project = openProject({ config: configFile });
  const outdir = join(temporaryFolder(), 'cdk8s.out');
  buildKubernetes({ config: project.config, plan: readPlan(project), outdir });
  const files = filesOf(outdir);
  return (file) => parseAllDocuments(files[file]).map((document) => loweredObject(document.toJS() as Manifest));
}

/** What the API server makes of a token of the account of the loop: a file by which kubectl finds and uses it. */
async function kubeconfigOfLoop(): Promise<string> {
  const { body } = await cluster.ask('POST', '/api/v1/namespaces/serving/serviceaccounts/test-operate/token', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  const file = join(temporaryFolder(), 'kubeconfig');
  const context = { cluster: 'tests', user: 'loop' };
  const found = { server: `https://127.0.0.1:${cluster.port}`, 'insecure-skip-tls-verify': true };
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'tests', cluster: found }],
      users: [{ name: 'loop', user: { token: at(body, 'status.token') } }],
      contexts: [{ name: 'tests', context }],
      'current-context': 'tests',
    }),
  );
  return file;
}

apiServerTest(
  'the loop of the manifests takes over the floor, moves it with the rights of its account, and may do nothing else',
  async () => {
    const objectsOf = await written();
    const loop = objectsOf('operate-loop.k8s.yaml');
    const chat = objectsOf('chat.k8s.yaml').filter(({ kind }) => ['Deployment', 'HorizontalPodAutoscaler'].includes(kind));
    const stated = (minReplicas: number) =>
      chat.map((object) =>
        object.kind === 'Deployment' ? object : { ...object, spec: { ...(at(object, 'spec') as object), minReplicas } },
      );
    const minimum = async () =>
      Number(await cluster.kubectl(['get', 'hpa', 'chat', '--namespace=serving', '--output=jsonpath={.spec.minReplicas}']));
    await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'serving' } }]);
    await cluster.apply(stated(4));
    await cluster.apply(loop);

    // As its pod does: the files of the ConfigMap, and the token of its account.
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    const files = loop.find(({ kind }) => kind === 'ConfigMap') as unknown as { readonly data: Readonly<Record<string, string>> };
    for (const [name, text] of Object.entries(files.data)) writeFileSync(join(folder, name), text);
    const environment = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: await kubeconfigOfLoop() };
    const { round, workloads } = operate({
      config: join(folder, 'foresize.config.json'),
      plan: join(folder, 'capacity-plan.json'),
      cluster: { act: true, intervalMs: MINUTE_MS, me: 'a', environment },
    });
    expect(workloads).toEqual(['chat']);
    const now = plannedFrom + 6 * HOUR_MS;
    expect((await round(now))[0].action).toMatchObject({ does: 'takes', from: 4, to: 4 });
    await cluster.apply(chat);
    expect(await minimum()).toBe(4);
    const [{ action, floor }] = await round(now + MINUTE_MS);
    expect(action).toMatchObject({ does: 'sets', from: 4, to: floor });
    expect(await minimum()).toBe(floor);
    await cluster.apply(chat);
    expect(await minimum()).toBe(floor);

    await cluster.apply([{ ...chat.find(({ kind }) => kind !== 'Deployment'), metadata: { name: 'other', namespace: 'serving' } }]);
    const tried = (...args: string[]) =>
      spawnSync('kubectl', ['--namespace=serving', ...args], { env: environment, encoding: 'utf8' }).stderr;
    const patch = ['--type=merge', '--patch', '{"spec":{"minReplicas":1,"replicas":1}}'];
    expect(tried('get', 'secrets')).toContain('Forbidden');
    expect(tried('get', 'configmaps')).toContain('Forbidden');
    expect(tried('get', 'hpa', '--namespace=default')).toContain('Forbidden');
    expect(tried('patch', 'hpa', 'other', ...patch)).toContain('Forbidden');
    expect(tried('patch', 'deployment', 'chat', ...patch)).toContain('Forbidden');
    expect(tried('delete', 'hpa', 'chat')).toContain('Forbidden');
    expect(tried('get', 'lease', 'other')).toContain('Forbidden');
  },
);
