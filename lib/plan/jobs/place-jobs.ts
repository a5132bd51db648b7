import { type CapacityConfig, deployWithinOf, isDeferrable } from '../../config';
import { ceilTolerant } from '../../demand';
import { isProblemError, type Problem, ProblemError } from '../../problems';
import {
  deferrableEfforts,
  type DeferrableProblem,
  type DeferrableSchedule,
  inMarket,
  type ScheduledJob,
  scheduleJobs,
} from '../../sizing';
import { formatDuration, formatTime, HOUR_MS, SECOND_MS, timeOf } from '../../units';
import { progressReasons, windowReasons } from '../explain';
import type { JobProgress, JobWindowPlan, PlanBefore } from '../file';
import { runningIn, type WorkloadDemand } from '../replicas';
import type { JobEstimate, Supply } from '../supply';
import { type Carried, carriedOf, crumbSeconds, frozenUntil, unitOf, windowsBegun, workIn } from './carried';
import { type DeferredJob, jobProblem, type JobsInput, valleyQuantile } from './job-problem';
import { checkPassed } from './passed-deadline';
import { capacityOf, marketsOfPool } from './pool-markets';
import { nothingRecorded, type Recorded } from './recorded';

export type PlaceInput = Omit<JobsInput, 'jobs' | 'frozen'> & {
  readonly supplies: Readonly<Record<string, Supply>>;
  /** The plan before: what its windows have done, and may be doing when this one is deployed. */
  readonly previous: PlanBefore | null;
  /** What was recorded of its windows. @default nothing: they are counted as planned */
  readonly recorded?: Recorded;
  /** The moment of the plan, epoch ms. */
  readonly asOf: number;
};

/**
 * Chooses the hours of the jobs that may wait: beside what runs anyway, where their nodes cost the least, and so that each is done in
 * time. Their workers then run in these windows and at no other time.
 *
 * Windows of the plan before that begin until this one is deployed (`guardrails.deployWithin`) stay as they are; what they and those that
 * have ended do is done, and only the rest is planned. New windows begin after that time, unless a deadline leaves no other way. Later
 * windows of the plan before stay while others save no more than the stickiness.
 *
 * A job that takes longer than is left of the horizon, and whose deadline is beyond it, begins as early as it may and runs on.
 *
 * @returns the demands, those of such jobs with windows
 * @throws ProblemError `sizing/deadline`, `schedule/deadline-passed`
 */
export function placeJobs(input: PlaceInput): Readonly<Record<string, WorkloadDemand>> {
  const { config, grid, demands, supplies, previous, asOf, recorded = nothingRecorded } = input;
  const frozen = frozenUntil(deployWithinOf(config), asOf, grid);
  const jobs = deferredJobs(config, supplies).map(({ name, workload, estimate }): DeferredJob => {
    const carried = carriedOf(workload, estimate, previous?.workloads[name], grid, frozen, recorded.records[name]);
    return { name, workload, estimate, carried, secondsLeft: secondsLeft(estimate, carried) };
  });
  if (jobs.length === 0) return demands;
  for (const job of jobs) checkPassed(job, grid);
  const beyond = jobs.filter((job) => job.secondsLeft > 0 && !fitsHorizon(job, grid));
  const settled = jobs.map((job): [string, WorkloadDemand] => {
    const later = beyond.includes(job) ? windowBeyond(job, grid, frozen) : [];
    return [job.name, demandOf(input, job, later, frozen)];
  });
  const fixed = { ...demands, ...Object.fromEntries(settled) };
  const open = jobs.filter((job) => job.secondsLeft > 0 && !beyond.includes(job));
  if (open.length === 0) return fixed;
  const of: JobsInput = { ...input, demands: fixed, jobs: open, frozen };
  const { problem, schedule } = scheduledWithin(of);
  const placed = open.map((job, index): [string, WorkloadDemand] => {
    const { windows, usd, arrivalUsd } = schedule.jobs[index];
    const { pool, protect, growth = 'buy' } = job.workload;
    const told = capacityOf(job.workload);
    const spot = told && marketsOfPool(of, pool).ofWorkload(job.name, true);
    const listed = windows.map((window, place) => {
      const { lost } = inMarket(problem, problem.jobs[index], window.market);
      const capacity = told && (window.market === spot ? 'spot' : 'on-demand');
      return windowOf(job, { ...window, capacity, lost }, place, input, frozen);
    });
    const reasons = windowReasons({ windows: listed, usd, arrivalUsd, quantile: valleyQuantile(of, pool, protect), growth });
    const demand = demandOf(input, job, listed, frozen);
    return [job.name, { ...demand, reasons: [...demand.reasons, ...reasons] }];
  });
  return { ...fixed, ...Object.fromEntries(placed) };
}

function deferredJobs({ workloads }: CapacityConfig, supplies: Readonly<Record<string, Supply>>) {
  return Object.entries(workloads).flatMap(([name, workload]) => {
    const estimate = supplies[name].job;
    return isDeferrable(workload) && estimate !== null ? [{ name, workload, estimate }] : [];
  });
}

/** Seconds of a run that neither is done nor will be in a window that stays; 0 where that is what roundings leave. */
function secondsLeft(estimate: JobEstimate, { work, doneWithKept }: Carried): number {
  const seconds = estimate.runSeconds.high * Math.max(0, 1 - doneWithKept / work);
  return seconds <= crumbSeconds(estimate) ? 0 : doneWithKept === 0 ? seconds : seconds - crumbSeconds(estimate);
}

/** Whether what is left of a job can be done within the plan, or has to be. */
function fitsHorizon(
  { estimate: { earliestMs, deadlineMs, leadMs }, carried, secondsLeft }: DeferredJob,
  grid: JobsInput['grid'],
): boolean {
  const [from, end] = [Math.max(0, earliestMs ?? 0), grid.steps * grid.periodMs];
  if (deadlineMs !== null && (earliestMs ?? 0) + deadlineMs <= end) return true;
  const begin = Math.max(from, ...carried.kept.map(({ to }) => timeOf(to) - grid.start));
  return Math.ceil(begin / grid.periodMs) * grid.periodMs + leadMs + secondsLeft * SECOND_MS <= end;
}

/** The one window of a job that goes on beyond the horizon: that of the plan before, else as early as it may be. */
function windowBeyond(
  { name, workload, estimate, carried, secondsLeft }: DeferredJob,
  grid: JobsInput['grid'],
  frozen: number,
): readonly JobWindowPlan[] {
  const { start, steps, periodMs } = grid;
  const [present] = carried.open;
  const { pauses } = workload;
  const isFirst = windowsBegun(carried) === 0;
  const after = Math.max(frozen, start + (estimate.earliestMs ?? 0), ...carried.kept.map(({ to }) => timeOf(to)));
  const up = (ms: number) => ceilTolerant(ms / periodMs) * periodMs;
  const length = up(estimate.leadMs + (isFirst ? 0 : (pauses?.cost ?? 0)) + secondsLeft * SECOND_MS);
  const deadline = estimate.deadlineMs === null ? Infinity : start + (estimate.earliestMs ?? 0) + estimate.deadlineMs;
  const early = start + up(Math.max(0, estimate.earliestMs ?? 0));
  const planned = start + up(after - start);
  const from = planned + length <= deadline ? planned : Math.max(early, ...carried.kept.map(({ to }) => timeOf(to)));
  // Of whole periods the last may end after the deadline by less than one.
  if (from + length >= deadline + periodMs) throw new ProblemError(tooLong(name, from, length, deadline));
  if (from >= start + steps * periodMs) return [];
  if (carried.open.length === 1 && timeOf(present.to) - timeOf(present.from) === length && timeOf(present.to) <= deadline) return [present];
  const work = workIn(length / SECOND_MS, isFirst, estimate, pauses);
  const soon = from < frozen ? { soon: true as const } : {};
  const told = capacityOf(workload);
  const of = told && { capacity: told.includes('on-demand') ? ('on-demand' as const) : ('spot' as const) };
  return [{ from: formatTime(from), to: formatTime(from + length), usd: 0, work, workers: estimate.workers, ...of, ...soon }];
}

function tooLong(name: string, from: number, length: number, deadline: number): Problem {
  return {
    code: 'sizing/deadline',
    path: `workloads.${name}.deadline`,
    message: `leaves ${formatDuration(Math.max(0, deadline - from))} from ${formatTime(from)}, and what is left of the job takes ${formatDuration(length)}, by whole periods, with its start`,
    hint: 'allow more time, or state more workers',
  };
}

/** A window as the plan holds it. */
function windowOf(
  { estimate, workload, carried }: DeferredJob,
  { from, to, usd, capacity, lost }: ScheduledJob['windows'][number] & { readonly lost: number } & Pick<JobWindowPlan, 'capacity'>,
  place: number,
  { grid }: PlaceInput,
  frozen: number,
): JobWindowPlan {
  const at = (period: number) => grid.start + period * grid.periodMs;
  const isFirst = place === 0 && windowsBegun(carried) === 0;
  return {
    from: formatTime(at(from)),
    to: formatTime(at(to)),
    usd,
    work: workIn((at(to) - at(from)) / SECOND_MS, isFirst, estimate, workload.pauses, lost),
    workers: estimate.workers,
    ...(capacity && { capacity }),
    ...(at(from) < frozen && { soon: true as const }),
  };
}

/** The demand of a job with windows: those that stay, and others after them. */
function demandOf({ demands, grid }: PlaceInput, job: DeferredJob, later: readonly JobWindowPlan[], frozen: number): WorkloadDemand {
  const { name, estimate, carried, workload } = job;
  const windows = [...carried.kept, ...later];
  const runningOf = (some: readonly JobWindowPlan[]) =>
    runningIn(
      some.map(({ from, to, workers }) => ({ from: timeOf(from), to: timeOf(to), workers })),
      grid,
    );
  const running = runningOf(windows);
  const peak = Math.max(0, ...running.steps.map(({ value }) => value));
  const { work, done, since, ran } = carried;
  const hoursOf = (amount: number) => (amount * estimate.runSeconds.high * SECOND_MS) / work / HOUR_MS;
  const left = Math.max(0, work - done);
  const progress: JobProgress = {
    since: formatTime(since),
    unit: unitOf(workload),
    work,
    done: Math.min(work, done),
    left,
    hoursDone: hoursOf(Math.min(work, done)),
    hoursLeft: hoursOf(left),
    ran,
  };
  const demand = demands[name];
  return {
    ...demand,
    floor: Math.min(demand.floor, peak),
    peak,
    wantedCeiling: Math.max(peak, demand.wantedCeiling),
    schedule: running,
    medianSchedule: running,
    ...(capacityOf(workload) && { onSpot: runningOf(windows.filter(({ capacity }) => capacity === 'spot')) }),
    windows,
    progress,
    reasons: [...demand.reasons, ...progressReasons({ ...carried, progress, frozen, stated: workload.done })],
  };
}

/**
 * The best schedule whose new windows begin after this plan is deployed; where a deadline leaves none, one whose windows may begin sooner.
 * Where GPUs alone say that not even what runs anyway has room, its limits are left to `sizePools`, which sees whole pods.
 */
function scheduledWithin(input: JobsInput): { readonly problem: DeferrableProblem; readonly schedule: DeferrableSchedule } {
  const later = jobProblem(input);
  const sooner = jobProblem({ ...input, frozen: input.grid.start });
  try {
    return { problem: later, schedule: scheduled(later, input.config) };
  } catch (error) {
    if (!isProblemError(error) || later.jobs.every(({ earliest }, index) => earliest === sooner.jobs[index].earliest)) throw error;
    return { problem: sooner, schedule: scheduled(sooner, input.config) };
  }
}

function scheduled(problem: DeferrableProblem, { effort }: CapacityConfig): DeferrableSchedule {
  try {
    return scheduleJobs(problem, deferrableEfforts[effort]);
  } catch (error) {
    if (!isProblemError(error) || !error.problems.some(({ code }) => code === 'sizing/no-room')) throw error;
    return scheduleJobs({ ...problem, limits: [] }, deferrableEfforts[effort]);
  }
}
