import { formatFigure, percent } from '../../figures';
import { HOUR_MS, HOURS_PER_MONTH, parseTime } from '../../units';
import type { InForce, PolicyDecision } from './policy-decision';
import type { Replayed } from './replay-all';
import type { PlanWarning, Reason, ReplayEffect, ReplayPlan, WorkloadPlan } from '../file';

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
  if (replayed.replay === null) return replayed.none === null ? [] : [{ code: 'replay/none', text: `not replayed: ${replayed.none}` }];
  const { replay, decision } = replayed;
  const { scored, policies } = replay;
  return [
    {
      code: 'replay/figures',
      text: `replayed ${scored.from} to ${scored.to}: ${policies.map(policyText).join('; ')}; perfect knowledge ${formatFigure(replay.lowerBoundGpuHours)} GPU-hours`,
    },
    { code: 'replay/verdict', text: `${decision.chosen}: ${decision.why}${verdictTail(decision)}` },
    ...effectReasons(decision, floor),
  ];
}

function verdictTail({ effect, unused, instead }: PolicyDecision): string {
  if (effect === 'advice') return `. This is advice: ${unused}`;
  return instead === null ? '' : `; ${instead}`;
}

/** What follows for the plan. */
function effectReasons({ effect, unused, inForce }: PolicyDecision, floor: number): Reason[] {
  if (effect === 'advice') return [];
  if (effect === 'tuned' && inForce !== null) return [{ code: 'replay/settings', text: settingsText(inForce, floor) }];
  return [{ code: effect === 'dear' ? 'replay/dear' : 'replay/thin', text: unused ?? '' }];
}

const policyText = ({ name, gpuHours, violationMinutesPercent }: ReplayPlan['policies'][number]): string =>
  `${name} ${formatFigure(gpuHours)} GPU-hours with ${formatFigure(violationMinutesPercent)} % of the minutes in violation`;

function settingsText({ strategy, settings: { target, headroom, floor: tuned, scaleDown } }: InForce, floor: number): string {
  const down = `down by ${scaleDown.value}${scaleDown.type === 'percent' ? ' %' : ' pods'} in ${scaleDown.periodSeconds} s after ${scaleDown.windowSeconds} s`;
  const floors =
    strategy === 'horizontal'
      ? `floors such that a replica carries ${percent(headroom ?? target)} of its throughput at the protected load${(tuned ?? 1) > 1 ? `, at least ${tuned}` : ''}`
      : tuned === floor
        ? `one floor of ${floor}`
        : `one floor, there of ${tuned} and here of ${floor}`;
  return `the autoscaler aims at ${percent(target)}, ${down}; ${floors}: as tuned in the replay`;
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
      const figures = replay?.policies.find((one) => one.name === effect?.policy);
      if (!replay || !figures || scaleDown === undefined) return [];
      const hours = ((parseTime(replay.scored.to) ?? NaN) - (parseTime(replay.scored.from) ?? NaN)) / HOUR_MS;
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
