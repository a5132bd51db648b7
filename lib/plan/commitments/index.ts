export { adviseCommitments, usualCourses } from './advise';
export { backtestCommitments, type CommitBacktest } from './backtest';
export { advisedIn, commitPlan, declaredGrowth } from './commit-plan';
export type { CommitAdvice, CurvePoint, TypeAdvice } from './types';
export { type DemandOfMonths, fewWeeks, type LeftOut, nodeNeeds, type NodeNeeds, nodesFor, pricesOf } from './node-needs';
