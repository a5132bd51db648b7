import { floorOwners } from '../../config';
import { formatFigure, percent } from '../../figures';
import { HOUR_MS, HOURS_PER_MONTH, timeOf } from '../../units';
import {
  adviceReasons,
  leadReasons,
  notReplayedReason,
  replayFiguresReason,
  tunedSettingsReason,
  unusedReplayReason,
  verdictReason,
} from '../explain';
import type { PolicyDecision } from './policy-decision';
import type { Replayed } from './replay-all';
import type { PlanWarning, Reason, ReplayEffect, ReplayPlan, WorkloadPlan } from '../file';
import { comparedText } from './verdict';

/** What a verdict does to the plan, for those who read no chain. */
export function replayEffect(replayed: Replayed): ReplayEffect | undefined {
  if (replayed.replay === null) return undefined;
  const { inForce, unused, instead } = replayed.decision;
  return { policy: inForce?.policy ?? null, why: unused ?? instead };
}

/**
 * The chain's links about a replay.
 *
 * @param floor of the plan, which what is coming may have raised above the one that was tuned
 */
export function replayReasons(replayed: Replayed, floor: number): Reason[] {
  if (replayed.replay === null) return replayed.none === null ? [] : [notReplayedReason(replayed.none)];
  const { replay, decision } = replayed;
  return [
    replayFiguresReason(replay),
    ...leadReasons(replay.lead),
    verdictReason(decision.chosen, decision.why, followsOf(decision)),
    ...effectReasons(decision, floor),
    ...adviceReasons(replay),
  ];
}

function followsOf({ effect, unused, instead }: PolicyDecision): Parameters<typeof verdictReason>[2] {
  if (effect === 'advice') return { advice: unused };
  return instead === null ? null : { instead };
}

/** What follows for the plan. */
function effectReasons({ effect, unused, inForce }: PolicyDecision, floor: number): Reason[] {
  if (effect === 'advice') return [];
  if (effect === 'tuned' && inForce !== null) return [tunedSettingsReason(inForce, floor)];
  return [unusedReplayReason(effect === 'dear' ? 'dear' : 'thin', unused ?? '')];
}

/** What a reader of the plan must know of replays. */
export function replayWarnings(workloads: Readonly<Record<string, WorkloadPlan>>): PlanWarning[] {
  const names = Object.keys(workloads).sort();
  return [costWarning, liveWarning, coarseWarning].flatMap((warn) =>
    names.flatMap((name) => warn(`workloads.${name}.replay`, workloads[name]) ?? []),
  );
}

/** By how much more a replay may cost than the plan before it is worth a word. */
const dearer = 1.1;

/**
 * Where an autoscaler at its tuned target, or a live floor, came to more in the replay than the plan's schedule costs: no limit and no
 * budget is checked against what it asks for beyond its schedule.
 */
function costWarning(path: string, { replay, scaleDown, usdPerMonth, replayEffect: effect, target }: WorkloadPlan): PlanWarning | null {
  const figures = replay?.policies.find(({ name: policy }) => policy === effect?.policy);
  if (!replay || !figures || scaleDown === undefined) return null;
  const replayed = monthly(replay, figures.usd);
  if (!(replayed > dearer * usdPerMonth.p95)) return null;
  const who = effect?.policy === 'live' ? 'its floor follows the load, its' : 'its';
  return {
    code: 'replay/cost',
    path,
    message: `came to about ${formatFigure(replayed)} USD a month in the replay, and ${formatFigure(usdPerMonth.p95)} are planned: ${who} autoscaler aims at ${percent((target as { load: number }).load)} and asks for more than the schedule, which limits and budget do not count`,
  };
}

/** USD of an ordinary month, were every week like those that were scored. */
function monthly({ scored }: Pick<ReplayPlan, 'scored'>, usd: number): number {
  return (usd / ((timeOf(scored.to) - timeOf(scored.from)) / HOUR_MS)) * HOURS_PER_MONTH;
}

/** Where the owner of a workload gives it a live floor, and its replay speaks against one. */
function liveWarning(path: string, { owner, replay }: WorkloadPlan): PlanWarning | null {
  if (!floorOwners[owner].movesByLoad || replay === null || replay.chosen === 'live') return null;
  const figuresOf = (policy: string) => replay.policies.find(({ name }) => name === policy);
  const [live, hpa] = [figuresOf('live'), figuresOf('hpa-tuned')];
  if (live === undefined || hpa === undefined) return null;
  const floor = replay.live;
  const still =
    floor !== undefined && floor.most <= floor.least
      ? `; none was ahead where settings were tuned, so the floor stays at ${floor.least} under an autoscaler like the tuned HPA`
      : '';
  return {
    code: 'replay/live',
    path,
    message: `speaks against the live floor that the owner gives it: that came to ${comparedText(live, hpa)}, about ${formatFigure(monthly(replay, live.usd))} USD a month against ${formatFigure(monthly(replay, hpa.usd))}${still}`,
  };
}

/** Where a live floor was learned from what a coarse record was refined to: seeded variation, which tells nothing of real rises. */
function coarseWarning(path: string, { owner, replay }: WorkloadPlan): PlanWarning | null {
  if (!floorOwners[owner].movesByLoad || replay?.live === undefined || replay.judged !== 'not within the hour') return null;
  return {
    code: 'replay/coarse',
    path,
    message:
      'learned the live floor from a record coarser than 15 minutes, which shows nothing of what happens within the hour: far more minutes may be in violation than it says',
  };
}
