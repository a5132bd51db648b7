export { averageHpa } from './average-hpa';
export { decide, type Needs, needsAt, type OperatePlan, type OperateState, usualStaleMs, usualSteps } from './decide';
export { hpaMemory, hpaSync } from './hpa';
export { defaultTolerance, type HpaTolerance } from './hpa-types';
export { extendLine, type Line, linearThreshold, noLine } from './linear-threshold';
export {
  type NeedModel,
  product,
  featureCount,
  featurePlace,
  featuresOf,
  type SpanModel,
  spreadFeatureCount,
  spreadFeaturesOf,
} from './need';
export { type OperateFloor, operateFloor, operatePolicies, type OperatePolicy } from './operate-floor';
export { claimLease, type OperateLease, type SeenLease } from './operate-lease';
export { fieldManager, moveNumber, type NumberMove, type ReplicaNumber } from './operate-number';
export { largestWithin, newestKnown, type Outlook, outlookAt, peakPath, quantilePath } from './outlook';
export { type HpaSettings, hpaSpecOf, type Observations, type Policy } from './policy';
