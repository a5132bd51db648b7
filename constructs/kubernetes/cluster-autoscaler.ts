import { Construct } from 'constructs';
import type { Rule } from './cluster-part-types';
import { kubernetesObject } from './objects';
import { securityContext } from './pod-containers';

export interface ClusterAutoscalerProps {
  /** The name of the EKS cluster, which the Auto Scaling groups of its node groups have as a tag. */
  readonly clusterName: string;
  /** The AWS region of the cluster. */
  readonly region: string;
  /** The version of Kubernetes, such as `1.35`: the autoscaler has the same. */
  readonly version: string;
  /**
   * The labels of the nodes on which it runs.
   * @default any node without a taint
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

/**
 * cluster-autoscaler in kube-system: it adds nodes to the groups of a cluster for pods that find no place, and removes nodes that are not
 * needed. It finds the groups by their tags, and has AWS credentials by the pod identity of its service account, `cluster-autoscaler`.
 *
 * @see https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler
 */
export class ClusterAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { clusterName, region, version, nodeSelector }: ClusterAutoscalerProps) {
    super(scope, id);
    const metadata = { name, labels };
    kubernetesObject(this, 'ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: true });
    this.addRoles();
    kubernetesObject(this, 'Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          // A node that it runs on is not removed by itself.
          metadata: { labels, annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: true,
            priorityClassName: 'system-cluster-critical',
            securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: 'RuntimeDefault' } },
            nodeSelector,
            containers: [
              {
                name,
                image: `registry.k8s.io/autoscaling/cluster-autoscaler:v${version}.0`,
                args: [
                  '--cloud-provider=aws',
                  `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${clusterName}`,
                  '--expander=least-waste',
                  '--skip-nodes-with-system-pods=false',
                ],
                env: [{ name: 'AWS_REGION', value: region }],
                ports: [{ name: 'http', containerPort: 8085 }],
                livenessProbe: { httpGet: { path: '/health-check', port: 'http' } },
                resources: { requests: { cpu: '100m', memory: '600Mi' }, limits: { memory: '600Mi' } },
                securityContext: securityContext({}),
              },
            ],
          },
        },
      },
    });
  }

  private addRoles(): void {
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const metadata = { name, labels };
    const subjects = [{ kind: 'ServiceAccount', name, namespace: 'kube-system' }] as const;
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', name } as const;
    kubernetesObject(this, 'ClusterRole', { apiVersion, kind: 'ClusterRole', metadata, rules: inCluster });
    kubernetesObject(this, 'ClusterRoleBinding', {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { ...roleRef, kind: 'ClusterRole' },
      subjects,
    });
    kubernetesObject(this, 'Role', { apiVersion, kind: 'Role', metadata, rules: inNamespace });
    kubernetesObject(this, 'RoleBinding', { apiVersion, kind: 'RoleBinding', metadata, roleRef: { ...roleRef, kind: 'Role' }, subjects });
  }
}

const name = 'cluster-autoscaler';
const labels = { 'app.kubernetes.io/name': name };
const reads = ['get', 'list', 'watch'];
const rule = (group: string, resources: readonly string[], verbs: readonly string[], resourceNames?: readonly string[]): Rule => ({
  apiGroups: [group],
  resources,
  resourceNames,
  verbs,
});

/** It plays through where a pod would go, so it reads what the scheduler reads; it taints nodes and evicts pods from those it removes. */
const inCluster: readonly Rule[] = [
  rule('', ['events', 'endpoints'], ['create', 'patch']),
  rule('', ['pods/eviction'], ['create']),
  rule('', ['pods/status'], ['update']),
  rule('', ['nodes'], [...reads, 'update']),
  rule('', ['namespaces', 'pods', 'services', 'replicationcontrollers', 'persistentvolumeclaims', 'persistentvolumes'], reads),
  rule('apps', ['daemonsets', 'replicasets', 'statefulsets'], reads),
  rule('batch', ['jobs', 'cronjobs'], reads),
  rule('policy', ['poddisruptionbudgets'], reads),
  rule('storage.k8s.io', ['storageclasses', 'csinodes', 'csidrivers', 'csistoragecapacities', 'volumeattachments'], reads),
  rule('resource.k8s.io', ['deviceclasses', 'resourceclaims', 'resourceslices'], reads),
];

/** One of several leads, by a lease, and it writes its status. */
const inNamespace: readonly Rule[] = [
  rule('', ['configmaps'], ['create', 'list', 'watch']),
  rule('', ['configmaps'], ['get', 'update', 'delete'], ['cluster-autoscaler-status']),
  rule('coordination.k8s.io', ['leases'], ['create']),
  rule('coordination.k8s.io', ['leases'], ['get', 'update'], [name]),
];
