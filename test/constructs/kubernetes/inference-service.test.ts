import { InferenceService, type InferenceServiceProps } from '../../../constructs/kubernetes/inference-service';
import type { PlannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { ProblemError } from '../../../lib/problems';
import { at, find, type Manifest, objectsOf, workloadWith } from './support';

const image = 'registry.example.com/chat:1.0.0';
const cpu = { kind: 'cpu' } as const;
const build = (props: Partial<InferenceServiceProps> = {}): Manifest[] =>
  objectsOf(
    (chart) => new InferenceService(chart, 'Chat', { workload: workloadWith('chat'), image, metric: cpu, closedNamespace: true, ...props }),
    'prod',
  );
const deployment = (props?: Partial<InferenceServiceProps>) => find(build(props), 'Deployment', 'chat');
const container = (props?: Partial<InferenceServiceProps>) => at(deployment(props), 'spec.template.spec.containers.0');

test('a Deployment that an autoscaler scales carries no replicas', () => {
  expect(at(deployment(), 'spec.template')).toBeDefined();
  expect(at(deployment(), 'spec.replicas')).toBeUndefined();
});

test('it is a Deployment, a Service, a ServiceAccount, a disruption budget, an autoscaler and, in a closed namespace, leave to be called', () => {
  expect(build().map((object) => `${object.kind} ${object.metadata.name}`)).toEqual([
    'ServiceAccount chat',
    'Service chat',
    'Deployment chat',
    'PodDisruptionBudget chat',
    'ScaledObject chat',
    'NetworkPolicy chat-ingress',
    'NetworkPolicy chat-callers',
  ]);
});

test('in a namespace that others use no policy is written: one would cut off whoever else calls or is called', () => {
  expect(build({ closedNamespace: false }).filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
});

test('the plan names the owner of the floor: keda makes a ScaledObject, manifests an HPA, never both', () => {
  const kinds = (name: string) =>
    objectsOf((chart) => new InferenceService(chart, 'It', { workload: workloadWith(name), image, metric: cpu })).map(
      (object) => object.kind,
    );
  expect(kinds('chat').filter((kind) => /Autoscaler|Scaled/.test(kind))).toEqual(['ScaledObject']);
  expect(kinds('search').filter((kind) => /Autoscaler|Scaled/.test(kind))).toEqual(['HorizontalPodAutoscaler']);
});

test('pods ask for what the plan says, and memory ends at the most that fits the smallest node', () => {
  expect(at(container(), 'resources')).toEqual({
    requests: { cpu: '3', memory: '12Gi' },
    limits: { memory: '28805Mi', 'nvidia.com/gpu': '1' },
  });
});

test('pods go to the nodes of their pool, and tolerate the taint of GPU nodes where the pool has GPUs', () => {
  expect(at(deployment(), 'spec.template.spec.nodeSelector')).toEqual({ 'foresize.dev/pool': 'l40s' });
  expect(at(deployment(), 'spec.template.spec.tolerations')).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
});

test('pods of a workload that may use some GPU types go to nodes of those alone', () => {
  const workload = workloadWith('chat', { gpuTypes: ['L40S', 'RTX PRO 6000'] });
  expect(at(deployment({ workload }), 'spec.template.spec.affinity')).toEqual({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'foresize.dev/gpu', operator: 'In', values: ['L40S', 'RTX-PRO-6000'] }] }],
      },
    },
  });
  expect(at(deployment(), 'spec.template.spec.affinity')).toBeUndefined();
});

test('pods keep to the Pod Security Standard restricted', () => {
  expect(at(deployment(), 'spec.template.spec')).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(at(container(), 'securityContext')).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

test('with a read-only root file system the home directory is the writable /tmp', () => {
  expect(at(container(), 'env')).toContainEqual({ name: 'HOME', value: '/tmp' });
  expect(at(container(), 'volumeMounts')).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
  expect(at(deployment(), 'spec.template.spec.volumes')).toContainEqual({ name: 'tmp', emptyDir: {} });
});

test('replicas are spread over zones, nodes, and spot and other nodes, but are never kept waiting for it', () => {
  const keys = (workload: PlannedWorkload) =>
    at(deployment({ workload }), 'spec.template.spec.topologySpreadConstraints') as readonly { readonly topologyKey: string }[];
  const chat = workloadWith('chat');
  const softly = {
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'chat' } },
  };
  expect(keys(chat)).toEqual([
    { ...softly, topologyKey: 'topology.kubernetes.io/zone' },
    { ...softly, topologyKey: 'kubernetes.io/hostname' },
    { ...softly, topologyKey: 'eks.amazonaws.com/capacityType' },
  ]);
  const ofKarpenter = { ...chat, pool: { ...chat.pool, owner: 'karpenter' as const } };
  expect(keys(ofKarpenter)[2]).toEqual({ ...softly, topologyKey: 'karpenter.sh/capacity-type' });
  const alike = { ...chat, pool: { ...chat.pool, groups: chat.pool.groups.slice(0, 1) } };
  expect(keys(alike).map(({ topologyKey }) => topologyKey)).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
});

test.each([360, 7, 0])('a replica with a cold start of %i s may take twice as long, and at least a minute', (coldStartSeconds) => {
  const probe = at(container({ workload: workloadWith('chat', { coldStartSeconds }) }), 'startupProbe') as {
    periodSeconds: number;
    failureThreshold: number;
  };
  expect(probe.periodSeconds * probe.failureThreshold).toBeGreaterThanOrEqual(Math.max(60, 2 * coldStartSeconds));
});

test('a rollout is not called failed while node and replica may still be starting', () => {
  expect(at(deployment(), 'spec.progressDeadlineSeconds')).toBeGreaterThan(240 + 2 * 360);
});

test('probes, port and Service meet at the port of the config', () => {
  const built = build({ port: 8000, healthPath: '/health' });
  const pod = at(find(built, 'Deployment', 'chat'), 'spec.template.spec.containers.0');
  expect(at(pod, 'ports')).toEqual([{ name: 'http', containerPort: 8000 }]);
  expect(at(pod, 'readinessProbe.httpGet')).toEqual({ path: '/health', port: 'http' });
  expect(at(pod, 'startupProbe.httpGet')).toEqual({ path: '/health', port: 'http' });
  expect(at(find(built, 'Service', 'chat'), 'spec.ports')).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
  expect(at(find(built, 'NetworkPolicy', 'chat-ingress'), 'spec.ingress.0.ports')).toEqual([{ protocol: 'TCP', port: 8000 }]);
});

test('Service, Deployment, disruption budget and policies pick the very pods that the Deployment makes', () => {
  const built = build();
  const labels = at(find(built, 'Deployment', 'chat'), 'spec.template.metadata.labels');
  const selectors = [
    at(find(built, 'Service', 'chat'), 'spec.selector'),
    at(find(built, 'Deployment', 'chat'), 'spec.selector.matchLabels'),
    at(find(built, 'PodDisruptionBudget', 'chat'), 'spec.selector.matchLabels'),
    at(find(built, 'NetworkPolicy', 'chat-ingress'), 'spec.podSelector.matchLabels'),
    at(find(built, 'NetworkPolicy', 'chat-callers'), 'spec.egress.0.to.0.podSelector.matchLabels'),
  ];
  for (const selector of selectors) {
    expect(Object.keys(selector as object)).not.toHaveLength(0);
    expect(labels).toMatchObject(selector as object);
  }
});

test('a drain can always go on: one replica may be away, and one that never became ready does not count', () => {
  expect(at(find(build(), 'PodDisruptionBudget', 'chat'), 'spec')).toMatchObject({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test('a replica that fits no node is refused before anything is built', () => {
  const workload = workloadWith('chat', { resources: { gpus: 8, cpuMilli: 1, memoryMiB: 1, maxCpuMilli: 1, maxMemoryMiB: 1 } });
  expect(() => build({ workload })).toThrow(ProblemError);
  expect(() => build({ workload })).toThrow("workloads.chat: a replica fits no node group of pool 'l40s'");
});

test.each([
  ['chat', { kind: 'pods', name: 'x' }, 'workloads.chat.metric: a KEDA ScaledObject cannot read a metric of the pods'],
  ['search', { kind: 'prometheus', query: 'x', url: 'http://x' }, 'workloads.search.metric: an HPA cannot read PromQL'],
] as const)('%s is refused a metric that its owner cannot read', (name, metric, message) => {
  expect(() => build({ workload: workloadWith(name), metric })).toThrow(message);
});
