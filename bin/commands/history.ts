import type { Command } from 'commander';
import { writeTogether } from '../../lib/adapters/write-file';
import type { CapacityConfig } from '../../lib/config/schema';
import type { Observations } from '../../lib/plan/observations';
import { observe } from '../../lib/plan/observe';
import { distinctProblems, ProblemError, renderProblem } from '../../lib/problems';
import { historyChart } from '../../lib/report/history-chart';
import { historyDocument } from '../../lib/report/history-document';
import { findingsOf } from '../../lib/report/history-findings';
import { historyTable } from '../../lib/report/history-table';
import { findingsText, historyText } from '../../lib/report/history-text';
import { judgeWorkload } from '../../lib/report/judge-workload';
import {
  action,
  type CommonOptions,
  type ExitCode,
  type HistoryOptions as SourceOptions,
  print,
  printJson,
  running,
  stage,
  withCommonOptions,
  withHistoryOptions,
} from './common';
import { checkWorkload, openHistory, openProject } from '../../lib/project/project';

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
        const project = openProject(options);
        const { config } = project;
        checkArguments(config, workload, options);
        const observations = await stage('reading history', () =>
          observe(concerned(config, workload), openHistory(project, { ...options, ...running() })),
        );
        const refused = distinctProblems(Object.values(observations.withheld).flat());
        const asOf = options.asOf ?? lastEnd(observations);
        const judged = Object.keys(observations.warnings).flatMap((name) => judgeWorkload(config, name, observations, asOf));
        const findings = judged.flatMap(findingsOf);

        if (options.svg !== undefined && refused.length === 0)
          writeTogether([{ path: options.svg, text: historyChart(judged.flatMap(({ series }) => series)) }]);
        for (const problem of refused) process.stderr.write(`error: ${renderProblem(problem)}\n`);
        if (options.json) printJson(historyDocument(judged, refused, asOf));
        else if (workload !== undefined) judged.forEach((each) => print(historyText(each)));
        else if (judged.length > 0) {
          const looks = findingsText(findings.filter(({ severity }) => severity === 'look'));
          print(looks === '' ? historyTable(judged) : `${historyTable(judged)}\n\n${looks}`);
        }
        if (refused.length > 0) return 1;
        return findings.some(({ severity }) => severity === 'look') ? 2 : 0;
      }),
    );
}

function checkArguments(config: CapacityConfig, workload: string | undefined, { svg }: HistoryOptions): void {
  if (workload !== undefined) checkWorkload(config, workload);
  if (svg !== undefined && workload === undefined) {
    throw new ProblemError({
      code: 'cli/svg-of-one',
      path: '--svg',
      message: 'draws one workload',
      hint: `name one of: ${Object.keys(config.workloads).sort().join(', ')}`,
    });
  }
}

/** One workload or all of them; those that are refused do not hide the others. */
function concerned(config: CapacityConfig, workload: string | undefined): CapacityConfig {
  const workloads = workload === undefined ? config.workloads : { [workload]: config.workloads[workload] };
  return { ...config, workloads, history: { ...config.history, unusable: 'keep-floor' } };
}

function lastEnd({ signals }: Observations): number | null {
  const ends = Object.values(signals).map(({ series }) => series.origin.askedTo ?? series.origin.to);
  return ends.length === 0 ? null : Math.max(...ends);
}
