export { adviceBeside } from './advice';
export { decidePolicy, type FreshReplay, type InForce } from './policy-decision';
export { costOf, type PolicyFigures, violationLimit, violationLimitOf, violationPercent, type ViolationPrice } from './policy-figures';
export { notAsked, notReplayed, replayAll, type Replayed, type ReplayLoads, type ReplayRequest } from './replay-all';
export { replayWarnings, replayEffect, replayReasons } from './replay-reasons';
export {
  type CarriedPolicy,
  comparedPolicies,
  type FloorsByHour,
  isCarried,
  type LiveSettings,
  type MovingFloor,
  type OneFloor,
  type PolicyName,
  policyNames,
  type PolicySettings,
  type SetPolicy,
} from './scaling-policies';
export type { ForecastSkill, ReplayEvidence, Verdict } from './verdict';
