export { sizingEfforts } from './effort';
export type { LinearProgram, LinearSolution, Solver } from './program';
export { checkBudget, type SizedSegment, sizePools, type SizingResult } from './size-pools';
export { type DemandSegment, nodeKey, type SizingPool } from './types';
