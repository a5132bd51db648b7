export { deferrableEfforts, type DeferrableEffort, scheduleJobs } from './schedule-jobs';
export type {
  DeferrableJob,
  DeferrableProblem,
  DeferrableSchedule,
  JobLimit,
  JobOffering,
  JobPauses,
  JobWindow,
  ScheduledJob,
  SteadyDemand,
} from './problem';
