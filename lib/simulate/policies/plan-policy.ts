import { largestWithin, type Outlook, outlookAt, peakPath, type Policy, quantilePath } from '../../control';
import type { FloorsByHour } from '../../plan/replay';
import { MINUTE_MS, SECOND_MS } from '../../units';
import { capacityOf, ceilingOf, leadOf } from '../physics';
import type { Candidate, Choose, Chosen } from './choose-settings';
import { atOnce, beside, finerSteps, floorsOf, peakReplicas, scaleDownOf, slowly, windowsBeside } from './tuned-hpa';
import type { Replay } from '../replay';

const grid = {
  targets: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4],
  headrooms: [1.4, 1.2, 1, 0.85, 0.7],
  windowsMinutes: [0, 5, 60],
  /** Of what the highest load of the window needs. */
  floorShares: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
};

/**
 * Tunes `plan`: floors by the hour that cover a quantile of the forecast, ahead by the lead time, and an HPA between floor and ceiling. The
 * best settings of a grid are taken, then the best of a finer grid around them, then the best with replicas that always stay.
 */
export function tunePlan(replay: Replay, outlooks: readonly Outlook[], protect: number, choose: Choose): Chosen<FloorsByHour> {
  const candidatesOf = allowedCandidates(replay, outlooks);
  const coarse = choose(replay, candidatesOf(coarseSettings(protect)));
  const finer = choose(replay, [coarse, ...candidatesOf(finerAround(coarse.settings))]);
  return choose(replay, [finer, ...candidatesOf(withFloors(finer.settings, peakReplicas(replay)))]);
}

/** The best settings of a finer grid around some. */
export function tunePlanNear(replay: Replay, outlooks: readonly Outlook[], settings: FloorsByHour, choose: Choose): Chosen<FloorsByHour> {
  return choose(replay, allowedCandidates(replay, outlooks)([settings, ...finerAround(settings)]));
}

/** The grid that `plan` is tuned on first. */
export function coarsePlanCandidates(replay: Replay, outlooks: readonly Outlook[], protect: number): readonly Candidate<FloorsByHour>[] {
  return allowedCandidates(replay, outlooks)(coarseSettings(protect));
}

/** Candidates with those of some settings that the terms of a replay allow. */
function allowedCandidates(replay: Replay, outlooks: readonly Outlook[]) {
  const { highestTarget, shortestWindowMs } = replay.physics.terms;
  const candidateOf = planCandidates(replay, outlooks);
  return (settings: readonly FloorsByHour[]) =>
    settings
      .filter(({ target, scaleDown }) => target <= highestTarget && scaleDown.windowSeconds * SECOND_MS >= shortestWindowMs)
      .map(candidateOf);
}

function coarseSettings(protect: number): FloorsByHour[] {
  return grid.windowsMinutes.flatMap((window) =>
    grid.targets.flatMap((target) =>
      grid.headrooms.map((headroom) => ({ protect, target, headroom, floor: 1, scaleDown: scaleDownOf(window, atOnce) })),
    ),
  );
}

function finerAround(settings: FloorsByHour): FloorsByHour[] {
  return [atOnce, slowly].flatMap((rate) =>
    windowsBeside(settings.scaleDown).flatMap((window) =>
      beside(settings.target, finerSteps).flatMap((target) =>
        beside(settings.headroom, [-0.1, 0, 0.1]).map((headroom) => ({
          ...settings,
          target,
          headroom,
          scaleDown: scaleDownOf(window, rate),
        })),
      ),
    ),
  );
}

/** With more replicas that stay, a higher target may do, and floors by the hour that matter less. */
function withFloors(settings: FloorsByHour, peak: number): FloorsByHour[] {
  return floorsOf(grid.floorShares, peak).flatMap((floor) =>
    beside(settings.target, [0, 0.025, 0.05, 0.075, 0.1]).flatMap((target) =>
      [...new Set([settings.headroom, 1.2, 1.6])].map((headroom) => ({ ...settings, target, headroom, floor })),
    ),
  );
}

/** Makes policies with floors by the hour and an HPA between floor and ceiling; what settings do not change is worked out once for all of them. */
export function planCandidates(
  { physics, slo }: Pick<Replay, 'physics' | 'slo'>,
  outlooks: readonly Outlook[],
): (settings: FloorsByHour) => Candidate<FloorsByHour> {
  const capacity = capacityOf(physics.capacityPerReplica, slo);
  const leadMs = leadOf(physics);
  const everyMs = 15 * MINUTE_MS;
  const ceiling = ceilingOf(physics);
  const expectedAt = rememberedExpectations(outlooks, leadMs + everyMs);
  return (settings) => {
    const { protect, target, headroom, floor, scaleDown } = settings;
    const policy: Policy = {
      // Manifests with a schedule let the scale rise in one step, whatever raises it; cron triggers ask for its floors.
      hpa: { target, scaleDown, upTolerance: physics.terms.upTolerance, upAtOnce: true, floorTrigger: { minReplicas: floor } },
      everyMs,
      begin: null,
      isByTheClock: true,
      decide: (_, __, now) => {
        const expected = expectedAt(protect, now);
        return {
          state: null,
          floor: Math.min(ceiling, Math.max(floor, capacity.needed((expected ?? 0) / headroom))),
          ceiling,
          reason: expected === null ? 'no forecast yet' : `the ${protect} quantile of the hour`,
        };
      },
    };
    return { settings, policy };
  };
}

/** The highest load that a quantile of the forecast expects from a moment on; `null` without a forecast. Remembered by quantile and moment. */
function rememberedExpectations(outlooks: readonly Outlook[], aheadMs: number): (quantile: number, now: number) => number | null {
  const remembered = new Map<number, Map<number, number | null>>();
  return (quantile, now) => {
    let byMoment = remembered.get(quantile);
    if (byMoment === undefined) remembered.set(quantile, (byMoment = new Map<number, number | null>()));
    let expected = byMoment.get(now);
    if (expected === undefined) {
      const outlook = outlookAt(outlooks, now);
      expected = outlook === null ? null : largestWithin(outlook, peakPath(outlook, quantilePath(outlook, quantile)), now, now + aheadMs);
      byMoment.set(now, expected);
    }
    return expected;
  };
}
