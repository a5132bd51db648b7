import type { Policy } from '../../control';
import { MINUTE_MS } from '../../units';
import {
  type LeastNodeTicks,
  leastNodeTicksOf,
  type Limits,
  nodeTicksOf,
  type Outcome,
  type Replay,
  runReplay,
  scoredTicks,
} from '../replay';

/** A policy with settings that may be chosen. */
export type Candidate<Settings> = { readonly settings: Settings; readonly policy: Policy };

/** The settings that were chosen, and what they came to on the window they were chosen on. */
export type Chosen<Settings> = Candidate<Settings> & { readonly outcome: Outcome };

/** Chooses among candidates by what they come to in a replay. */
export type Choose = <Settings>(replay: Replay, candidates: readonly Candidate<Settings>[]) => Chosen<Settings>;

/**
 * Chooses the candidate with the fewest GPU-hours among those in violation for at most a share of the minutes; where none is, the one
 * with the fewest violations, then the fewest GPU-hours. Of equal ones the first.
 *
 * Those that may need the fewest come first, and whoever cannot be the best any more is not replayed, or not to its end: which changes no
 * result.
 */
export function withinLimit(limit: number): Choose {
  return (replay, candidates) => {
    const entries = entriesOf(replay, candidates);
    const best = cheapest(replay, entries, { violationMinutes: allowedMinutes(replay, limit), minuteGpuHours: 0 });
    return chosenOf(best ?? leastViolated(replay, entries));
  };
}

/**
 * Chooses the candidate that costs the least, with a price for each minute in violation; of equal ones the first.
 *
 * @param minuteGpuHours price of a minute in violation, in GPU-hours
 */
export function byPrice(minuteGpuHours: number): Choose {
  return (replay, candidates) => chosenOf(cheapest(replay, entriesOf(replay, candidates), { violationMinutes: Infinity, minuteGpuHours }));
}

/** A candidate with its place among the others, and the node-ticks that it cannot do without. */
type Entry<Settings> = { readonly candidate: Candidate<Settings>; readonly place: number; readonly least: LeastNodeTicks | null };
type Best<Settings> = { readonly entry: Entry<Settings>; readonly outcome: Outcome };

function chosenOf<Settings>(best: Best<Settings> | null): Chosen<Settings> {
  if (best === null) throw new Error('there are no policies to choose from');
  return { ...best.entry.candidate, outcome: best.outcome };
}

/** The candidates with the node-ticks that they cannot do without, those of the fewest first. */
function entriesOf<Settings>(replay: Replay, candidates: readonly Candidate<Settings>[]): readonly Entry<Settings>[] {
  const leastOf = leastNodeTicksOf(replay);
  return candidates
    .map((candidate, place): Entry<Settings> => ({ candidate, place, least: leastOf(candidate.policy) }))
    .sort((a, b) => leastTotal(a) - leastTotal(b) || a.place - b.place);
}

function leastTotal({ least }: Entry<unknown>): number {
  return least === null ? 0 : least.after[0];
}

/** The entry that costs the least, of those that hold a limit on violations; `null` where none does. */
function cheapest<Settings>(
  replay: Replay,
  entries: readonly Entry<Settings>[],
  { violationMinutes, minuteGpuHours }: Required<Pick<Limits, 'violationMinutes' | 'minuteGpuHours'>>,
): Best<Settings> | null {
  const costOf = (outcome: Outcome) => outcome.gpuHours + minuteGpuHours * outcome.violationMinutes;
  let best: Best<Settings> | null = null;
  let least = Infinity;
  for (const entry of entries) {
    if (leastTotal(entry) > nodeTicksOf(replay.physics, least)) break;
    const limits: Limits = { gpuHours: least, violationMinutes, minuteGpuHours, least: entry.least };
    const outcome: Outcome | null = runReplay(replay, entry.candidate.policy, undefined, limits);
    if (outcome === null) continue;
    const cost = costOf(outcome);
    if (best !== null && (cost > least || (cost === least && entry.place > best.entry.place))) continue;
    best = { entry, outcome };
    least = cost;
  }
  return best;
}

/** The entry with the fewest violations, then the fewest GPU-hours. Those that may need the most come first, as they violate the least. */
function leastViolated<Settings>(replay: Replay, entries: readonly Entry<Settings>[]): Best<Settings> | null {
  let best: Best<Settings> | null = null;
  for (const entry of [...entries].reverse()) {
    const limits: Limits = { gpuHours: Infinity, violationMinutes: best?.outcome.violationMinutes ?? Infinity };
    const outcome: Outcome | null = runReplay(replay, entry.candidate.policy, undefined, limits);
    if (outcome === null) continue;
    const isFirst = best !== null && !isBetter(best.outcome, outcome) && entry.place < best.entry.place;
    if (best === null || isBetter(outcome, best.outcome) || isFirst) best = { entry, outcome };
  }
  return best;
}

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
