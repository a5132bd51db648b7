import type { Policy } from '../control/policy';
import { type Outcome, type Replay, runReplay } from './run';

/** Share of the minutes that may be in violation where settings are chosen. */
export const mostViolations = 0.001;

export type ChosenSettings = { readonly policy: Policy; readonly outcome: Outcome };

/**
 * Of policies the one with the fewest GPU-hours among those in violation for at most `mostViolations` of the minutes; where none is, the one
 * with the fewest violations, then the fewest GPU-hours. Of equal ones the first. Every policy is tried; a replay stops once it is out of
 * the race, which changes no result.
 */
export function chooseSettings(replay: Replay, policies: readonly Policy[]): ChosenSettings {
  const allowed = Math.floor(mostViolations * scoredMinutes(replay) + 1e-9);
  let best: ChosenSettings | null = null;
  for (const policy of policies) {
    const outcome = runReplay(replay, policy, undefined, {
      gpuHours: best?.outcome.gpuHours ?? Infinity,
      violationMinutes: allowed,
    });
    if (outcome !== null && (best === null || outcome.gpuHours < best.outcome.gpuHours)) best = { policy, outcome };
  }
  if (best !== null) return best;
  for (const policy of policies) {
    const outcome: Outcome | null = runReplay(replay, policy, undefined, {
      gpuHours: Infinity,
      violationMinutes: best?.outcome.violationMinutes ?? Infinity,
    });
    if (outcome !== null && (best === null || isFewer(outcome, best.outcome))) best = { policy, outcome };
  }
  if (best === null) throw new Error('there are no policies to choose from');
  return best;
}

function isFewer(one: Outcome, other: Outcome): boolean {
  return (
    one.violationMinutes < other.violationMinutes || (one.violationMinutes === other.violationMinutes && one.gpuHours < other.gpuHours)
  );
}

/** Minutes of a replay in which all ticks were observed. */
function scoredMinutes({ load, from, to }: Replay): number {
  const per = 60_000 / load.tickMs;
  let minutes = 0;
  let missing = false;
  for (let tick = from; tick < to; tick++) {
    if (load.missing[tick] === 1) missing = true;
    if ((tick + 1) % per !== 0 && tick + 1 < to) continue;
    if (!missing) minutes++;
    missing = false;
  }
  return minutes;
}
