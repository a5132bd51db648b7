import { isProblemError } from '../../problems';
import { type DeferrableEffort, type DeferrableProblem, type DeferrableSchedule, type JobWindow, scheduleJobs } from '../../sizing';
import { type DayForecast, periodsPerDay } from './daily-forecasts';
import { type Course, type Fleet, type Holding, limitsWith, loadsThatCame, nodesToHave, periodHoursOf } from './fleet';
import { asSteady } from './pay';
import { before, isDone, leftOf, type Renewal, renewalOf, withWindow } from './work-left';

/**
 * What runs where the plan is renewed each day and whenever a job becomes known, by what was known then: forecasts of the day, the jobs
 * known, and the work that they have done. A window that has begun runs to its end, and one that begins before a plan is deployed is as the
 * plan before had it. Where other load grows into the hours of a job with `growth: 'pause'`, the job gives way in that period.
 */
export function renewedCourse(
  fleet: Fleet,
  forecasts: readonly DayForecast[],
  holding: Holding,
  effort: DeferrableEffort,
): { readonly course: Course; readonly missedDeadlines: number } {
  const { from, to, jobs } = fleet;
  const periods = to - from;
  const ran: (readonly JobWindow[])[] = jobs.map(() => []);
  let planned: Course = jobs.map(() => []);
  const made: Made[] = [];
  const renewals = [...new Set([...forecasts.map((_, day) => day * periodsPerDay(fleet)), ...jobs.map(({ knownFrom }) => knownFrom)])]
    .filter((at) => at >= 0 && at < periods)
    .sort((a, b) => a - b);
  for (const [index, at] of renewals.entries()) {
    const until = renewals[index + 1] ?? periods;
    const renewal = renewalOf(fleet, at, ran, planned);
    const { plan, windows } = planAt(fleet, forecasts, holding, renewal, effort);
    planned = windows;
    made.push(plan);
    for (let period = at; period < until; period++) {
      const running = jobs.flatMap((_, job) => {
        const window = planned[job].find((one) => one.from <= period && period < one.to);
        return window === undefined || isDone(fleet, jobs[job], ran[job]) ? [] : [{ job, market: window.market }];
      });
      const given = givingWay(fleet, holding, inForce(made, period), { period, running, ran });
      for (const { job, market } of running) if (!given.has(job)) ran[job] = withWindow(ran[job], { from: period, to: period + 1, market });
    }
  }
  const missed = jobs.filter((job, index) => !isDone(fleet, job, before(ran[index], job.deadline)));
  return { course: ran, missedDeadlines: missed.length };
}

/** A plan, from when on it is in force, and the nodes that it counts on from `at` on. */
type Made = { readonly at: number; readonly inForceFrom: number; readonly nodes: DeferrableSchedule['nodes'] };

/** The last plan that is deployed by then; until the first one is, that one. */
const inForce = (made: readonly Made[], period: number): Made => made.findLast(({ inForceFrom }) => inForceFrom <= period) ?? made[0];

/** The plan of a moment: windows of all jobs by period of the replay, and the nodes that it counts on from then on. */
function planAt(
  fleet: Fleet,
  forecasts: readonly DayForecast[],
  holding: Holding,
  { at, fixed, open }: Renewal,
  effort: DeferrableEffort,
): { readonly plan: Made; readonly windows: Course } {
  const day = Math.floor(at / periodsPerDay(fleet));
  const skipped = at - day * periodsPerDay(fleet);
  const ends = [...fixed.flatMap((all) => all.map(({ to }) => to)), ...open.map(({ deadline }) => at + deadline)];
  const periods = Math.max(periodsPerDay(fleet) + fleet.deployPeriods, ...ends.map((end) => end - at));
  const expected = fleet.loads.map(({ market, gpus }, index) => {
    const path = forecasts[day][index];
    return { market, gpus, replicas: Array.from({ length: periods }, (_, step) => path[Math.min(path.length - 1, skipped + step)]) };
  });
  const underWay = fixed.map((all) => all.map((window) => ({ ...window, from: window.from - at, to: window.to - at })));
  const problem: DeferrableProblem = {
    periods,
    periodHours: periodHoursOf(fleet),
    offerings: nodesToHave(fleet, holding),
    steady: [...expected, ...asSteady(fleet.jobs, underWay, periods)],
    limits: limitsWith(fleet),
    jobs: open,
    ...(fleet.interruptionsPerNodeHour && { interruptionsPerNodeHour: fleet.interruptionsPerNodeHour }),
  };
  const schedule = scheduled(problem, effort);
  const windows = fixed.map((all) => [...all]);
  // A window that cannot wait for the deployment brings it forward.
  let inForceFrom = at + fleet.deployPeriods;
  for (const [place, { index }] of open.entries())
    for (const window of schedule.jobs[place].windows) {
      windows[index].push({ from: window.from + at, to: window.to + at, market: window.market });
      inForceFrom = Math.min(inForceFrom, window.from + at);
    }
  return { plan: { at, inForceFrom, nodes: schedule.nodes }, windows };
}

/** The past had limits of its own: where those of now leave no room for it, it is replayed without them. */
function scheduled(problem: DeferrableProblem, effort: DeferrableEffort): DeferrableSchedule {
  if (problem.limits.length === 0) return scheduleJobs(problem, effort);
  try {
    return scheduleJobs(problem, effort);
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return scheduleJobs({ ...problem, limits: [] }, effort);
  }
}

type Moment = {
  readonly period: number;
  readonly running: readonly { readonly job: number; readonly market: string }[];
  readonly ran: Course;
};

/** Jobs that give way: where what came needs more GPUs of a market than the plan has nodes for, those with the most time to spare first. */
function givingWay(fleet: Fleet, holding: Holding, { at, nodes }: Made, { period, running, ran }: Moment): ReadonlySet<number> {
  const { jobs, from } = fleet;
  const given = new Set<number>();
  const yielding = running.filter(({ job }) => jobs[job].growth === 'pause');
  if (yielding.length === 0) return given;
  const came = loadsThatCame(fleet, from + period, from + period + 1);
  const gpusOf = (job: number) => jobs[job].workers * jobs[job].gpusPerWorker;
  const toSpare = (job: number) => jobs[job].deadline - period - leftOf(fleet, jobs[job], ran[job]) / periodHoursOf(fleet);
  for (const market of new Set(yielding.map((one) => one.market))) {
    const own = running.filter((one) => one.market === market);
    const ofLoads = came.reduce((sum, demand) => sum + (demand.market === market ? demand.replicas[0] * demand.gpus : 0), 0);
    const ofJobs = own.reduce((sum, { job }) => sum + gpusOf(job), 0);
    const there = fleet.offerings.reduce(
      (sum, { name, gpus, market: of }) => sum + (of === market ? ((holding[name] ?? 0) + (nodes[period - at][name] ?? 0)) * gpus : 0),
      0,
    );
    let over = ofLoads + ofJobs - there;
    const inOrder = own.filter(({ job }) => jobs[job].growth === 'pause').sort((a, b) => toSpare(b.job) - toSpare(a.job));
    for (const { job } of inOrder) {
      if (over <= 0) break;
      given.add(job);
      over -= gpusOf(job);
    }
  }
  return given;
}
