export { adviceBeside } from './advice';
export { decidePolicy, type ForecastSkill, type FreshReplay, type InForce, type ReplayEvidence, type Verdict } from './policy-decision';
export { costOf, violationLimit, violationLimitOf, violationPercent, type ViolationPrice } from './policy-figures';
export { notAsked, notReplayed, replayAll, type Replayed, type ReplayLoads, type ReplayRequest } from './replay-all';
export { replayCostWarnings, replayEffect, replayReasons } from './replay-reasons';
export {
  comparedPolicies,
  type FloorsByHour,
  type MovingFloor,
  type OneFloor,
  type PolicyName,
  policyNames,
  type PolicySettings,
  type SetPolicy,
} from './scaling-policies';
