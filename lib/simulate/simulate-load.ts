import type { Outlook } from '../control';
import type { Effort, FitRunner } from '../forecast/types';
import { decidePolicy, type ForecastSkill, type PolicyName, type Verdict } from '../plan/replay';
import { DAY_MS, HOUR_MS } from '../units';
import {
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
import { buildPolicies, type BuiltPolicy, learnNeeds, matchedGpuHours, type Stretches } from './policies';
import { dailyOutlooks, dayStarts, hourly, skillOf } from './outlooks';

export type SimulateOptions = {
  /** Of the workload and its nodes; the capacity of a replica is such that the mean of the training part needs ten where it is left out. */
  readonly physics: Omit<Physics, 'capacityPerReplica'> & { readonly capacityPerReplica?: number };
  readonly slo: WaitSlo | null;
  readonly seed: number;
  /** Quantile of the forecast that floors cover. */
  readonly protect: number;
  readonly effort: Effort;
  /** For messages. */
  readonly path: string;
  /** @default a third of the load */
  readonly longestScoreMs?: number;
};

/** A policy, and what it came to in the window that is scored. */
export type SimulatedPolicy = BuiltPolicy & { readonly scored: Outcome };

export type Simulation = {
  readonly windows: Windows;
  readonly physics: Physics;
  readonly load: LoadGrid;
  /** What was scored. */
  readonly replay: Replay;
  readonly policies: readonly SimulatedPolicy[];
  readonly bound: LowerBound;
  /** GPU-hours at as many violation minutes as `hpa-tuned`; `null` where no margin comes to so few. */
  readonly matched: readonly { readonly name: PolicyName; readonly gpuHours: number | null }[];
  readonly skill: ForecastSkill;
  readonly verdict: Verdict;
  /** Share of the intervals that were observed; the rest is replayed as a straight line and not scored. */
  readonly observedShare: number;
};

/** Forecasts that `plan` policies would have had, made once for all seeds. */
export type PreparedLoad = { readonly load: LoadGrid; readonly windows: Windows; readonly outlooks: readonly Outlook[] };

/** Load before this window teaches what errors to expect, at most. */
const longestLearningMs = 14 * DAY_MS;
/** A forecast needs so much before it. */
const shortestHistoryMs = 3 * DAY_MS;

/**
 * Makes the forecasts of every day that is learned from, tuned on or scored, each with what was known on that day.
 *
 * @throws ProblemError as `windowsOf`
 */
export async function prepareLoad(
  load: LoadGrid,
  { physics, protect, effort, path, longestScoreMs }: SimulateOptions,
  run: FitRunner,
): Promise<PreparedLoad> {
  const windows = windowsOf(load, path, longestScoreMs);
  const byHour = hourly(load);
  const perHour = HOUR_MS / load.intervalMs;
  const days = [learningOf(load, windows), windows.tune, windows.score].flatMap(({ from, to }) => dayStarts(from / perHour, to / perHour));
  const outlooks = await dailyOutlooks(
    byHour,
    days,
    { quantiles: [0.5, protect], effort, leadMs: leadOf(physics), delayMs: physics.metricLagMs },
    run,
  );
  return { load, windows, outlooks };
}

/** @param options of the replay; `protect` as the outlooks were made for */
function stretchesOf({ load, windows, outlooks }: PreparedLoad, options: SimulateOptions): Stretches {
  const { slo, seed, protect } = options;
  const physics = withCapacity(options, load, windows);
  const refined = refineLoad(load, tickMs, seed);
  const replayOf = ({ from, to }: Span): Replay => {
    const per = load.intervalMs / tickMs;
    return { load: refined, from: from * per, to: to * per, physics, slo, seed };
  };
  const [tune, score] = [replayOf(windows.tune), replayOf(windows.score)];
  const models = learnNeeds({ ...tune, to: score.to }, replayOf(learningOf(load, windows)).from, outlooks);
  return { tune, score, base: { outlooks, models, protect } };
}

/** Replays all policies over the last third of a load, with settings chosen on the window before. */
export function simulateLoad(prepared: PreparedLoad, options: SimulateOptions): Simulation {
  const { load, windows, outlooks } = prepared;
  const stretches = stretchesOf(prepared, options);
  const { score } = stretches;
  const policies = buildPolicies(stretches).map((built): SimulatedPolicy => ({ ...built, scored: replayed(score, built) }));
  const skill = skillOf(load, windows, outlooks);
  const violations = policies.find(({ name }) => name === 'hpa-tuned')?.scored.violationMinutes ?? 0;
  return {
    windows,
    physics: score.physics,
    load,
    replay: score,
    policies,
    bound: lowerBound(score),
    matched: policies.flatMap(({ name, margins }) =>
      margins === undefined ? [] : [{ name, gpuHours: matchedGpuHours(score, margins(), violations) }],
    ),
    skill,
    verdict: decidePolicy({ outcomes: policies, skill }, 'comparison'),
    observedShare: load.values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) / load.values.length,
  };
}

function replayed(replay: Replay, { name, policy }: BuiltPolicy): Outcome {
  const outcome = runReplay(replay, policy);
  if (outcome === null) throw new Error(`${name} was stopped without a limit`);
  return outcome;
}

/** The days before the tuning window that have enough history before them. */
function learningOf({ intervalMs }: LoadGrid, { tune }: Windows): Span {
  const perDay = DAY_MS / intervalMs;
  const most = Math.min(longestLearningMs, Math.max(0, tune.from * intervalMs - shortestHistoryMs));
  return { from: tune.from - Math.floor(most / DAY_MS) * perDay, to: tune.from };
}

function withCapacity({ physics }: SimulateOptions, { values }: LoadGrid, { train }: Windows): Physics {
  const observed = values.subarray(train.from, train.to).filter((value) => !Number.isNaN(value));
  const mean = observed.reduce((sum, value) => sum + value, 0) / observed.length;
  return { ...physics, capacityPerReplica: physics.capacityPerReplica ?? mean / 10 };
}
