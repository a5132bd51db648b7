import { choosePortfolio, countNeed, drawFutures } from '../../commit';
import { type DeferrableEffort, type DeferrableSchedule, scheduleJobs, type SteadyDemand } from '../../sizing';
import {
  type Fleet,
  type FleetJob,
  type FleetOffering,
  type Holding,
  loadsThatCame,
  nodesToHave,
  periodHoursOf,
  periodsPerWeek,
  replicasOf,
  type ReservedTerm,
} from './fleet';
import { payFor, usdOfHolding } from './pay';
import { onArrival, pausableAtSpot } from './rivals';

/** Loads and jobs of some periods, as they were or may be: what a number of nodes is judged by. */
export type Span = { readonly periods: number; readonly loads: readonly SteadyDemand[]; readonly jobs: readonly FleetJob[] };

/** Weeks that are looked back at by a rule, and weeks whose loads are drawn from those before. */
const mostWeeks = 4;
const drawnWeeks = 8;

/** The weeks before the replay, as many as there are draws of jobs, the last ones first. */
export function weeksBefore(fleet: Fleet): readonly Span[] {
  const week = periodsPerWeek(fleet);
  const weeks = Math.min(mostWeeks, Math.floor(fleet.from / week));
  return Array.from({ length: Math.max(weeks, fleet.usualJobs.length) }, (_, index) => {
    const from = fleet.from - week * (1 + (index % weeks));
    return { periods: week, loads: loadsThatCame(fleet, from, from + week), jobs: usualJobsOf(fleet, index) };
  });
}

/** Weeks that may come, drawn from those before as `commit` draws them, with draws of jobs. */
export function weeksToCome(fleet: Fleet): readonly Span[] {
  const week = periodsPerWeek(fleet);
  const weeks = Math.floor(fleet.from / week);
  const loads = Object.fromEntries(
    fleet.loads.map(({ name, values }) => [
      name,
      Array.from({ length: weeks }, (_, index) =>
        values.slice(fleet.from - week * (weeks - index), fleet.from - week * (weeks - index - 1)),
      ),
    ]),
  );
  const spans: Span[] = [];
  if (fleet.loads.length === 0) return weeksBefore(fleet);
  drawFutures({ loads, growth: {}, weeks: 1, draws: drawnWeeks, seed: 1 }, (draw, _, drawn) => {
    const asked = fleet.loads.map((load) => ({
      market: load.market,
      gpus: load.gpus,
      replicas: Array.from(drawn[load.name], (value) => replicasOf(load, value)),
    }));
    spans.push({ periods: week, loads: asked, jobs: usualJobsOf(fleet, draw) });
  });
  return spans;
}

const usualJobsOf = ({ usualJobs }: Fleet, draw: number): readonly FleetJob[] =>
  usualJobs.length === 0 ? [] : usualJobs[draw % usualJobs.length];

export const heldNow = ({ offerings }: Fleet): Holding =>
  Object.fromEntries(offerings.flatMap(({ name, held }) => (held > 0 ? [[name, held]] : [])));

/** What can be committed to for a term. */
export const reservable = ({ offerings }: Fleet, term: ReservedTerm): readonly FleetOffering[] =>
  offerings.filter(({ reservedUsdPerHour, onDemandUsdPerHour }) => onDemandUsdPerHour !== null && reservedUsdPerHour[term] !== null);

/**
 * Nodes by the rule of the n-th node: one more is committed to where it would have run, in the weeks before, long enough to be cheaper than
 * as it is bought otherwise; jobs on arrival, those that may pause at spot.
 */
export function byNthNode(fleet: Fleet, spans: readonly Span[], term: ReservedTerm): Holding {
  const held = heldNow(fleet);
  const paid = spans.map((span) => payFor(fleet, { ...span, course: onArrival(fleet, span.jobs, pausableAtSpot), holding: held }));
  const chosen = reservable(fleet, term).map(({ name, usdPerHour, reservedUsdPerHour }) => {
    const need = countNeed();
    for (const { nodes } of paid)
      for (const counts of nodes) need.add(periodHoursOf(fleet), { nodes: counts[name] ?? 0, held: 0, spot: 0 });
    const prices = { onDemand: usdPerHour, spot: null, oneYear: reservedUsdPerHour[term], threeYears: null };
    return [name, (held[name] ?? 0) + choosePortfolio([[need.curve()]], prices, { chance: 1, tolerance: 0 }).oneYear] as const;
  });
  return { ...held, ...Object.fromEntries(chosen) };
}

/** The cheapest schedule of the jobs of a span that knows its load, with some nodes held. */
export function scheduleKnown(
  fleet: Fleet,
  { periods, loads, jobs }: Span,
  holding: Holding,
  effort: DeferrableEffort,
): DeferrableSchedule {
  return scheduleJobs(
    {
      periods,
      periodHours: periodHoursOf(fleet),
      offerings: nodesToHave(fleet, holding),
      steady: loads,
      limits: [],
      jobs: jobs.map((job) => ({ ...job, deadline: Math.min(job.deadline, periods) })),
      ...(fleet.interruptionsPerNodeHour && { interruptionsPerNodeHour: fleet.interruptionsPerNodeHour }),
    },
    effort,
  );
}

/** Steps by which numbers of nodes are tried. */
const steps = [8, 4, 2, 1];

/**
 * Nodes by the schedule itself: the numbers with which jobs and loads of the spans, scheduled together, would have cost the least, found by
 * descent from a start, one offering after another.
 */
export function bySchedule(fleet: Fleet, spans: readonly Span[], term: ReservedTerm, start: Holding, effort: DeferrableEffort): Holding {
  const held = heldNow(fleet);
  const known = new Map<string, number>();
  const offerings = reservable(fleet, term);
  const priceOf = (name: string) => offerings.find((one) => one.name === name)?.reservedUsdPerHour[term] ?? 0;
  const usd = (holding: Holding): number => {
    const key = offerings.map(({ name }) => holding[name] ?? 0).join();
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = spans.reduce(
      (sum, span) => sum + scheduleKnown(fleet, span, holding, effort).usd + usdOfHolding(fleet, holding, priceOf, span.periods),
      0,
    );
    known.set(key, made);
    return made;
  };
  let best = start;
  for (const step of steps) {
    for (const { name } of offerings) {
      for (const by of [step, -step]) {
        const moved = (from: Holding): Holding => ({ ...from, [name]: Math.max(held[name] ?? 0, (from[name] ?? 0) + by) });
        let next = moved(best);
        for (; usd(next) < usd(best) - 1e-6; next = moved(best)) best = next;
      }
    }
  }
  return best;
}
