import { formatDuration, formatTime, HOUR_MS } from '../units';
import { leastStrength } from '../history';
import { findingsOf, type JudgedSeries, type JudgedWorkload } from './history-findings';
import { textTable } from './table';

/** A row a series: what was read, what is missing, what repeats, and how much there is to look at. */
export function historyTable(workloads: readonly JudgedWorkload[]): string {
  return textTable(
    [
      { title: 'series' },
      { title: 'from' },
      { title: 'to' },
      { title: 'every' },
      { title: 'observations', align: 'right' },
      { title: 'observed', align: 'right' },
      { title: 'missing', align: 'right' },
      { title: 'longest gap', align: 'right' },
      { title: 'repeats' },
      { title: 'repairs', align: 'right' },
      { title: 'to look at', align: 'right' },
    ],
    workloads.flatMap((workload) => {
      const looks = findingsOf(workload).filter(({ severity }) => severity === 'look');
      return workload.series.map((each) => rowOf(each, looks.filter(({ path }) => concerns(path, each.key)).length));
    }),
  );
}

/** `workloads.web.cpu`, `workloads.web.cpu.usage (cpu.csv)`. */
const concerns = (path: string, key: string): boolean => new RegExp(`^workloads\\.${key.replaceAll('.', '\\.')}(\\W|$)`).test(path);

function rowOf({ key, series, quality }: JudgedSeries, looks: number): string[] {
  const { origin } = series;
  return [
    key,
    toMinute(origin.from),
    toMinute(origin.to),
    formatDuration(origin.spacingMs),
    `${origin.observations}`,
    percent(quality.coverage),
    `${quality.missing}`,
    quality.longestGapMs === 0 ? 'none' : formatDuration(quality.longestGapMs),
    repeats(quality.seasonality),
    `${origin.repairs.length}`,
    `${looks}`,
  ];
}

/** `2026-11-23T00:00Z`: seconds only where there are some. */
const toMinute = (time: number): string => formatTime(time).replace(/:00Z$/, 'Z');

/** `24 h 0.83, 168 h 0.41`, with the strength of each. */
function repeats(seasonality: JudgedSeries['quality']['seasonality']): string {
  const found = seasonality.filter(({ strength }) => strength >= leastStrength);
  return found.map(({ periodMs, strength }) => `${periodMs / HOUR_MS} h ${strength.toFixed(2)}`).join(', ') || 'no';
}

/** Rounded down: what is not complete never reads as 100 %. */
function percent(share: number): string {
  return `${Math.floor(share * 1000 + 1e-9) / 10} %`;
}
