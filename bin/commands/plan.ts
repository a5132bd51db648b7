import type { Command } from 'commander';
import { plan, type PlanResult, writePlan } from '../../lib/project/plan';
import { planSummary } from '../../lib/report/plan-summary';
import {
  action,
  type CommonOptions,
  type ExitCode,
  type HistoryOptions,
  planNote,
  print,
  printJson,
  running,
  warn,
  withCommonOptions,
  withHistoryOptions,
} from './common';

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
        const made = await plan({ ...options, ...running() });
        warnOfPlan(made);
        writePlan(made);
        if (options.json) printJson(made.plan);
        else print(`${planSummary(made.plan)}\n\n${planNote(made)}`);
        return 0;
      }),
    );
}

export function warnOfPlan({ warnings }: PlanResult): void {
  for (const { path, message } of warnings) warn(`${path}: ${message}`);
}
