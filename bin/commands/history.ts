import type { Command } from 'commander';
import { writeTogether } from '../../lib/adapters/write-file';
import { ProblemError, renderProblem } from '../../lib/problems';
import { checkHistory } from '../../lib/project/history';
import { openProject } from '../../lib/project/project';
import {
  action,
  type CommonOptions,
  type ExitCode,
  type HistoryOptions as SourceOptions,
  print,
  printJson,
  running,
  withCommonOptions,
  withHistoryOptions,
} from './common';

type HistoryOptions = CommonOptions & SourceOptions & { readonly svg?: string };

export function historyCommand(program: Command): void {
  withHistoryOptions(withCommonOptions(program.command('history')))
    .description('read and check the load of all workloads, or of one')
    .argument('[workload]', 'show this one day by day')
    .option('--svg <file>', 'draw the load of the workload, its gaps, repairs and findings')
    .addHelpText(
      'after',
      '\nExit code 2: usable, and there is something to look at; 1: the history of a workload cannot be used.\n\nExamples:\n  foresize history\n  foresize history chat --svg chat.svg\n  foresize history --as-of 2026-11-24T00:00:00Z --json',
    )
    .action(
      action(async (workload: string | undefined, options: HistoryOptions): Promise<ExitCode> => {
        const { svg, json } = options;
        const project = openProject(options);
        if (svg !== undefined && workload === undefined)
          throw new ProblemError({
            code: 'cli/svg-of-one',
            path: '--svg',
            message: 'draws one workload',
            hint: `name one of: ${Object.keys(project.config.workloads).sort().join(', ')}`,
          });
        const found = await checkHistory({ ...options, ...running(), project, workload, chart: svg !== undefined });
        if (svg !== undefined && found.chart !== null) writeTogether([{ path: svg, text: found.chart }]);
        for (const problem of found.refused) process.stderr.write(`error: ${renderProblem(problem)}\n`);
        if (json) printJson(found.document);
        else if (found.text !== '') print(found.text);
        if (found.refused.length > 0) return 1;
        return found.toLookAt ? 2 : 0;
      }),
    );
}
