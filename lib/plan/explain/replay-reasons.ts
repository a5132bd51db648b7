import { formatFigure, percent } from '../../figures';
import type { AutoscalerSettings, Reason, ReplayPlan } from '../file';

/** Sentence of a workload whose load was not replayed, with the cause. */
export function notReplayedReason(cause: string): Reason {
  return { code: 'replay/none', text: `not replayed: ${cause}` };
}

/** Sentence of what each policy came to in the replay. */
export function replayFiguresReason({ scored, policies, lowerBoundGpuHours }: ReplayPlan): Reason {
  return {
    code: 'replay/figures',
    text: `replayed ${scored.from} to ${scored.to}: ${policies.map(policyText).join('; ')}; perfect knowledge ${formatFigure(lowerBoundGpuHours)} GPU-hours`,
  };
}

/** Sentence of the policy that was chosen; `follows` tells what the plan does with it, `null` where that goes without saying. */
export function verdictReason(
  chosen: string,
  why: string,
  follows: { readonly advice: string | null } | { readonly instead: string } | null,
): Reason {
  const tail = follows === null ? '' : 'advice' in follows ? `. This is advice: ${follows.advice}` : `; ${follows.instead}`;
  return { code: 'replay/verdict', text: `${chosen}: ${why}${tail}` };
}

/** Sentence of why the plan does not use what the replay tuned: it came out dearer, or was tuned on too little. */
export function unusedReplayReason(cause: 'dear' | 'thin', text: string): Reason {
  return { code: `replay/${cause}`, text };
}

/**
 * Sentence of the settings that a replay tuned and the plan uses.
 *
 * @param floor of the plan, which events ahead may have raised above the floor that was tuned
 */
export function tunedSettingsReason(
  { policy, strategy, settings: { target, headroom, floor: tuned, scaleDown } }: Tuned,
  floor: number,
): Reason {
  const down = `down by ${scaleDown.value}${scaleDown.type === 'percent' ? ' %' : ' pods'} in ${scaleDown.periodSeconds} s after ${scaleDown.windowSeconds} s`;
  const floors =
    policy === 'live'
      ? `the floor follows the load each minute, at least ${floor}; where the load cannot be seen, floors by the hour at the protected load`
      : strategy === 'horizontal'
        ? `floors such that a replica carries ${percent(headroom ?? target)} of its throughput at the protected load${(tuned ?? 1) > 1 ? `, at least ${tuned}` : ''}`
        : tuned === floor
          ? `one floor of ${floor}`
          : `one floor, there of ${tuned} and here of ${floor}`;
  return { code: 'replay/settings', text: `the autoscaler aims at ${percent(target)}, ${down}; ${floors}: as tuned in the replay` };
}

type Tuned = { readonly policy: ReplayPlan['chosen']; readonly strategy: 'horizontal' | 'reactive'; readonly settings: AutoscalerSettings };

function policyText({ name, gpuHours, violationMinutesPercent }: ReplayPlan['policies'][number]): string {
  return `${name} ${formatFigure(gpuHours)} GPU-hours with ${formatFigure(violationMinutesPercent)} % of the minutes in violation`;
}
