import { type CapacityConfig, configDigest } from '../config';
import type { CapacityPlan } from '../plan/file';
import { observe } from '../plan/load';
import { distinctProblems, type Problem } from '../problems';
import { findingsOf } from '../report/history-findings';
import { judgeWorkload } from '../report/judge-workload';
import { type ReportedHistory, reportPage } from '../report/page';
import { showbackOf } from '../report/showback';
import { timeOf as epochOf } from '../units';
import { inStage, type RunOptions } from './options';
import { newestCard } from './scorecard-files';
import { openHistory } from './open-history';
import { type OpenProject, openProject, type ProjectSource, readPlan } from './project';

export type ReportOptions = ProjectSource &
  RunOptions & {
    /**
     * Whether histories are read too, for the load before the plan and what is to be said of it: files, and what live sources answered
     * before. @default false: the plan is all that is read
     */
    readonly history?: boolean;
  };

export type ReportResult = {
  readonly project: OpenProject;
  readonly plan: CapacityPlan;
  /** One page of HTML that needs nothing else. */
  readonly page: string;
  /** Whether the plan was made from the config as it is now. */
  readonly isOfConfig: boolean;
  /** Why histories cannot be used, which are then left out. */
  readonly refused: readonly Problem[];
};

/**
 * The plan that is there as a page to be read in a browser, with the newest scorecard beside it. No network, no clock.
 *
 * @throws ProblemError `plan/missing`, whatever is wrong in the config or the plan, and `package/missing`
 */
export async function report(options: ReportOptions = {}): Promise<ReportResult> {
  const project = openProject(options);
  const plan = readPlan(project);
  const { history, refused } = options.history ? await readHistory(project, plan, options) : { history: null, refused: [] };
  const scorecard = newestCard(project.planFile);
  const showback = showbackOf(project.config, plan, scorecard);
  const page = await inStage(options, 'drawing', () => reportPage(plan, { history, scorecard, showback }));
  return { project, plan, page, isOfConfig: plan.sources.config === configDigest(project.config), refused };
}

type ReadHistory = { readonly history: ReportedHistory; readonly refused: readonly Problem[] };

async function readHistory(project: OpenProject, plan: CapacityPlan, options: RunOptions): Promise<ReadHistory> {
  const config: CapacityConfig = { ...project.config, history: { ...project.config.history, unusable: 'keep-floor' } };
  const door = { asOf: epochOf(plan.asOf), offline: true };
  const observations = await inStage(options, 'reading history', (onProgress) => observe(config, openHistory(project, door, onProgress)));
  const loads = Object.values(observations.signals).filter(({ signal }) => signal.name === 'load');
  return {
    history: {
      observed: Object.fromEntries(loads.map(({ signal, series }) => [signal.workload, series])),
      findings: Object.keys(observations.warnings).flatMap((name) => judgeWorkload(config, name, observations, null).flatMap(findingsOf)),
    },
    refused: distinctProblems(Object.values(observations.withheld).flat()),
  };
}
