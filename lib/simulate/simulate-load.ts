import type { Outlook } from '../control';
import type { FloorOwner } from '../config';
import { type Effort, type FitRunner, hourPeaks, repeatingRises, type RepeatingRises } from '../forecast';
import {
  decidePolicy,
  type ForecastSkill,
  comparedPolicies,
  type PolicyName,
  type ReplayEvidence,
  type SetPolicy,
  type Verdict,
  violationLimit,
  violationLimitOf,
  type ViolationPrice,
} from '../plan/replay';
import { usualScaleDown } from '../plan/file';
import type { LiveFloor } from '../plan/live-floor';
import type { OnProgress } from '../progress';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../units';
import {
  type CausalLimit,
  causalLimit,
  type LoadGrid,
  type LowerBound,
  lowerBound,
  type Outcome,
  refineLoad,
  type Replay,
  runReplay,
  type Span,
  type Windows,
  windowsOf,
} from './replay';
import { leadOf, type Physics, tickMs, type WaitSlo } from './physics';
import {
  allowedMinutes,
  buildPolicies,
  type BuiltPolicy,
  type LearnedLive,
  learnNeeds,
  liveFloorOf,
  liveSight,
  matchedGpuHours,
  recordOf,
  sightOf,
  type Stretches,
} from './policies';
import { dailyOutlooks, dayStarts, hourly, skillOf } from './outlooks';
import { type ShorterLead, shorterLead } from './shorter-lead';

/** How a load is replayed. */
export type ReplaySettings = {
  /** Of the workload and its nodes. @default for `capacityPerReplica`: such that the mean load of the training part needs ten replicas */
  readonly physics: Omit<Physics, 'capacityPerReplica'> & { readonly capacityPerReplica?: number };
  readonly slo: WaitSlo | null;
  readonly seed: number;
  /** Quantile of the forecast that floors cover. */
  readonly protect: number;
  readonly effort: Effort;
  /** Where the load comes from, for messages. */
  readonly path: string;
  /** Of the window that is scored. @default a third of the load */
  readonly longestScoreMs?: number;
  /** The target without a replay: a record that shows nothing of what happens within an hour bears out no higher one. @default 0.8 */
  readonly usualTarget?: number;
  /** Whether the causal limit is worked out, which takes as long as a policy. @default true */
  readonly withCausalLimit?: boolean;
  /** Policies that are replayed. @default all but `live` */
  readonly policies?: readonly PolicyName[];
  /** Whose manifests carry the policy that is chosen. @default 'keda' */
  readonly owner?: FloorOwner;
  /** What nodes and minutes in violation cost, where settings and policies are chosen by that. @default they are chosen within a limit */
  readonly price?: ViolationPrice;
};

/** From records that are coarser than this nobody can tell what happens within an hour. */
const coarsestMs = 15 * MINUTE_MS;

/** A policy, and what it came to in the window that is scored. */
export type SimulatedPolicy = BuiltPolicy & { readonly scored: Outcome };

/** What a replay of a load under all policies came to. */
export type Simulation = {
  readonly windows: Windows;
  readonly physics: Physics;
  readonly load: LoadGrid;
  /** The window that was scored. */
  readonly replay: Replay;
  readonly policies: readonly SimulatedPolicy[];
  readonly bound: LowerBound;
  /** At as many violations as `hpa-tuned` has, or the limit where that is more; `null` where none holds it, and where none was asked for. */
  readonly causalLimit: CausalLimit | null;
  /** Of policies with a margin, the GPU-hours at no more violation minutes than `hpa-tuned` has; `null` where no margin comes to so few. */
  readonly matched: readonly { readonly name: PolicyName; readonly gpuHours: number | null }[];
  readonly skill: ForecastSkill;
  /** Of the tuning window; `null` where none come again. */
  readonly rises: RepeatingRises | null;
  readonly judged: ReplayEvidence['judged'];
  /** Of the policies that manifests of an owner carry. */
  readonly verdict: Verdict;
  readonly owner: FloorOwner;
  /** Share of the intervals that were observed; the others are replayed as straight lines and not scored. */
  readonly observedShare: number;
  readonly price?: ViolationPrice;
  /** What was learned for a live floor, as of the end of the load; `null` where `live` is not replayed. */
  readonly live: LiveFloor | null;
  /** What each policy comes to with other settings: GPU-hours against minutes in violation. Worked out when it is asked for. */
  readonly frontier: () => readonly FrontierPoint[];
  /** What a shorter lead would save, likewise; `null` where the record shows nothing of what happens within an hour, and as `shorterLead`. */
  readonly shorterLead: () => ShorterLead | null;
};

/** A policy with settings that were tuned within another limit, and what it came to in the window that is scored. */
export type FrontierPoint = {
  readonly policy: SetPolicy;
  /** Share of the minutes that may be in violation where its settings were chosen; `null`: the settings that stand. */
  readonly limit: number | null;
  readonly scored: Outcome;
};

/** A load with its windows and the forecasts that policies would have had; no seed changes them. */
export type PreparedLoad = { readonly load: LoadGrid; readonly windows: Windows; readonly outlooks: readonly Outlook[] };

/** So much load before the tuning window is learned from, at most. */
const longestLearningMs = 14 * DAY_MS;
/** A forecast needs so much load before it. */
const shortestHistoryMs = 3 * DAY_MS;

/**
 * Makes the forecasts of every day that is learned from, tuned on or scored, each with what was known on that day.
 *
 * @throws ProblemError as `windowsOf`
 */
export async function prepareLoad(
  load: LoadGrid,
  { physics, protect, effort, path, longestScoreMs, policies = comparedPolicies }: ReplaySettings,
  run: FitRunner,
  onProgress?: OnProgress,
): Promise<PreparedLoad> {
  const windows = windowsOf(load, path, longestScoreMs);
  const byHour = hourly(load);
  const perHour = HOUR_MS / load.intervalMs;
  const { from, to } = learningOf(load, windows);
  // Where nothing is learned from them, of the days before the tuning window the last is enough: its forecast holds until the next is made.
  const learned = learns(policies) ? from : Math.max(from, to - DAY_MS / load.intervalMs);
  const days = [{ from: learned, to }, windows.tune, windows.score].flatMap(({ from, to }) => dayStarts(from / perHour, to / perHour));
  const outlooks = await dailyOutlooks(
    byHour,
    days,
    { quantiles: [0.5, protect], effort, leadMs: leadOf(physics), delayMs: physics.metricLagMs, peaksAt: hourPeaks(load) },
    run,
    onProgress,
  );
  return { load, windows, outlooks };
}

/** Whether a policy goes by models that are learned from the days before the tuning window. */
function learns(policies: readonly PolicyName[]): boolean {
  return policies.includes('plan+operate') || policies.includes('live');
}

/** @param settings with the `protect` that the outlooks were made for */
function stretchesOf({ load, windows, outlooks }: PreparedLoad, settings: ReplaySettings): Stretches {
  const { slo, seed, protect, policies = comparedPolicies, price } = settings;
  const physics = withinTerms(withCapacity(settings, load, windows), load, settings);
  const refined = refineLoad(load, tickMs, seed);
  const replayOf = ({ from, to }: Span): Replay => {
    const perInterval = load.intervalMs / tickMs;
    return { load: refined, from: from * perInterval, to: to * perInterval, physics, slo, seed };
  };
  const [tune, score] = [replayOf(windows.tune), replayOf(windows.score)];
  const learnFrom = replayOf(learningOf(load, windows)).from;
  const whole = { ...tune, to: score.to };
  const models = policies.includes('plan+operate') ? learnNeeds(whole, learnFrom, sightOf(whole, outlooks)) : [];
  const learned = (stretch: Replay, from: number): LearnedLive => {
    const record = recordOf(stretch, outlooks);
    const sight = liveSight(stretch, record);
    const models = learnNeeds(stretch, from, sight, tune.to);
    const modelsAsKnown = stretch.from < tune.to ? learnNeeds({ ...stretch, to: tune.to }, from, sight) : models;
    return { outlooks, protect, record, models, modelsAsKnown, isSetByLoop: settings.owner === 'operate' };
  };
  // One model more than is replayed: that of the end, which a plan puts into the cluster.
  const live = policies.includes('live') ? learned({ ...whole, to: whole.to + 1 }, learnFrom) : null;
  const relearned = (other: Physics) =>
    learned({ ...score, physics: other }, Math.max(learnFrom, score.from - (longestLearningMs + DAY_MS) / tickMs));
  // Nodes that cost next to nothing make minutes in violation dear beyond measure, and no figure infinite.
  const minuteGpuHours = price === undefined ? null : price.usdPerViolatedMinute / Math.max(price.usdPerGpuHour, 1e-6);
  return { tune, score, base: { outlooks, models, protect }, live, relearned, minuteGpuHours };
}

/** Replays all policies over the window of a load that is scored, with settings chosen on the window before it. */
export function simulateLoad(prepared: PreparedLoad, settings: ReplaySettings, onProgress?: OnProgress): Simulation {
  const { load, windows, outlooks } = prepared;
  const stretches = stretchesOf(prepared, settings);
  const { score } = stretches;
  const policies = buildPolicies(stretches, settings.policies ?? comparedPolicies, onProgress).map((built): SimulatedPolicy => ({
    ...built,
    scored: replayed(score, built),
  }));
  let frontier: readonly FrontierPoint[] | null = null;
  const { owner = 'keda' } = settings;
  const skill = skillOf(load, windows, outlooks);
  const judged = judgedBy(load);
  const verdict = decidePolicy({ outcomes: policies, skill, judged, price: settings.price }, owner);
  const chosen = policies.find(({ name }) => name === verdict.chosen);
  const violations = policies.find(({ name }) => name === 'hpa-tuned')?.scored.violationMinutes ?? 0;
  return {
    windows,
    physics: score.physics,
    load,
    replay: score,
    policies,
    bound: lowerBound(score),
    causalLimit:
      settings.withCausalLimit === false
        ? null
        : causalLimit(
            score,
            Math.max(violations, allowedMinutes(score, violationLimit)),
            policies.map(({ scored }) => scored),
          ),
    matched: policies.flatMap(({ name, margins }) =>
      margins === undefined ? [] : [{ name, gpuHours: matchedGpuHours(score, margins(), violations) }],
    ),
    skill,
    rises: repeatingRises({ intervalMs: load.intervalMs, values: load.values.subarray(windows.tune.from, windows.tune.to) }),
    judged,
    verdict,
    owner,
    price: settings.price,
    live: learnedOf(stretches, policies),
    frontier: () => (frontier ??= policies.flatMap((policy) => frontierOf(score, policy))),
    shorterLead: () => (judged === 'within the hour' && chosen !== undefined ? shorterLead(stretches, chosen, settings.price) : null),
    observedShare: load.values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) / load.values.length,
  };
}

function learnedOf({ live, score }: Stretches, policies: readonly SetPolicy[]): LiveFloor | null {
  const settings = policies.find((policy) => policy.name === 'live')?.settings;
  return live === null || settings === undefined ? null : liveFloorOf(score, live.models[live.models.length - 1], settings, live);
}

/** Of the limit, the shares within which a policy is tuned for its frontier. */
const frontierShares = [0.2, 5, 20];

/** A policy as it stands, and with the settings that other limits on violations ask for; what comes to the same stands once. */
function frontierOf(score: Replay, built: SimulatedPolicy): readonly FrontierPoint[] {
  const points: FrontierPoint[] = [{ policy: built, limit: null, scored: built.scored }];
  for (const share of built.within === undefined ? [] : frontierShares) {
    const tuned = built.within?.(share);
    if (tuned === undefined) continue;
    const scored = replayed(score, tuned);
    const isNew = ({ scored: other }: FrontierPoint) =>
      other.gpuHours !== scored.gpuHours || other.violationMinutes !== scored.violationMinutes;
    if (points.every(isNew)) points.push({ policy: tuned, limit: share * violationLimitOf(built.name), scored });
  }
  return points;
}

function judgedBy({ intervalMs, observedMs = intervalMs }: LoadGrid): ReplayEvidence['judged'] {
  return observedMs <= coarsestMs ? 'within the hour' : 'not within the hour';
}

/** Where nobody sees what happens within an hour, no higher target and no shorter window than the usual ones may win. */
function withinTerms(physics: Physics, load: LoadGrid, { usualTarget = 0.8 }: ReplaySettings): Physics {
  if (judgedBy(load) === 'within the hour') return physics;
  const { terms } = physics;
  return {
    ...physics,
    terms: {
      ...terms,
      highestTarget: Math.min(terms.highestTarget, usualTarget),
      shortestWindowMs: Math.max(terms.shortestWindowMs, usualScaleDown.windowSeconds * SECOND_MS),
    },
  };
}

function replayed(replay: Replay, { name, policy }: Pick<BuiltPolicy, 'name' | 'policy'>): Outcome {
  const outcome = runReplay(replay, policy);
  if (outcome === null) throw new Error(`${name} was stopped without a limit`);
  return outcome;
}

/** The days before the tuning window that have enough history before them. */
function learningOf({ intervalMs }: LoadGrid, { tune }: Windows): Span {
  const perDay = DAY_MS / intervalMs;
  const learningMs = Math.min(longestLearningMs, Math.max(0, tune.from * intervalMs - shortestHistoryMs));
  return { from: tune.from - Math.floor(learningMs / DAY_MS) * perDay, to: tune.from };
}

function withCapacity({ physics }: ReplaySettings, { values }: LoadGrid, { train }: Windows): Physics {
  const observed = values.subarray(train.from, train.to).filter((value) => !Number.isNaN(value));
  const mean = observed.reduce((sum, value) => sum + value, 0) / observed.length;
  return { ...physics, capacityPerReplica: physics.capacityPerReplica ?? mean / 10 };
}
