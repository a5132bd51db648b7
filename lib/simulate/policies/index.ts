export { allowedMinutes, matchedGpuHours } from './choose-settings';
export { learnNeeds } from './learn-need';
export { buildPolicies, type BuiltPolicy, type Stretches } from './table';
