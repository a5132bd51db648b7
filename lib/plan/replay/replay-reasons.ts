import { formatFigure, percent } from '../../figures';
import { HOUR_MS, HOURS_PER_MONTH, timeOf } from '../../units';
import { notReplayedReason, replayFiguresReason, tunedSettingsReason, unusedReplayReason, verdictReason } from '../explain';
import type { PolicyDecision } from './policy-decision';
import type { Replayed } from './replay-all';
import type { PlanWarning, Reason, ReplayEffect, WorkloadPlan } from '../file';

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
    verdictReason(decision.chosen, decision.why, followsOf(decision)),
    ...effectReasons(decision, floor),
  ];
}

function followsOf({ effect, unused, instead }: PolicyDecision): Parameters<typeof verdictReason>[2] {
  if (effect === 'advice') return { advice: unused };
  return instead === null ? null : { instead };
}

/** What follows for the plan. */
function effectReasons({ effect, unused, inForce }: PolicyDecision, floor: number): Reason[] {
  if (effect === 'advice') return [];
  if (effect === 'tuned' && inForce !== null) return [tunedSettingsReason(inForce.strategy, inForce.settings, floor)];
  return [unusedReplayReason(effect === 'dear' ? 'dear' : 'thin', unused ?? '')];
}

/** By how much more a replay may cost than the plan before it is worth a word. */
const dearer = 1.1;

/**
 * Where an autoscaler at its tuned target came to more in the replay than the plan's schedule costs: no limit and no budget is checked
 * against what it asks for beyond its schedule.
 */
export function replayCostWarnings(workloads: Readonly<Record<string, WorkloadPlan>>): PlanWarning[] {
  return Object.keys(workloads)
    .sort()
    .flatMap((name) => {
      const { replay, scaleDown, usdPerMonth, replayEffect: effect } = workloads[name];
      const figures = replay?.policies.find(({ name: policy }) => policy === effect?.policy);
      if (!replay || !figures || scaleDown === undefined) return [];
      const hours = (timeOf(replay.scored.to) - timeOf(replay.scored.from)) / HOUR_MS;
      const replayed = (figures.usd / hours) * HOURS_PER_MONTH;
      if (!(replayed > dearer * usdPerMonth.p95)) return [];
      return [
        {
          code: 'replay/cost',
          path: `workloads.${name}.replay`,
          message: `came to about ${formatFigure(replayed)} USD a month in the replay, and ${formatFigure(usdPerMonth.p95)} are planned: its autoscaler aims at ${percent((workloads[name].target as { load: number }).load)} and asks for more than the schedule, which limits and budget do not count`,
        },
      ];
    });
}
