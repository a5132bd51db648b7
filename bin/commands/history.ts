import type { Command } from 'commander';
import { writeTogether } from '../../lib/adapters/write-file';
import type { CapacityConfig } from '../../lib/config/schema';
import { joinReads } from '../../lib/history/joined-reader';
import { quality } from '../../lib/history/quality';
import { repairGaps } from '../../lib/history/repair';
import type { HistoryOutcome, HistoryReader, LoadSeries } from '../../lib/history/series';
import { observe, type Signal } from '../../lib/plan/observe';
import { isProblemError, type Problem, ProblemError, renderProblem } from '../../lib/problems';
import { historyChart } from '../../lib/report/history-chart';
import { historyDocument } from '../../lib/report/history-document';
import { findingsOf, type JudgedWorkload } from '../../lib/report/history-findings';
import { historyTable } from '../../lib/report/history-table';
import { findingsText, historyText } from '../../lib/report/history-text';
import { action, type CommonOptions, type ExitCode, openProject, print, printJson, stage, withCommonOptions } from './common';
import { type HistoryOptions as SourceOptions, openHistory, withHistoryOptions } from './open-history';

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
        const history = openHistory(project, options);
        checkArguments(config, workload, options);
        const names = workload === undefined ? Object.keys(config.workloads).sort() : [workload];
        const read = joinReads(history.read);
        const readings = await stage('reading history', () => Promise.all(names.map((name) => readWorkload(config, name, read))));
        const refused = distinct(readings.flatMap((reading) => ('refused' in reading ? reading.refused : [])));
        const usable = readings.filter((reading) => 'series' in reading);
        const asOf = history.asOf ?? lastEnd(usable);
        const judged = usable.map((reading) => judgeWorkload(config, reading, asOf));
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
  const workloads = Object.keys(config.workloads).sort().join(', ');
  if (workload !== undefined && !Object.hasOwn(config.workloads, workload)) {
    throw new ProblemError({
      code: 'cli/unknown-workload',
      path: workload,
      message: 'is not a workload of the config',
      hint: `workloads are: ${workloads}`,
    });
  }
  if (svg !== undefined && workload === undefined) {
    throw new ProblemError({
      code: 'cli/svg-of-one',
      path: '--svg',
      message: 'draws one workload',
      hint: `name one of: ${workloads}`,
    });
  }
}

type WorkloadReading = {
  readonly name: string;
  readonly series: readonly { readonly signal: Signal; readonly series: LoadSeries }[];
  readonly warnings: readonly Problem[];
  readonly notes: readonly Problem[];
};

/** Each workload is read for itself, so that one that is refused does not hide the others. */
async function readWorkload(
  config: CapacityConfig,
  name: string,
  read: HistoryReader,
): Promise<WorkloadReading | { readonly refused: readonly Problem[] }> {
  const outcomes: HistoryOutcome[] = [];
  const keeping: HistoryReader = async (requests) => {
    const answer = await read(requests);
    outcomes.push(...answer);
    return answer;
  };
  try {
    const { signals, warnings } = await observe({ ...config, workloads: { [name]: config.workloads[name] } }, keeping);
    const all = outcomes.flatMap((outcome) => ('series' in outcome ? [outcome] : []));
    const hints = new Map(all.flatMap((outcome) => outcome.warnings.map((warning) => [`${warning.code} ${warning.path}`, warning.hint])));
    return {
      name,
      series: Object.values(signals),
      warnings: warnings.map((warning) => ({ ...warning, hint: hints.get(`${warning.code} ${warning.path}`) })),
      notes: all.flatMap(({ notes = [] }) => notes),
    };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return { refused: error.problems };
  }
}

function lastEnd(readings: readonly WorkloadReading[]): number | null {
  const ends = readings.flatMap(({ series }) => series.map((each) => each.series.origin.to));
  return ends.length === 0 ? null : Math.max(...ends);
}

function judgeWorkload(config: CapacityConfig, { name, series, warnings, notes }: WorkloadReading, asOf: number | null): JudgedWorkload {
  const excluded = config.workloads[name].exclude;
  return {
    name,
    warnings,
    notes,
    series: series.map(({ signal, series: observed }) => {
      const unit = observed.unit ?? (signal.name === 'load' ? null : { noun: '%', perMs: null });
      const repaired = repairGaps({ ...observed, unit }, config.history.repairs, excluded);
      const judged = quality(repaired, { excluded, asOf: asOf ?? undefined, maxAgeMs: config.guardrails.maxDataAge });
      return { key: `${signal.workload}.${signal.name}`, series: repaired, quality: judged, excluded };
    }),
  };
}

/** Two workloads of one file share its trouble: said once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
