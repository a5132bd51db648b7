import type { ScaleDown } from '../../plan/file';
import { type LiveSettings, type OneFloor, violationLimitOf } from '../../plan/replay';
import { type Outcome, type Replay, runReplay } from '../replay';
import { allowedMinutes, type Candidate, type Choose, type Chosen, smallestHolding } from './choose-settings';
import type { LiveCandidateOf } from './live-policy';
import { floorsAt, floorShares, marginsOf, noMargins, safetyTargets, tuneMovingFloor } from './operate-policy';
import { beside, peakReplicas } from './tuned-hpa';

/** Live floors to choose from. */
export type LiveCandidates = {
  /** By models of which each day of the tuning window was learned of the others. */
  readonly candidateOf: LiveCandidateOf;
  /** By models as each day would have had them. */
  readonly asKnown: LiveCandidateOf;
  /** No autoscaler above a floor that moves goes down after a shorter window. */
  readonly fastestDown: ScaleDown;
};

/** What live floors are measured by, where they are tuned. */
export type LiveRival = {
  readonly hpa: Chosen<OneFloor>;
  /** Price of a minute in violation, in GPU-hours; `null`: settings are chosen within a limit. */
  readonly minuteGpuHours: number | null;
};

/** The margin that just holds on one window holds less on the next: so many times it is taken. */
const marginReserve = 1.2;

/** Steps from the target of the tuned HPA to those that an autoscaler is tried at whose floor stays. */
const lowerSteps = [0, -0.025, -0.05, -0.075, -0.1, -0.15, -0.2];

/**
 * Tunes `live`: a floor that moves and the autoscaler above it, together. The search begins at two autoscalers, the usual safety net and the
 * tuned HPA, and tries their targets and ways down with each other.
 *
 * What comes of it must bear two comparisons with the tuned HPA: it is ahead on the window; and on the later half, by what was learned by
 * then, it is in violation for no more minutes than the tuned HPA or its limit. The margin is raised as far as the second needs, and by a
 * reserve. Where minutes have a price, the first is all. Where it does not bear them, the floor stays where the tuned HPA has it, under an
 * autoscaler like that one, at a target that is in violation for no longer.
 */
export function tuneLive(replay: Replay, candidates: LiveCandidates, rival: LiveRival, choose: Choose): Chosen<LiveSettings> {
  const { candidateOf, asKnown, fastestDown } = candidates;
  const { settings, outcome: byHpa } = rival.hpa;
  const { highestTarget } = replay.physics.terms;
  const own = { ...settings.scaleDown, windowSeconds: Math.max(settings.scaleDown.windowSeconds, fastestDown.windowSeconds) };
  const settingsOf = (target: number, scaleDown: ScaleDown, floor: number): LiveSettings => ({
    target,
    scaleDown,
    floor,
    margins: noMargins,
    isStill: false,
  });
  const targets = [...safetyTargets, settings.target, (settings.target + highestTarget) / 2].filter((target) => target <= highestTarget);
  const ownShare = settings.floor / peakReplicas(replay);
  const ownFloors = floorsAt(
    replay,
    [0, 0.15, 0.3].map((less) => ownShare - less),
  );
  const tuned = tuneMovingFloor(replay, candidateOf, choose, {
    starts: [
      ...floorsAt(replay, floorShares).map((floor) => settingsOf(highestTarget, fastestDown, floor)),
      ...ownFloors.map((floor) => settingsOf(settings.target, own, floor)),
    ],
    nets: [fastestDown, own].flatMap((down) => [...new Set(targets)].map((target) => settingsOf(target, down, 1))),
    limit: violationLimitOf('live'),
  });
  // It ignores less of a fall than the tuned HPA does, so that the same target may be in violation for longer.
  const still = () => {
    const stills = beside(settings.target, lowerSteps).map((target) =>
      candidateOf({ ...settingsOf(target, own, settings.floor), isStill: true }),
    );
    const holding = smallestHolding(replay, stills, byHpa.violationMinutes);
    return { ...holding, outcome: outcomeOf(replay, holding) };
  };
  const { minuteGpuHours } = rival;
  const within = Math.max(byHpa.violationMinutes, allowedMinutes(replay, violationLimitOf('hpa-tuned')));
  const costOf = ({ gpuHours, violationMinutes }: Outcome) => gpuHours + (minuteGpuHours ?? 0) * violationMinutes;
  const isAhead = (outcome: Outcome) => costOf(outcome) < costOf(byHpa) && (minuteGpuHours !== null || outcome.violationMinutes <= within);
  if (!isAhead(tuned.outcome)) return still();
  if (minuteGpuHours !== null) return tuned;
  const later: Replay = { ...replay, from: Math.floor((replay.from + replay.to) / 2) };
  const most = Math.max(outcomeOf(later, rival.hpa).violationMinutes, allowedMinutes(later, violationLimitOf('hpa-tuned')));
  const margins = marginsOf(candidateOf, tuned);
  const upOf = ({ settings: { margins } }: Candidate<LiveSettings>) => margins.up;
  const holding = margins.find(
    (candidate) => upOf(candidate) >= upOf(tuned) && outcomeOf(later, asKnown(candidate.settings)).violationMinutes <= most,
  );
  if (holding === undefined) return still();
  const wider = margins.find((candidate) => upOf(candidate) >= marginReserve * upOf(holding)) ?? holding;
  const outcome = outcomeOf(replay, wider);
  return isAhead(outcome) ? { ...wider, outcome } : still();
}

function outcomeOf(replay: Replay, { policy }: Candidate<unknown>): Outcome {
  const outcome = runReplay(replay, policy);
  if (outcome === null) throw new Error('a replay was stopped without a limit');
  return outcome;
}
