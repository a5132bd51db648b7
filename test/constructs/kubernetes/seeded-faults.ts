import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { InferenceService } from '../../../constructs/kubernetes/inference-service';
import { Namespace } from '../../../constructs/kubernetes/namespace';
import type { PlannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { TrainingJob } from '../../../constructs/kubernetes/training-job';
import type { PatchConfig } from '../../../lib/config/pod-schema';
import type { ServeProps } from '../../../constructs/kubernetes/serve';
import { type sampleInput, workloadWith } from './support';

/** One fault: how it comes about, and what is told of it. */
export type Seeded = {
  readonly fault: string;
  /** Puts it into a chart of the user's own, whose construct `Chat` is a workload of ours. */
  readonly alone: (chart: Chart) => void;
  /** The same without the fault. */
  readonly right: (chart: Chart) => void;
  /** Fields of a workload by which a config has it; left out where a config writes no such object. */
  readonly config?: {
    /** @default chat */
    readonly of?: keyof typeof sampleInput.workloads;
    readonly fields: Record<string, unknown>;
    readonly version?: string;
    /** Whether the plan has no node beside the peak, or no nodes but spot. */
    readonly isFull?: true;
    readonly isOnSpot?: true;
  };
  /** Whether synthesis fails, or warns and goes on. */
  readonly is: 'refused' | 'told';
  /** What is said in an app of one's own: the path of the construct first, where the constructs are made already. */
  readonly says: string;
  /** What is said of a config, where that is something else. */
  readonly ofConfig?: string;
  readonly hint: string;
  readonly hintOfConfig?: string;
};

const prometheus = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus.monitoring.svc:9090' } as const;

/** A workload as somebody has it, with the construct id `Chat`. */
export function chat(chart: Chart, props: Partial<ServeProps> = {}): InferenceService {
  const { workload = workloadWith('chat'), image = 'registry.example.com/chat:1', metric = prometheus, port = 8000, ...others } = props;
  return new InferenceService(chart, 'Chat', { workload, image, metric, port, ...others });
}

const patched = (patch: PatchConfig) => (chart: Chart) => void chat(chart, { patch });
const inPod = (spec: Record<string, unknown>): PatchConfig => ({ Deployment: { spec: { template: { spec } } } });
const raw =
  (apiVersion: string, kind: string, spec: unknown, name = 'own') =>
  (chart: Chart) => {
    chat(chart);
    new ApiObject(chart, 'Own', { apiVersion, kind, metadata: { name }, spec });
  };
const chatPods = { matchLabels: { 'app.kubernetes.io/name': 'chat' } };
const main = { name: 'main', image: 'registry.example.com/chat:1' };

/** The main container with other fields, for a merge patch takes lists whole. */
const withMain = (fields: Record<string, unknown>) => (chart: Chart) => {
  const { deployment } = chat(chart);
  for (const [field, value] of Object.entries(fields))
    deployment.addJsonPatch(JsonPatch.add(`/spec/template/spec/containers/0/${field}`, value));
};

const hpa = (name: string) => ({
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
  minReplicas: 2,
  maxReplicas: 12,
  metrics: [],
});
const vpa = (updateMode: string) => ({
  targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat' },
  updatePolicy: { updateMode },
});
const budget = (fields: object) => ({ ...fields, selector: chatPods });
const policy = (fields: object) => ({ podSelector: chatPods, ...fields });

const withoutOurs = (chart: Chart, budgetSpec: unknown) => {
  const { disruptionBudget } = chat(chart);
  disruptionBudget.node.tryRemoveChild('PodDisruptionBudget');
  new ApiObject(chart, 'Own', { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'own' }, spec: budgetSpec });
};

const tainted = (): PlannedWorkload => {
  const workload = workloadWith('chat');
  return { ...workload, pool: { ...workload.pool, taints: [{ key: 'team', value: 'search', effect: 'NoSchedule' }] } };
};
const onSpot = (): PlannedWorkload => {
  const workload = workloadWith('chat');
  return { ...workload, pool: { ...workload.pool, groups: workload.pool.groups.filter(({ capacityType }) => capacityType === 'spot') } };
};

export const seeded: readonly Seeded[] = [
  {
    fault: 'an HPA and a VPA at once',
    alone: (chart) => {
      chat(chart, { metric: { kind: 'cpu' } });
      new ApiObject(chart, 'Own', {
        apiVersion: 'autoscaling.k8s.io/v1',
        kind: 'VerticalPodAutoscaler',
        metadata: { name: 'own' },
        spec: vpa('Auto'),
      });
    },
    right: raw('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', vpa('Off')),
    is: 'refused',
    says: "shop/Own: VerticalPodAutoscaler 'own' sizes the pods of Deployment 'chat'",
    hint: "updateMode: 'Off'",
  },
  {
    fault: '`replicas` beside an HPA',
    alone: patched({ Deployment: { spec: { replicas: 3 } } }),
    right: patched({ Deployment: { spec: { replicas: 0 } } }),
    config: { fields: { patch: { Deployment: { spec: { replicas: 3 } } } } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.replicas is 3",
    hint: 'take the field out',
  },
  {
    fault: 'a pod larger than any node',
    alone: withMain({ 'resources/requests/cpu': '64' }),
    right: withMain({ 'resources/requests/cpu': '2' }),
    config: { fields: { pod: { containers: { proxy: { image: 'registry.example.com/proxy:1', cpu: '64' } } } } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template asks for more than any node of pool 'l40s' has",
    ofConfig: "workloads.chat: a replica fits no node group of pool 'l40s'",
    hint: 'add a larger instance type to the pool',
  },
  {
    fault: 'a limit of GPUs unlike the request',
    alone: withMain({ 'resources/requests/nvidia.com~1gpu': '2' }),
    right: withMain({ 'resources/requests/nvidia.com~1gpu': '1' }),
    config: {
      fields: {
        patch: inPod({ containers: [{ ...main, resources: { requests: { 'nvidia.com/gpu': '2' }, limits: { 'nvidia.com/gpu': '1' } } }] }),
      },
    },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.resources asks for 2 nvidia.com/gpu with a limit of 1",
    hint: 'state the limit alone',
  },
  {
    fault: 'a selector that its pods do not meet',
    alone: patched({ Deployment: { spec: { selector: { matchLabels: { app: 'chat' } } } } }),
    right: patched({ Deployment: { spec: { template: { metadata: { labels: { team: 'search' } } } } } }),
    config: { fields: { patch: { Deployment: { spec: { selector: { matchLabels: { app: 'chat' } } } } } } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.selector looks for app=chat",
    hint: 'give the pods those labels',
  },
  {
    fault: 'a Service that finds no pod',
    alone: patched({ Service: { spec: { selector: { 'app.kubernetes.io/name': 'chta' } } } }),
    right: raw('v1', 'Service', { selector: { app: 'of-somebody-else' }, ports: [{ port: 80 }] }),
    config: { fields: { patch: { Service: { spec: { selector: { 'app.kubernetes.io/name': 'chta' } } } } } },
    is: 'refused',
    says: "shop/Chat/Service: Service 'chat' spec.selector looks for app.kubernetes.io/name=chta, which no pod has",
    hint: 'leave the labels of the construct',
  },
  {
    fault: 'a disruption budget that blocks',
    alone: (chart) => withoutOurs(chart, budget({ maxUnavailable: 0 })),
    right: (chart) => withoutOurs(chart, budget({ minAvailable: '50%' })),
    config: { fields: { patch: { PodDisruptionBudget: { spec: { maxUnavailable: '0%' } } } } },
    is: 'refused',
    says: "shop/Own: PodDisruptionBudget 'own' spec has maxUnavailable: 0, which never lets a pod of Deployment 'chat' go",
    ofConfig: 'workloads.chat: PodDisruptionBudget \'chat\' spec has maxUnavailable: "0%", which never lets a pod',
    hint: 'maxUnavailable: 1',
  },
  {
    fault: 'two disruption budgets for one pod',
    alone: raw('policy/v1', 'PodDisruptionBudget', budget({ maxUnavailable: 1 })),
    right: raw('policy/v1', 'PodDisruptionBudget', { maxUnavailable: 1, selector: { matchLabels: { app: 'another' } } }),
    is: 'refused',
    says: "shop/Own: PodDisruptionBudget 'own' is a second budget for the pods of Deployment 'chat'",
    hint: 'leave one of them',
  },
  {
    fault: 'a probe shorter than the load of the model',
    alone: (chart) => void chat(chart, { pod: { probes: { startup: { every: 5_000, failures: 3 } } } }),
    right: (chart) => void chat(chart, { pod: { probes: { startup: { every: 10_000, failures: 60 } } } }),
    config: { fields: { pod: { probes: { startup: { every: '5s', failures: 3 } } } } },
    is: 'told',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.startupProbe ends a replica that has not answered after 15 s",
    hint: 'give it more failures',
  },
  {
    fault: 'a toleration that is missing',
    alone: (chart) =>
      void chat(chart, { workload: tainted(), patch: inPod({ tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }] }) }),
    right: (chart) => void chat(chart, { workload: tainted() }),
    config: { fields: { patch: inPod({ tolerations: null }) } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.tolerations has none for team=search:NoSchedule",
    ofConfig: "workloads.chat: Deployment 'chat' spec.template.spec.tolerations has none for nvidia.com/gpu=true:NoSchedule",
    hint: 'pod.tolerations',
  },
  {
    fault: 'a name over 63 characters',
    alone: (chart) => void chat(chart, { workload: { ...workloadWith('chat'), name: 'c'.repeat(64) } }),
    right: (chart) => void chat(chart, { workload: { ...workloadWith('chat'), name: 'c'.repeat(63) } }),
    config: { fields: { patch: { Service: { metadata: { name: 'c'.repeat(64) } } } } },
    is: 'refused',
    says: `shop/Chat/Service: Service '${'c'.repeat(64)}' metadata.name '${'c'.repeat(40)}...' has 64 characters`,
    ofConfig: `workloads.chat: Service '${'c'.repeat(64)}' metadata.name '${'c'.repeat(40)}...' has 64 characters`,
    hint: 'shorten it',
  },
  {
    fault: 'a quota below the floor',
    alone: raw('v1', 'ResourceQuota', { hard: { 'requests.nvidia.com/gpu': '1' } }),
    right: raw('v1', 'ResourceQuota', { hard: { 'requests.nvidia.com/gpu': '6', pods: '12' } }),
    is: 'refused',
    says: "shop/Own: ResourceQuota 'own' spec.hard has requests.nvidia.com/gpu: 1, less than the floors of chat ask for",
    hint: 'raise the quota',
  },
  {
    fault: 'a range of limits below what a container asks for',
    alone: raw('v1', 'LimitRange', { limits: [{ type: 'Container', max: { memory: '1Gi' } }] }),
    right: raw('v1', 'LimitRange', { limits: [{ type: 'Container', max: { memory: '1Ti' } }] }),
    is: 'refused',
    says: "shop/Own: LimitRange 'own' spec.limits allows a container 1Gi of memory, and Deployment 'chat' has more",
    hint: 'raise it, or ask for less',
  },
  {
    fault: 'a port twice in a container',
    alone: withMain({
      ports: [
        { name: 'http', containerPort: 8000 },
        { name: 'metrics', containerPort: 8000 },
      ],
    }),
    right: withMain({
      ports: [
        { name: 'http', containerPort: 8000 },
        { name: 'udp', containerPort: 8000, protocol: 'UDP' },
      ],
    }),
    config: { fields: { pod: { containers: { proxy: { image: 'registry.example.com/proxy:1', ports: [9000, 9000] } } } } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.ports has port 8000/TCP",
    ofConfig: "workloads.chat: Deployment 'chat' spec.template.spec.containers.1.ports has port 9000/TCP",
    hint: 'let it listen at another port',
  },
  {
    fault: 'one port in two containers',
    alone: (chart) => void chat(chart, { pod: { containers: { proxy: { image: 'registry.example.com/proxy:1', ports: [8000] } } } }),
    right: (chart) => void chat(chart, { pod: { containers: { proxy: { image: 'registry.example.com/proxy:1', ports: [8001] } } } }),
    config: { fields: { pod: { containers: { proxy: { image: 'registry.example.com/proxy:1', ports: [8000] } } } } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.1.ports has port 8000/TCP, and so has container 'main'",
    hint: 'let it listen at another port',
  },
];

export { budget, chatPods, hpa, inPod, main, onSpot, patched, policy, raw, withMain };
export const inClosedNamespace = (patch: PatchConfig) => (chart: Chart) => {
  const closed = new Chart(chart, 'closed', { namespace: 'shop' });
  new Namespace(closed, 'Namespace', { name: 'shop' });
  chat(closed, { patch });
};
export const training = (chart: Chart, patch?: PatchConfig) =>
  new TrainingJob(chart, 'Resnet', { workload: workloadWith('resnet'), image: 'registry.example.com/resnet:1', patch });
