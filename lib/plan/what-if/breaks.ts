import { type CapacityConfig, isJob } from '../../config';
import { highest, segments, simplify } from '../../demand';
import { HOURS_PER_MONTH } from '../../units';
import { isProblemError, type Problem } from '../../problems';
import type { Solver } from '../../sizing';
import type { CapacityPlan } from '../file';
import type { ForecastedLoads } from '../forecast-loads';
import type { DecidedDemands } from '../make-plan';
import { fitOf } from '../nodes';
import { withRaisedCeilings, type WorkloadDemand, workloadDemand } from '../replicas';
import { loadTimes } from './changed-loads';

/** The load of one workload at which a limit breaks, the loads of all others as they are. */
export type LimitBreak = {
  /** Where the limit stands in the config: `limits.quotas.L-DB2E81BA`, `pools.l40s.ceiling`, `workloads.chat.ceiling`, `limits.budget`. */
  readonly limit: string;
  /** Times its load that still can be planned, and that cannot: no further apart than the tolerance. 0 where the load itself cannot. */
  readonly holds: number;
  readonly breaks: number;
  readonly text: string;
};

export type LoadBreaks = {
  readonly workload: string;
  /** In the order in which they break, each with those before it lifted. */
  readonly limits: readonly LimitBreak[];
  /** How far it was looked, in times of the load. */
  readonly upTo: number;
};

/** The bisection ends where the load that breaks is at most this part above one that holds. */
export const breakTolerance = 0.01;
const mostTimes = 64;
/** So many limits of a workload are looked for, one after another. */
const mostLimits = 3;

type Sized = { readonly loads: ForecastedLoads; readonly decided: DecidedDemands; readonly plan: CapacityPlan; readonly solver: Solver };

/**
 * For each workload the load at which each limit breaks, by bisection over a sizing of the peaks alone: without hand-overs, minimum
 * up-times and the replay's choice, all of which stay as they are.
 */
export function breaksOf(config: CapacityConfig, sized: Sized): readonly LoadBreaks[] {
  return Object.keys(config.workloads)
    .filter((name) => !isJob(config.workloads[name]) && sized.decided.demands[name].madeFrom !== undefined)
    .sort()
    .map((name) => ({ workload: name, limits: limitsOf(config, name, sized), upTo: mostTimes }));
}

function limitsOf(config: CapacityConfig, name: string, sized: Sized): LimitBreak[] {
  const found: LimitBreak[] = [];
  let lifted = config;
  let holds = 0;
  while (found.length < mostLimits) {
    const limits = lifted;
    const broken = nextBreak(holds, (times) => problemsAt(limits, name, times, sized));
    if (broken === null) return found;
    found.push(...broken.problems.map(({ path, message }) => ({ limit: path, holds: broken.holds, breaks: broken.breaks, text: message })));
    const next = broken.problems.reduce(withoutLimit, lifted);
    if (next === lifted) return found;
    lifted = next;
    holds = broken.holds;
  }
  return found;
}

/**
 * Where a search that begins at what is known to hold finds the first thing that does not.
 *
 * @param from times that hold; 0: nothing is known
 * @returns `null` where all hold up to `mostTimes`
 */
export function nextBreak(
  from: number,
  problemsAt: (times: number) => readonly Problem[],
): { readonly holds: number; readonly breaks: number; readonly problems: readonly Problem[] } | null {
  let holds = from;
  let breaks = Math.max(1, from);
  let problems = problemsAt(breaks);
  while (problems.length === 0 && breaks < mostTimes) {
    holds = breaks;
    breaks = Math.min(mostTimes, breaks * 2);
    problems = problemsAt(breaks);
  }
  if (problems.length === 0) return null;
  while (holds >= 1 && breaks / holds > 1 + breakTolerance) {
    const middle = Math.sqrt(holds * breaks);
    const there = problemsAt(middle);
    if (there.length === 0) holds = middle;
    else [breaks, problems] = [middle, there];
  }
  return { holds: holds < 1 ? 0 : holds, breaks, problems };
}

/** What refuses the load of a workload times a factor. */
function problemsAt(config: CapacityConfig, name: string, times: number, { loads, decided, plan, solver }: Sized): readonly Problem[] {
  const raised = withRaisedCeilings(config, loads.asOf, loads.grid);
  const scaled = demandAt(raised, loadTimes([name], times)(loads).predictions, decided.demands[name]);
  if ('problems' in scaled) return scaled.problems;
  const of = { offerings: loads.offerings, resources: decided.resources, solver };
  const demands = { ...decided.demands, [name]: scaled };
  const fit = fitOf(config, { ...of, demands }, 'peaks');
  if ('problems' in fit) return fit.problems;
  const { budget } = config.limits;
  if (budget === undefined) return [];
  const [now, then] = [decided.demands, demands].map((each) => fitOf(config, { ...of, demands: each }, 'all'));
  if ('problems' in then || 'problems' in now) return [];
  const usd = plan.cost.usdNextMonth.p95 * (then.usdPerHour / now.usdPerHour);
  if (usd <= budget * HOURS_PER_MONTH) return [];
  return [
    {
      code: 'sizing/budget',
      path: 'limits.budget',
      message: `the month that begins with the plan would cost about ${Math.round(usd)} USD, the budget is ${Math.round(budget * HOURS_PER_MONTH)}`,
    },
  ];
}

/** The replicas of a workload for other loads, events included, and no fewer than it has: what overrides and guardrails hold stays. */
function demandAt(
  config: CapacityConfig,
  predictions: ForecastedLoads['predictions'],
  demand: WorkloadDemand,
): WorkloadDemand | { readonly problems: readonly Problem[] } {
  if (demand.madeFrom === undefined) return demand;
  try {
    const { schedule: scaled } = workloadDemand({ ...demand.madeFrom, config, predictions });
    const steps = segments({ present: demand.schedule, scaled }).map(({ from, values }) => ({
      from,
      value: Math.max(values.present, values.scaled),
    }));
    const schedule = simplify({ steps, end: scaled.end });
    return { ...demand, schedule, peak: highest(schedule), wantedCeiling: highest(schedule) };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return { problems: error.problems };
  }
}

/** A config without the limit that a problem is about; the same where it is no limit that could be lifted. */
function withoutLimit(config: CapacityConfig, { code, path }: Problem): CapacityConfig {
  const [area, name] = path.split('.');
  switch (code) {
    case 'sizing/quota': {
      const { [path.replace('limits.quotas.', '')]: gone, ...quotas } = config.limits.quotas;
      return gone === undefined ? config : { ...config, limits: { ...config.limits, quotas } };
    }
    case 'sizing/budget':
      return { ...config, limits: { ...config.limits, budget: undefined } };
    case 'sizing/ceiling':
      return area === 'pools' ? { ...config, pools: { ...config.pools, [name]: { ...config.pools[name], ceiling: undefined } } } : config;
    case 'demand/ceiling':
      return { ...config, workloads: { ...config.workloads, [name]: { ...config.workloads[name], ceiling: undefined } } };
    default:
      return config;
  }
}
