import { ProblemError } from '../../problems';
import { lowerBound, manySteps, pricesOf } from './bound';
import { clashProblem, passedLimits, steadyProblems, tooShortProblems } from './clash';
import { gangsOf } from './gangs';
import { ruinAndRecreate } from './improve';
import { keepPresent } from './keep-present';
import { type Ledger, ledgerOf, restore } from './ledger';
import { onOfferings } from './on-offerings';
import { byCodeUnits, type Prepared, prepare } from './prepare';
import { separate } from './separate';
import type { DeferrableProblem, DeferrableSchedule } from './problem';

/** How far the search goes, in steps: never by the clock, so that the same problem has the same answer. */
export type DeferrableEffort = {
  /** Rounds of ruin and recreate for every job. */
  readonly roundsPerJob: number;
  /** Rounds of all jobs together that share a pool or a limit. @default any number */
  readonly mostRounds?: number;
  /** Steps of the prices of the bound. */
  readonly boundSteps: number;
};

export const deferrableEfforts = {
  fast: { roundsPerJob: 10, boundSteps: 60 },
  balanced: { roundsPerJob: 150, mostRounds: 10_000, boundSteps: 200 },
  best: { roundsPerJob: 2_000, mostRounds: 40_000, boundSteps: 1_200 },
} as const satisfies Readonly<Record<string, DeferrableEffort>>;

/**
 * Decides when each job runs and in which market, beside what runs anyway, so that the nodes of all periods cost the least. Every job is
 * done by its deadline and no limit is passed; nothing that a job needs is left out. Nodes are whole, and the cheapest of each period.
 *
 * From every job at once on arrival, and from jobs put in one after another where they add the least, whichever costs less, by ruin and
 * recreate; the bound is that of `lowerBound`. Windows that are there (`present`) stay while the best saves no more than `keepShare`.
 *
 * @throws ProblemError `sizing/deadline` where a deadline cannot be kept: what clashes, by how much, and what would do; `sizing/no-room`
 * where what runs anyway finds no nodes
 */
export function scheduleJobs(problem: DeferrableProblem, effort: DeferrableEffort = deferrableEfforts.balanced): DeferrableSchedule {
  const prepared = prepare(problem);
  const tooShort = tooShortProblems(prepared);
  if (tooShort.length > 0) throw new ProblemError(tooShort);
  const ledger = ledgerOf(prepared);
  const roomless = steadyProblems(prepared, ledger);
  if (roomless.length > 0) throw new ProblemError(roomless);
  const onArrivalUsd = arrivalUsd(prepared, ledger);
  const parts = separate(problem).map((part) => {
    const own = prepare(part);
    return { own, ...searched(own, effort) };
  });
  for (const { own, ledger: found } of parts) transfer(own, found, prepared, ledger);
  keepPresent(prepared, ledger, bySlack(prepared));
  if (passedLimits(prepared, ledger).length > 0) throw new ProblemError(clashProblem(prepared, ledger, attempt));
  const usd = ledger.usd();
  const boundUsd = Math.min(
    usd,
    parts.reduce((sum, part) => sum + part.boundUsd, 0),
  );
  return {
    jobs: onOfferings(prepared, ledger),
    nodes: Array.from({ length: problem.periods }, (_, period) => nodesOf(prepared, ledger, period)),
    usd,
    onArrivalUsd,
    boundUsd,
    gapPercent: usd > 0 ? 100 * (1 - boundUsd / usd) : 0,
  };
}

/** USD of a schedule found with little effort; `undefined` where none is. */
function attempt(problem: DeferrableProblem): number | undefined {
  if (tooShortProblems(prepare(problem)).length > 0) return undefined;
  let usd = 0;
  for (const part of separate(problem)) {
    const prepared = prepare(part);
    const { ledger } = searched(prepared, { ...deferrableEfforts.fast, boundSteps: 0 });
    if (passedLimits(prepared, ledger).length > 0) return undefined;
    usd += ledger.usd();
  }
  return usd;
}

/** USD of every job begun at once; `null` where that breaks something. Leaves the ledger without jobs. */
function arrivalUsd(prepared: Prepared, ledger: Ledger): number | null {
  const isWhole = putOnArrival(prepared, ledger);
  const usd = isWhole && passedLimits(prepared, ledger).length === 0 ? ledger.usd() : null;
  for (const job of prepared.jobs.keys()) ledger.take(job);
  return usd;
}

/**
 * The best schedule that is found, and a bound, 0 without steps for it or where a limit is passed. A first search says how far the prices
 * of the bound go, and these guide a second one.
 */
function searched(prepared: Prepared, { roundsPerJob, mostRounds = Infinity, boundSteps }: DeferrableEffort): Found {
  const ledger = ledgerOf(prepared);
  const isWhole = putOnArrival(prepared, ledger);
  const arrival = [...ledger.windows];
  const usd = ledger.usd();
  for (const job of prepared.jobs.keys()) ledger.take(job);
  for (const job of bySlack(prepared)) ledger.putCheapest(job);
  if (isWhole && usd < ledger.usd()) restore(ledger, arrival);
  const rounds = Math.min(mostRounds, roundsPerJob * prepared.jobs.length);
  const first = Math.ceil(rounds / 5);
  ruinAndRecreate(prepared, ledger, first);
  const gangs = gangsOf(prepared);
  const isFound = () => boundSteps > 0 && passedLimits(prepared, ledger).length === 0;
  const marginalUsd = () => ledger.marginalUsd(gangs, 0);
  const early = isFound() ? lowerBound(prepared, ledger.usd(), Math.ceil(boundSteps / 4), marginalUsd()) : undefined;
  if (early === undefined || early.usd < ledger.usd() - 1e-6)
    ruinAndRecreate(prepared, ledger, rounds - first, early && prepared.jobs.map((_, job) => pricesOf(prepared, gangs, early, job)));
  beginEarly(prepared, ledger);
  if (!isFound()) return { ledger, boundUsd: 0 };
  const steps = Math.floor((3 * boundSteps) / 4);
  const late = lowerBound(prepared, ledger.usd(), steps, (steps < manySteps ? early?.prices : undefined) ?? marginalUsd());
  return { ledger, boundUsd: Math.max(early?.usd ?? 0, late.usd) };
}

type Found = { readonly ledger: Ledger; readonly boundUsd: number };

/** Puts the jobs of a part where they are in the whole. */
function transfer(part: Prepared, from: Ledger, whole: Prepared, to: Ledger): void {
  const marketOf = part.markets.map(({ name }) => whole.markets.findIndex((one) => one.name === name));
  const jobOf = new Map(whole.jobs.map(({ job }, index) => [job, index]));
  for (const [index, { job }] of part.jobs.entries()) {
    const windows = from.windows[index];
    const place = jobOf.get(job);
    if (windows && place !== undefined)
      to.put(
        place,
        windows.map((one) => ({ ...one, market: marketOf[one.market] })),
      );
  }
}

/** Of windows that cost the same the first: chance has no part in what a plan says. */
function beginEarly({ jobs }: Prepared, ledger: Ledger): void {
  for (const job of jobs.keys()) {
    const before = [...ledger.windows];
    const usd = ledger.usd();
    ledger.take(job);
    ledger.putCheapest(job);
    if (ledger.windows[job] === null || ledger.usd() > usd + 1e-9) restore(ledger, before);
  }
}

/** Every job as early as it may, in one piece and in its first market. @returns whether all are in */
function putOnArrival({ jobs }: Prepared, ledger: Ledger): boolean {
  for (const [index, { job, markets }] of jobs.entries()) {
    const [{ index: market, periods }] = markets;
    const to = job.earliest + periods[0];
    if (to <= job.deadline) ledger.put(index, [{ from: job.earliest, to, market }]);
  }
  return ledger.windows.every((windows) => windows !== null);
}

/** Jobs with little time to spare first, large ones before small ones. */
function bySlack({ jobs }: Prepared): readonly number[] {
  const slack = ({ job, markets }: Prepared['jobs'][number]) => (job.deadline - job.earliest) / markets[0].periods[0];
  return jobs.map((_, index) => index).sort((a, b) => slack(jobs[a]) - slack(jobs[b]) || jobs[b].gpus - jobs[a].gpus || a - b);
}

function nodesOf({ markets }: Prepared, ledger: Ledger, period: number): Readonly<Record<string, number>> {
  const { counts } = ledger.nodes(period);
  const named = markets.flatMap(({ offerings }, market) =>
    offerings.flatMap(({ offering: { name } }, place) => (counts[market][place] > 0 ? [[name, counts[market][place]] as const] : [])),
  );
  return Object.fromEntries(named.sort(([a], [b]) => byCodeUnits(a, b)));
}
