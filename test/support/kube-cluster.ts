import { createServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import type { AddressInfo } from 'node:net';
import { request } from 'node:https';
import { at, type Manifest } from '../constructs/kubernetes/support';
import { customResourceDefinition, customResources, loweredObject } from './kube-1.20';
import { type RunningApiServer, startApiServer, until } from './kube-apiserver';

/**
 * A cluster for tests: the API server with its real controllers, and beside them what is played: the kubelet (pods run and are ready as
 * soon as they are there), the server of external metrics, and of KEDA the HPA that it makes of a ScaledObject.
 */
export type Cluster = RunningApiServer & {
  /** Applies objects as kubectl does, server-side unless told otherwise. */
  readonly apply: (objects: readonly object[], ...args: string[]) => Promise<string>;
  /** What the external metric says from now on, for all replicas together. */
  readonly setLoad: (value: number) => void;
  /** Makes of a ScaledObject the HPA that KEDA would make, or refuses as KEDA does. */
  readonly reconcile: (namespace: string, name: string) => Promise<void>;
  /** The replicas that a Deployment states. */
  readonly replicas: (namespace: string, name: string) => Promise<number>;
  /** Watches the replicas that a Deployment states; every value, in order. */
  readonly watched: (namespace: string, name: string) => { readonly values: readonly number[]; readonly stop: () => void };
};

export async function startCluster(): Promise<Cluster> {
  const server = await startApiServer();
  try {
    return await clusterOn(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function clusterOn(server: RunningApiServer): Promise<Cluster> {
  let load = 0;
  const metrics = createServer(server.certificate, (incoming, outgoing) => {
    const [, name] = /\/namespaces\/[^/]+\/([^?/]+)/.exec(incoming.url ?? '') ?? [];
    const item = { metricName: name, metricLabels: {}, timestamp: new Date().toISOString(), value: `${Math.round(load * 1000)}m` };
    const list = { kind: 'ExternalMetricValueList', apiVersion: 'external.metrics.k8s.io/v1beta1', metadata: {}, items: [item] };
    const resources = { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'external.metrics.k8s.io/v1beta1', resources: [] };
    outgoing.setHeader('content-type', 'application/json');
    outgoing.end(JSON.stringify(name === undefined ? resources : list));
  });
  const address = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  metrics.unref();
  await new Promise<void>((resolve) => metrics.listen(0, address, resolve));
  const { port } = metrics.address() as AddressInfo;
  const apply: Cluster['apply'] = (objects, ...args) =>
    server.kubectl(
      ['apply', ...(args.includes('--server-side=false') ? [] : ['--server-side']), '--validate=false', ...args, '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );
  const beside = { name: 'metrics', namespace: 'kube-system' };
  await apply([
    ...customResources.map(customResourceDefinition),
    { apiVersion: 'v1', kind: 'Service', metadata: beside, spec: { ports: [{ port: 443, targetPort: port, protocol: 'TCP' }] } },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: beside,
      subsets: [{ addresses: [{ ip: address }], ports: [{ port, protocol: 'TCP' }] }],
    },
  ]);
  await server.ask('POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.external.metrics.k8s.io' },
    spec: {
      group: 'external.metrics.k8s.io',
      version: 'v1beta1',
      service: beside,
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  });
  const asks = (path: string) => server.ask('GET', path).then(({ status }) => status === 200);
  await until(() => asks('/apis/external.metrics.k8s.io/v1beta1'), 30_000, 'external metrics are not served');
  await until(() => asks('/apis/keda.sh/v1alpha1/scaledobjects'), 30_000, 'custom resources are not served');
  const kubelet = setInterval(() => void runPods(server), 400);
  return {
    ...server,
    apply,
    setLoad: (value) => (load = value),
    reconcile: (namespace, name) => reconcile(server, namespace, name),
    replicas: async (namespace, name) =>
      Number(at((await server.ask('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)).body, 'spec.replicas')),
    watched: (namespace, name) => watched(server, namespace, name),
    stop: async () => {
      clearInterval(kubelet);
      metrics.closeAllConnections();
      await new Promise((resolve) => metrics.close(resolve));
      await server.stop();
    },
  };
}

/** Plays the kubelet: every pod that is there runs and is ready. */
async function runPods({ ask }: RunningApiServer): Promise<void> {
  const answer = await ask('GET', '/api/v1/pods?limit=200').catch(() => undefined);
  for (const pod of (answer?.body.items as Manifest[] | undefined) ?? []) {
    if (at(pod, 'status.phase') !== 'Pending') continue;
    const status = { phase: 'Running', conditions: ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' })) };
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`;
    await ask('PATCH', path, { status }, 'application/strategic-merge-patch+json').catch(() => undefined);
  }
}

/** @see kedacore/keda apis/keda/v1alpha1/scaledobject_webhook.go (verifyHpas) and controllers/keda/hpa.go */
async function reconcile({ ask }: RunningApiServer, namespace: string, name: string): Promise<void> {
  const { body: scaled } = await ask('GET', `/apis/keda.sh/v1alpha1/namespaces/${namespace}/scaledobjects/${name}`);
  const hpas = `/apis/autoscaling/v2beta2/namespaces/${namespace}/horizontalpodautoscalers`;
  const hpaName = (at(scaled, 'spec.advanced.horizontalPodAutoscalerConfig.name') as string | undefined) ?? `keda-hpa-${name}`;
  const others = ((await ask('GET', hpas)).body.items as Manifest[]).filter(
    (hpa) =>
      at(hpa, 'spec.scaleTargetRef.name') === at(scaled, 'spec.scaleTargetRef.name') && at(hpa, 'metadata.ownerReferences') === undefined,
  );
  const takesOver = at(scaled, 'metadata.annotations') as Record<string, string> | undefined;
  for (const other of others)
    if (takesOver?.['scaledobject.keda.sh/transfer-hpa-ownership'] !== 'true' || other.metadata.name !== hpaName)
      throw new Error(`the workload is already managed by the hpa '${other.metadata.name}'`);
  const owner = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name, uid: at(scaled, 'metadata.uid'), controller: true };
  const triggers = at(scaled, 'spec.triggers') as { type: string; metadata: Record<string, string> }[];
  const hpa = loweredObject({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: hpaName, namespace, ownerReferences: [owner] },
    spec: {
      scaleTargetRef: at(scaled, 'spec.scaleTargetRef'),
      minReplicas: at(scaled, 'spec.minReplicaCount') ?? 0,
      maxReplicas: at(scaled, 'spec.maxReplicaCount'),
      behavior: at(scaled, 'spec.advanced.horizontalPodAutoscalerConfig.behavior'),
      metrics: triggers
        .filter(({ type }) => type === 'prometheus')
        .map(({ metadata }, index) => ({
          type: 'External',
          external: { metric: { name: `s${index}-prometheus` }, target: { type: 'AverageValue', averageValue: metadata.threshold } },
        })),
    },
  } as unknown as Manifest);
  const present = await ask('GET', `${hpas}/${hpaName}`);
  const answer =
    present.status === 200
      ? await ask('PUT', `${hpas}/${hpaName}`, {
          ...hpa,
          metadata: { ...hpa.metadata, resourceVersion: at(present.body, 'metadata.resourceVersion') },
        })
      : await ask('POST', hpas, hpa);
  if (answer.status > 299) throw new Error(JSON.stringify(answer.body));
}

function watched({ port }: RunningApiServer, namespace: string, name: string) {
  const values: number[] = [];
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments?watch=1&fieldSelector=metadata.name=${name}`;
  const headers = { authorization: 'Bearer for-tests' };
  let rest = '';
  const outgoing = request({ host: '127.0.0.1', port, path, headers, rejectUnauthorized: false }, (answer) =>
    answer.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) values.push(Number(at(JSON.parse(line), 'object.spec.replicas')));
    }),
  );
  outgoing.on('error', () => undefined);
  outgoing.end();
  return { values, stop: () => outgoing.destroy() };
}
