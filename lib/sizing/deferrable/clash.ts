import { formatAmount, formatUsd } from '../../figures';
import type { Problem } from '../../problems';
import { formatDuration, formatTime, HOUR_MS } from '../../units';
import type { Ledger } from './ledger';
import type { Prepared } from './prepare';
import type { DeferrableJob, DeferrableProblem } from './problem';

/** A limit, or the nodes of a market, that is passed in a period, and by how much. */
export type Passed = { readonly kind: 'limit' | 'market'; readonly index: number; readonly period: number; readonly by: number };

/** Jobs that would not be done in time if they had all nodes for themselves. */
export function tooShortProblems({ problem, jobs }: Prepared): readonly Problem[] {
  return jobs.flatMap(({ job, markets }) => {
    const needed = Math.min(...markets.map(({ periods }) => periods[0]));
    const there = Math.min(job.deadline, problem.periods) - Math.max(0, job.earliest);
    if (needed <= there) return [];
    const hours = (count: number) => formatDuration(Math.max(0, count) * problem.periodHours * HOUR_MS);
    return [
      {
        code: 'sizing/deadline',
        path: `workloads.${job.name}.deadline`,
        message: `leaves ${hours(there)} from the earliest start, and the job takes ${hours(needed)}, by whole periods, with its start`,
        expected: `at least ${hours(needed - there)} later`,
        hint: 'allow more time, or let it start earlier',
      } as const,
    ];
  });
}

/** What runs anyway and finds no nodes within the limits, in its first period. */
export function steadyProblems({ problem, steady, markets }: Prepared, ledger: Ledger): readonly Problem[] {
  for (let period = 0; period < problem.periods; period++) {
    const { excess, missing } = ledger.nodesOf(period, steady[period]);
    const over = excess.findIndex((amount) => amount > 0);
    const without = missing.findIndex((amount) => amount > 0);
    if (over < 0 && without < 0) continue;
    const what = over >= 0 ? `passes ${problem.limits[over].name}` : `finds too few nodes of ${markets[without].name}`;
    return [{ code: 'sizing/no-room', path: 'limits', message: `what runs beside the jobs ${what} ${momentOf(problem, period)}` }];
  }
  return [];
}

export function passedLimits({ problem }: Prepared, ledger: Ledger): readonly Passed[] {
  return Array.from({ length: problem.periods }, (_, period) => period).flatMap((period) => {
    const { excess, missing } = ledger.nodes(period);
    const more = (kind: Passed['kind'], amounts: readonly number[]) =>
      amounts.flatMap((by, index) => (by > 0 ? [{ kind, index, period, by }] : []));
    return [...more('limit', excess), ...more('market', missing)];
  });
}

/**
 * Why the jobs of a ledger cannot all be done: the limit that is passed most, when, and by which jobs; and what would do, the cheapest
 * first: more of the limit, more time for one of the jobs, or pauses.
 *
 * @param attempt USD of a schedule of a changed problem; `undefined` where none is found
 */
export function clashProblem(prepared: Prepared, ledger: Ledger, attempt: (problem: DeferrableProblem) => number | undefined): Problem {
  const { problem } = prepared;
  const passed = passedLimits(prepared, ledger);
  const worst = passed.reduce((most, one) => (one.by > most.by ? one : most));
  const same = passed.filter(({ kind, index }) => kind === worst.kind && index === worst.index);
  const running = prepared.jobs.filter((_, index) =>
    same.some(({ period }) => ledger.windows[index]?.some(({ from, to }) => from <= period && period < to)),
  );
  const names = running.map(({ job }) => job.name);
  const [tightest] = [...running].sort((a, b) => spare(a.job, a.markets[0].periods[0]) - spare(b.job, b.markets[0].periods[0]));
  const { title, unit } = titleOf(prepared, worst);
  const cures = [
    limitCure(prepared, worst, attempt),
    ...running.slice(0, 4).flatMap(({ job }) => [laterCure(problem, job, attempt), pauseCure(problem, job, attempt)]),
  ]
    .flatMap((cure) => cure ?? [])
    .sort((a, b) => a.usd - b.usd);
  const [cheapest] = cures;
  const words = cures.slice(0, 3).map(({ text, usd }) => `${text} (${formatUsd(usd)} for all nodes)`);
  return {
    code: 'sizing/deadline',
    path: `workloads.${tightest.job.name}.deadline`,
    message: `${listed(names)} cannot ${names.length > 1 ? 'all ' : ''}be done in time: ${title} is ${formatAmount(worst.by)} ${unit} short ${momentOf(problem, worst.period)}`,
    hint: cheapest === undefined ? 'allow more time, pauses, or more nodes' : words.join(', or '),
  };
}

type Cure = { readonly text: string; readonly usd: number };

function limitCure(
  { problem, markets }: Prepared,
  { kind, index, by }: Passed,
  attempt: (problem: DeferrableProblem) => number | undefined,
) {
  const needed = Math.ceil(by - 1e-6);
  if (kind === 'limit') {
    const limit = problem.limits[index];
    const limits = problem.limits.map((one, place) => (place === index ? { ...one, most: one.most + needed } : one));
    return cure(`raise ${limit.name} by ${needed} ${limit.unit}`, attempt({ ...problem, limits }));
  }
  const { name, offerings } = markets[index];
  const [largest] = offerings;
  if (largest === undefined) return undefined;
  const nodes = Math.ceil(needed / largest.offering.gpus);
  const more = (most: number | readonly number[]) => (typeof most === 'number' ? most + nodes : most.map((count) => count + nodes));
  const grown = problem.offerings.map((one) =>
    one.name === largest.offering.name && one.most !== undefined ? { ...one, most: more(one.most) } : one,
  );
  return cure(`add ${nodes} of ${largest.offering.name} to ${name}`, attempt({ ...problem, offerings: grown }));
}

/** The least more time with which a schedule is found, by doubling and halving. */
function laterCure(problem: DeferrableProblem, job: DeferrableJob, attempt: (problem: DeferrableProblem) => number | undefined) {
  const room = problem.periods - job.deadline;
  const withMore = (periods: number) =>
    attempt({ ...problem, jobs: problem.jobs.map((one) => (one === job ? { ...one, deadline: one.deadline + periods } : one)) });
  let [low, high] = [0, 1];
  let usd: number | undefined;
  while (high <= room && (usd = withMore(high)) === undefined) [low, high] = [high, high === room ? room + 1 : Math.min(room, 2 * high)];
  if (usd === undefined) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const found = withMore(middle);
    if (found === undefined) low = middle;
    else [high, usd] = [middle, found];
  }
  return cure(`let ${job.name} end ${formatDuration(high * problem.periodHours * HOUR_MS)} later`, usd);
}

function pauseCure(problem: DeferrableProblem, job: DeferrableJob, attempt: (problem: DeferrableProblem) => number | undefined) {
  if (job.pauses && job.pauses.most > 0) return undefined;
  const jobs = problem.jobs.map((one) => (one === job ? { ...one, pauses: { most: 3 } } : one));
  return cure(`let ${job.name} pause up to 3 times`, attempt({ ...problem, jobs }));
}

function cure(text: string, usd: number | undefined): Cure | undefined {
  return usd === undefined ? undefined : { text, usd };
}

function spare({ earliest, deadline }: DeferrableJob, periods: number): number {
  return deadline - earliest - periods;
}

function titleOf({ problem, markets }: Prepared, { kind, index }: Passed): { readonly title: string; readonly unit: string } {
  if (kind === 'market') return { title: `what there is of ${markets[index].name}`, unit: 'GPU' };
  const { name, most, unit } = problem.limits[index];
  return { title: `${name} ${formatAmount(most)} ${unit}`, unit };
}

function momentOf({ start, periodHours }: DeferrableProblem, period: number): string {
  return start === undefined ? `in period ${period}` : `at ${formatTime(start + period * periodHours * HOUR_MS)}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}
