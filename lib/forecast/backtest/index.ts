export { type Backtest, crossValidate, type TestedModel, withoutExcluded } from './backtest';
export { type Choice, choose } from './combination';
export { findLevelShift, type LevelShift, type OriginPlan, originWeights, planOrigins } from './origins';
export { knotOf, knotsAnOctave, knotsFor, nearestKnot } from './score';
export { weightedMedian } from './weighted-median';
