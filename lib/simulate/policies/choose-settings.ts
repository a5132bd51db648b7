import type { Policy } from '../../control';
import { violationLimit } from '../../plan/replay';
import { MINUTE_MS } from '../../units';
import { leastNodeTicksOf, nodeTicksOf, type Outcome, type Replay, runReplay, scoredTicks } from '../replay';

/** A policy with settings that may be chosen. */
export type Candidate<Settings> = { readonly settings: Settings; readonly policy: Policy };

/** The settings that were chosen, and what they came to on the window they were chosen on. */
export type Chosen<Settings> = Candidate<Settings> & { readonly outcome: Outcome };

/**
 * The limit on violations for plans, whose margins are moved until they just hold: of many settings the one that just held had luck, and on
 * another window it will have less.
 */
export const violationLimitOfPlans = violationLimit / 2;

/**
 * Of candidates the one with the fewest GPU-hours among those in violation for at most a share of the minutes; where none is, the one
 * with the fewest violations, then the fewest GPU-hours. Of equal ones the first.
 *
 * Those that may need the fewest come first, and whoever cannot be the best any more is not replayed, or not to its end: which changes no
 * result.
 */
export function chooseSettings<Settings>(
  replay: Replay,
  candidates: readonly Candidate<Settings>[],
  limit = violationLimit,
): Chosen<Settings> {
  const allowed = allowedMinutes(replay, limit);
  const leastOf = leastNodeTicksOf(replay);
  const entries = candidates
    .map((candidate, place): Entry<Settings> => ({ candidate, place, least: leastOf(candidate.policy)?.after[0] ?? 0 }))
    .sort((a, b) => a.least - b.least || a.place - b.place);
  const isFirst = ({ place }: Entry<Settings>, best: Best<Settings>) => place < best.entry.place;
  const replayed = ({ candidate: { policy } }: Entry<Settings>, gpuHours: number, violationMinutes: number) =>
    runReplay(replay, policy, undefined, { gpuHours, violationMinutes, least: gpuHours < Infinity ? leastOf(policy) : null });

  let best: Best<Settings> | null = null;
  for (const entry of entries) {
    if (best !== null && entry.least > nodeTicksOf(replay.physics, best.outcome.gpuHours)) break;
    const outcome: Outcome | null = replayed(entry, best?.outcome.gpuHours ?? Infinity, allowed);
    if (outcome === null) continue;
    if (best === null || outcome.gpuHours < best.outcome.gpuHours || (outcome.gpuHours === best.outcome.gpuHours && isFirst(entry, best)))
      best = { entry, outcome };
  }
  // Where none holds the limit, those that may need the most violate the least.
  for (const entry of best === null ? entries.reverse() : []) {
    const outcome: Outcome | null = replayed(entry, Infinity, best?.outcome.violationMinutes ?? Infinity);
    if (outcome === null) continue;
    if (best === null || isBetter(outcome, best.outcome) || (!isBetter(best.outcome, outcome) && isFirst(entry, best)))
      best = { entry, outcome };
  }
  if (best === null) throw new Error('there are no policies to choose from');
  return { ...best.entry.candidate, outcome: best.outcome };
}

/** A candidate with its place among the others, and the node-ticks that it cannot do without. */
type Entry<Settings> = { readonly candidate: Candidate<Settings>; readonly place: number; readonly least: number };
type Best<Settings> = { readonly entry: Entry<Settings>; readonly outcome: Outcome };

/** By violations first, then by GPU-hours. */
function isBetter(outcome: Outcome, best: Outcome): boolean {
  return (
    outcome.violationMinutes < best.violationMinutes ||
    (outcome.violationMinutes === best.violationMinutes && outcome.gpuHours < best.gpuHours)
  );
}

/**
 * Of candidates with ascending margins the first that holds a limit on violations, found by halving; the last where none does.
 *
 * @param violationMinutes that it may come to
 */
export function smallestHolding<Settings>(
  replay: Replay,
  candidates: readonly Candidate<Settings>[],
  violationMinutes: number,
): Candidate<Settings> {
  let [low, high] = [0, candidates.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runReplay(replay, candidates[middle].policy, undefined, { gpuHours: Infinity, violationMinutes }) === null) low = middle + 1;
    else high = middle;
  }
  return candidates[low];
}

/**
 * Fewest GPU-hours of a policy at no more violations than another has, with its margin moved. Every margin is tried, since more of it may
 * well violate more: where nodes are taken away, or cannot be had, it is chance which margin is hit. The right margin is not known
 * beforehand, so this compares ways of scaling, not promises.
 *
 * @param candidates alike but for the margin
 * @returns `null` where none comes to so few
 */
export function matchedGpuHours(replay: Replay, candidates: readonly Candidate<unknown>[], violationMinutes: number): number | null {
  let best: number | null = null;
  for (const { policy } of candidates)
    best = runReplay(replay, policy, undefined, { gpuHours: best ?? Infinity, violationMinutes })?.gpuHours ?? best;
  return best;
}

/** Minutes that may be in violation: a share of those in which all ticks were observed. */
export function allowedMinutes(replay: Replay, share: number): number {
  return Math.floor(share * scoredMinutes(replay) + 1e-9);
}

function scoredMinutes(replay: Replay): number {
  const scored = scoredTicks(replay);
  const perMinute = MINUTE_MS / replay.load.tickMs;
  let minutes = 0;
  for (let tick = replay.from; tick < replay.to; tick++)
    if (((tick + 1) % perMinute === 0 || tick + 1 === replay.to) && scored[tick - replay.from] === 1) minutes++;
  return minutes;
}
