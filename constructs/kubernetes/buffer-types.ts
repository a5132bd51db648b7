import type { Container, Affinity, Labels, LabelSelector, Quantities, Toleration } from './pod-types';

export type PriorityClassFields = {
  readonly value: number;
  readonly globalDefault: false;
  readonly preemptionPolicy: 'Never';
  readonly description: string;
};

export type CapacityBufferSpec = {
  readonly provisioningStrategy: 'buffer.x-k8s.io/active-capacity';
  readonly scalableRef: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly replicas: number;
};

/** A Deployment of pods that only keep a place. */
export type PlaceholdersSpec = {
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: {
    readonly metadata: { readonly labels: Labels };
    readonly spec: {
      readonly priorityClassName: string;
      readonly automountServiceAccountToken: false;
      readonly enableServiceLinks: false;
      readonly terminationGracePeriodSeconds: 0;
      readonly securityContext: {
        readonly runAsNonRoot: true;
        readonly runAsUser: number;
        readonly seccompProfile: { readonly type: 'RuntimeDefault' };
      };
      readonly nodeSelector: Labels;
      readonly tolerations?: readonly Toleration[];
      readonly affinity?: Affinity;
      readonly containers: readonly {
        readonly name: string;
        readonly image: string;
        readonly resources: { readonly requests: Quantities; readonly limits: Quantities };
        readonly securityContext: Container['securityContext'];
      }[];
    };
  };
};
