export { diffPlans, replicaHours } from './diff';
export { nodeHours } from './pool-causes';
export type { Cause, Change, FigureChange, PlanDiff, PoolDiff, Range, WorkloadDiff } from './types';
export { windowFigures } from './windows-diff';
export { risksOf } from './workload-diff';
