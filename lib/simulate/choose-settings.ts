import type { Policy } from '../control/policy';
import { type Replay, scoredTicks } from './replay';
import { type Outcome, runReplay } from './run';

/** Share of the minutes that may be in violation where settings are chosen. */
export const mostViolations = 0.001;
/**
 * The same for plans, whose margins are moved until they just hold: of many settings the one that just held had luck, and on another window
 * it will have less.
 */
export const mostViolationsOfPlans = mostViolations / 2;

export type ChosenSettings<State = unknown> = { readonly policy: Policy<State>; readonly outcome: Outcome };

/**
 * Of policies the one with the fewest GPU-hours among those in violation for at most a share of the minutes; where none is, the one
 * with the fewest violations, then the fewest GPU-hours. Of equal ones the first. Every policy is tried; a replay stops once it is out of
 * the race, which changes no result.
 */
export function chooseSettings<State>(replay: Replay, policies: readonly Policy<State>[], share = mostViolations): ChosenSettings<State> {
  const allowed = allowedMinutes(replay, share);
  let best: ChosenSettings<State> | null = null;
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

/** Minutes that may be in violation. */
export function allowedMinutes(replay: Replay, share: number): number {
  return Math.floor(share * scoredMinutes(replay) + 1e-9);
}

/** Minutes of a replay in which all ticks were observed. */
function scoredMinutes(replay: Replay): number {
  const scored = scoredTicks(replay);
  const per = 60_000 / replay.load.tickMs;
  let minutes = 0;
  for (let tick = replay.from; tick < replay.to; tick++)
    if (((tick + 1) % per === 0 || tick + 1 === replay.to) && scored[tick - replay.from] === 1) minutes++;
  return minutes;
}
