import type { Labels } from './pod-types';

/** @see https://karpenter.sh/docs/concepts/nodepools/ */
export type NodePoolSpec = {
  /** Which pool is tried first: the highest of 1 to 100. */
  readonly weight?: number;
  /** Nodes that run whether pods need them or not. A pool cannot change between with and without. */
  readonly replicas?: number;
  /** The most of each resource that its nodes may have together. */
  readonly limits: Readonly<Record<string, string>>;
  readonly disruption: {
    readonly consolidationPolicy?: 'WhenEmpty';
    readonly consolidateAfter: string;
    readonly budgets: readonly { readonly nodes: string }[];
  };
  readonly template: {
    readonly metadata: { readonly labels: Labels };
    readonly spec: {
      readonly nodeClassRef: { readonly group: 'karpenter.k8s.aws'; readonly kind: 'EC2NodeClass'; readonly name: string };
      readonly requirements: readonly NodeRequirement[];
      readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
    };
  };
};

export type NodeRequirement = { readonly key: string; readonly operator: 'In'; readonly values: readonly string[] };

/** @see https://karpenter.sh/docs/concepts/nodeclasses/ */
export type Ec2NodeClassSpec = {
  readonly role: string;
  readonly amiSelectorTerms: readonly { readonly alias: string }[];
  readonly subnetSelectorTerms: readonly { readonly tags: Labels }[];
  readonly securityGroupSelectorTerms: readonly { readonly tags: Labels }[];
  readonly capacityReservationSelectorTerms?: readonly { readonly id: string }[];
  readonly instanceStorePolicy?: 'RAID0';
  readonly metadataOptions: { readonly httpEndpoint: 'enabled'; readonly httpTokens: 'required'; readonly httpPutResponseHopLimit: number };
  readonly blockDeviceMappings: readonly {
    readonly deviceName: string;
    readonly ebs: {
      readonly volumeType: 'gp3';
      readonly volumeSize: string;
      readonly encrypted: true;
      readonly deleteOnTermination: true;
    };
  }[];
  readonly tags: Labels;
};
