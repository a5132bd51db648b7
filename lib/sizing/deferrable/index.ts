export { deferrableEfforts, scheduleJobs } from './schedule-jobs';
export type { DeferrableProblem, DeferrableSchedule, JobLimit, JobOffering, SteadyDemand } from './problem';
