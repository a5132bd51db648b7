export { diffPlans, replicaHours } from './diff';
export { nodeHours } from './pool-causes';
export type { Cause, Change, FigureChange, PlanDiff, PoolDiff, Range, WorkloadDiff } from './types';
export { risksOf } from './workload-diff';
