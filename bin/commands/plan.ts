import type { Command } from 'commander';
import { readFileSync, existsSync } from 'node:fs';
import { shown } from '../../lib/adapters/config-file';
import { highsSolver } from '../../lib/adapters/highs';
import { readPlanFile } from '../../lib/adapters/project';
import { workerFitRunner } from '../../lib/adapters/workers';
import { type Output, writeTogether } from '../../lib/adapters/write-file';
import { formatPlan } from '../../lib/plan/format';
import { keepPrevious } from '../../lib/plan/keep';
import { makePlan } from '../../lib/plan/make-plan';
import type { CapacityPlan } from '../../lib/plan/types';
import { planSummary } from '../../lib/report/plan-summary';
import {
  action,
  type CommonOptions,
  type ExitCode,
  openProject,
  print,
  printJson,
  type ProjectFiles,
  stage,
  warn,
  withCommonOptions,
} from './common';
import { type HistoryOptions, openHistory, withHistoryOptions } from './open-history';
import { replayJudge } from './replay-judge';

type PlanOptions = CommonOptions & HistoryOptions & { readonly fresh?: boolean };

export function planCommand(program: Command): void {
  withHistoryOptions(withCommonOptions(program.command('plan')))
    .description('read the history, forecast, size, and write capacity-plan.json')
    .option('--fresh', 'ignore the plan that is there')
    .addHelpText(
      'after',
      '\nExamples:\n  foresize plan\n  foresize plan --fresh --json\n  foresize plan --config prod.yaml --as-of 2026-11-24T00:00:00Z',
    )
    .action(
      action(async (options: PlanOptions): Promise<ExitCode> => {
        const project = openProject(options);
        const { plan, note, outputs } = await makeNewPlan(project, options);
        writeTogether(outputs);
        if (options.json) printJson(plan);
        else print(`${planSummary(plan)}\n\n${note}`);
        return 0;
      }),
    );
}

export type Planned = {
  readonly plan: CapacityPlan;
  /** What has become of the file, for people. */
  readonly note: string;
  /** What is to be written, and where; nothing when the plan that is there stays. */
  readonly outputs: readonly Output[];
};

/** Makes a plan, and says what to write; the plan that is there stays when it is as good. */
export async function makeNewPlan(project: ProjectFiles, options: PlanOptions): Promise<Planned> {
  const previous = options.fresh ? undefined : readPlanFile(project.planFile);
  const runner = workerFitRunner({ workers: options.workers });
  const readHistory = openHistory(project, options);
  let name = 'planning';
  try {
    runner.warm();
    const plan = await stage('planning', async () =>
      makePlan({
        config: project.config,
        previous: previous ?? null,
        asOf: options.asOf ?? null,
        readHistory,
        runFits: runner,
        solver: await highsSolver(),
        judge: replayJudge(project.config, readHistory, runner, options.workers),
        onStage: (stageName) => (name = stageName),
      }),
    );
    for (const { path, message } of plan.warnings) warn(`${path}: ${message}`);
    const file = shown(project.planFile);
    const keep = previous ? keepPrevious(previous, plan, project.config.guardrails.stickiness) : undefined;
    if (previous && keep?.keep) return { plan: previous, note: `${file} stays as it is: ${keep.why}`, outputs: [] };
    const text = formatPlan(plan);
    if (existsSync(project.planFile) && readFileSync(project.planFile, 'utf8') === text)
      return { plan, note: `${file} stays as it is: unchanged`, outputs: [] };
    return { plan, note: keep ? `wrote ${file}: ${keep.why}` : `wrote ${file}`, outputs: [{ path: project.planFile, text }] };
  } catch (error) {
    if (error instanceof Error && !('problems' in error)) error.message = `while ${name}: ${error.message}`;
    throw error;
  } finally {
    await runner.close();
  }
}
