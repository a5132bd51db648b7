export { allowedMinutes, matchedGpuHours } from './choose-settings';
export { learnNeeds } from './learn-need';
export { hpaPolicy, staticPolicy } from './rivals';
export { buildPolicies, type BuiltPolicy, type Stretches } from './table';
