export { alertRules, type WatchedWorkload, type WatchRule } from './alerts';
export { askedSeries } from './asked';
export { floorDashboard } from './dashboard';
export { explainedFloor, type LiveTerm, type LoadSamples, lookBackMinutes } from './explained';
export { centreFeatures, liveSpreadFeatures, offsetReplicas, spreadFeatures } from './features';
export { courseAhead, liveFloorAt, type LiveFloor, type LiveLook, type LivePlan, lookOf } from './live-floor';
export { livePlanOf } from './planned';
export { emptyRecord, type LiveRecord, minuteOf } from './record';
export { floorQuery, floorSeries, liveRules, type LiveWorkload, type RuleGroup } from './rules';
