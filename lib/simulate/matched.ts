import type { Policy } from '../control/policy';
import { type Replay, runReplay } from './run';

/**
 * GPU-hours of a policy at no more violations than another has, with one knob moved: the smallest margin that comes to so few, by halving.
 * What one would need to know to set it like that is not known beforehand, so this compares ways of scaling, not promises.
 *
 * @param candidates by ascending margin, alike in all else
 * @returns `null` where not even the largest margin comes to so few
 */
export function matchedGpuHours<State>(replay: Replay, candidates: readonly Policy<State>[], violationMinutes: number): number | null {
  const replayed = (place: number) =>
    runReplay(replay, candidates[place], undefined, { gpuHours: Infinity, violationMinutes })?.gpuHours ?? null;
  let [low, high] = [0, candidates.length - 1];
  let best = replayed(high);
  while (best !== null && low < high) {
    const middle = (low + high) >> 1;
    const gpuHours = replayed(middle);
    if (gpuHours === null) low = middle + 1;
    else [high, best] = [middle, gpuHours];
  }
  return best;
}
