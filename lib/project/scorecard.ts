import { join } from 'node:path';
import { displayPath } from '../adapters/config-file';
import { textAtRevision, versionsOf } from '../adapters/git';
import type { Offering } from '../catalog';
import { type CapacityConfig, isDeferrable, isJob, type WorkloadConfig } from '../config';
import { allRound6 } from '../figures';
import { parsePlan } from '../plan/file';
import { capacityOf } from '../plan/jobs';
import { poolOfferings, usableOfferings, workloadSupply } from '../plan/supply';
import { isProblemError, ProblemError, renderProblem } from '../problems';
import {
  adviceOf,
  type Committed,
  committedIn,
  dayBefore,
  type LoadGrid,
  type PlanInForce,
  type Scorecard,
  scorecardForm,
  type ScoredSpan,
  scoreWorkload,
  weekBefore,
  weekNamed,
  workloadPhysics,
  type WorkloadScore,
} from '../simulate';
import { formatTime } from '../units';
import { readWorkloadLoads } from './loads';
import { inStage, type RunOptions } from './options';
import { readHappened } from './happened';
import { type HistoryOptions, openHistory } from './open-history';
import { openProject, type ProjectSource } from './project';
import { cardsFolder, previousCard } from './scorecard-files';

export type ScorecardOptions = ProjectSource &
  HistoryOptions &
  RunOptions & {
    /** By its name in ISO 8601, such as `2026-W48`. @default the last that the data hold whole */
    readonly week?: string;
  };

export type ScorecardResult = {
  readonly card: Scorecard;
  /** The same of the last day that the data hold whole, by workload. */
  readonly day: { readonly from: string; readonly workloads: Readonly<Record<string, WorkloadScore>> };
  /** Where the card belongs. */
  readonly file: string;
  /** What belongs there, byte for byte; `null` where the data do not reach the end of the week, or nothing of it can be scored. */
  readonly text: string | null;
  /** Plans of the history that cannot be read, and servers that could not be asked what happened, and why. */
  readonly warnings: readonly string[];
};

/**
 * Holds the plans that were committed against the load that came: for the last week, with advice, and for the last day. Plans are those
 * of the git history of the plan's file, each from its commit on; the load is read as a plan reads it.
 *
 * @throws ProblemError `plan/no-base` without a history in git, `scorecard/week`, and whatever is wrong in config and history
 */
export async function scorecard(options: ScorecardOptions = {}): Promise<ScorecardResult> {
  const project = openProject(options);
  const { config, planFile } = project;
  const names = Object.keys(config.workloads)
    .sort()
    .filter((name) => config.workloads[name].kind === 'inference');
  const loads = await inStage(options, 'reading history', (onProgress) =>
    readWorkloadLoads(config, names, openHistory(project, options, onProgress)),
  );
  const end = Math.max(...Object.values(loads).map(endOf), -Infinity);
  const week = options.week === undefined ? weekBefore(Number.isFinite(end) ? end : 0) : weekOf(options.week);
  const day = dayBefore(Number.isFinite(end) ? end : 0);
  const { plans, warnings } = plansOf(planFile, { from: Math.min(week.from, day.from), to: Math.max(week.to, day.to) });
  const before = previousCard(planFile, week.from);
  const { happened, warnings: unread } = options.offline
    ? { happened: {}, warnings: [] }
    : await readHappened(project, week, options.environment);
  const scores = scoresOf(config, loads, plans, week);
  const card: Scorecard = allRound6({
    form: scorecardForm,
    name: config.name,
    week: week.name,
    from: formatTime(week.from),
    to: formatTime(week.to),
    plans: inForce(plans, week).map(({ from, plan }) => ({ digest: plan.digest, from: formatTime(from) })),
    workloads: Object.fromEntries(
      Object.entries(scores.scored).map(([name, score]) => [
        name,
        {
          ...score,
          ...adviceOf(score, before?.workloads[name] ?? null),
          ...(Object.hasOwn(happened, name) && { happened: happened[name] }),
        },
      ]),
    ),
    notScored: scores.notScored,
    committed: scores.committed,
  });
  const isWhole = end >= week.to && Object.keys(card.workloads).length > 0;
  return {
    card,
    day: { from: formatTime(day.from), workloads: allRound6(scoresOf(config, loads, plans, day).scored) },
    file: join(cardsFolder(planFile), `${week.name}.json`),
    text: isWhole ? `${JSON.stringify(card, null, 2)}\n` : null,
    warnings: [...warnings, ...unread],
  };
}

function weekOf(name: string) {
  const week = weekNamed(name);
  if (week !== undefined) return week;
  throw new ProblemError({ code: 'scorecard/week', path: '--week', message: 'is no week', expected: "such as '2026-W48'", received: name });
}

const endOf = ({ start, intervalMs, values }: LoadGrid): number => {
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  return start + (last + 1) * intervalMs;
};

/** The plans of the git history that were the committed one at some time of a span. One that cannot be read leaves its time without a plan. */
function plansOf(planFile: string, span: ScoredSpan): { readonly plans: readonly PlanInForce[]; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const versions = versionsOf(planFile).map((version, index, all) => ({ ...version, to: all[index + 1]?.at ?? Infinity }));
  const plans = versions
    .filter(({ at, to }) => at < span.to && to > span.from)
    .flatMap(({ commit, at, to }): readonly PlanInForce[] => {
      try {
        const text = textAtRevision(planFile, commit);
        return text === undefined ? [] : [{ from: at, to, plan: parsePlan(text, `${commit.slice(0, 12)}:${displayPath(planFile)}`) }];
      } catch (error) {
        if (!isProblemError(error)) throw error;
        warnings.push(`the plan of ${formatTime(at)} is not scored: ${renderProblem(error.problems[0])}`);
        return [];
      }
    });
  return { plans, warnings };
}

/** Those that were the committed one at some time of the span. */
const inForce = (plans: readonly PlanInForce[], span: ScoredSpan): readonly PlanInForce[] =>
  plans.filter(({ from, to }) => from < span.to && to > span.from);

function scoresOf(config: CapacityConfig, loads: Readonly<Record<string, LoadGrid>>, all: readonly PlanInForce[], span: ScoredSpan) {
  const scored: Record<string, WorkloadScore> = {};
  const notScored: Record<string, string> = {};
  const committed: Record<string, Committed> = {};
  const offerings = poolOfferings(config);
  const plans = inForce(all, span);
  for (const name of Object.keys(config.workloads).sort()) {
    const { kind, pool } = config.workloads[name];
    const holding = speakingOf(name, plans).filter(({ plan }) => plan.workloads[name].load.length > 0);
    if (kind !== 'inference') {
      notScored[name] = 'its replicas follow no load of requests';
      const came = countedAsPlanned(config.workloads[name])
        ? committedIn(name, speakingOf(name, plans), span, offeringsFor(config, name, offerings[pool]))
        : null;
      if (came !== null) committed[name] = came;
    } else if (holding.length === 0) notScored[name] = 'no committed plan speaks of it in that time';
    else {
      const served = workloadPhysics(config, name, workloadSupply(config, name, offerings, null), offerings[pool]);
      const score = scoreWorkload(name, loads[name], holding, span, served);
      if (score === null) notScored[name] = 'no hour has both a load and a plan';
      else scored[name] = score;
    }
  }
  return { scored, notScored, committed };
}

const speakingOf = (name: string, plans: readonly PlanInForce[]): readonly PlanInForce[] =>
  plans.filter(({ plan }) => Object.hasOwn(plan.workloads, name));

/** Those that a workload may use, of the kinds of node that it names. */
function offeringsFor(config: CapacityConfig, name: string, offerings: readonly Offering[]): readonly Offering[] {
  const workload = config.workloads[name];
  const kinds: readonly string[] | undefined = capacityOf(workload);
  return usableOfferings(name, workload, offerings).filter(({ capacityType }) => kinds === undefined || kinds.includes(capacityType));
}

/** A job that runs at once begins with a deployment, and not with each plan. */
const countedAsPlanned = (workload: WorkloadConfig): boolean => !isJob(workload) || isDeferrable(workload);
