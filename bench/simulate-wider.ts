import { defaultScaleDown } from '../lib/control/hpa-types';
import { allowedMinutes, chooseSettings, mostViolations } from '../lib/simulate/choose-settings';
import { hpaCandidates, type HpaGrid, tuneHpa } from '../lib/simulate/hpa-grid';
import { type PreparedLoad, type SimulateOptions, stretchesOf } from '../lib/simulate/simulate-load';
import { MINUTE_MS } from '../lib/units';

/** Wider than the grid of `hpa-tuned` on all sides, and finer than its coarse part, all of it tried at once. */
const wide: HpaGrid = {
  targets: [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.3, 0.2, 0.1],
  floorShares: [0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1, 1.05],
  windowsMs: [0, 2, 5, 10, 15, 30, 60, 120, 240, 480].map((one) => one * MINUTE_MS),
  scaleDowns: [
    defaultScaleDown.policies[0],
    { type: 'percent', value: 10, periodSeconds: 60 },
    { type: 'pods', value: 1, periodSeconds: 60 },
    { type: 'percent', value: 50, periodSeconds: 300 },
  ],
};

/** GPU-hours on the tuning window of the tuned HPA and of the best of the wider grid, and both's share of minutes in violation. */
export type Wider = { readonly tuned: number; readonly wider: number; readonly settings: string; readonly holds: boolean };

export function widerOf(prepared: PreparedLoad, options: SimulateOptions): Wider {
  const { tune } = stretchesOf(prepared, options);
  const tuned = tuneHpa(tune);
  const wider = chooseSettings(tune, [tuned.policy, ...hpaCandidates(tune, wide)]);
  return {
    tuned: tuned.outcome.gpuHours,
    wider: wider.outcome.gpuHours,
    settings: JSON.stringify(wider.policy.settings),
    holds: wider.outcome.violationMinutes <= allowedMinutes(tune, mostViolations),
  };
}
