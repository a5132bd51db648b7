import { historyReader } from '../../lib/adapters/history';
import type { LoadSeries } from '../../lib/history/series';
import { observe } from '../../lib/plan/load/observe';
import { isProblemError, type Problem, renderProblem } from '../../lib/problems';
import { findingsOf, type HistoryFinding } from '../../lib/report/history-findings';
import { judgeWorkload } from '../../lib/report/judge-workload';
import { formatTime, HOUR_MS } from '../../lib/units';
import { testConfig } from '../support/config';

/** A Monday, four weeks before the end. */
export const start = Date.UTC(2026, 9, 26);
export const hoursInAll = 28 * 24;
export const end = start + hoursInAll * HOUR_MS;

/** What the load truly was: between 20 and 86, never near 0, and never the same two hours in a row. */
export function truth(hour: number): number {
  return Number((50 + 30 * Math.sin((2 * Math.PI * hour) / 24) + (hour % 168) / 28).toFixed(2));
}

/** A row as it is written: the text of its time and of its value. */
export type Row = { readonly hour: number; readonly time: string; readonly value: string };

export function rowsOf(count = hoursInAll, valueOf: (hour: number) => number | string = truth): Row[] {
  return Array.from({ length: count }, (_, hour) => ({ hour, time: formatTime(start + hour * HOUR_MS), value: `${valueOf(hour)}` }));
}

export function csv(
  rows: readonly Pick<Row, 'time' | 'value'>[],
  { header = 'timestamp,value', separator = ',', lineEnd = '\n' } = {},
): string {
  return [header, ...rows.map(({ time, value }) => `${time}${separator}${value}`), ''].join(lineEnd);
}

/** Local times of a zone that is so many hours ahead of UTC at an hour. */
export function localRows(rows: readonly Row[], from: number, aheadAt: (time: number) => number): Row[] {
  return rows.map((row) => {
    const time = from + row.hour * HOUR_MS;
    return { ...row, time: formatTime(time + aheadAt(time) * HOUR_MS).replace('Z', '') };
  });
}

export type Judged = {
  readonly exit: 0 | 1 | 2;
  readonly refused: readonly Problem[];
  readonly findings: readonly HistoryFinding[];
  readonly series: LoadSeries | null;
};

export type Setting = {
  readonly source?: object;
  readonly workload?: object;
  readonly history?: object;
  readonly asOf?: number;
};

/** Reads, repairs and judges the load of one workload as `foresize history` does, by the real reader. */
export async function judgeLoad(folder: string, file: string, { source, workload, history, asOf }: Setting): Promise<Judged> {
  const load = {
    load: { kind: 'csv', path: file, unit: 'req/s', ...source },
    kind: 'inference',
    replica: { gpus: 1, throughput: '12 req/s' },
  };
  const chat = { pool: 'l40s', ...(workload && 'kind' in workload ? {} : load), ...workload } as never;
  const config = testConfig({ workloads: { chat }, ...(history === undefined ? {} : { history }) });
  try {
    const observations = await observe(
      config,
      historyReader({ ...config, baseDirectory: folder, now: null, offline: true, environment: {} }),
    );
    const [judged] = judgeWorkload(config, 'chat', observations, asOf ?? null);
    const [{ series }] = judged.series;
    const findings = findingsOf(judged).filter(({ code }) => code !== 'history/seasonality');
    return { exit: findings.some(({ severity }) => severity === 'look') ? 2 : 0, refused: [], findings, series };
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return { exit: 1, refused: error.problems, findings: [], series: null };
  }
}

/** All that is said, as text. */
export function said({ refused, findings, series }: Judged): string {
  return [
    ...refused.map(renderProblem),
    ...findings.map(({ path, message, consequence }) => `${path}: ${message}. ${consequence ?? ''}`),
    ...(series?.origin.repairs ?? []),
  ].join('\n');
}
