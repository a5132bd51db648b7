import type { Policy } from '../../control';
import type { LiveRecord } from '../../plan/live-floor';
import { type CarriedPolicy, type MovingFloor, type OneFloor, type PolicyName, type SetPolicy, violationLimitOf } from '../../plan/replay';
import { usualScaleDown } from '../../plan/file';
import { byPrice, type Candidate, type Choose, type Chosen, withinLimit } from './choose-settings';
import { coarseHpaCandidates, tuneHpa, tuneHpaNear } from './tuned-hpa';
import { fastestDown, type LiveBase, liveCandidates } from './live-policy';
import { marginsOf, type OperateBase, operateCandidates, tuneMovingFloorNear, tuneOperate } from './operate-policy';
import { tuneLive } from './tune-live';
import { coarsePlanCandidates, tunePlan, tunePlanNear } from './plan-policy';
import type { OnProgress } from '../../progress';
import type { Physics } from '../physics';
import type { Outcome, Replay } from '../replay';
import { hpaPolicy, linearThresholdPolicy, seasonalNaivePolicy, staticPolicy } from './rivals';

/** The stretches of a load on which settings are chosen and policies are scored, and what is known of it beforehand. */
export type Stretches = {
  readonly tune: Replay;
  readonly score: Replay;
  readonly base: OperateBase;
  /** What was learned for `live`; `null` where it is not replayed. */
  readonly live: LearnedLive | null;
  /** Learns the same anew for the window that is scored, on other physics. */
  readonly relearned: (physics: Physics) => LearnedLive;
  /** Price of a minute in violation, in GPU-hours, by which settings are chosen; `null`: they are chosen within a limit. */
  readonly minuteGpuHours: number | null;
};

/** What a live floor goes by, and the load by the minute. */
export type LearnedLive = LiveBase & {
  readonly record: LiveRecord;
  /** Of the tuning window, each learned of the days before it alone, where `models` has them learned of its other days. */
  readonly modelsAsKnown: LiveBase['models'];
};

/** A policy with settings that stand. */
export type BuiltPolicy<Name extends PolicyName = PolicyName> = SetPolicy<Name> & {
  readonly policy: Policy;
  /** What it came to where its settings were chosen; `null` where there was nothing to choose, and for a live floor that stays. */
  readonly tuned: Outcome | null;
  /** The same with its margin at each value that is tried, to be compared at equal violations. @default it has no margin */
  readonly margins?: () => readonly Candidate<unknown>[];
  /** The same with the settings of the first grid that are best within a share of the limit, such as 5 for five times. @default nothing is tuned */
  readonly within?: (share: number) => SetPolicy<Name> & { readonly policy: Policy };
};

/** Policies with the settings that are best on the tuning window. */
export function buildPolicies(stretches: Stretches, names: readonly PolicyName[], onProgress?: OnProgress): readonly BuiltPolicy[] {
  const hpa = tunedHpaOf(stretches);
  return names.map((name, index) => {
    const built = builders[name](stretches, hpa);
    onProgress?.((index + 1) / names.length);
    return built;
  });
}

/**
 * What a policy comes to in a window at best, with settings around those that stand.
 *
 * @param known forecasts, and what was learned for a live floor on the physics of the replay
 * @param limit share of the minutes that may be in violation, where they have no price
 */
export function retuned(
  replay: Replay,
  { outlooks, live }: { readonly outlooks: LiveBase['outlooks']; readonly live: LearnedLive | null },
  built: SetPolicy<CarriedPolicy>,
  { limit, minuteGpuHours }: { readonly limit: number } & Pick<Stretches, 'minuteGpuHours'>,
): Outcome {
  const choose = minuteGpuHours === null ? withinLimit(limit) : byPrice(minuteGpuHours);
  if (built.name === 'plan') return tunePlanNear(replay, outlooks, built.settings, choose).outcome;
  if (built.name === 'hpa-tuned') return tuneHpaNear(replay, built.settings, choose).outcome;
  const learned = learnedOf(live);
  const candidateOf = liveCandidates(replay, learned, learned.record);
  return tuneMovingFloorNear(replay, candidateOf, candidateOf(built.settings), choose, limit).outcome;
}

function learnedOf(live: LearnedLive | null): LearnedLive {
  if (live === null) throw new Error('nothing was learned for a live floor');
  return live;
}

type TunedHpa = () => Chosen<OneFloor>;

/** The tuned HPA, which is tuned once, when it is first asked for: it is a policy of its own, and what a live floor is measured by. */
function tunedHpaOf({ tune, minuteGpuHours }: Stretches): TunedHpa {
  let tuned: Chosen<OneFloor> | null = null;
  return () => (tuned ??= tuneHpa(tune, chooseOf('hpa-tuned', minuteGpuHours)));
}

const builders: { readonly [Name in PolicyName]: (stretches: Stretches, hpa: TunedHpa) => BuiltPolicy<Name> } = {
  static: ({ score }) => ({ name: 'static', ...fixed(staticPolicy(score)) }),
  hpa: ({ score: { physics } }) => ({
    name: 'hpa',
    ...fixed(hpaPolicy({ target: 0.7, floor: 1, scaleDown: usualScaleDown }, physics)),
  }),
  'hpa-tuned': ({ tune }, hpa) => {
    const tuned = hpa();
    return { name: 'hpa-tuned', ...chosen(tuned), within: withinShare(tune, 'hpa-tuned', () => [tuned, ...coarseHpaCandidates(tune)]) };
  },
  'seasonal-naive': ({ tune, minuteGpuHours }) => {
    const targets = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5].map((target) => seasonalNaivePolicy(tune, target));
    const tuned = chooseOf('seasonal-naive', minuteGpuHours)(tune, targets);
    return { name: 'seasonal-naive', ...chosen(tuned), within: withinShare(tune, 'seasonal-naive', () => targets) };
  },
  'linear-threshold': ({ score }) => ({ name: 'linear-threshold', ...fixed(linearThresholdPolicy(score)) }),
  plan: ({ tune, base: { outlooks, protect }, minuteGpuHours }) => {
    const tuned = tunePlan(tune, outlooks, protect, chooseOf('plan', minuteGpuHours));
    return {
      name: 'plan',
      ...chosen(tuned),
      within: withinShare(tune, 'plan', () => [tuned, ...coarsePlanCandidates(tune, outlooks, protect)]),
    };
  },
  'plan+operate': ({ tune, base, minuteGpuHours }) => {
    const candidateOf = operateCandidates(tune, base);
    const tuned = tuneOperate(tune, candidateOf, chooseOf('plan+operate', minuteGpuHours));
    return movingFloor('plan+operate', tune, tuned, () => marginsOf(candidateOf, tuned));
  },
  live: ({ tune, live, minuteGpuHours }, hpa) => {
    const learned = learnedOf(live);
    const candidates = {
      candidateOf: liveCandidates(tune, learned, learned.record),
      asKnown: liveCandidates(tune, { ...learned, models: learned.modelsAsKnown }, learned.record),
      fastestDown: fastestDown(tune, learned),
    };
    const tuned = tuneLive(tune, candidates, { hpa: hpa(), minuteGpuHours }, chooseOf('live', minuteGpuHours));
    const { isStill } = tuned.settings;
    const built = movingFloor('live', tune, tuned, () => (isStill ? [tuned] : marginsOf(candidates.candidateOf, tuned)));
    return isStill ? { ...built, tuned: null } : built;
  },
};

/** A floor that is decided each minute, with its margins and the settings of other limits. */
function movingFloor<Name extends 'plan+operate' | 'live', Settings extends MovingFloor>(
  name: Name,
  tune: Replay,
  tuned: Chosen<Settings>,
  margins: () => readonly Candidate<Settings>[],
) {
  return { name, ...chosen(tuned), margins, within: withinShare(tune, name, margins) };
}

/** How the settings of a policy are chosen. */
function chooseOf(name: PolicyName, minuteGpuHours: number | null): Choose {
  return minuteGpuHours === null ? withinLimit(violationLimitOf(name)) : byPrice(minuteGpuHours);
}

function withinShare<Name extends PolicyName, Settings>(tune: Replay, name: Name, candidatesOf: () => readonly Candidate<Settings>[]) {
  return (share: number) => ({ name, ...withinLimit(share * violationLimitOf(name))(tune, candidatesOf()) });
}

function fixed<Settings>({ settings, policy }: Candidate<Settings>) {
  return { settings, policy, tuned: null };
}

function chosen<Settings>({ settings, policy, outcome }: Candidate<Settings> & { readonly outcome: Outcome }) {
  return { settings, policy, tuned: outcome };
}
