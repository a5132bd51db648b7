import type { FitRunner } from '../../forecast';
import { inParts, type OnProgress } from '../../progress';
import { type DeferrableEffort, deferrableEfforts } from '../../sizing';
import { bySchedule, byNthNode, heldNow, reservable, scheduleKnown, type Span, weeksBefore, weeksToCome } from './commit-to';
import { dailyForecasts, type DayForecast, periodsPerDay } from './daily-forecasts';
import { type Course, type Fleet, type Holding, loadsThatCame, type ReservedTerm } from './fleet';
import { payFor, usdOfHolding } from './pay';
import { onArrival, onDemandMarket, pausableAtSpot, staticPeak } from './rivals';
import { renewedCourse } from './renewed';

/** What is committed to beside what is held: nothing, or for a term. */
export type FleetTerm = 'none' | ReservedTerm;

export type FleetPolicyName = 'static-peak' | 'hpa' | 'rules' | 'plan' | 'hindsight' | 'hindsight-nodes';

/** What a policy came to. */
export type FleetOutcome = {
  readonly policy: FleetPolicyName;
  /** `null` of the static fleet and the HPA. */
  readonly term: FleetTerm | null;
  readonly usd: number;
  /** Of hindsight: no schedule on the nodes that it holds costs less. */
  readonly boundUsd: number | null;
  /** Nodes paid for in every hour, by offering. */
  readonly holding: Holding;
  /** Minutes in which a load was above what its replicas serve; `null` where replicas follow the load and the replay by the hour does not tell. */
  readonly violatedMinutes: number | null;
  readonly missedDeadlines: number;
  /** Share of what is paid for that was in use. */
  readonly usedShare: number;
};

/** How far searches go: of each renewed plan, of numbers of nodes, of hindsight. */
const efforts: Readonly<Record<'plan' | 'numbers' | 'hindsight', DeferrableEffort>> = {
  plan: { ...deferrableEfforts.fast, boundSteps: 0 },
  numbers: { roundsPerJob: 0, boundSteps: 0 },
  hindsight: deferrableEfforts.balanced,
};

/**
 * Replays a fleet in dollars: a plan that is renewed each day and knows nothing but what was known, beside a static fleet for the peak, a
 * tuned HPA on demand with jobs on arrival, simple rules, and hindsight. Replicas follow the load of the hour by the same rule for all, and
 * every hour costs the cheapest nodes for what ran in it, beside what is held.
 *
 * @param terms what may be committed to; terms without a price are left out
 */
export async function replayFleet(
  fleet: Fleet,
  terms: readonly FleetTerm[],
  run: FitRunner,
  onProgress?: OnProgress,
): Promise<readonly FleetOutcome[]> {
  const priced = terms.filter((term) => term === 'none' || reservable(fleet, term).length > 0);
  const [forecasting, ...replaying] = inParts(onProgress, [3, ...priced.map(() => 2)]);
  const ahead = Math.max(
    periodsPerDay(fleet) + fleet.deployPeriods,
    ...fleet.jobs.map(({ deadline, knownFrom }) => deadline - knownFrom + periodsPerDay(fleet)),
  );
  const forecasts = await dailyForecasts(fleet, ahead, run, forecasting);
  const outcomes = [ofStatic(fleet), ofHpa(fleet)];
  for (const [index, term] of priced.entries()) {
    outcomes.push(...ofTerm(fleet, term, forecasts));
    replaying[index](1);
  }
  return outcomes;
}

function ofStatic(fleet: Fleet): FleetOutcome {
  const { paid, holding, violatedMinutes } = staticPeak(fleet);
  const onDemand = (name: string) => fleet.offerings.find((one) => one.name === name)?.onDemandUsdPerHour ?? 0;
  const course = onArrival(fleet, fleet.jobs, onDemandMarket);
  return {
    policy: 'static-peak',
    term: null,
    usd: paid.usd + usdOfHolding(fleet, holding, onDemand, fleet.to - fleet.from),
    boundUsd: null,
    holding,
    violatedMinutes,
    missedDeadlines: lateIn(fleet, course),
    usedShare: shareOf(paid),
  };
}

function ofHpa(fleet: Fleet): FleetOutcome {
  const course = onArrival(fleet, fleet.jobs, onDemandMarket);
  const paid = payFor(fleet, { ...spanThatCame(fleet), course, holding: {}, isOnDemand: true });
  return {
    policy: 'hpa',
    term: null,
    usd: paid.usd,
    boundUsd: null,
    holding: {},
    violatedMinutes: null,
    missedDeadlines: lateIn(fleet, course),
    usedShare: shareOf(paid),
  };
}

function ofTerm(fleet: Fleet, term: FleetTerm, forecasts: readonly DayForecast[]): readonly FleetOutcome[] {
  const held = heldNow(fleet);
  const came = spanThatCame(fleet);
  const outcome = (policy: FleetPolicyName, holding: Holding, course: Course, missedDeadlines = 0): FleetOutcome => {
    const paid = payFor(fleet, { ...came, course, holding });
    const usd = paid.usd + usdHeld(fleet, holding, term);
    return { policy, term, usd, boundUsd: null, holding, violatedMinutes: null, missedDeadlines, usedShare: shareOf(paid) };
  };
  const knowing = (policy: 'hindsight' | 'hindsight-nodes', holding: Holding): FleetOutcome => {
    const { jobs, boundUsd } = scheduleKnown(fleet, came, holding, efforts.hindsight);
    const windows = jobs.map((job) => job.windows);
    return { ...outcome(policy, holding, windows), boundUsd: boundUsd + usdHeld(fleet, holding, term) };
  };
  const byRule = term === 'none' ? held : byNthNode(fleet, weeksBefore(fleet), term);
  const simple = onArrival(fleet, came.jobs, pausableAtSpot);
  const rules = outcome('rules', byRule, simple, lateIn(fleet, simple));
  const chosen = term === 'none' ? held : bySchedule(fleet, weeksToCome(fleet), term, byRule, efforts.numbers);
  const { course, missedDeadlines } = renewedCourse(fleet, forecasts, chosen, efforts.plan);
  const plan = outcome('plan', chosen, course, missedDeadlines);
  const hindsight = cheapest([knowing('hindsight', chosen), plan]);
  if (term === 'none') return [rules, plan, hindsight];
  const best = bySchedule(fleet, [came], term, chosen, efforts.numbers);
  return [rules, plan, hindsight, cheapest([knowing('hindsight-nodes', best), hindsight, rules])];
}

/** The first, at the course of another one where that came to less and kept every deadline: who knows could have chosen it. */
function cheapest([first, ...others]: readonly FleetOutcome[]): FleetOutcome {
  const least = others
    .filter(({ missedDeadlines }) => missedDeadlines === 0)
    .reduce((best, one) => (one.usd < best.usd ? one : best), first);
  return { ...least, policy: first.policy, boundUsd: least.boundUsd ?? first.boundUsd };
}

const spanThatCame = (fleet: Fleet): Span => ({
  periods: fleet.to - fleet.from,
  loads: loadsThatCame(fleet, fleet.from, fleet.to),
  jobs: fleet.jobs,
});

/** What is held already costs as for a year, or on demand where no price is known; what is committed to beside it, as its term. */
function usdHeld(fleet: Fleet, holding: Holding, term: FleetTerm): number {
  const held = heldNow(fleet);
  const more = Object.fromEntries(Object.entries(holding).map(([name, count]) => [name, count - (held[name] ?? 0)]));
  const priceOf = (name: string, of: ReservedTerm) => {
    const offering = fleet.offerings.find((one) => one.name === name);
    return offering?.reservedUsdPerHour[of] ?? offering?.onDemandUsdPerHour ?? 0;
  };
  const periods = fleet.to - fleet.from;
  return (
    usdOfHolding(fleet, held, (name) => priceOf(name, 'oneYear'), periods) +
    (term === 'none' ? 0 : usdOfHolding(fleet, more, (name) => priceOf(name, term), periods))
  );
}

const lateIn = ({ jobs }: Fleet, course: Course): number =>
  jobs.filter(({ deadline }, index) => course[index].some(({ to }) => to > deadline)).length;

const shareOf = ({ used, there }: { readonly used: number; readonly there: number }): number => (there === 0 ? 0 : used / there);
