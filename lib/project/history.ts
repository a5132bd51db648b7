import type { CapacityConfig } from '../config';
import { type Observations, observe } from '../plan/load';
import { distinctProblems, type Problem } from '../problems';
import { historyChart } from '../report/history-chart';
import { historyDocument } from '../report/history-document';
import { findingsOf } from '../report/history-findings';
import { historyTable } from '../report/history-table';
import { findingsText, historyText } from '../report/history-text';
import { judgeWorkload } from '../report/judge-workload';
import { inStage, type RunOptions, timeOf } from './options';
import { type HistoryOptions, openHistory } from './open-history';
import { checkWorkload, openProject, type ProjectSource } from './project';

export type CheckHistoryOptions = ProjectSource &
  HistoryOptions &
  RunOptions & {
    /** Only this one, day by day in the text. @default all */
    readonly workload?: string;
    /** Draws the load, its gaps, repairs and findings. @default false */
    readonly chart?: boolean;
  };

export type HistoryResult = {
  /** What `foresize history --json` prints. */
  readonly document: ReturnType<typeof historyDocument>;
  /** What `foresize history` prints; empty where no history can be used. */
  readonly text: string;
  /** An SVG; `null` where none was asked for, or a history cannot be used. */
  readonly chart: string | null;
  /** Why histories cannot be used. */
  readonly refused: readonly Problem[];
  /** Whether there is something that someone should look at. */
  readonly toLookAt: boolean;
};

/** Reads and checks the load of the workloads of a config; those that are refused do not hide the others. */
export async function checkHistory(options: CheckHistoryOptions = {}): Promise<HistoryResult> {
  const { workload } = options;
  const project = openProject(options);
  const { config } = project;
  if (workload !== undefined) checkWorkload(config, workload);
  const observations = await inStage(options, 'reading history', (onProgress) =>
    observe(concerned(config, workload), openHistory(project, options, onProgress)),
  );
  const refused = distinctProblems(Object.values(observations.withheld).flat());
  const asOf = timeOf(options.asOf, 'asOf') ?? lastEnd(observations);
  const judged = Object.keys(observations.warnings).flatMap((name) => judgeWorkload(config, name, observations, asOf));
  const looks = judged.flatMap(findingsOf).filter(({ severity }) => severity === 'look');
  const parts =
    workload !== undefined ? judged.map(historyText) : judged.length === 0 ? [] : [historyTable(judged), ...asList(findingsText(looks))];
  return {
    document: historyDocument(judged, refused, asOf),
    text: parts.join(workload === undefined ? '\n\n' : '\n'),
    chart: options.chart && refused.length === 0 ? historyChart(judged.flatMap(({ series }) => series)) : null,
    refused,
    toLookAt: looks.length > 0,
  };
}

const asList = (text: string): readonly string[] => (text === '' ? [] : [text]);

/** One workload or all of them. */
function concerned(config: CapacityConfig, workload: string | undefined): CapacityConfig {
  const workloads = workload === undefined ? config.workloads : { [workload]: config.workloads[workload] };
  return { ...config, workloads, history: { ...config.history, unusable: 'keep-floor' } };
}

function lastEnd({ signals }: Observations): number | null {
  const ends = Object.values(signals).map(({ series }) => series.origin.askedTo ?? series.origin.to);
  return ends.length === 0 ? null : Math.max(...ends);
}
