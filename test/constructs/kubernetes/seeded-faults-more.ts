import { ApiObject } from 'cdk8s';
import { InferenceService } from '../../../constructs/kubernetes/inference-service';
import {
  chat,
  chatPods,
  hpa,
  inClosedNamespace,
  inPod,
  main,
  onSpot,
  patched,
  policy,
  raw,
  type Seeded,
  training,
  withMain,
} from './seeded-faults';
import { workloadWith } from './support';

const dns = {
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};
const s3Only = { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ protocol: 'TCP', port: 443 }] };
const full = () => ({ ...workloadWith('chat'), surge: 0 });
const stuck = { Deployment: { spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } } };

export const moreSeeded: readonly Seeded[] = [
  {
    fault: 'a policy that cuts off metrics',
    alone: raw('networking.k8s.io/v1', 'NetworkPolicy', policy({ policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] })),
    right: raw(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      policy({ policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }] }),
    ),
    is: 'told',
    says: "shop/Own: NetworkPolicy 'own' lets nothing of another namespace call the pods of Deployment 'chat'",
    hint: 'allow ingress from the namespace of Prometheus',
  },
  {
    fault: 'a policy that cuts off DNS',
    alone: raw('networking.k8s.io/v1', 'NetworkPolicy', policy({ policyTypes: ['Egress'], egress: [s3Only] })),
    right: raw('networking.k8s.io/v1', 'NetworkPolicy', policy({ policyTypes: ['Egress'], egress: [s3Only, dns] })),
    is: 'told',
    says: "shop/Own: NetworkPolicy 'own' lets the pods of Deployment 'chat' send nothing to port 53",
    hint: 'allow UDP and TCP 53',
  },
  {
    fault: 'a pod that runs as root',
    alone: patched(inPod({ securityContext: { runAsUser: 0 } })),
    right: patched(inPod({ securityContext: { runAsUser: 1000 } })),
    config: { fields: { patch: inPod({ securityContext: { runAsUser: 0 } }) } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0 runs as root",
    hint: 'name a user other than 0',
    ofConfig: "workloads.chat: Deployment 'chat' spec.template.spec.containers.0 runs as root",
    hintOfConfig: "namespace 'sample' enforces 'restricted'",
  },
  {
    fault: 'a path of the node in a namespace that refuses it',
    alone: inClosedNamespace(
      inPod({
        volumes: [
          { name: 'tmp', emptyDir: {} },
          { name: 'shared-memory', hostPath: { path: '/dev/shm' } },
        ],
      }),
    ),
    right: inClosedNamespace({}),
    config: {
      fields: {
        patch: inPod({
          volumes: [
            { name: 'tmp', emptyDir: {} },
            { name: 'shared-memory', hostPath: { path: '/dev/shm' } },
          ],
        }),
      },
    },
    is: 'refused',
    says: "shop/closed/Chat/Deployment: Deployment 'chat' spec.template.spec.volumes has 'shared-memory', a path of the node: /dev/shm",
    hint: "enforces 'restricted'",
  },
  {
    fault: 'a path of the node elsewhere',
    alone: patched(
      inPod({
        volumes: [
          { name: 'tmp', emptyDir: {} },
          { name: 'shared-memory', hostPath: { path: '/dev/shm' } },
        ],
      }),
    ),
    right: patched({}),
    is: 'told',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.volumes has 'shared-memory', a path of the node: /dev/shm",
    hint: "the Pod Security Standard 'restricted' refuses it",
  },
  {
    fault: "the tag 'latest'",
    alone: (chart) => void chat(chart, { image: 'vllm/vllm-openai:latest' }),
    right: (chart) => void chat(chart, { image: `vllm/vllm-openai@sha256:${'0'.repeat(64)}` }),
    config: { fields: { image: 'vllm/vllm-openai:latest' } },
    is: 'told',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.image 'vllm/vllm-openai:latest' is another image tomorrow",
    hint: "name a tag other than 'latest', or a digest",
  },
  {
    fault: 'no tag',
    alone: (chart) => void chat(chart, { image: 'registry.example.com:5000/chat' }),
    right: (chart) => void chat(chart, { image: 'registry.example.com:5000/chat:1' }),
    config: { fields: { image: 'registry.example.com:5000/chat' } },
    is: 'told',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.image 'registry.example.com:5000/chat' is another image tomorrow",
    hint: "name a tag other than 'latest', or a digest",
  },
  {
    fault: 'no image',
    alone: (chart) => void chat(chart, { image: '' }),
    right: (chart) => void chat(chart),
    config: { fields: { image: undefined } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.image is missing",
    ofConfig: 'workloads.chat.image: is missing',
    hint: 'name the',
  },
  {
    fault: 'a GPU server without a metric',
    alone: (chart) => void new InferenceService(chart, 'Chat', { workload: workloadWith('chat'), image: 'registry.example.com/chat:1' }),
    right: (chart) => void chat(chart, { metric: { kind: 'cpu' } }),
    config: { fields: { metric: undefined } },
    is: 'refused',
    says: 'workloads.chat.metric: is missing: CPU says nothing of the load of a GPU',
    hint: 'say what it shall follow',
  },
  {
    fault: 'a ceiling beyond the pool',
    alone: patched({ ScaledObject: { spec: { maxReplicaCount: 400 } } }),
    right: patched({ ScaledObject: { spec: { maxReplicaCount: 20 } } }),
    config: { fields: { patch: { ScaledObject: { spec: { maxReplicaCount: 400 } } } } },
    is: 'told',
    says: "shop/Chat/Autoscaler/ScaledObject: ScaledObject 'chat' lets pods rise to 400, and the nodes of pool 'l40s' hold 24 at their ceiling",
    hint: 'leave the numbers to the plan',
  },
  {
    fault: 'a field that the version does not know',
    alone: (chart) => {
      chart.node.setContext('kubernetesVersion', '1.33');
      chat(chart, { pod: { volumes: { models: { mountPath: '/models', image: 'registry.example.com/models:1' } } } });
    },
    right: (chart) => {
      chart.node.setContext('kubernetesVersion', '1.35');
      chat(chart, { exactFloors: true, pod: { volumes: { models: { mountPath: '/models', image: 'registry.example.com/models:1' } } } });
    },
    config: {
      fields: {
        patch: { ScaledObject: { spec: { advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleUp: { tolerance: '0' } } } } } } },
      },
      version: '1.33',
    },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.volumes: an image needs Kubernetes 1.35, and the cluster has 1.33",
    ofConfig: "workloads.chat: ScaledObject 'chat' spec.behavior: a tolerance needs Kubernetes 1.35, and the cluster has 1.33",
    hint: 'upgrade the cluster',
  },
  {
    fault: 'a namespace of an object that is in none',
    alone: (chart) => {
      chat(chart);
      new ApiObject(chart, 'Own', {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'own', namespace: 'shop' },
        value: 1,
      });
    },
    right: (chart) => {
      chat(chart);
      new ApiObject(chart, 'Own', { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'own' }, value: 1 });
    },
    is: 'told',
    says: "shop/Own: PriorityClass 'own' metadata.namespace is 'shop', and a PriorityClass is in no namespace",
    hint: 'put it into a chart without a namespace',
  },
  {
    fault: 'two owners of one number of replicas',
    alone: raw('autoscaling/v2', 'HorizontalPodAutoscaler', hpa('chat')),
    right: raw('autoscaling/v2', 'HorizontalPodAutoscaler', hpa('another')),
    is: 'refused',
    says: "shop/Own: HorizontalPodAutoscaler 'own' scales Deployment 'chat', which ScaledObject 'chat' (shop/Chat/Autoscaler/ScaledObject) scales",
    hint: 'leave one of them',
  },
  {
    fault: 'a roll-out that needs room where there is none',
    alone: (chart) => void chat(chart, { workload: full(), patch: stuck }),
    right: (chart) => void chat(chart, { workload: full() }),
    config: { of: 'search', fields: { patch: stuck }, isFull: true },
    is: 'told',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.strategy lets no old pod end before a new one runs, and pool 'l40s' has room for none",
    ofConfig: "workloads.search: Deployment 'search' spec.strategy lets no old pod end before a new one runs",
    hint: 'maxUnavailable: 1',
  },
  {
    fault: 'spot nodes alone',
    alone: (chart) => void chat(chart, { workload: onSpot() }),
    right: (chart) => void chat(chart),
    config: { fields: {}, isOnSpot: true },
    is: 'told',
    says: "shop/Chat/Deployment: Deployment 'chat' runs on spot nodes alone: pool 'l40s' has no others",
    hint: "add 'on-demand' to the capacity of the pool",
  },
  {
    fault: 'a name of a Job that stays while its pods change',
    alone: (chart) => void training(chart, { Job: { metadata: { name: 'resnet' } } }),
    right: (chart) => void training(chart, { Job: { spec: { template: { metadata: { labels: { team: 'search' } } } } } }),
    config: { of: 'resnet', fields: { patch: { Job: { metadata: { name: 'resnet' } } } } },
    is: 'refused',
    says: "shop/Resnet/Job: Job 'resnet' metadata.name was changed from 'resnet-",
    ofConfig: "workloads.resnet: Job 'resnet' metadata.name was changed from 'resnet-",
    hint: 'leave the name to the construct',
  },
  {
    fault: 'a Service that leads to no port',
    alone: withMain({ ports: [{ name: 'api', containerPort: 8000 }] }),
    right: withMain({ ports: [{ name: 'http', containerPort: 9000 }] }),
    config: { fields: { patch: { Service: { spec: { ports: [{ name: 'http', port: 80, targetPort: 'api' }] } } } } },
    is: 'refused',
    says: "shop/Chat/Service: Service 'chat' spec.ports leads to port 'http', and no container of Deployment 'chat' has a port of that name",
    ofConfig:
      "workloads.chat: Service 'chat' spec.ports leads to port 'api', and no container of Deployment 'chat' has a port of that name",
    hint: 'one of',
  },
  {
    fault: 'a mount of a volume that is not there',
    alone: patched(inPod({ volumes: [{ name: 'tmp', emptyDir: {} }] })),
    right: patched(
      inPod({
        volumes: [
          { name: 'tmp', emptyDir: {} },
          { name: 'shared-memory', emptyDir: {} },
        ],
      }),
    ),
    config: { fields: { patch: inPod({ volumes: [{ name: 'tmp', emptyDir: {} }] }) } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.volumeMounts names volume 'shared-memory'",
    hint: 'add the volume',
  },
  {
    fault: 'a pod that is killed while it drains',
    alone: patched(inPod({ terminationGracePeriodSeconds: 2 })),
    right: patched(inPod({ terminationGracePeriodSeconds: 20 })),
    config: { fields: { patch: inPod({ terminationGracePeriodSeconds: 2 }) } },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.lifecycle sleeps for 5 s, and terminationGracePeriodSeconds is 2",
    hint: 'make the grace longer',
  },
  {
    fault: 'a smallest number above the largest',
    alone: patched({ ScaledObject: { spec: { minReplicaCount: 50 } } }),
    right: patched({ ScaledObject: { spec: { minReplicaCount: 3 } } }),
    config: { fields: { patch: { ScaledObject: { spec: { minReplicaCount: 50 } } } } },
    is: 'refused',
    says: "shop/Chat/Autoscaler/ScaledObject: ScaledObject 'chat' has a smallest number of 50 pods above a largest of 12",
    hint: 'leave the numbers to the plan',
  },
  {
    fault: 'a request above its limit',
    alone: withMain({ 'resources/limits/memory': '1Mi' }),
    right: withMain({ 'resources/limits/memory': '16Gi' }),
    config: {
      fields: { patch: inPod({ containers: [{ ...main, resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } }] }) },
    },
    is: 'refused',
    says: "shop/Chat/Deployment: Deployment 'chat' spec.template.spec.containers.0.resources asks for",
    hint: 'raise the limit',
  },
  {
    fault: 'one object twice',
    alone: raw('v1', 'Service', { selector: chatPods.matchLabels, ports: [{ port: 80 }] }, 'chat'),
    right: raw('v1', 'Service', { selector: chatPods.matchLabels, ports: [{ port: 80 }] }, 'chat-internal'),
    is: 'refused',
    says: "shop/Own: Service 'chat' is written by shop/Chat/Service too",
    hint: 'give one of them another name',
  },
  {
    fault: 'an autoscaler that lost its workload',
    alone: patched({ Deployment: { metadata: { name: 'chat-v2' } } }),
    right: patched({
      Deployment: { metadata: { name: 'chat-v2' } },
      ScaledObject: { spec: { scaleTargetRef: { name: 'chat-v2' } } },
    }),
    config: { fields: { patch: { Deployment: { metadata: { name: 'chat-v2' } } } } },
    is: 'refused',
    says: "shop/Chat/Autoscaler/ScaledObject: ScaledObject 'chat' scales Deployment 'chat', and the pods are those of Deployment 'chat-v2'",
    hint: 'leave names to the constructs',
  },
];
