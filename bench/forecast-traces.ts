import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOUR_MS } from '../lib/units';

const folder = join(__dirname, '../../shared/data/traces');

/** Records that hold three whole weeks and more, read by the hour, and whether they are counts. */
export const recordsOfWeeks: readonly (readonly [file: string, isCount: boolean])[] = [
  ['aws_asg_cpu_1h.csv', false],
  ['google2019_cpu_1h.csv', false],
  ['nyc_taxi_1h.csv', true],
  ['nasa_http_jul95_1h.csv', false],
  ['power_comed_1h.csv', false],
  ['tweets_goog_1h.csv', true],
  ['worldcup98_to_june28_5min.csv', false],
];

/** One forecast to make: what is known, and what came. */
export type Case = {
  readonly file: string;
  /** Epoch ms of the first known hour. */
  readonly start: number;
  /** NaN is missing. */
  readonly known: Float64Array;
  /** What came, as far as the trace goes. */
  readonly came: Float64Array;
};

export function hasTraces(protocol: string): boolean {
  return existsSync(join(folder, protocol));
}

/** The cases of a protocol such as `origins.csv`, with what came in `steps` hours after each origin. */
export function readCases(protocol: string, steps: number): Case[] {
  const histories = new Map<string, { readonly start: number; readonly values: Float64Array }>();
  return readRows(protocol).map(([file, kind, trainingHours, lastKnown]) => {
    const hourly = histories.get(file) ?? readHourly(file, kind === 'count');
    histories.set(file, hourly);
    const end = (Date.parse(lastKnown) - hourly.start) / HOUR_MS + 1;
    const from = Math.max(0, end - Number(trainingHours));
    return {
      file,
      start: hourly.start + from * HOUR_MS,
      known: hourly.values.slice(from, end),
      came: hourly.values.slice(end, end + steps),
    };
  });
}

/**
 * The half of the series that models and constants were chosen on. The other half, by name and fixed, is held out: in the order of their
 * names the first is of the one half, the next two of the other, then two of the first, and so on.
 */
export function isTuningHalf(file: string, files: readonly string[]): boolean {
  return [0, 3].includes([...new Set(files)].sort().indexOf(file) % 4);
}

/** Hourly means, of counts sums; an hour without a row is missing. */
export function readHourly(file: string, count: boolean) {
  const rows = readRows(file).map(([time, value]) => ({ hour: Math.floor(Date.parse(time) / HOUR_MS), value: Number(value) }));
  const [first, last] = [rows[0].hour, rows[rows.length - 1].hour];
  const sums = new Float64Array(last - first + 1);
  const counts = new Float64Array(last - first + 1);
  for (const { hour, value } of rows) {
    sums[hour - first] += value;
    counts[hour - first] += 1;
  }
  return { start: first * HOUR_MS, values: sums.map((sum, i) => (counts[i] === 0 ? NaN : count ? sum : sum / counts[i])) };
}

function readRows(file: string): string[][] {
  const [, ...lines] = readFileSync(join(folder, file), 'utf8').trim().split('\n');
  return lines.map((line) => line.split(','));
}
