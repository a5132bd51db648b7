import { digestOf } from '../config/digest';
import { followsLoad } from '../config/kinds';
import type { CapacityConfig } from '../config/schema';
import { defaultScaleDown } from '../control/hpa-types';
import type { Policy } from '../control/policy';
import type { FitRunner } from '../forecast/types';
import type { AutoscalerSettings, ReplayPlan, RunnablePolicy } from '../plan/types';
import type { ReplayRequest } from '../plan/replay-all';
import { isProblemError, renderProblem } from '../problems';
import { DAY_MS, parseTime, round6, WEEK_MS } from '../units';
import { unservedPercent, violationPercent } from './run';
import type { LoadGrid } from './refine';
import { type PreparedLoad, prepareLoad, type Simulation, simulateLoad, type SimulateOptions } from './simulate-load';
import { verdictOf } from './verdict';
import { windowTimes } from './windows';
import { workloadPhysics } from './workload-physics';

/** At most so much is scored: what a team would look back on. */
const longestScoreMs = 14 * DAY_MS;
const seed = 1;
/** Another number where a replay of the same load would come to something else. */
const version = 2;
/** Percent of the minutes: a plan may be in violation for so much longer than the tuned HPA where it is scored. */
const moreViolationPercent = 0.1;

export type ReplaySummary = Omit<ReplayPlan, 'seed' | 'basis'>;
export type Replayer = (prepared: PreparedLoad, options: SimulateOptions, usdPerGpuHour: number) => Promise<ReplaySummary>;

/**
 * Replays the last weeks of a workload's load and says what the plan should be made by: floors by the hour, or the tuned HPA. A verdict
 * of the previous plan stays for a week while the workload is taken to be the same, so that settings do not change by the day.
 *
 * @param loadOf the load as finely as it was observed
 * @param replay replays what was prepared, elsewhere if need be
 * @returns why there is none, where the load cannot be replayed
 */
export async function judgeWorkload(
  config: CapacityConfig,
  { name, series, supply, offerings, previous }: ReplayRequest,
  loadOf: () => LoadGrid | Promise<LoadGrid>,
  run: FitRunner,
  replay: Replayer = (prepared, options, usdPerGpuHour) => Promise.resolve(summaryOf(simulateLoad(prepared, options), usdPerGpuHour)),
): Promise<ReplayPlan | { readonly none: string }> {
  const workload = config.workloads[name];
  if (!followsLoad(workload)) return { none: 'its replicas follow no load of requests' };
  try {
    const { protect, load: source, exclude } = workload;
    const { physics, usdPerGpuHour, shareWithinSlo } = workloadPhysics(config, name, supply, offerings);
    const options: SimulateOptions = { physics, slo: null, seed, protect, effort: 'fast', path: `workloads.${name}.load`, longestScoreMs };
    const basis = digestOf({
      version,
      source,
      exclude,
      shareWithinSlo,
      physics: { ...physics, mostNodes: `${physics.mostNodes}` },
      usdPerGpuHour,
      protect,
    });
    if (previous !== null && isFresh(previous, basis, series.start + series.values.length * series.intervalMs)) return previous;
    const summary = await replay(await prepareLoad(await loadOf(), options, run), options, usdPerGpuHour);
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
  return { plan: scaled(settings.plan), 'hpa-tuned': scaled(settings['hpa-tuned']) };
}

function isFresh({ basis, scored }: ReplayPlan, now: string, end: number): boolean {
  const ageMs = end - (parseTime(scored.to) ?? -Infinity);
  return basis === now && ageMs >= 0 && ageMs < WEEK_MS;
}

/** What a plan holds of a replay. */
export function summaryOf(simulation: Simulation, usdPerGpuHour: number): ReplaySummary {
  const { policies, bound } = simulation;
  const { tune, score } = windowTimes(simulation);
  const settings = (name: RunnablePolicy) => {
    const found = policies.find(({ policy }) => policy.name === name);
    if (found === undefined) throw new Error(`${name} was not replayed`);
    return settingsOf(found.policy);
  };
  return {
    tuned: tune,
    scored: score,
    policies: policies.map(({ policy, outcome }) => ({
      name: policy.name,
      gpuHours: outcome.gpuHours,
      usd: outcome.gpuHours * usdPerGpuHour,
      violationMinutesPercent: violationPercent(outcome),
      unservedPercent: unservedPercent(outcome),
    })),
    lowerBoundGpuHours: bound.gpuHours,
    lowerBoundFractionalGpuHours: bound.fractionalGpuHours,
    ...runnableVerdict(simulation),
    settings: { plan: settings('plan'), 'hpa-tuned': settings('hpa-tuned') },
  };
}

/**
 * Of what manifests can run by themselves: floors by the hour where the weeks that settings were chosen on say so and the weeks after
 * them, which no setting has seen, bear it out; the tuned HPA otherwise.
 */
function runnableVerdict({ policies, skill }: Simulation): { readonly chosen: RunnablePolicy; readonly why: string } {
  const { chosen, why } = verdictOf(
    policies.filter(({ policy }) => policy.name !== 'plan+operate'),
    skill,
  );
  const scored = (name: string) => policies.find(({ policy }) => policy.name === name)?.outcome;
  const [plan, reactive] = [scored('plan'), scored('hpa-tuned')];
  if (chosen !== 'plan' || plan === undefined || reactive === undefined) return { chosen: 'hpa-tuned', why };
  const saved = 100 * (1 - plan.gpuHours / reactive.gpuHours);
  const figures = `${Math.abs(saved).toFixed(1)} % ${saved > 0 ? 'fewer' : 'more'} GPU-hours than the tuned HPA and ${violationPercent(plan).toFixed(3)} % of the minutes in violation against ${violationPercent(reactive).toFixed(3)} %`;
  if (saved <= 0 || violationPercent(plan) > violationPercent(reactive) + moreViolationPercent)
    return {
      chosen: 'hpa-tuned',
      why: `reactive: floors by the hour were ahead where they were tuned, and came to ${figures} in the weeks after`,
    };
  return { chosen: 'plan', why: `floors by the hour came to ${figures}, in weeks that no setting has seen` };
}

function settingsOf({ hpa, settings }: Policy): AutoscalerSettings {
  if (hpa === null) throw new Error('a policy without an autoscaler has no settings of one');
  const number = (value: number | string | undefined) => (typeof value === 'number' ? round6(value) : null);
  return {
    target: round6(hpa.target),
    headroom: number(settings.headroom),
    floor: number(settings.floor),
    scaleDown: { windowSeconds: hpa.scaleDownWindowMs / 1_000, ...(hpa.scaleDown ?? defaultScaleDown.policies[0]) },
  };
}
