import { displayPath } from '../adapters/config-file';
import { withSizingSolver } from '../adapters/highs-threads';
import { readPlanText } from '../adapters/plan-file';
import { onReplayThreads } from '../adapters/replay-threads';
import { foresizeVersion } from '../adapters/version';
import { type Output, writeTogether } from '../adapters/output';
import type { CapacityConfig } from '../config';
import type { FitRunner } from '../forecast';
import { type CapacityPlan, formatPlan, keepPrevious, type PlanWarning } from '../plan/file';
import { usualCourses } from '../plan/commitments';
import { makePlan } from '../plan/make-plan';
import type { Problem } from '../problems';
import type { ReplayLoads } from '../plan/replay';
import { isStep, refuseSteps } from '../plan/replicas';
import { inEqualParts, type OnProgress } from '../progress';
import { type Replayer, replayWorkload } from '../simulate';
import { readEmptyGroups } from './live-record';
import { finestLoad } from './loads';
import { withFits } from './fits';
import { type RunOptions, timeOf } from './options';
import { ageOf, clockFor, type PlanAge } from './plan-age';
import { anewProblem, droppedProblem, olderFormText, previousPlan } from './previous-plan';
import { type HistoryOptions, openHistory } from './open-history';
import { openProject, type ProjectSource } from './project';
import { windowReader } from './read-windows';

export type PlanOptions = ProjectSource &
  HistoryOptions &
  RunOptions & {
    /** Ignores the plan that is there. @default false */
    readonly fresh?: boolean;
  };

export type PlanResult = {
  /** The plan to go by: the new one, or the one that is there, where that stays. */
  readonly plan: CapacityPlan;
  /** The new one, also where the one that is there stays. */
  readonly made: CapacityPlan;
  /** Whether the file that is there stays as it is, so that there is nothing to write. */
  readonly kept: boolean;
  /** Why the one that is there stays or goes; `null` where there was none, or it was not looked at. */
  readonly why: string | null;
  /** Where the plan belongs. */
  readonly file: string;
  /** What belongs there, byte for byte. */
  readonly text: string;
  /** What making the new plan gave to look at. */
  readonly warnings: readonly PlanWarning[];
  /** What of the file that was there is not taken over, and why; `null` where it is a plan before like any other, or there was none. */
  readonly dropped: Problem | null;
  /** Which work is planned anew because the plan that was there is not taken for the plan before; `null` where none is. */
  readonly anew: Problem | null;
  /** Whether floors move further than the guardrails allow, which the config only warns of; not where the plan that is there stays. */
  readonly hasSteps: boolean;
  /** How old the plan is by the clock; `null` where it is not held against the clock. */
  readonly age: PlanAge | null;
};

/**
 * Reads the history, forecasts, replays, sizes, and makes the plan: what `foresize plan` does before it writes the file.
 *
 * @throws ProblemError from whichever stage refuses its input
 * @example const { plan } = await plan({ config: 'foresize.config.ts' }); plan.workloads.chat.floor
 */
export async function plan(options: PlanOptions = {}): Promise<PlanResult> {
  const project = openProject(options);
  const { config, planFile: file } = project;
  const foresize = foresizeVersion();
  const present = readPlanText(file);
  const there = options.fresh || present === undefined ? null : previousPlan(present, displayPath(file), foresize, config);
  const previous = there?.plan ?? null;
  const clock = clockFor(config, options);
  const made = await withFits(options, (runFits, workers) =>
    withStages(options, async ({ onStage, onReading, onTick }) =>
      withSizingSolver(
        workers,
        (solver) =>
          makePlan({
            config,
            foresize,
            previous: there?.before ?? null,
            empty: readEmptyGroups(file, config),
            readWindows: windowReader(project, options),
            asOf: timeOf(options.asOf, 'asOf') ?? null,
            ...(clock !== null && { clock }),
            readHistory: openHistory(project, options, onReading),
            runFits,
            solver,
            courses: usualCourses,
            replayLoads: replayLoads(config, runFits, workers),
            onStage,
          }),
        onTick,
      ),
    ),
  );
  const { warnings } = made;
  const keep = previous && keepPrevious(previous, made, config.guardrails.stickiness);
  const result = (plan: CapacityPlan, kept: boolean, why: string | null, text: string): PlanResult => ({
    plan,
    made,
    kept,
    why,
    file,
    text,
    warnings,
    dropped: there && present !== undefined ? droppedProblem(present, displayPath(file), there, plan) : null,
    anew: present !== undefined && (there?.before ?? null) === null ? anewProblem(present, displayPath(file), plan) : null,
    hasSteps: !kept && warnings.some(isStep),
    age: clock === null ? null : ageOf(plan, clock),
  });
  if (previous && present && keep?.keep) return result(previous, true, keep.why, present);
  refuseSteps(made.warnings, config.guardrails);
  const text = formatPlan(made);
  if (present === text) return result(made, true, 'unchanged', text);
  return result(made, false, keep?.why ?? (there?.older ? olderFormText(there.older, foresize) : null), text);
}

/** Writes the file of a plan, whole or not at all, where it does not stay as it is. @throws ProblemError `output/unwritable` */
export function writePlan(made: PlanResult): void {
  writeTogether(planOutputs(made));
}

/** What is to be written of a plan: its file, or nothing. */
export function planOutputs({ kept, file, text }: PlanResult): readonly Output[] {
  return kept ? [] : [{ path: file, text }];
}

export type Stages = {
  readonly onStage: (stage: string) => OnProgress;
  /** Told how far the reading of the history is. */
  readonly onReading: OnProgress;
  /** Tells the share of the present stage once more. */
  readonly onTick?: () => void;
};

/** Runs the stages of a plan, each of which ends as the next begins. An error that is no refusal says in which stage it came up. */
export async function withStages<T>({ onStage }: RunOptions, work: (stages: Stages) => Promise<T>): Promise<T> {
  let [stage, share] = ['planning', 0];
  let tell: OnProgress | undefined;
  const onProgress: OnProgress = (next) => {
    share = next;
    tell?.(next);
  };
  try {
    return await work({
      onStage: (next) => {
        tell?.(1);
        [stage, share] = [next, 0];
        tell = onStage?.(next);
        return onProgress;
      },
      onReading: onProgress,
      onTick: onStage && (() => tell?.(share)),
    });
  } catch (error) {
    if (error instanceof Error && !('problems' in error)) error.message = `while ${stage}: ${error.message}`;
    throw error;
  } finally {
    tell?.(1);
  }
}

/** Replays workloads on all cores. */
function replayLoads(config: CapacityConfig, run: FitRunner, workers: number): ReplayLoads {
  return async (requests, onProgress) => {
    const parts = inEqualParts(onProgress, requests.length);
    const tasks = requests.map((request, index) => ({ request, onRequest: parts[index] }));
    const answers = await onReplayThreads(tasks, workers, async ({ request, onRequest }, threads) => {
      const { name } = request;
      const [onForecasts, onReplay] = inEqualParts(onRequest, 2);
      const loadOf = () => finestLoad(request);
      const replay: Replayer = (prepared, settings, usdPerGpuHour) =>
        threads.summarise({ prepared, settings, name, usdPerGpuHour }, onReplay);
      const answer = await replayWorkload(config, request, loadOf, run, replay, onForecasts);
      onRequest(1);
      return [name, answer] as const;
    });
    return Object.fromEntries(answers);
  };
}
