export { spanOf } from './agreement';
export { verifyPlanMatches } from './belongs';
export type { PlanSpan } from './contradiction';
export { formatPlan, sealPlan } from './format';
export { gpuLabel, gpuLabelValue, poolLabel } from './gpu-label';
export { groupName } from './group-name';
export { addressesPerNode, quotaOf } from './group-needs';
export { dueAt, floorsOf, keepPrevious } from './keep';
export { type MonthCost, usdNextMonth } from './month';
export { overrideChange, overridesAt, overrideText } from './overrides';
export { type OlderPlan, type PlanBefore, readOlderPlan, sizesBefore, type StrategyBefore, type WorkloadBefore } from './plan-before';
export { planVersion } from './schema';
export type {
  AppliedEvent,
  AppliedOverride,
  AutoscalerSettings,
  BindingLimit,
  CapacityPlan,
  CommitPlan,
  CommitTypePlan,
  Compression,
  ForecastSummary,
  HistorySource,
  JobPlan,
  JobProgress,
  JobWindowPlan,
  LoadPoint,
  NodeFacts,
  NodeGroupPlan,
  RetiringPool,
  NodeStep,
  PlanCost,
  PlanSources,
  PlanWarning,
  PoolPlan,
  PoolValley,
  Reason,
  RejectedOffering,
  ReplayEffect,
  ReplayPlan,
  ReplicaResources,
  ReplicaStep,
  ScaleDown,
  Strategy,
  StrategyName,
  StrategyOption,
  UtilisationPoint,
  WorkloadPlan,
} from './types';
export { isServing, usualScaleDown } from './types';
export { stepAt, type Steps, stepsOf } from './steps';
export { mostAtATime } from './sums';
export { parsePlan } from './verify';
export { windowDigits, windowName } from './window-name';
