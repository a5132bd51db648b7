import {
  decide,
  type NeedModel,
  type Needs,
  needsAt,
  type OperatePlan,
  type OperateState,
  type Outlook,
  type Policy,
  usualStaleMs,
  usualSteps,
} from '../../control';
import { type MovingFloor, violationLimitOf } from '../../plan/replay';
import { usualScaleDown } from '../../plan/file';
import { MINUTE_MS, SECOND_MS } from '../../units';
import { capacityOf, ceilingOf, leadOf } from '../physics';
import { allowedMinutes, type Candidate, type Choose, type Chosen, smallestHolding } from './choose-settings';
import { floorsOf, peakReplicas } from './tuned-hpa';
import { largestLoad, type Replay } from '../replay';

const grid = {
  ups: [0, 0.5, 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.25, 4.5, 5, 5.5, 6, 7, 8, 10, 12, 15],
  /** Of the margin for up. */
  holds: [0, 0.5, 1],
  targets: [0.7, 0.8, 0.9],
  /** Of what the highest load of the window needs: replicas that always stay. */
  floorShares: [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
};

/** What every `plan+operate` goes by, whatever its settings: forecasts, models that were learned from the load, and the quantile that is protected. */
export type OperateBase = { readonly outlooks: readonly Outlook[]; readonly models: readonly NeedModel[]; readonly protect: number };

/** Makes a policy of settings. */
export type CandidateOf = (settings: MovingFloor) => Candidate<MovingFloor>;

/**
 * Tunes a floor that is decided each minute, and an HPA as a safety net. For each number of replicas that always stay the smallest margin
 * that holds the limit on violations is found by halving, and the cheapest of these is taken; then the other settings are tuned around it,
 * and margin and floor once more.
 *
 * @param replay the window that settings are chosen on
 */
export function tuneMovingFloor(replay: Replay, candidateOf: CandidateOf, choose: Choose): Chosen<MovingFloor> {
  const { highestTarget } = replay.physics.terms;
  const limit = violationLimitOf('plan+operate');
  const best = (candidates: readonly Candidate<MovingFloor>[]) => choose(replay, candidates);
  const withShare = (up: number, holdShare: number, target: number, floor: number) =>
    candidateOf({ margins: { up, hold: holdShare * up }, target, floor });
  const first = best(
    floorsAt(replay, grid.floorShares).map((floor) =>
      holding(replay, candidateOf, { holdShare: 0.5, target: highestTarget, floor }, limit),
    ),
  );
  const { margins, floor } = first.settings;
  const others = grid.holds.flatMap((share) =>
    grid.targets
      .filter((target) => target <= replay.physics.terms.highestTarget)
      .map((target) => withShare(margins.up, share, target, floor)),
  );
  const second = best([first, ...others]);
  return tuneMovingFloorNear(replay, candidateOf, second, choose, limit);
}

/**
 * The best of a candidate and those with a few more or fewer replicas that always stay, each with the smallest margin that holds a limit.
 *
 * @param limit share of the minutes that may be in violation
 */
export function tuneMovingFloorNear(
  replay: Replay,
  candidateOf: CandidateOf,
  present: Candidate<MovingFloor>,
  choose: Choose,
  limit: number,
): Chosen<MovingFloor> {
  const { target, floor } = present.settings;
  const share = floor / peakReplicas(replay);
  const floors = floorsAt(
    replay,
    [-0.1, -0.05, 0, 0.05].map((step) => share + step),
  );
  const holdShare = holdShareOf(present.settings);
  return choose(replay, [present, ...floors.map((near) => holding(replay, candidateOf, { holdShare, target, floor: near }, limit))]);
}

/** With the smallest margin that holds a limit; the hold margin is a share of it. */
function holding(
  replay: Replay,
  candidateOf: CandidateOf,
  { holdShare, target, floor }: { readonly holdShare: number; readonly target: number; readonly floor: number },
  limit: number,
): Candidate<MovingFloor> {
  return smallestHolding(
    replay,
    grid.ups.map((up) => candidateOf({ margins: { up, hold: holdShare * up }, target, floor })),
    allowedMinutes(replay, limit),
  );
}

/** Floors as shares of the replicas that the highest load needs, within what nodes hold, without repeats. */
function floorsAt(replay: Replay, shares: readonly number[]): readonly number[] {
  const ceiling = ceilingOf(replay.physics);
  return floorsOf(shares, peakReplicas(replay))
    .map((floor) => Math.min(ceiling, floor))
    .filter((floor, i, all) => all.indexOf(floor) === i);
}

function holdShareOf({ margins: { up, hold } }: MovingFloor): number {
  return up > 0 ? hold / up : 0;
}

/** The same settings with each margin for up, ascending, the candidate itself among them; the rest of it stays. */
export function marginsOf(candidateOf: CandidateOf, candidate: Candidate<MovingFloor>): readonly Candidate<MovingFloor>[] {
  const { settings } = candidate;
  return grid.ups.map((up) =>
    up === settings.margins.up ? candidate : candidateOf({ ...settings, margins: { up, hold: holdShareOf(settings) * up } }),
  );
}

/**
 * Makes policies that decide each minute; what settings do not change is worked out once for all of them.
 *
 * @param replay the window that settings are chosen on: floors beyond what was ever seen by its end are left to the HPA
 */
export function operateCandidates({ load, to, physics, slo }: Replay, base: OperateBase): CandidateOf {
  const { needed } = capacityOf(physics.capacityPerReplica, slo);
  const seenPeak = Math.max(1, needed(largestLoad(load.values, 0, to)));
  const ceiling = ceilingOf(physics);
  const look = rememberedNeeds();
  return (settings) => {
    const { margins, target, floor } = settings;
    const plan: OperatePlan = {
      ...base,
      margins,
      needed,
      floor,
      ceiling: Math.max(floor, Math.min(seenPeak, ceiling)),
      staleMs: usualStaleMs,
      leadMs: leadOf(physics),
      steps: usualSteps,
    };
    const policy: Policy<OperateState> = {
      hpa: safetyNet(physics, target),
      everyMs: MINUTE_MS,
      begin: { floor: null },
      decide: (state, seen, now) => ({ ...decide(state, seen, plan, now, look), ceiling }),
    };
    return { settings, policy };
  };
}

/** The autoscaler above a floor that moves by the minute. */
export function safetyNet({ terms }: Replay['physics'], target: number): NonNullable<Policy['hpa']> {
  return {
    target,
    scaleDown: { ...usualScaleDown, windowSeconds: terms.shortestWindowMs / SECOND_MS },
    upTolerance: terms.upTolerance,
    upAtOnce: true,
  };
}

/** Remembers by moment what the load may come to, since no margin changes it. */
function rememberedNeeds(): typeof needsAt {
  let remembered = new Map<number, Needs | null>();
  return (seen, plan, now) => {
    const before = remembered.get(now);
    if (before !== undefined) return before;
    if (remembered.size > 100_000) remembered = new Map();
    const needs = needsAt(seen, plan, now);
    remembered.set(now, needs);
    return needs;
  };
}
