import { formatDuration, formatTime, HOUR_MS } from '../units';
import { leastStrength } from '../history';
import { findingsOf, type JudgedSeries, type JudgedWorkload } from './history-findings';
import { textTable } from './table';

/** The table of `foresize history`: for each series what was read, what is missing, which seasons it has, and the number of findings. */
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
      return workload.series.map((judged) => rowOf(judged, looks.filter(({ path }) => concerns(path, judged.key)).length));
    }),
  );
}

/** Whether the path of a finding is that of a series: `workloads.web.cpu` and `workloads.web.cpu.usage (cpu.csv)` are of `web.cpu`. */
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

/** A time such as `2026-11-23T00:00Z`, with seconds only where they are not zero. */
const toMinute = (time: number): string => formatTime(time).replace(/:00Z$/, 'Z');

/** The seasons of a series with their strengths, such as `24 h 0.83, 168 h 0.41`; `no` where there is none. */
function repeats(seasonality: JudgedSeries['quality']['seasonality']): string {
  const seasons = seasonality.filter(({ strength }) => strength >= leastStrength);
  return seasons.map(({ periodMs, strength }) => `${periodMs / HOUR_MS} h ${strength.toFixed(2)}`).join(', ') || 'no';
}

/** A share in percent, rounded down, so that an incomplete series never reads as 100 %. */
function percent(share: number): string {
  return `${Math.floor(share * 1000 + 1e-9) / 10} %`;
}
