/** The config of a project: its types, how it is checked, and what the stages must know of each kind in it. */
export { adoptedName } from './adopted';
export { type AddonChoice, addonsOf, bucketsOf, installedPartsOf, needsClusterAutoscaler } from './cluster-parts';
export { loopConfigFile } from './loop-files';
export { scaledBy, type ScaledBy } from './scaled-by';
export { couldBeLive, type LiveLoad, liveLoadOf, prometheusLoadOf } from './check-live';
export { configDigest } from './digest';
export { dateSchema, eventSchema, type HolidayPlace, holidaysOf, resolveEvents } from './event-schema';
export { labelKeyPattern, labelValuePattern, objectNamePattern, positive } from './fields';
export {
  alb,
  asg,
  batch,
  cloudwatch,
  container,
  cpuMetric,
  csv,
  dcgm,
  defineCapacity,
  ec2,
  event,
  gpuPool,
  inference,
  kafka,
  kinesis,
  kserve,
  local,
  ndjson,
  parquet,
  podsMetric,
  pool,
  prometheus,
  prometheusMetric,
  rds,
  s3,
  service,
  sqs,
  tgi,
  training,
  triton,
  vllm,
  vllmMetric,
} from './helpers';
export type { HistoryConfig, PrometheusConnection, RepairRule, SecretConfig } from './history-schema';
export {
  type AutoscaledWorkload,
  type FloorOwner,
  floorOwners,
  followsLoad,
  hasExactTolerance,
  heldAgainst,
  isHeldAgainst,
  hpaToleranceOf,
  isAutoscaled,
  deployWithinOf,
  isDeferrable,
  isJob,
  isMeasuredByLoad,
  kindOf,
  type LoadFollower,
  poolOwnerOf,
  poolOwners,
  scalerOf,
} from './kinds';
export type { MonitorConfig } from './monitor-schema';
export { type CallerInput, rangeOf, type Reach, type ReachInput, reachOf } from './network-schema';
export type { OverrideConfig } from './override-schema';
export { parseConfig } from './parse';
export { equalMatchers, finishedMetric, longestWindowMs } from './promql';
export { pod } from './check-pod';
export { podNeed } from './pod-need';
export type {
  BesideContainerConfig,
  InitContainerConfig,
  PatchConfig,
  PodConfig,
  PodInput,
  PodProbeConfig,
  PodVariableConfig,
  PodVolumeConfig,
  RunConfig,
  RunWindow,
} from './pod-schema';
export { networkZones, plainReservation, poolZones, type Reservation, reservationsOf } from './placement';
export type { AttachFacts } from './attach-facts';
export { budgetSelector } from './check-attach';
export { followsMetric, type LiveMetric, type LiveMetricInput, liveMetricOf, type MetricConfig } from './metric-schema';
export { fieldsOf, listOf, manifestPod, type ManifestObject, type ManifestToleration, quantity, textsOf } from './manifest-pods';
export {
  type CapacityConfig,
  type CapacityInput,
  type EventInput,
  type InferenceConfig,
  type MachineConfig,
  type Manifests,
  type PoolConfig,
  type ServiceConfig,
  type StateConfig,
  type TrainingConfig,
  type WorkloadConfig,
} from './schema';
export {
  type CloudWatchSourceConfig,
  type FileSourceConfig,
  isLive,
  type LiveKind,
  type LiveSourceConfig,
  type PrometheusSourceConfig,
  seriesKindOf,
  type SourceConfig,
  type SourceKind,
  type SourcesByKind,
} from './source-schema';
