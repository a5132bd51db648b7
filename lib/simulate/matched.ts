import type { Policy } from '../control/policy';
import { type Replay, runReplay } from './run';

/**
 * GPU-hours of a policy at no more violations than another has, with one knob moved: the margin for up. What one would need to know to
 * set it like that is not known beforehand, so this compares ways of scaling, not promises.
 *
 * @param candidates with all margins
 * @param chosen the one whose other settings stay
 * @returns `null` where no margin comes to so few
 */
export function matchedGpuHours(
  replay: Replay,
  candidates: readonly Policy[],
  chosen: Policy | undefined,
  violationMinutes: number,
): number | null {
  const share = ({ settings: { marginUp, marginHold } }: Policy) => Number(marginHold) / Number(marginUp);
  const alike = candidates.filter(
    (one) => chosen !== undefined && one.settings.target === chosen.settings.target && Math.abs(share(one) - share(chosen)) < 1e-9,
  );
  let best: number | null = null;
  for (const policy of alike) {
    const outcome = runReplay(replay, policy, undefined, { gpuHours: best ?? Infinity, violationMinutes });
    if (outcome !== null && (best === null || outcome.gpuHours < best)) best = outcome.gpuHours;
  }
  return best;
}
