export { diffPlans } from './diff';
export type { Cause, Change, FigureChange, PlanDiff, PoolDiff, Range, WorkloadDiff } from './types';
