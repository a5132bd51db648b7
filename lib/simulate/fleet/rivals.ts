import { inMarket } from '../../sizing';
import { type Course, type Fleet, type FleetJob, type Holding, loadsThatCame, periodHoursOf, periodsPerWeek } from './fleet';
import { type Paid, payFor } from './pay';

/** How full a fleet for the peak is at the highest load of the weeks before, and how many weeks it looks back. */
const fillAtPeak = 0.8;
const peakWeeks = 4;

/** Every job as early as it may, in one piece. @param marketOf which of its markets it runs in */
export function onArrival(fleet: Fleet, jobs: readonly FleetJob[], marketOf: (job: FleetJob) => string): Course {
  const problem = { periodHours: periodHoursOf(fleet), interruptionsPerNodeHour: fleet.interruptionsPerNodeHour };
  return jobs.map((job) => {
    const market = marketOf(job);
    const [periods] = inMarket(problem, job, market).periods;
    return [{ from: job.earliest, to: job.earliest + periods, market }];
  });
}

/** Where everybody runs a job that does nothing about it. */
export const onDemandMarket = ({ markets }: FleetJob): string => markets[0];

/** The last of the markets of a job that may pause, which is spot where it may run there. */
export const pausableAtSpot = ({ markets, pauses }: FleetJob): string => markets[pauses === undefined ? 0 : markets.length - 1];

export type StaticFleet = {
  readonly paid: Paid;
  /** Nodes that are held all the time. */
  readonly holding: Holding;
  readonly violatedMinutes: number;
};

/**
 * A fleet for the peak of its loads in the weeks before, at 80 %, on demand in every hour; jobs run on arrival, in what is idle of it or on
 * further nodes.
 */
export function staticPeak(fleet: Fleet): StaticFleet {
  const { from, to, loads, jobs } = fleet;
  const known = Math.max(0, from - peakWeeks * periodsPerWeek(fleet));
  const atPeak = loads.map(({ values, target, least, buffer }) => {
    const peak = values.subarray(known, from).reduce((most, value) => (value > most ? value : most), 0);
    return Math.max(least, Math.ceil((peak * target) / fillAtPeak - 1e-9)) + buffer;
  });
  const constant = loads.map(({ market, gpus }, index) => ({ market, gpus, replicas: [atPeak[index]] }));
  const empty = { jobs: [], course: [], holding: {}, isOnDemand: true };
  const [holding = {}] = payFor(fleet, { ...empty, periods: 1, loads: constant }).nodes;
  const came = loadsThatCame(fleet, from, to).map((demand, index) => ({
    ...demand,
    replicas: demand.replicas.map((count) => Math.min(count, atPeak[index])),
  }));
  let violated = 0;
  for (let period = from; period < to; period++)
    if (loads.some(({ values, target, buffer }, index) => values[period] * target > atPeak[index] - buffer + 1e-9)) violated += 1;
  const course = onArrival(fleet, jobs, onDemandMarket);
  return {
    paid: payFor(fleet, { periods: to - from, loads: came, jobs, course, holding, isOnDemand: true }),
    holding,
    violatedMinutes: violated * periodHoursOf(fleet) * 60,
  };
}
