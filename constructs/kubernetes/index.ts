/** Kubernetes constructs for a cdk8s app of your own, and `buildKubernetes`, which writes all objects of `foresize synth`. */
export { AllowCalls, type AllowCallsProps } from './allow-calls';
export { AllowEachOther, type AllowEachOtherProps } from './allow-each-other';
export { AllowReaching, type AllowReachingProps } from './allow-reaching';
export { AttachedWorkload, type AttachedWorkloadProps } from './attached-workload';
export { buildKubernetes, type KubernetesInput } from './app';
export { DefaultDeny } from './default-deny';
export { DisruptionBudget, type DisruptionBudgetProps } from './disruption-budget';
export { FloorRules, type FloorRulesProps } from './floor-rules';
export { GpuQuota, type GpuQuotaProps } from './gpu-quota';
export { HorizontalAutoscaler, type HorizontalAutoscalerProps } from './horizontal-autoscaler';
export { InferenceService, type InferenceServiceProps } from './inference-service';
export { KarpenterNodePools, type KarpenterNodePoolsProps, type KarpenterSettings } from './karpenter-node-pools';
export { KueueQueue, type KueueQueueProps } from './kueue-queue';
export {
  floorAdapterRules,
  floorAlertGroups,
  type FloorMetric,
  floorMetricOf,
  floorRuleGroups,
  type FloorSource,
  floorSourceOf,
  placesSourceOf,
} from './live-floors';
export { Namespace, type NamespaceProps } from './namespace';
export { NodeBuffer, type NodeBufferProps } from './node-buffer';
export { NodesAhead, type NodesAheadProps } from './nodes-ahead';
export { plannedWorkload, type PlannedWorkload } from './planned-workload';
export { PodMonitor, type PodMonitorProps } from './pod-monitor';
export { requiredClusterParts } from './required-cluster-parts';
export { ScheduledAutoscaler, type ScheduledAutoscalerProps } from './scheduled-autoscaler';
export { ServerFleet, type ServerFleetProps } from './server-fleet';
export { TrainingDeployment, type TrainingDeploymentProps } from './training-deployment';
export { TrainingJob, type TrainingJobProps } from './training-job';
export { VerticalAutoscaler, type VerticalAutoscalerProps } from './vertical-autoscaler';
export { writeManifests } from './write-manifests';
/** Everything of a pod that is no size, for the property `pod` of constructs. */
export { pod, type PodConfig, type PodInput, type RunConfig } from '../../lib/config';
