import type { HpaPolicy } from '../control/hpa-types';
import type { HpaSettings, Policy } from '../control/policy';
import { MINUTE_MS } from '../units';
import { chooseSettings, type ChosenSettings } from './choose-settings';
import { hpaPolicy } from './rivals';
import type { Replay } from './replay';

/** Settings of an HPA that are tried, one of each with each. */
export type HpaGrid = {
  readonly targets: readonly number[];
  /** As shares of the replicas that the highest load of the window needs. */
  readonly floorShares: readonly number[];
  readonly windowsMs: readonly number[];
  readonly scaleDowns: readonly (HpaPolicy | undefined)[];
};

export const slowly: HpaPolicy = { type: 'percent', value: 10, periodSeconds: 60 };
const minutes = (...all: readonly number[]) => all.map((one) => one * MINUTE_MS);

export const hpaGrid: HpaGrid = {
  targets: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2],
  floorShares: [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  windowsMs: minutes(0, 5, 15, 60, 240),
  scaleDowns: [undefined],
};

/** Windows that lie around those of the grid. */
const finerWindowsMs = minutes(0, 2, 5, 10, 15, 30, 60, 120, 240, 360);

/**
 * The tuned HPA: the best of the grid, then the best of a finer one around it. Both by the rule of `chooseSettings`, which tries every one.
 */
export function tuneHpa(replay: Replay): ChosenSettings {
  const coarse = chooseSettings(replay, hpaCandidates(replay, hpaGrid));
  return chooseSettings(replay, [coarse.policy, ...hpaCandidates(replay, gridAround(replay, coarse.policy))]);
}

function gridAround(replay: Replay, { hpa, settings }: Policy): HpaGrid {
  const { target, scaleDownWindowMs } = hpa ?? ({ target: 0.7, scaleDownWindowMs: 0 } satisfies HpaSettings);
  const share = Number(settings.floor) / peakReplicas(replay);
  return {
    targets: beside(target, finerSteps),
    floorShares: [-0.15, -0.1, -0.05, 0, 0.05, 0.1].map((step) => share + step).filter((one) => one >= 0),
    windowsMs: windowsBeside(scaleDownWindowMs),
    scaleDowns: [undefined, slowly],
  };
}

/** From a target to those around it. */
export const finerSteps = [-0.075, -0.05, -0.025, 0, 0.025, 0.05, 0.075];

/** What lies so far from a setting, to a thousandth, and above 0. */
export function beside(value: number, steps: readonly number[]): readonly number[] {
  return steps.map((step) => Math.round(1_000 * (value + step)) / 1_000).filter((one) => one > 0);
}

/** A window of the grid with its neighbours. */
export function windowsBeside(windowMs: number): readonly number[] {
  const place = finerWindowsMs.indexOf(windowMs);
  return finerWindowsMs.slice(Math.max(0, place - 1), place + 2);
}

/** Whole replicas from shares of those that the highest load needs, each once. */
export function floorsOf(shares: readonly number[], peak: number): readonly number[] {
  return [...new Set(shares.map((share) => Math.max(1, Math.ceil(share * peak - 1e-9))))];
}

/** The policies of a grid. */
export function hpaCandidates(replay: Replay, { targets, floorShares, windowsMs, scaleDowns }: HpaGrid): Policy[] {
  const floors = floorsOf(floorShares, peakReplicas(replay));
  const { upTolerance, highestTarget = 1 } = replay.physics.manifests ?? {};
  return windowsMs.flatMap((scaleDownWindowMs) =>
    targets
      .filter((target) => target <= highestTarget)
      .flatMap((target) =>
        scaleDowns.flatMap((scaleDown) =>
          floors.map((floor) => hpaPolicy('hpa-tuned', { target, scaleDownWindowMs, scaleDown, upTolerance }, floor, replay.physics)),
        ),
      ),
  );
}

/** What the highest load of a stretch needs. */
export function peakReplicas({ load, from, to, physics }: Replay): number {
  let peak = 0;
  for (let tick = from; tick < to; tick++) if (load.missing[tick] === 0) peak = Math.max(peak, load.values[tick]);
  return Math.max(1, Math.ceil(peak / physics.capacityPerReplica));
}
