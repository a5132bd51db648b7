import { formatFigure } from '../figures';
import type { LoadSeries } from '../history';
import { DAY_MS, formatDuration, formatLoadUnit, formatTime } from '../units';
import { findingsOf, type HistoryFinding, type JudgedSeries, type JudgedWorkload } from './history-findings';
import { sparkline } from './sparkline';

/** The text of `foresize history NAME`: for each series its range, its repairs and a picture by day, then all findings. */
export function historyText(workload: JudgedWorkload): string {
  return [...workload.series.map(seriesText), findingsText(findingsOf(workload))].filter((part) => part !== '').join('\n\n');
}

/** The findings under `to look at:` and `good to know:`, one after another with their consequences; empty where there is none. */
export function findingsText(findings: readonly HistoryFinding[]): string {
  const list = (title: string, severity: HistoryFinding['severity']): string[] => {
    const listed = findings.filter((finding) => finding.severity === severity);
    return listed.length === 0 ? [] : [[title, ...listed.map(line)].join('\n')];
  };
  return [...list('to look at:', 'look'), ...list('good to know:', 'note')].join('\n\n');
}

function line({ code, path, message, consequence }: HistoryFinding): string {
  return `  ${path}: ${message} [${code}]${consequence === null ? '' : `\n    ${consequence}`}`;
}

function seriesText({ key, series }: JudgedSeries): string {
  const { origin, intervalMs } = series;
  const from = `${key} from ${origin.text}`;
  const range = `  ${formatTime(origin.from)} to ${formatTime(origin.to)}, ${origin.observations} observations every ${formatDuration(origin.spacingMs)}, by ${formatDuration(intervalMs)}`;
  const repairs = origin.repairs.length === 0 ? ['  repairs: none'] : ['  repairs:', ...origin.repairs.map((repair) => `    ${repair}`)];
  return [from, range, ...repairs, '', ...picture(series)].join('\n');
}

/** A row of bars for each day. All days have the same scale. */
function picture({ start, intervalMs, values, unit }: LoadSeries): string[] {
  const finite = values.filter((value) => Number.isFinite(value));
  const high = finite.reduce((max, value) => Math.max(max, value), 0);
  const low = finite.reduce((min, value) => Math.min(min, value), 0);
  const scale = `${low < 0 ? `${formatFigure(low)} to` : 'up to'} ${formatFigure(high)}`;
  const days = new Map<string, number[]>();
  values.forEach((value, index) => {
    const day = formatTime(Math.floor((start + index * intervalMs) / DAY_MS) * DAY_MS).slice(0, 10);
    const row = days.get(day);
    if (row) row.push(value);
    else days.set(day, [value]);
  });
  return [
    `  in ${unit ? formatLoadUnit(unit) : 'its unit'}, a line a day, ${scale}`,
    ...[...days].map(([day, row]) => `  ${day}  ${sparkline([high, low, ...row]).slice(2)}`),
  ];
}
