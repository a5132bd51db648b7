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
};

/** At which the autoscaler above a moving floor is tried. */
export const safetyTargets = [0.7, 0.8, 0.9];
/** Of what the highest load of a window needs: replicas that always stay. */
export const floorShares = [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** Where they are still to be chosen. */
export const noMargins = { up: 0, hold: 0 } as const;

/** What every `plan+operate` goes by, whatever its settings: forecasts, models that were learned from the load, and the quantile that is protected. */
export type OperateBase = { readonly outlooks: readonly Outlook[]; readonly models: readonly NeedModel[]; readonly protect: number };

/** Makes a policy of settings. */
export type CandidateOf = (settings: MovingFloor) => Candidate<MovingFloor>;

/** Makes a policy of settings, whatever else they have. */
type MadeOf<Settings extends MovingFloor> = (settings: Settings) => Candidate<Settings>;

/** Where the search begins, and what is tried around the best of it. */
export type Search<Settings extends MovingFloor> = {
  /** Their margins are chosen. */
  readonly starts: readonly Settings[];
  /** What takes the place of the best one's autoscaler; its floor and margin for up stay. */
  readonly nets: readonly Settings[];
  /** Share of the minutes that may be in violation. */
  readonly limit: number;
};

/** Tunes `plan+operate`. */
export function tuneOperate(replay: Replay, candidateOf: CandidateOf, choose: Choose): Chosen<MovingFloor> {
  const { highestTarget } = replay.physics.terms;
  const at = (target: number, floor: number): MovingFloor => ({ margins: noMargins, target, floor });
  return tuneMovingFloor(replay, candidateOf, choose, {
    starts: floorsAt(replay, floorShares).map((floor) => at(highestTarget, floor)),
    nets: safetyTargets.filter((target) => target <= highestTarget).map((target) => at(target, 1)),
    limit: violationLimitOf('plan+operate'),
  });
}

/**
 * Tunes a floor that is decided each minute, and the autoscaler above it. Of each start the smallest margin that holds the limit on violations
 * is found by halving, and the cheapest of these is taken; then the other settings are tuned around it, and margin and floor once more.
 *
 * @param replay the window that settings are chosen on
 */
export function tuneMovingFloor<Settings extends MovingFloor>(
  replay: Replay,
  candidateOf: MadeOf<Settings>,
  choose: Choose,
  { starts, nets, limit }: Search<Settings>,
): Chosen<Settings> {
  const first = choose(
    replay,
    starts.map((start) => holding(replay, candidateOf, start, 0.5, limit)),
  );
  const { margins, floor } = first.settings;
  const others = grid.holds.flatMap((share) =>
    nets.map((net) => candidateOf({ ...net, margins: { up: margins.up, hold: share * margins.up }, floor })),
  );
  return tuneMovingFloorNear(replay, candidateOf, choose(replay, [first, ...others]), choose, limit);
}

/**
 * The best of a candidate and those with a few more or fewer replicas that always stay, each with the smallest margin that holds a limit.
 *
 * @param limit share of the minutes that may be in violation
 */
export function tuneMovingFloorNear<Settings extends MovingFloor>(
  replay: Replay,
  candidateOf: MadeOf<Settings>,
  present: Candidate<Settings>,
  choose: Choose,
  limit: number,
): Chosen<Settings> {
  const { settings } = present;
  const share = settings.floor / peakReplicas(replay);
  const floors = floorsAt(
    replay,
    [-0.1, -0.05, 0, 0.05].map((step) => share + step),
  );
  const holdShare = holdShareOf(settings);
  return choose(replay, [present, ...floors.map((floor) => holding(replay, candidateOf, { ...settings, floor }, holdShare, limit))]);
}

/** With the smallest margin that holds a limit; the hold margin is a share of it. */
function holding<Settings extends MovingFloor>(
  replay: Replay,
  candidateOf: MadeOf<Settings>,
  settings: Settings,
  holdShare: number,
  limit: number,
): Candidate<Settings> {
  return smallestHolding(
    replay,
    grid.ups.map((up) => candidateOf({ ...settings, margins: { up, hold: holdShare * up } })),
    allowedMinutes(replay, limit),
  );
}

/** Floors as shares of the replicas that the highest load needs, within what nodes hold, without repeats. */
export function floorsAt(replay: Replay, shares: readonly number[]): readonly number[] {
  const ceiling = ceilingOf(replay.physics);
  return floorsOf(shares, peakReplicas(replay))
    .map((floor) => Math.min(ceiling, floor))
    .filter((floor, i, all) => all.indexOf(floor) === i);
}

function holdShareOf({ margins: { up, hold } }: MovingFloor): number {
  return up > 0 ? hold / up : 0;
}

/** The same settings with each margin for up, ascending, the candidate itself among them; the rest of it stays. */
export function marginsOf<Settings extends MovingFloor>(
  candidateOf: MadeOf<Settings>,
  candidate: Candidate<Settings>,
): readonly Candidate<Settings>[] {
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
