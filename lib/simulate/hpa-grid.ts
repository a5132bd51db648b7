import type { HpaPolicy } from '../control/hpa-types';
import type { Policy } from '../control/policy';
import { MINUTE_MS } from '../units';
import { hpaPolicy } from './rivals';
import type { Replay } from './run';

/** Settings of an HPA that are tried, one of each with each. */
export type HpaGrid = {
  readonly targets: readonly number[];
  /** Shares of the replicas that the highest load of the window needs at the target. */
  readonly floorShares: readonly number[];
  readonly windowsMs: readonly number[];
  readonly scaleDowns: readonly (HpaPolicy | undefined)[];
};

/** Wide enough that a wider one changes the GPU-hours it finds by less than 3 %; `bench:simulate -- --check-grid` tries that. */
export const hpaGrid: HpaGrid = {
  targets: [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2],
  floorShares: [0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1],
  windowsMs: [0, 5, 15, 30, 60].map((minutes) => minutes * MINUTE_MS),
  scaleDowns: [undefined, { type: 'percent', value: 10, periodSeconds: 60 }],
};

/** The policies of a grid. Floors are shares of the peak that the window to tune on needs at full capacity. */
export function hpaCandidates(replay: Replay, grid: HpaGrid): Policy[] {
  const { load, from, to, physics } = replay;
  let peak = 0;
  for (let tick = from; tick < to; tick++) if (load.missing[tick] === 0) peak = Math.max(peak, load.values[tick]);
  const most = Math.ceil(peak / physics.capacityPerReplica);
  const floors = [...new Set(grid.floorShares.map((share) => Math.max(1, Math.ceil(share * most))))];
  return grid.windowsMs.flatMap((scaleDownWindowMs) =>
    grid.targets.flatMap((target) =>
      grid.scaleDowns.flatMap((scaleDown) =>
        floors.map((floor) => hpaPolicy('hpa-tuned', { target, scaleDownWindowMs, scaleDown }, floor, physics)),
      ),
    ),
  );
}
