import { type CapacityConfig, isDeferrable } from '../../config';
import { isProblemError } from '../../problems';
import { deferrableEfforts, type DeferrableProblem, type DeferrableSchedule, scheduleJobs } from '../../sizing';
import { windowReasons } from '../explain';
import type { JobWindowPlan } from '../file';
import { runningIn, type WorkloadDemand } from '../replicas';
import { formatTime } from '../../units';
import type { Supply } from '../supply';
import { type DeferredJob, jobProblem, type JobsInput, valleyQuantile } from './job-problem';

/**
 * Chooses the hours of the jobs that may wait: beside what runs anyway, where their nodes cost the least, and so that each is done in
 * time. Their workers then run in these windows and at no other time.
 *
 * A job that takes longer than is left of the horizon, and whose deadline is beyond it, begins as early as it may and runs on.
 *
 * @returns the demands, those of such jobs with windows
 * @throws ProblemError `sizing/deadline`
 */
export function placeJobs(
  input: Omit<JobsInput, 'jobs'>,
  supplies: Readonly<Record<string, Supply>>,
): Readonly<Record<string, WorkloadDemand>> {
  const { config, grid, demands } = input;
  const jobs = deferredJobs(config, supplies).filter(({ estimate }) => fitsHorizon(estimate, grid));
  if (jobs.length === 0) return demands;
  const problem = jobProblem({ ...input, jobs });
  const schedule = scheduledWithin(problem, config);
  const placed = jobs.map(({ name, workload, estimate }, index): [string, WorkloadDemand] => {
    const { windows, usd, arrivalUsd } = schedule.jobs[index];
    const at = (period: number) => grid.start + period * grid.periodMs;
    const spans = windows.map(({ from, to }) => ({ from: at(from), to: at(to) }));
    const running = runningIn(spans, estimate.workers, grid);
    const listed = windows.map(({ usd: own }, place): JobWindowPlan => ({
      from: formatTime(spans[place].from),
      to: formatTime(spans[place].to),
      usd: own,
    }));
    const quantile = valleyQuantile({ ...input, jobs }, workload.pool, workload.protect);
    const reasons = windowReasons({ windows: listed, usd, arrivalUsd, quantile, growth: workload.growth ?? 'buy' });
    const demand = demands[name];
    return [name, { ...demand, schedule: running, medianSchedule: running, windows: listed, reasons: [...demand.reasons, ...reasons] }];
  });
  return { ...demands, ...Object.fromEntries(placed) };
}

function deferredJobs({ workloads }: CapacityConfig, supplies: Readonly<Record<string, Supply>>): readonly DeferredJob[] {
  return Object.entries(workloads).flatMap(([name, workload]) => {
    const estimate = supplies[name].job;
    return isDeferrable(workload) && estimate !== null ? [{ name, workload, estimate }] : [];
  });
}

/** Whether a job can be done within the plan, or has to be. */
function fitsHorizon({ earliestMs, deadlineMs, leadMs, runSeconds }: DeferredJob['estimate'], grid: JobsInput['grid']): boolean {
  const [begin, end] = [earliestMs ?? 0, grid.steps * grid.periodMs];
  if (deadlineMs !== null && begin + deadlineMs <= end) return true;
  return Math.ceil(begin / grid.periodMs) * grid.periodMs + leadMs + runSeconds.high * 1_000 <= end;
}

/** Where GPUs alone say that not even what runs anyway has room, its limits are left to `sizePools`, which sees whole pods. */
function scheduledWithin(problem: DeferrableProblem, { effort }: CapacityConfig): DeferrableSchedule {
  try {
    return scheduleJobs(problem, deferrableEfforts[effort]);
  } catch (error) {
    if (!isProblemError(error) || !error.problems.some(({ code }) => code === 'sizing/no-room')) throw error;
    return scheduleJobs({ ...problem, limits: [] }, deferrableEfforts[effort]);
  }
}
