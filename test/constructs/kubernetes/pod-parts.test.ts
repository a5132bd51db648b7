import { InferenceService, type InferenceServiceProps } from '../../../constructs/kubernetes/inference-service';
import { pod } from '../../../lib/config/check-pod';
import type { PodInput } from '../../../lib/config/pod-schema';
import { at, find, type Manifest, objectsOf, workloadWith } from './support';

const image = 'registry.example.com/chat:1.0.0';
const metric = { kind: 'cpu' } as const;
const build = (input: PodInput, props: Partial<InferenceServiceProps> = {}): Manifest[] =>
  objectsOf(
    (chart) => new InferenceService(chart, 'Chat', { workload: workloadWith('chat'), image, metric, pod: pod(input), ...props }),
    'prod',
  );
const spec = (input: PodInput, props?: Partial<InferenceServiceProps>) =>
  at(find(build(input, props), 'Deployment', 'chat'), 'spec.template.spec');
const main = (input: PodInput) => at(spec(input), 'containers.0');

test('arguments and variables reach the container, and a variable of the same name stands in place of a default', () => {
  const container = main({
    args: ['--fast'],
    env: {
      HOME: '/home',
      A: 'b',
      T: { secret: 's', key: 'k' },
      C: { configMap: 'c', key: 'k', optional: true },
      IP: { field: 'status.podIP' },
    },
    envFrom: [{ secret: 's' }, { configMap: 'c' }],
  });
  expect(at(container, 'args')).toEqual(['--fast']);
  expect(at(container, 'env')).toEqual([
    { name: 'HOME', value: '/home' },
    { name: 'A', value: 'b' },
    { name: 'T', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'C', valueFrom: { configMapKeyRef: { name: 'c', key: 'k', optional: true } } },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
  ]);
  expect(at(container, 'envFrom')).toEqual([{ secretRef: { name: 's' } }, { configMapRef: { name: 'c' } }]);
});

test('each kind of volume becomes one of Kubernetes, mounted where the config says', () => {
  const pod = spec({
    sharedMemory: '2 GiB',
    volumes: {
      claim: { mountPath: '/claim', claim: 'data', subPath: 'a' },
      oci: { mountPath: '/oci', image: 'registry.example.com/model:1' },
      disk: { mountPath: '/disk', ephemeral: '50 GiB', storageClass: 'gp3' },
      scratch: { mountPath: '/scratch', emptyDir: '1 GiB' },
      certs: { mountPath: '/certs', secret: 'tls', readOnly: true },
      settings: { mountPath: '/settings', configMap: 'settings' },
    },
  });
  expect(at(pod, 'volumes')).toEqual([
    { name: 'tmp', emptyDir: {} },
    { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '2Gi' } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'oci', image: { reference: 'registry.example.com/model:1' } },
    {
      name: 'disk',
      ephemeral: {
        volumeClaimTemplate: {
          spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'gp3', resources: { requests: { storage: '50Gi' } } },
        },
      },
    },
    { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'certs', secret: { secretName: 'tls' } },
    { name: 'settings', configMap: { name: 'settings' } },
  ]);
  expect(at(pod, 'containers.0.volumeMounts')).toEqual([
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'shared-memory', mountPath: '/dev/shm' },
    { name: 'claim', mountPath: '/claim', subPath: 'a' },
    { name: 'oci', mountPath: '/oci', readOnly: true },
    { name: 'disk', mountPath: '/disk' },
    { name: 'scratch', mountPath: '/scratch' },
    { name: 'certs', mountPath: '/certs', readOnly: true },
    { name: 'settings', mountPath: '/settings' },
  ]);
});

test('a bucket gets a volume in no namespace and a claim, bound to each other and to nothing else', () => {
  const objects = build({
    user: 2000,
    group: 3000,
    volumes: { models: { mountPath: '/models', s3: 'my-models', prefix: 'v1/', readOnly: true } },
  });
  const claim = find(objects, 'PersistentVolumeClaim', 'chat-models');
  const volume = find(objects, 'PersistentVolume', 'prod-chat-models');
  expect(at(claim, 'spec')).toMatchObject({ volumeName: 'prod-chat-models', storageClassName: '', accessModes: ['ReadOnlyMany'] });
  expect(volume.metadata.namespace).toBeUndefined();
  expect(at(volume, 'spec')).toMatchObject({
    claimRef: { name: 'chat-models', namespace: 'prod' },
    mountOptions: ['allow-other', 'uid=2000', 'gid=3000', 'prefix v1/', 'read-only'],
    csi: { driver: 's3.csi.aws.com', volumeHandle: 'prod-chat-models', volumeAttributes: { bucketName: 'my-models' } },
  });
  expect(at(find(objects, 'Deployment', 'chat'), 'spec.template.spec.volumes')).toContainEqual({
    name: 'models',
    persistentVolumeClaim: { claimName: 'chat-models' },
  });
});

test('further containers meet the Pod Security Standard too, and have what they ask for as their limit of memory', () => {
  const pod = spec({
    volumes: { models: { mountPath: '/models', emptyDir: '1 GiB' } },
    initContainers: {
      load: { image: 'registry.example.com/load:1', mounts: { models: '/out' }, user: 1000 },
      mesh: { image: 'registry.example.com/mesh:1', sidecar: true },
    },
    containers: { proxy: { image: 'registry.example.com/proxy:1', cpu: '100m', memory: '64 MiB', ports: [9000] } },
  });
  expect(at(pod, 'initContainers.0')).toMatchObject({
    name: 'load',
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'models', mountPath: '/out' },
    ],
    securityContext: { runAsUser: 1000, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  });
  expect(at(pod, 'initContainers.1')).toMatchObject({ name: 'mesh', restartPolicy: 'Always' });
  expect(at(pod, 'containers.1')).toMatchObject({
    name: 'proxy',
    ports: [{ containerPort: 9000 }],
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } },
  });
});

test('a pod asks for no more than the plan gave it where the plan counted the containers beside the main one', () => {
  const { resources } = workloadWith('chat').plan;
  const workload = workloadWith('chat', { resources: { ...resources, beside: { cpuMilli: 100, memoryMiB: 64 } } });
  const containers = { proxy: { image: 'registry.example.com/proxy:1', cpu: '100m', memory: '64 MiB' } };
  expect(at(spec({ containers }, { workload }), 'containers.0.resources')).toEqual({
    requests: { cpu: '2900m', memory: '12224Mi' },
    limits: { memory: '28741Mi', 'nvidia.com/gpu': '1' },
  });
});

test('who runs it, how it is pulled, where it goes and how it ends stand where Kubernetes looks for them', () => {
  const pod = spec({
    user: 2000,
    group: 3000,
    pullSecrets: ['registry'],
    pullPolicy: 'Always',
    priorityClass: 'serving',
    runtimeClass: 'nvidia',
    drain: '20s',
    grace: '100s',
    writableRoot: true,
    tolerations: [{ key: 'example.com/team', value: 'chat', effect: 'NoSchedule' }],
  });
  expect(pod).toMatchObject({
    securityContext: { runAsNonRoot: true, runAsUser: 2000, runAsGroup: 3000, fsGroup: 3000 },
    imagePullSecrets: [{ name: 'registry' }],
    priorityClassName: 'serving',
    runtimeClassName: 'nvidia',
    terminationGracePeriodSeconds: 100,
    tolerations: [
      { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'example.com/team', operator: 'Equal', value: 'chat', effect: 'NoSchedule' },
    ],
    containers: [
      { imagePullPolicy: 'Always', securityContext: { readOnlyRootFilesystem: false }, lifecycle: { preStop: { sleep: { seconds: 20 } } } },
    ],
  });
});

test('labels and annotations are of the pod, beside those by which it is found', () => {
  const metadata = at(find(build({ labels: { team: 'a' }, annotations: { note: 'b' } }), 'Deployment', 'chat'), 'spec.template.metadata');
  expect(metadata).toEqual({
    labels: { 'app.kubernetes.io/name': 'chat', 'app.kubernetes.io/component': 'inference', team: 'a' },
    annotations: { note: 'b' },
  });
});

test('affinity of the config stands beside the GPU types of the plan, in each of its terms', () => {
  const own = (key: string) => ({ matchExpressions: [{ key, operator: 'Exists' }] });
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [own('a'), own('b')] } },
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
  };
  const emitted = at(spec({ affinity }, { workload: workloadWith('chat', { gpuTypes: ['L40S'] }) }), 'affinity');
  const gpu = { key: 'foresize.dev/gpu', operator: 'In', values: ['L40S'] };
  expect(at(emitted, 'nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms')).toEqual([
    { matchExpressions: [{ key: 'a', operator: 'Exists' }, gpu] },
    { matchExpressions: [{ key: 'b', operator: 'Exists' }, gpu] },
  ]);
  expect(at(emitted, 'podAntiAffinity')).toEqual({ preferredDuringSchedulingIgnoredDuringExecution: [] });
});

describe('a probe of the config', () => {
  test('stands in place of the default, which lends it the times that it leaves out', () => {
    const container = main({ probes: { readiness: { path: '/ready', every: '7s' }, liveness: { tcp: true, failures: 9 } } });
    expect(at(container, 'readinessProbe')).toEqual({
      httpGet: { path: '/ready', port: 'http' },
      periodSeconds: 7,
      timeoutSeconds: 3,
      failureThreshold: 3,
    });
    expect(at(container, 'livenessProbe')).toEqual({ tcpSocket: { port: 'http' }, failureThreshold: 9 });
  });
  test('may ask by gRPC or by a command, and keeps the way of the default where it states only times', () => {
    const container = main({ probes: { startup: { failures: 99 }, readiness: { grpc: true }, liveness: { command: ['true'] } } });
    expect(at(container, 'startupProbe')).toMatchObject({ httpGet: { path: '/healthz', port: 'http' }, failureThreshold: 99 });
    expect(at(container, 'readinessProbe.grpc')).toEqual({ port: 8080 });
    expect(at(container, 'livenessProbe')).toEqual({ exec: { command: ['true'] } });
  });
  test('may be none', () => {
    expect(at(main({ probes: { readiness: false } }), 'readinessProbe')).toBeUndefined();
  });
});

describe('a patch', () => {
  test('is the last word on what is emitted: it sets, replaces and takes away', () => {
    const objects = build(
      {},
      {
        closedNamespace: true,
        patch: {
          Deployment: { spec: { progressDeadlineSeconds: 1, strategy: null, paused: true } },
          NetworkPolicy: { metadata: { annotations: { 'a/b~c': 'd', gone: null } } },
          'NetworkPolicy/chat-ingress': { metadata: { labels: { team: 'x' } } },
        },
      },
    );
    const deployment = find(objects, 'Deployment', 'chat');
    expect(at(deployment, 'spec.progressDeadlineSeconds')).toBe(1);
    expect(at(deployment, 'spec.strategy')).toBeUndefined();
    expect(at(deployment, 'spec.paused')).toBe(true);
    for (const name of ['chat-ingress', 'chat-callers'])
      expect(at(find(objects, 'NetworkPolicy', name), 'metadata.annotations')).toEqual({ 'a/b~c': 'd' });
    expect(at(find(objects, 'NetworkPolicy', 'chat-ingress'), 'metadata.labels.team')).toBe('x');
    expect(at(find(objects, 'NetworkPolicy', 'chat-callers'), 'metadata.labels.team')).toBeUndefined();
  });
  test('that names nothing emitted is refused with what is', () => {
    expect(() => build({}, { patch: { StatefulSet: {} } })).toThrow(
      'workloads.chat.patch.StatefulSet: names nothing that is emitted. Hint: emitted are: ServiceAccount/chat, Service/chat, Deployment/chat',
    );
  });
});

test('the parts of a construct can be reached from outside', () => {
  const objects = objectsOf((chart) => {
    const chat = new InferenceService(chart, 'Chat', { workload: workloadWith('chat'), image, metric });
    chat.deployment.metadata.addAnnotation('example.com/owner', 'search');
  });
  expect(at(find(objects, 'Deployment', 'chat'), 'metadata.annotations')).toEqual({ 'example.com/owner': 'search' });
});
