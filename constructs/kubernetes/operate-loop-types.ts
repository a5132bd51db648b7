import type { Container, Labels, LabelSelector, PodSpec, TopologySpread, Volume } from './pod-types';

/** The Deployment of the loop of `foresize operate`. */
export type LoopDeploymentSpec = {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: {
    readonly metadata: { readonly labels: Labels; readonly annotations?: Readonly<Record<string, string>> };
    readonly spec: LoopPodSpec;
  };
};

/** Its pod. Unlike that of a workload it speaks to the API server. */
type LoopPodSpec = {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: true;
  readonly enableServiceLinks: false;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: PodSpec['securityContext'];
  readonly topologySpreadConstraints?: readonly TopologySpread[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
};
