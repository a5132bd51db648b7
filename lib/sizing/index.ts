export { sizingEfforts } from './search';
export { type DemandSegment, type LinearProgram, type LinearSolution, nodeKey, type SizingPool, type Solver } from './problem';
export { checkBudget, type SizedSegment, sizePools, type SizingRequest, type SizingResult } from './size-pools';
