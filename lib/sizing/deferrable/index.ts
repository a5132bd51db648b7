export { type DeferrableEffort, deferrableEfforts, scheduleJobs } from './schedule-jobs';
export { inMarket } from './prepare';
export type {
  DeferrableJob,
  DeferrableProblem,
  DeferrableSchedule,
  JobLimit,
  JobOffering,
  JobWindow,
  ScheduledJob,
  SteadyDemand,
} from './problem';
