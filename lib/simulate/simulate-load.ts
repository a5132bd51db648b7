import type { Outlook } from '../control/outlook';
import type { Policy } from '../control/policy';
import type { Effort } from '../forecast/effort';
import type { FitRunner } from '../forecast/types';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../units';
import { lowerBound, type LowerBound } from './bound';
import type { WaitSlo } from './capacity';
import { chooseSettings, type ChosenSettings } from './choose-settings';
import { type ForecastSkill, skillOf } from './forecast-skill';
import { tuneHpa } from './hpa-grid';
import { learnNeeds } from './learn-need';
import { matchedGpuHours } from './matched';
import { dailyOutlooks, dayStarts, hourly } from './outlooks';
import { type Physics, tickMs } from './physics';
import { type OperateBase, operateMargins, tuneOperate, tunePlan } from './plan-policies';
import { type LoadGrid, refineLoad } from './refine';
import { hpaPolicy, leadOf, linearThresholdPolicy, seasonalNaivePolicy, staticPolicy } from './rivals';
import { type Replay } from './replay';
import { type Outcome, runReplay } from './run';
import { type Verdict, verdictOf } from './verdict';
import { type Span, type Windows, windowsOf } from './windows';

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

export type SimulatedPolicy = { readonly policy: Policy; readonly outcome: Outcome; readonly tuned: Outcome | null };

export type Simulation = {
  readonly windows: Windows;
  readonly physics: Physics;
  readonly load: LoadGrid;
  /** What was scored. */
  readonly replay: Replay;
  readonly policies: readonly SimulatedPolicy[];
  readonly bound: LowerBound;
  /** GPU-hours at as many violation minutes as `hpa-tuned`; `null` where no margin comes to so few. */
  readonly matched: readonly { readonly name: string; readonly gpuHours: number | null }[];
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
    { quantiles: [0.5, protect], effort, leadMs: leadOf({ ...physics, capacityPerReplica: 1 }), delayMs: physics.metricLagMs },
    run,
  );
  return { load, windows, outlooks };
}

/** The stretches of a refined load on which policies learn, are tuned and are scored. */
export type Stretches = { readonly tune: Replay; readonly score: Replay; readonly base: OperateBase };

/** @param options of the replay; `protect` as the outlooks were made for */
export function stretchesOf({ load, windows, outlooks }: PreparedLoad, options: SimulateOptions): Stretches {
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
  const { tune, score, base } = stretchesOf(prepared, options);
  const { physics } = score;
  const operate = tuneOperate(tune, base);
  const tuned = new Map<string, ChosenSettings>(
    [
      tuneHpa(tune),
      chooseSettings(
        tune,
        [0.95, 0.9, 0.8, 0.7, 0.6, 0.5].map((target) => seasonalNaivePolicy(tune, target)),
      ),
      tunePlan(tune, outlooks, options.protect),
      operate,
    ].map((one) => [one.policy.name, one]),
  );
  const fixed = [
    staticPolicy(score),
    hpaPolicy('hpa', { target: 0.7, scaleDownWindowMs: 5 * MINUTE_MS }, 1, physics),
    linearThresholdPolicy(score),
  ];
  const scored = new Map<string, SimulatedPolicy>(
    [...fixed.map((policy) => ({ policy, outcome: null })), ...tuned.values()].map(({ policy, outcome }) => [
      policy.name,
      { policy, outcome: replayed(score, policy), tuned: outcome },
    ]),
  );
  const inOrder = policyNames.flatMap((name) => scored.get(name) ?? []);
  const skill = skillOf(load, windows, outlooks);
  const violations = scored.get('hpa-tuned')?.outcome.violationMinutes ?? 0;
  return {
    windows,
    physics,
    load,
    replay: score,
    policies: inOrder,
    bound: lowerBound(score),
    matched: [{ name: 'plan+operate', gpuHours: matchedGpuHours(score, operateMargins(tune, base, operate.policy), violations) }],
    skill,
    verdict: verdictOf(inOrder, skill),
    observedShare: load.values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) / load.values.length,
  };
}

export const policyNames = ['static', 'hpa', 'hpa-tuned', 'seasonal-naive', 'linear-threshold', 'plan', 'plan+operate'] as const;

function replayed(replay: Replay, policy: Policy): Outcome {
  const outcome = runReplay(replay, policy);
  if (outcome === null) throw new Error(`${policy.name} was stopped without a limit`);
  return outcome;
}

/** The days before the tuning window that have enough history before them. */
function learningOf({ intervalMs }: LoadGrid, { tune }: Windows): Span {
  const perDay = DAY_MS / intervalMs;
  const most = Math.min(longestLearningMs, Math.max(0, tune.from * intervalMs - shortestHistoryMs));
  return { from: tune.from - Math.floor(most / DAY_MS) * perDay, to: tune.from };
}

function withCapacity({ physics }: SimulateOptions, { values }: LoadGrid, { train }: Windows): Physics {
  const known = values.subarray(train.from, train.to).filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return { ...physics, capacityPerReplica: physics.capacityPerReplica ?? mean / 10 };
}
