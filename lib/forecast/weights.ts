import { WEEK_MS } from '../units';
import type { LevelShift } from './level-shift';

/**
 * What each origin of a backtest counts: half as much every three weeks back, and a quarter of that where the forecast was made before
 * the level shifted, for it knew another load.
 */
export function originWeights(origins: readonly number[], end: number, intervalMs: number, shift: LevelShift | null): number[] {
  return origins.map((origin) => {
    const recency = 0.5 ** (((end - origin) * intervalMs) / (3 * WEEK_MS));
    return shift !== null && origin < shift.at ? beforeShift * recency : recency;
  });
}

const beforeShift = 0.25;
