import type { Policy } from '../control/policy';
import type { Replay } from './replay';
import { runReplay } from './run';

/**
 * Fewest GPU-hours of a policy at no more violations than another has, with one knob moved. Every setting is tried, since more margin may
 * well violate more: where nodes are taken away, or cannot be had, it is chance which setting is hit. What one would need to know to set it
 * like that is not known beforehand, so this compares ways of scaling, not promises.
 *
 * @param candidates alike but for the knob
 * @returns `null` where none comes to so few
 */
export function matchedGpuHours<State>(replay: Replay, candidates: readonly Policy<State>[], violationMinutes: number): number | null {
  let best: number | null = null;
  for (const candidate of candidates)
    best = runReplay(replay, candidate, undefined, { gpuHours: best ?? Infinity, violationMinutes })?.gpuHours ?? best;
  return best;
}
