import type { OneFloor } from '../../plan/replay';
import { type ScaleDown, usualScaleDown } from '../../plan/file';
import { MINUTE_MS } from '../../units';
import type { Candidate, Choose, Chosen } from './choose-settings';
import { largestLoad, type Replay } from '../replay';
import { hpaPolicy } from './rivals';

/** Settings of an HPA that are tried in every combination. */
type HpaGrid = {
  readonly targets: readonly number[];
  /** As shares of the replicas that the highest load of the window needs. */
  readonly floorShares: readonly number[];
  readonly windowsMinutes: readonly number[];
  readonly rates: readonly ScaleDownRate[];
};

/** How fast an autoscaler goes down, once the window lets it. */
export type ScaleDownRate = Omit<ScaleDown, 'windowSeconds'>;

export const atOnce: ScaleDownRate = {
  type: usualScaleDown.type,
  value: usualScaleDown.value,
  periodSeconds: usualScaleDown.periodSeconds,
};
export const slowly: ScaleDownRate = { type: 'percent', value: 10, periodSeconds: 60 };

export function scaleDownOf(windowMinutes: number, rate: ScaleDownRate): ScaleDown {
  return { windowSeconds: 60 * windowMinutes, ...rate };
}

const coarseGrid: HpaGrid = {
  targets: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2],
  floorShares: [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  windowsMinutes: [0, 5, 15, 60, 240],
  rates: [atOnce],
};

/** Windows that lie around those of the grid. */
const finerWindowsMinutes = [0, 2, 5, 10, 15, 30, 60, 120, 240, 360];

/** Tunes `hpa-tuned`: the best settings of a grid, then the best of a finer grid around them. */
export function tuneHpa(replay: Replay, choose: Choose): Chosen<OneFloor> {
  return tuneHpaNear(replay, choose(replay, coarseHpaCandidates(replay)).settings, choose);
}

/** The best settings of a finer grid around some. */
export function tuneHpaNear(replay: Replay, settings: OneFloor, choose: Choose): Chosen<OneFloor> {
  return choose(replay, [hpaPolicy(settings, replay.physics), ...hpaCandidates(replay, gridAround(replay, settings))]);
}

/** The grid that `hpa-tuned` is tuned on first. */
export function coarseHpaCandidates(replay: Replay): readonly Candidate<OneFloor>[] {
  return hpaCandidates(replay, coarseGrid);
}

function gridAround(replay: Replay, { target, floor, scaleDown }: OneFloor): HpaGrid {
  const share = floor / peakReplicas(replay);
  return {
    targets: beside(target, finerSteps),
    floorShares: [-0.15, -0.1, -0.05, 0, 0.05, 0.1].map((step) => share + step).filter((near) => near >= 0),
    windowsMinutes: windowsBeside(scaleDown),
    rates: [atOnce, slowly],
  };
}

/** Steps from a target to those around it. */
export const finerSteps = [-0.075, -0.05, -0.025, 0, 0.025, 0.05, 0.075];

/** The values that lie so far from a setting, rounded to a thousandth; those above 0. */
export function beside(value: number, steps: readonly number[]): readonly number[] {
  return steps.map((step) => Math.round(1_000 * (value + step)) / 1_000).filter((near) => near > 0);
}

/** The window of a setting with its neighbours among the finer ones, in minutes. */
export function windowsBeside({ windowSeconds }: ScaleDown): readonly number[] {
  const place = finerWindowsMinutes.indexOf(windowSeconds / 60);
  return finerWindowsMinutes.slice(Math.max(0, place - 1), place + 2);
}

/** Windows in minutes that the terms of a replay allow; the shortest of those where they allow none of them. */
export function allowedWindows(minutes: readonly number[], { physics }: Pick<Replay, 'physics'>): readonly number[] {
  const shortest = physics.terms.shortestWindowMs / MINUTE_MS;
  const allowed = minutes.filter((window) => window >= shortest);
  return allowed.length > 0 ? allowed : [shortest];
}

/** Floors as shares of the replicas that the highest load needs, in whole replicas, without repeats. */
export function floorsOf(shares: readonly number[], peak: number): readonly number[] {
  return [...new Set(shares.map((share) => Math.max(1, Math.ceil(share * peak - 1e-9))))];
}

/** An autoscaler for each combination of a grid's settings that manifests may carry. */
export function hpaCandidates(replay: Replay, { targets, floorShares, windowsMinutes, rates }: HpaGrid): Candidate<OneFloor>[] {
  const floors = floorsOf(floorShares, peakReplicas(replay));
  const { highestTarget } = replay.physics.terms;
  const allowedTargets = targets.filter((target) => target <= highestTarget);
  return allowedWindows(windowsMinutes, replay).flatMap((window) =>
    allowedTargets.flatMap((target) =>
      rates.flatMap((rate) => floors.map((floor) => hpaPolicy({ target, floor, scaleDown: scaleDownOf(window, rate) }, replay.physics))),
    ),
  );
}

/** Replicas that the highest observed load of a stretch needs. */
export function peakReplicas({ load, from, to, physics }: Replay): number {
  const observed = load.values.subarray(from, to).map((value, i) => (load.missing[from + i] === 0 ? value : 0));
  return Math.max(1, Math.ceil(largestLoad(observed, 0, observed.length) / physics.capacityPerReplica));
}
