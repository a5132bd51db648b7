export { sizingEfforts } from './search';
export { type DemandSegment, type LinearProgram, type LinearSolution, nodeKey, type SizingPool, type Solver } from './problem';
export { checkBudget, type SizedSegment, sizePools, type SizingResult } from './size-pools';
