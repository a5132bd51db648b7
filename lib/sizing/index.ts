export {
  type DeferrableEffort,
  deferrableEfforts,
  type DeferrableJob,
  type DeferrableProblem,
  type DeferrableSchedule,
  inMarket,
  type JobLimit,
  type JobOffering,
  type JobWindow,
  type ScheduledJob,
  scheduleJobs,
  type SteadyDemand,
} from './deferrable';
export { sizingEfforts } from './search';
export { type DemandSegment, type LinearProgram, type LinearSolution, nodeKey, type SizingPool, type Solver } from './problem';
export { type SizedSegment, sizePools, type SizingRequest, type SizingResult } from './size-pools';
