export { deferrableEfforts, scheduleJobs } from './schedule-jobs';
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
