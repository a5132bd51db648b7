export { allowedMinutes, matchedGpuHours } from './choose-settings';
export { learnNeeds, sightOf } from './learn-need';
export { liveFloorOf, liveSight, recordOf } from './live-policy';
export { hpaPolicy, staticPolicy } from './rivals';
export { buildPolicies, type BuiltPolicy, type LearnedLive, retuned, type Stretches } from './table';
