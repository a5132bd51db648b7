import { operate } from '../../lib/project/operate';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';
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

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'chat', namespace: 'serving' },
  spec: {
    selector: { matchLabels: { app: 'chat' } },
    template: { metadata: { labels: { app: 'chat' } }, spec: { containers: [{ name: 'chat', image: 'example.com/chat:1' }] } },
  },
};
const hpa = (minReplicas?: number) => ({
  apiVersion: 'autoscaling/v2beta2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'chat', namespace: 'serving' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat' },
    ...(minReplicas === undefined ? {} : { minReplicas }),
    maxReplicas: 40,
    metrics: [{ type: 'External', external: { metric: { name: 'x' }, target: { type: 'AverageValue', averageValue: '1' } } }],
  },
});

apiServerTest(
  'the number is taken before the manifests leave it out, never falls to one, and only one of two copies moves it',
  async () => {
    const { configFile } = await liveProject(prometheus.url);
    const copy = (me: string, act = true) =>
      operate({
        config: configFile,
        cluster: { act, intervalMs: MINUTE_MS, me, environment: { ...process.env, KUBECONFIG: cluster.kubeconfig } },
      });
    const now = plannedFrom + 6 * HOUR_MS;
    const minimum = async () =>
      Number(await cluster.kubectl(['get', 'hpa', 'chat', '--namespace=serving', '--output=jsonpath={.spec.minReplicas}']));
    const [a, b] = [copy('a'), copy('b')];
    const actionOf = async ({ round }: typeof a, minutes: number) => (await round(now + minutes * MINUTE_MS))[0].action;

    await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'serving' } }]);
    await cluster.apply([deployment, hpa(4)]);
    cluster.setLoad(4);
    expect(await actionOf(copy('c', false), 0)).toMatchObject({ does: 'would: takes', from: 4, to: 4 });
    expect(await actionOf(a, 0)).toMatchObject({ does: 'takes', from: 4, to: 4 });
    expect(await actionOf(b, 0)).toMatchObject({
      does: 'stands by',
      to: null,
      why: expect.stringContaining('a holds the lease') as string,
    });
    expect(await actionOf(a, 1)).toMatchObject({ does: 'holds', why: expect.stringContaining('kubectl states minReplicas too') as string });
    await cluster.apply([hpa()]);
    expect(await minimum()).toBe(4);
    const set = await actionOf(a, 2);
    expect(set).toMatchObject({ does: 'sets', from: 4 });
    expect(set?.to).toBeGreaterThan(4);
    expect(await minimum()).toBe(set?.to);
    await cluster.apply([hpa()]);
    expect(await minimum()).toBe(set?.to);
    const metrics = await cluster.kubectl([
      'get',
      'horizontalpodautoscalers.v2beta2.autoscaling',
      'chat',
      '--namespace=serving',
      '--output=jsonpath={.spec.metrics[0].type}',
    ]);
    expect(metrics).toBe('External');

    await a.close(now + 3 * MINUTE_MS);
    expect(await actionOf(b, 3)).toMatchObject({ does: expect.stringMatching(/sets|nothing/) as string });
    expect(await actionOf(a, 3)).toMatchObject({ does: 'stands by' });

    // Without an autoscaler it is the workload's own number.
    await cluster.kubectl(['delete', 'hpa', 'chat', '--namespace=serving']);
    expect(await actionOf(b, 4)).toMatchObject({ number: 'Deployment serving/chat spec.replicas', does: 'sets' });
  },
);
