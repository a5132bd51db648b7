export { sizingEfforts } from './effort';
export type { LinearProgram, LinearSolution, Solver } from './program';
export { checkBudget, sizePools } from './size-pools';
export { type DemandSegment, nodeKey, type SizedSegment, type SizingPool, type SizingResult } from './types';
