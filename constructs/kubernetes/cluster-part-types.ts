import type { Affinity, Container, Labels, LabelSelector, Quantities } from './pod-types';

/** A class of disks. Its fields are beside `metadata`. */
export type StorageClassFields = {
  readonly provisioner: 'ebs.csi.aws.com';
  readonly parameters: Readonly<Record<string, string>>;
  readonly volumeBindingMode: 'WaitForFirstConsumer';
  readonly reclaimPolicy: 'Delete';
  readonly allowVolumeExpansion: true;
};

/** What one may do with which objects. */
export type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
};

export type RoleFields = { readonly rules: readonly Rule[] };

export type RoleBindingFields = {
  readonly roleRef: { readonly apiGroup: 'rbac.authorization.k8s.io'; readonly kind: 'ClusterRole' | 'Role'; readonly name: string };
  readonly subjects: readonly { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string }[];
};

export type DaemonSetSpec = {
  readonly selector: LabelSelector;
  readonly updateStrategy: { readonly type: 'RollingUpdate' };
  readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: ClusterPodSpec };
};

export type ClusterDeploymentSpec = {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: {
    readonly metadata: { readonly labels: Labels; readonly annotations?: Readonly<Record<string, string>> };
    readonly spec: ClusterPodSpec;
  };
};

/** The pod of a part of the cluster. Unlike that of a workload it may speak to the API server, or to devices of its node. */
type ClusterPodSpec = {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken: boolean;
  readonly priorityClassName: 'system-node-critical' | 'system-cluster-critical';
  readonly securityContext?: {
    readonly runAsNonRoot: true;
    readonly runAsUser: number;
    readonly seccompProfile: { readonly type: 'RuntimeDefault' };
  };
  readonly nodeSelector?: Labels;
  readonly affinity?: Affinity;
  readonly tolerations?: readonly { readonly operator: 'Exists' }[];
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly args?: readonly string[];
    readonly env?: Container['env'];
    readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
    readonly livenessProbe?: { readonly httpGet: { readonly path: string; readonly port: string } };
    readonly resources: { readonly requests: Quantities; readonly limits?: Quantities };
    readonly securityContext: Container['securityContext'];
    readonly volumeMounts?: Container['volumeMounts'];
  }[];
  readonly volumes?: readonly { readonly name: string; readonly hostPath: { readonly path: string; readonly type: 'Directory' } }[];
};
