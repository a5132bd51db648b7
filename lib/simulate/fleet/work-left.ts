import { type DeferrableJob, inMarket, type JobWindow } from '../../sizing';
import { type Course, type Fleet, type FleetJob, periodHoursOf } from './fleet';

/** What is settled when a plan is renewed, and what it decides anew. Periods of `at` and `fixed` are those of the replay. */
export type Renewal = {
  readonly at: number;
  /** By job: windows that have begun or do so before the plan is deployed, and of a job that is late all that it has still to run. */
  readonly fixed: Course;
  /** Jobs with work to place, as far as it is not done: `earliest` and `deadline` are counted from `at`. */
  readonly open: readonly (DeferrableJob & { readonly index: number })[];
};

/** Less work than this, in hours, is none: sums leave crumbs. */
const crumb = 1e-6;

export const isDone = (fleet: Fleet, job: FleetJob, ran: readonly JobWindow[]): boolean => leftOf(fleet, job, ran) <= crumb;

/** Hours of work that are left after what a job has run: each window begins with its start, each but the first with what a pause costs. */
export function leftOf(fleet: Fleet, job: FleetJob, ran: readonly JobWindow[]): number {
  const { startHours = 0, pauses } = job;
  return ran.reduce((left, { from, to, market }, index) => {
    const { lost } = inMarket(problemOf(fleet), job, market);
    const hours = ((to - from) * periodHoursOf(fleet)) / (1 + lost) - startHours - (index === 0 ? 0 : (pauses?.costHours ?? 0));
    return left - Math.max(0, hours);
  }, job.hours);
}

/**
 * Windows that begin before a plan is deployed are those of the plan before. Others begin later, unless the deadline leaves no room for
 * that: then the plan is deployed before they begin.
 *
 * @param ran what each job has run until then, @param planned its windows by the plan before
 */
export function renewalOf(fleet: Fleet, at: number, ran: Course, planned: Course): Renewal {
  const deployed = at + fleet.deployPeriods;
  const fixed: JobWindow[][] = fleet.jobs.map(() => []);
  const open: (DeferrableJob & { readonly index: number })[] = [];
  for (const [index, job] of fleet.jobs.entries()) {
    if (job.knownFrom > at) continue;
    let whole = ran[index];
    for (const window of planned[index]) {
      const isUnderWay = window.from < at && at < window.to;
      if (isDone(fleet, job, whole) || !(isUnderWay || (at <= window.from && window.from < deployed))) continue;
      const rest = { ...window, from: Math.max(at, window.from) };
      fixed[index].push(rest);
      whole = withWindow(whole, rest);
    }
    const left = leftOf(fleet, job, whole);
    if (left <= crumb) continue;
    const soonest = Math.max(job.earliest, at, ...fixed[index].map(({ to }) => to)) - at;
    const later = Math.max(soonest, fleet.deployPeriods);
    const most = job.pauses?.most ?? 0;
    const remaining: DeferrableJob = {
      ...job,
      hours: left,
      ...(whole.length > 0 && { resumes: true }),
      earliest: soonest,
      deadline: job.deadline - at,
      ...(job.pauses && { pauses: { ...job.pauses, most: Math.max(0, most - whole.length) } }),
    };
    const periodsIn = (market: string) => inMarket(problemOf(fleet), remaining, market).periods[0];
    const least = Math.min(...job.markets.map(periodsIn));
    if (later + least <= remaining.deadline) open.push({ ...remaining, earliest: later, index });
    else if (soonest + least <= remaining.deadline) open.push({ ...remaining, index });
    // What is late anyway runs at once.
    else fixed[index].push({ from: at + soonest, to: at + soonest + periodsIn(job.markets[0]), market: job.markets[0] });
  }
  return { at, fixed, open };
}

/** Windows with one more, which goes on with the last where that ends as it begins. */
export function withWindow(windows: readonly JobWindow[], next: JobWindow): readonly JobWindow[] {
  const last = windows.at(-1);
  return last?.to === next.from && last.market === next.market ? [...windows.slice(0, -1), { ...last, to: next.to }] : [...windows, next];
}

/** What of windows lies before a period. */
export const before = (windows: readonly JobWindow[], end: number): readonly JobWindow[] =>
  windows.flatMap((window) => (window.from >= end ? [] : [{ ...window, to: Math.min(window.to, end) }]));

const problemOf = (fleet: Fleet) => ({ periodHours: periodHoursOf(fleet), interruptionsPerNodeHour: fleet.interruptionsPerNodeHour });
