import { digestOf } from '../digest';
import { type CapacityConfig, couldBeLive, floorOwners, followsLoad } from '../config';
import { round6 } from '../figures';
import { type FitRunner, regimeOf } from '../forecast';
import { adviceBeside, costOf, type FreshReplay, type ReplayRequest, type SetPolicy, violationPercent } from '../plan/replay';
import type { AutoscalerSettings, ReplayPlan } from '../plan/file';
import type { LiveFloor } from '../plan/live-floor';
import { isProblemError, renderProblem } from '../problems';
import type { OnProgress } from '../progress';
import { DAY_MS, HOUR_MS, HOURS_PER_MONTH, MINUTE_MS, parseTime } from '../units';
import { type LoadGrid, unservedPercent, windowTimes } from './replay';
import { type PreparedLoad, prepareLoad, type Simulation, simulateLoad, type ReplaySettings } from './simulate-load';
import { leadOf, tickMs, workloadPhysics } from './physics';

/** At most so much is scored: what a team would look back on. */
const longestScoreMs = 14 * DAY_MS;
const seed = 1;
/** Another number where a replay of the same load would come to something else. */
const version = 4;
/** What manifests carry, and what it is measured by. */
const policies = ['static', 'hpa', 'hpa-tuned', 'plan'] as const;

/** What a replay showed, without what the workload was taken to be. */
export type ReplaySummary = Omit<FreshReplay, 'seed' | 'basis'>;
export type Replayer = (prepared: PreparedLoad, options: ReplaySettings, usdPerGpuHour: number) => Promise<ReplaySummary>;

/**
 * Replays the last weeks of a workload's load, for the plan to decide by. The replay of the previous plan stays until the age that the
 * request states, while the workload is taken to be the same, so that settings do not change by the day.
 *
 * @param loadOf the load as finely as it was observed
 * @param replay replays what was prepared, elsewhere if need be
 * @param onForecasts told how far the forecasts are that the replay needs
 * @returns why there is none, where the load cannot be replayed
 */
export async function replayWorkload(
  config: CapacityConfig,
  { name, series, supply, offerings, previous, staysMs }: ReplayRequest,
  loadOf: () => LoadGrid | Promise<LoadGrid>,
  run: FitRunner,
  replay: Replayer = (prepared, options, usdPerGpuHour) => Promise.resolve(summaryOf(simulateLoad(prepared, options), usdPerGpuHour)),
  onForecasts?: OnProgress,
): Promise<FreshReplay | ReplayPlan | { readonly none: string }> {
  const workload = config.workloads[name];
  if (!followsLoad(workload)) return { none: 'its replicas follow no load of requests' };
  try {
    const { protect, load: source, exclude, usdPerViolatedMinute, owner } = workload;
    const { physics, usdPerGpuHour, shareWithinSlo } = workloadPhysics(config, name, supply, offerings);
    const options: ReplaySettings = {
      physics,
      slo: null,
      seed,
      protect,
      effort: 'fast',
      path: `workloads.${name}.load`,
      longestScoreMs,
      withCausalLimit: false,
      usualTarget: Math.min(1, (supply.capacity?.target ?? workload.target) / shareWithinSlo),
      owner,
      policies: floorOwners[owner].movesByLoad || isLiveTried(config, name, physics, series) ? [...policies, 'live'] : policies,
      price: usdPerViolatedMinute === undefined ? undefined : { usdPerGpuHour, usdPerViolatedMinute },
    };
    const basis = digestOf({
      version,
      source,
      exclude,
      shareWithinSlo,
      physics: { ...physics, mostNodes: `${physics.mostNodes}` },
      usdPerGpuHour,
      protect,
      ...(usdPerViolatedMinute === undefined ? {} : { usdPerViolatedMinute }),
      ...(floorOwners[owner].movesByLoad && { live: 4 }),
    });
    const end = series.start + series.values.length * series.intervalMs;
    if (previous !== null && previous.basis === basis && isYounger(previous, end, staysMs)) return previous;
    const summary = await replay(await prepareLoad(await loadOf(), options, run, onForecasts), options, usdPerGpuHour);
    return { ...summary, settings: ofThroughput(summary.settings, shareWithinSlo), seed, basis };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return { none: error.problems.map(renderProblem).join('; ') };
  }
}

/** Settings as shares of the throughput, where the replay took them of what a replica does within its SLO. */
function ofThroughput(settings: ReplayPlan['settings'], share: number): ReplayPlan['settings'] {
  const scaled = ({ target, headroom, ...others }: AutoscalerSettings): AutoscalerSettings => ({
    ...others,
    target: round6(target * share),
    headroom: headroom === null ? null : round6(headroom * share),
  });
  const { plan, 'hpa-tuned': hpa, live } = settings;
  return { plan: scaled(plan), 'hpa-tuned': scaled(hpa), ...(live && { live: scaled(live) }) };
}

function isYounger({ scored }: ReplayPlan, end: number, staysMs: number): boolean {
  const ageMs = end - (parseTime(scored.to) ?? -Infinity);
  return ageMs >= 0 && ageMs < staysMs;
}

/** What the plan decides by and keeps of a replay. */
export function summaryOf(simulation: Simulation, usdPerGpuHour: number): ReplaySummary {
  const { bound, skill, judged, price, owner } = simulation;
  const advice = adviceOn(simulation, usdPerGpuHour);
  // A live floor that another owner has no use for leaves no trace.
  const { movesByLoad } = floorOwners[owner];
  const isShown = movesByLoad || advice !== null;
  const policies = simulation.policies.filter(({ name }) => isShown || name !== 'live');
  const live = movesByLoad ? simulation.live : null;
  const { tune, score } = windowTimes(simulation);
  return {
    tuned: tune,
    scored: score,
    policies: policies.map(({ name, scored }) => ({
      name,
      gpuHours: scored.gpuHours,
      usd: scored.gpuHours * usdPerGpuHour,
      violationMinutesPercent: violationPercent(scored),
      unservedPercent: unservedPercent(scored),
    })),
    lowerBoundGpuHours: bound.gpuHours,
    lowerBoundFractionalGpuHours: bound.fractionalGpuHours,
    settings: settingsOf(policies, live),
    ...(judged === 'within the hour' && { lead: replayedLead(simulation, usdPerGpuHour) }),
    ...(advice && { advice }),
    ...(live && { live: rounded(live) }),
    outcomes: policies.map(({ name, tuned, scored }) => ({ name, tuned, scored })),
    skill,
    judged,
    price,
  };
}

/** A live floor looks a week back, and a day more is learned from. */
const shortestLiveMs = 8 * DAY_MS;
/** With shorter leads a live floor has less to gain than its replay costs, which takes longer than all the others. */
const shortestLiveLeadMs = 15 * MINUTE_MS;

/** Whether a live floor is replayed where it is not the owner, to be told of where it pays. */
function isLiveTried(
  config: CapacityConfig,
  name: string,
  physics: Parameters<typeof leadOf>[0],
  { values, intervalMs }: ReplayRequest['series'],
): boolean {
  const workload = config.workloads[name];
  return (
    followsLoad(workload) &&
    workload.owner === 'keda' &&
    couldBeLive(config, name) &&
    values.length * intervalMs >= shortestLiveMs &&
    leadOf(physics) >= shortestLiveLeadMs
  );
}

/** What a live floor would save of the chosen policy, where cron triggers move the floor; `null` where nothing, or it was not replayed. */
function adviceOn({ policies, verdict, price, owner, replay, judged }: Simulation, usdPerGpuHour: number): ReplayPlan['advice'] | null {
  // A record that shows nothing of what happens within an hour teaches a live floor nothing that could be relied on.
  const advice =
    owner === 'keda' && judged === 'within the hour' ? adviceBeside({ outcomes: policies, price }, verdict.chosen, owner) : null;
  const chosen = policies.find(({ name }) => name === verdict.chosen)?.scored;
  if (advice?.name !== 'live' || chosen === undefined) return null;
  const { savedPercent } = advice;
  const usd = (savedPercent / 100) * costOf(chosen, price ?? { usdPerGpuHour, usdPerViolatedMinute: 0 });
  return { policy: 'live', savedPercent, usdPerMonth: monthly(replay, usd) };
}

/** USD of the window that is scored in an ordinary month. */
function monthly({ from, to }: Simulation['replay'], usd: number): number {
  return (usd / (((to - from) * tickMs) / HOUR_MS)) * HOURS_PER_MONTH;
}

/** How long rises take against the lead, and what a shorter lead would save. */
function replayedLead(
  { rises, physics, replay, policies, price, shorterLead }: Simulation,
  usdPerGpuHour: number,
): NonNullable<ReplayPlan['lead']> {
  const leadMs = leadOf(physics);
  const shorter = shorterLead();
  const present = policies.find(({ name }) => name === shorter?.policy)?.scored;
  const usd = present === undefined ? 0 : costOf(present, price ?? { usdPerGpuHour, usdPerViolatedMinute: 0 });
  return {
    rises: rises && { by: rises.period, repeats: rises.repeats, minutes: rises.riseMs / MINUTE_MS, leads: rises.riseMs / leadMs },
    regime: regimeOf(rises, leadMs),
    ...(shorter && {
      shorter: {
        minutes: shorter.ms / MINUTE_MS,
        savedPercent: 100 * shorter.savedShare,
        usdPerMonth: monthly(replay, shorter.savedShare * usd),
      },
    }),
  };
}

/** Six digits of the coefficients leave all but one floor in a thousand as they are. */
function rounded({ up, hold, loadPerReplica, ...live }: LiveFloor): LiveFloor {
  const all = <Numbers extends Readonly<Record<string, number>>>(numbers: Numbers) =>
    Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, round6(value)])) as Numbers;
  const model = ({ centre, spread, usualSpread }: LiveFloor['up']) => ({
    centre: all(centre),
    spread: all(spread),
    usualSpread: round6(usualSpread),
  });
  return { ...live, loadPerReplica: round6(loadPerReplica), up: model(up), hold: model(hold) };
}

/** The settings of those policies that manifests carry. Where a live floor cannot see the load, floors by the hour at full replicas hold. */
function settingsOf(policies: readonly SetPolicy[], live: LiveFloor | null): ReplayPlan['settings'] {
  const plan = policies.find((policy) => policy.name === 'plan')?.settings;
  const hpa = policies.find((policy) => policy.name === 'hpa-tuned')?.settings;
  if (plan === undefined || hpa === undefined) throw new Error('what manifests carry was not replayed');
  return {
    plan: { target: round6(plan.target), headroom: round6(plan.headroom), floor: round6(plan.floor), scaleDown: plan.scaleDown },
    'hpa-tuned': { target: round6(hpa.target), headroom: null, floor: round6(hpa.floor), scaleDown: hpa.scaleDown },
    ...(live && { live: { target: round6(live.target), headroom: 1, floor: round6(live.least), scaleDown: live.scaleDown } }),
  };
}
