import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { HorizontalPodAutoscalerSpec, ScaledObjectSpec, VerticalPodAutoscalerSpec } from './autoscaling-types';
import type { CapacityBufferSpec, PlaceholdersSpec, PriorityClassFields } from './buffer-types';
import type { LoopDeploymentSpec } from './operate-loop-types';
import type { ClusterDeploymentSpec, DaemonSetSpec, RoleFields, RoleBindingFields, StorageClassFields } from './cluster-part-types';
import type { Ec2NodeClassSpec, NodePoolSpec } from './karpenter-types';
import type { ClaimSpec, Labels, LabelSelector, PodTemplate, Quantities } from './pod-types';
import type { RuleGroup, WatchRule } from '../../lib/plan/live-floor';
import { checkAtSynthesis, isClusterScoped } from './rules';

/** The Kubernetes objects that foresize writes. The types have only the fields and values in use: a misspelt one does not compile. */
export type KubernetesObject =
  | Of<'v1', 'Namespace', undefined>
  | (Of<'v1', 'ServiceAccount', undefined> & { readonly automountServiceAccountToken: boolean })
  | (Of<'v1', 'ConfigMap', undefined> & { readonly data: Readonly<Record<string, string>> })
  | Of<'v1', 'Service', ServiceSpec>
  | Of<'v1', 'PersistentVolumeClaim', ClaimSpec>
  | Of<'v1', 'PersistentVolume', PersistentVolumeSpec>
  | Of<'apps/v1', 'Deployment', DeploymentSpec | PlaceholdersSpec | ClusterDeploymentSpec | LoopDeploymentSpec>
  | Of<'apps/v1', 'DaemonSet', DaemonSetSpec>
  | (Of<'storage.k8s.io/v1', 'StorageClass', undefined> & StorageClassFields)
  | (Of<'rbac.authorization.k8s.io/v1', 'ClusterRole' | 'Role', undefined> & RoleFields)
  | (Of<'rbac.authorization.k8s.io/v1', 'ClusterRoleBinding' | 'RoleBinding', undefined> & RoleBindingFields)
  | Of<'batch/v1', 'Job', JobSpec>
  | Of<'batch/v1', 'CronJob', CronJobSpec>
  | Of<'jobset.x-k8s.io/v1alpha2', 'JobSet', JobSetSpec>
  | Of<'v1', 'ResourceQuota', { readonly hard: Quantities }>
  | Of<'policy/v1', 'PodDisruptionBudget', PodDisruptionBudgetSpec>
  | Of<'networking.k8s.io/v1', 'NetworkPolicy', NetworkPolicySpec>
  | Of<'autoscaling/v2', 'HorizontalPodAutoscaler', HorizontalPodAutoscalerSpec>
  | Of<'autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', VerticalPodAutoscalerSpec>
  | Of<'keda.sh/v1alpha1', 'ScaledObject', ScaledObjectSpec>
  | Of<'monitoring.coreos.com/v1', 'PodMonitor', PodMonitorSpec>
  | Of<'monitoring.coreos.com/v1', 'PrometheusRule', { readonly groups: readonly RuleGroup<WatchRule>[] }>
  | (Of<'scheduling.k8s.io/v1', 'PriorityClass', undefined> & PriorityClassFields)
  | Of<'autoscaling.x-k8s.io/v1alpha1', 'CapacityBuffer', CapacityBufferSpec>
  | Of<KueueVersion, 'ResourceFlavor', { readonly nodeLabels: Labels }>
  | Of<KueueVersion, 'ClusterQueue', ClusterQueueSpec>
  | Of<KueueVersion, 'LocalQueue', { readonly clusterQueue: string }>
  | Of<'karpenter.sh/v1', 'NodePool', NodePoolSpec>
  | Of<'karpenter.k8s.aws/v1', 'EC2NodeClass', Ec2NodeClassSpec>;

/**
 * Adds an object to the chart, which is checked when its app is synthesized. Its name in Kubernetes is exactly `metadata.name`, without a
 * hash. The namespace that a chart sets for every object is taken away from one that is in none.
 */
export function kubernetesObject(scope: Construct, id: string, object: KubernetesObject): ApiObject {
  const made = new ApiObject(scope, id, object);
  if (isClusterScoped(made.kind) && made.metadata.namespace !== undefined) made.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  checkAtSynthesis(made);
  return made;
}

type Of<Version extends string, Kind extends string, Spec> = {
  readonly apiVersion: Version;
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec?: Spec;
};

export type Metadata = {
  readonly name: string;
  /** That of the chart where it has one. */
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: Readonly<Record<string, string>>;
};

export type ServiceSpec = {
  /** `None` makes a headless Service: each pod has its own DNS name, instead of one address for all pods. */
  readonly clusterIP?: 'None';
  readonly publishNotReadyAddresses?: true;
  readonly selector: Labels;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string | number }[];
};

export type PersistentVolumeSpec = {
  readonly accessModes: readonly string[];
  readonly capacity: Quantities;
  readonly storageClassName: '';
  readonly persistentVolumeReclaimPolicy: 'Retain';
  readonly claimRef: { readonly name: string; readonly namespace?: string };
  readonly mountOptions: readonly string[];
  readonly csi: { readonly driver: string; readonly volumeHandle: string; readonly volumeAttributes: Readonly<Record<string, string>> };
};

export type DeploymentSpec = {
  /** The number of pods; left out where an autoscaler sets it. */
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly strategy: {
    readonly type: 'RollingUpdate';
    readonly rollingUpdate: { readonly maxSurge: number | string; readonly maxUnavailable: number | string };
  };
  readonly progressDeadlineSeconds: number;
  readonly template: PodTemplate;
};

export type JobSpec = {
  readonly completionMode: 'Indexed';
  readonly parallelism: number;
  readonly completions: number;
  readonly backoffLimit: number;
  readonly suspend?: true;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly podFailurePolicy?: {
    readonly rules: readonly {
      readonly action: 'Ignore';
      readonly onPodConditions: readonly { readonly type: string; readonly status: 'True' }[];
    }[];
  };
  readonly template: PodTemplate;
};

export type CronJobSpec = {
  readonly schedule: string;
  readonly timeZone: 'Etc/UTC';
  readonly concurrencyPolicy: 'Forbid';
  readonly startingDeadlineSeconds: number;
  readonly suspend?: true;
  readonly successfulJobsHistoryLimit: number;
  readonly failedJobsHistoryLimit: number;
  readonly jobTemplate: { readonly metadata: { readonly labels: Labels }; readonly spec: JobSpec };
};

export type JobSetSpec = {
  readonly suspend?: true;
  readonly ttlSecondsAfterFinished?: number;
  readonly network: { readonly publishNotReadyAddresses: true };
  readonly failurePolicy: { readonly maxRestarts: number };
  readonly replicatedJobs: readonly { readonly name: string; readonly replicas: number; readonly template: { readonly spec: JobSpec } }[];
};

export type PodDisruptionBudgetSpec = {
  readonly maxUnavailable?: number;
  readonly minAvailable?: number;
  readonly unhealthyPodEvictionPolicy: 'AlwaysAllow';
  readonly selector: LabelSelector;
};

export type NetworkPolicySpec = {
  readonly podSelector: LabelSelector;
  readonly policyTypes: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly { readonly from: readonly NetworkPeer[]; readonly ports?: readonly NetworkPort[] }[];
  readonly egress?: readonly { readonly to: readonly NetworkPeer[]; readonly ports?: readonly NetworkPort[] }[];
};

export type NetworkPeer =
  | { readonly podSelector?: LabelSelector; readonly namespaceSelector?: LabelSelector }
  | { readonly ipBlock: { readonly cidr: string; readonly except?: readonly string[] } };
export type NetworkPort = { readonly protocol: 'TCP' | 'UDP'; readonly port: number };

export type PodMonitorSpec = {
  readonly selector: LabelSelector;
  readonly jobLabel: string;
  readonly podTargetLabels: readonly string[];
  readonly podMetricsEndpoints: readonly {
    readonly port: string;
    readonly path: string;
    readonly interval?: string;
    readonly relabelings?: readonly { readonly action: 'replace'; readonly targetLabel: string; readonly replacement: string }[];
  }[];
};

type KueueVersion = 'kueue.x-k8s.io/v1beta1' | 'kueue.x-k8s.io/v1beta2';

/** @see https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/ */
export type ClusterQueueSpec = {
  readonly namespaceSelector: LabelSelector;
  readonly resourceGroups: readonly {
    readonly coveredResources: readonly string[];
    readonly flavors: readonly {
      readonly name: string;
      readonly resources: readonly { readonly name: string; readonly nominalQuota: string }[];
    }[];
  }[];
};
