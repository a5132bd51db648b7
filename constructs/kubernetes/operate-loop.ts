import { Construct } from 'constructs';
import { loopConfigFile } from '../../lib/config';
import { digestOf } from '../../lib/digest';
import { toDns } from './allow-reaching';
import type { ScaleTarget } from './autoscaling-types';
import type { Rule } from './cluster-part-types';
import { namespacePeer, namespaceOfService, port } from './network-peers';
import { kubernetesObject, type NetworkPolicySpec } from './objects';
import type { Container, Labels } from './pod-types';
import { securityContext } from './pod-containers';

/** A number that the loop moves. */
export type MovedNumber = {
  /** The workload in config and plan. */
  readonly workload: string;
  readonly namespace: string;
  /** What has the replicas. */
  readonly target: ScaleTarget;
  /** The name of the HorizontalPodAutoscaler whose `minReplicas` it moves. */
  readonly autoscaler: string;
};

export interface OperateLoopProps {
  /** The name of its objects, and of the Lease that its copies share: `prod-operate`. */
  readonly name: string;
  /** The namespace that it runs in: that of the chart. */
  readonly namespace: string;
  /** An image with `foresize` and `kubectl` on its PATH. */
  readonly image: string;
  /** Copies; one of them acts. */
  readonly replicas: number;
  /**
   * Config and plan by their names, for a ConfigMap.
   * @default none: they are in the image
   */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Where config and plan are in the image.
   * @default where the ConfigMap is mounted
   */
  readonly directory?: string;
  /**
   * A Secret whose keys are environment variables of the loop.
   * @default none
   */
  readonly secret?: string;
  /** What it moves. */
  readonly moves: readonly MovedNumber[];
  /** Addresses of the servers that it reads loads from. */
  readonly reads: readonly string[];
  /** Whether nothing comes in or goes out of the namespace by default. */
  readonly closedNamespace: boolean;
}

/** Where its pages are served. */
const pagesPort = 9464;
const mountPath = '/etc/foresize';

/**
 * The loop of `foresize operate --act` in the cluster, for workloads with owner `operate`: a Deployment, its account, and Roles with just
 * what it does. It reads the HPAs of the namespaces and moves `minReplicas` of its own, reads the objects that have the replicas, and holds
 * a Lease; it cannot move `replicas` of a workload, nor read anything else. Two copies have a disruption budget. In a closed namespace a
 * NetworkPolicy opens what it needs: the API server, whose address nobody knows beforehand, by its ports, and its Prometheus.
 *
 * Config and plan come by a ConfigMap. A new plan counts from the next round on; a new config starts new pods.
 */
export class OperateLoop extends Construct {
  constructor(scope: Construct, id: string, props: OperateLoopProps) {
    super(scope, id);
    const { name, files } = props;
    const metadata = { name, labels: labelsOf(props) };
    kubernetesObject(this, 'ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false });
    this.addRoles(props);
    if (files !== undefined) kubernetesObject(this, 'ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files });
    this.addDeployment(props);
    if (props.replicas > 1)
      kubernetesObject(this, 'PodDisruptionBudget', {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata,
        spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: labelsOf(props) } },
      });
    if (props.closedNamespace)
      kubernetesObject(this, 'NetworkPolicy', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata,
        spec: openFor(props),
      });
  }

  private addDeployment(props: OperateLoopProps): void {
    const { name, replicas, files } = props;
    const labels = labelsOf(props);
    kubernetesObject(this, 'Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: {
            labels,
            // The config is read once, so a new one needs new pods.
            ...(files !== undefined && { annotations: { 'foresize/config': digestOf(files[loopConfigFile]) } }),
          },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 60,
            securityContext: { runAsNonRoot: true, runAsUser: user, runAsGroup: user, seccompProfile: { type: 'RuntimeDefault' } },
            ...(replicas > 1 && {
              topologySpreadConstraints: [
                {
                  maxSkew: 1,
                  topologyKey: 'kubernetes.io/hostname',
                  whenUnsatisfiable: 'ScheduleAnyway',
                  labelSelector: { matchLabels: labels },
                },
              ],
            }),
            containers: [containerOf(props)],
            volumes: [
              { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
              ...(files === undefined ? [] : [{ name: 'plan', configMap: { name } }]),
            ],
          },
        },
      },
    });
  }

  private addRoles({ name, namespace, moves }: OperateLoopProps): void {
    const labels = labelsOf({ name });
    const add = (id: string, at: string, role: string, rules: readonly Rule[]) => {
      const metadata = { name: role, namespace: at, labels };
      kubernetesObject(this, `${id}Role`, { apiVersion: rbac, kind: 'Role', metadata, rules });
      kubernetesObject(this, `${id}Binding`, {
        apiVersion: rbac,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      });
    };
    add('Lease', namespace, name, [
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [name], verbs: ['get', 'update'] },
    ]);
    for (const at of [...new Set(moves.map((move) => move.namespace))].sort()) {
      const there = moves.filter((move) => move.namespace === at);
      add(`Numbers-${at}`, at, `${name}-numbers`, [
        { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] },
        {
          apiGroups: ['autoscaling'],
          resources: ['horizontalpodautoscalers'],
          resourceNames: there.map(({ autoscaler }) => autoscaler),
          verbs: ['patch'],
        },
        ...there.map(({ target }) => ({
          apiGroups: [groupOf(target.apiVersion)],
          resources: [pluralOf(target.kind)],
          resourceNames: [target.name],
          verbs: ['get'],
        })),
      ]);
    }
  }
}

const rbac = 'rbac.authorization.k8s.io/v1';
const user = 65_532;
const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');
/** As Kubernetes forms it where nothing else is said: `InferenceService` is `inferenceservices`, `Proxy` is `proxies`. */
const pluralOf = (kind: string): string =>
  kind
    .toLowerCase()
    .replace(/y$/, 'ie')
    .replace(/(s|x|ch|sh)$/, '$1e')
    .concat('s');

const labelsOf = ({ name }: Pick<OperateLoopProps, 'name'>): Labels => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/component': 'operate',
});

function containerOf({ image, secret, moves, files, directory = mountPath }: OperateLoopProps): Container {
  const config = files === undefined ? [] : ['--config', `${directory}/${loopConfigFile}`, '--plan', `${directory}/capacity-plan.json`];
  const names = moves.map(({ workload }) => workload);
  // Beside the program itself, what it remembers of each load: a sample a minute of eight days.
  const memory = `${256 + 4 * moves.length}Mi`;
  return {
    name: 'operate',
    image,
    command: ['foresize', 'operate', ...names, '--act', '--listen', `:${pagesPort}`, ...config],
    ...(files === undefined && { workingDir: directory }),
    // Where kubectl keeps what it has learned of the API.
    env: [{ name: 'HOME', value: '/tmp' }],
    ...(secret !== undefined && { envFrom: [{ secretRef: { name: secret } }] }),
    ports: [{ name: 'http', containerPort: pagesPort }],
    resources: { requests: { cpu: '50m', memory }, limits: { memory } },
    securityContext: securityContext({}),
    // A round that waits for a server has as long as three intervals, which the page counts by itself.
    livenessProbe: { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3, httpGet: { path: '/healthz', port: 'http' } },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      ...(files === undefined ? [] : [{ name: 'plan', mountPath, readOnly: true as const }]),
    ],
  };
}

/** The API server has the address of a node or of a network interface: only its usual ports are known. */
function openFor({ name, reads }: OperateLoopProps): NetworkPolicySpec {
  const anywhere = [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }];
  const namespaces = [...new Set(reads.flatMap((url) => namespaceOfService(url) ?? []))].sort();
  const others = reads.filter((url) => namespaceOfService(url) === undefined);
  const ports = [...new Set([443, 6443, ...others.map(portOf)])].sort((a, b) => a - b);
  return {
    podSelector: { matchLabels: labelsOf({ name }) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: namespaces.length === 0 ? [] : [{ from: namespaces.map(namespacePeer), ports: [port(pagesPort)] }],
    egress: [toDns, { to: anywhere, ports: ports.map(port) }, ...(namespaces.length === 0 ? [] : [{ to: namespaces.map(namespacePeer) }])],
  };
}

function portOf(url: string): number {
  const { port: stated, protocol } = new URL(url);
  return stated === '' ? (protocol === 'https:' ? 443 : 80) : Number(stated);
}
