import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerFitRunner } from '../lib/adapters/workers';
import { forecast } from '../lib/forecast/forecast';
import type { FitRunner } from '../lib/forecast/types';
import { textTable } from '../lib/report/table';
import { HOUR_MS } from '../lib/units';

/**
 * Forecast accuracy and calibration on recorded load, 24 h ahead, from the fixed origins of `../shared/data/traces`.
 *
 *     node -r ./bin/register.cjs bench/forecast.ts [--json] [--origins origins-30.csv] [--workers 2]
 *
 * `--json` prints `{ protocol, workers, series: [{ file, origins, relativeMae, coverage, pinball, secondsPerForecast, chosen }],
 * geometricMean, coverage, meanCoverageError, pinball }`: errors relative to repeating the last 24 h, shares by quantile, pinball loss
 * relative to the mean absolute error of repeating the last 24 h. Exit code 3 when the traces are not there.
 */
const folder = join(__dirname, '../../shared/data/traces');
const quantiles = [0.5, 0.8, 0.9, 0.95, 0.99];
const steps = 24;

type Origin = { readonly file: string; readonly count: boolean; readonly trainingHours: number; readonly lastKnown: number };
type Hourly = { readonly start: number; readonly values: Float64Array };
type Tally = {
  origins: number;
  scored: number;
  error: number;
  naiveError: number;
  seconds: number;
  readonly below: number[];
  readonly loss: number[];
  readonly chosen: Record<string, number>;
};

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  const [protocol, workers] = [option('--origins', 'origins.csv'), Number(option('--workers', '2'))];
  if (!existsSync(join(folder, protocol))) {
    console.error(`bench:forecast needs ${protocol} in ../shared/data/traces`);
    process.exitCode = 3;
    return;
  }
  const run = workerFitRunner({ workers });
  const tallies = new Map<string, Tally>();
  const histories = new Map<string, Hourly>();
  for (const origin of readOrigins(protocol)) {
    const hourly = histories.get(origin.file) ?? readHourly(origin);
    histories.set(origin.file, hourly);
    const tally = tallies.get(origin.file) ?? {
      origins: 0,
      scored: 0,
      error: 0,
      naiveError: 0,
      seconds: 0,
      below: quantiles.map(() => 0),
      loss: quantiles.map(() => 0),
      chosen: {},
    };
    tallies.set(origin.file, tally);
    await score(origin, hourly, tally, run);
  }
  await run.close();
  const result = summarise(protocol, workers, tallies);
  if (args.includes('--json')) console.log(JSON.stringify(result, null, 2));
  else print(result);
}

async function score({ trainingHours, lastKnown }: Origin, { start, values }: Hourly, tally: Tally, run: FitRunner): Promise<void> {
  const end = (lastKnown - start) / HOUR_MS + 1;
  const from = Math.max(0, end - trainingHours);
  const known = values.slice(from, end);
  const came = values.slice(end, end + steps);
  const began = performance.now();
  const result = await forecast(
    { start: start + from * HOUR_MS, intervalMs: HOUR_MS, values: known, nonNegative: true },
    { steps, quantiles },
    run,
  );
  tally.seconds += (performance.now() - began) / 1000;
  tally.origins += 1;
  tally.chosen[result.chosen] = (tally.chosen[result.chosen] ?? 0) + 1;
  const naive = drawLines(known).slice(-steps);
  came.forEach((value, step) => {
    if (Number.isNaN(value)) return;
    tally.scored += 1;
    tally.error += Math.abs(value - result.mean[step]);
    tally.naiveError += Math.abs(value - naive[step]);
    result.quantiles.forEach((path, q) => {
      const excess = value - path[step];
      if (excess <= 1e-9 * Math.abs(value)) tally.below[q] += 1;
      tally.loss[q] += Math.max(quantiles[q] * excess, (quantiles[q] - 1) * excess);
    });
  });
}

function summarise(protocol: string, workers: number, tallies: ReadonlyMap<string, Tally>) {
  const byQuantile = (figure: (q: number) => number) =>
    Object.fromEntries(quantiles.map((quantile, q) => [String(quantile), round(figure(q))]));
  const all = [...tallies.values()];
  const sum = (figure: (tally: Tally) => number) => all.reduce((total, tally) => total + figure(tally), 0);
  const geometricMean = (figure: (tally: Tally) => number) => Math.exp(sum((tally) => Math.log(figure(tally))) / all.length);
  return {
    protocol,
    workers,
    series: [...tallies].map(([file, tally]) => ({
      file,
      origins: tally.origins,
      relativeMae: round(tally.error / tally.naiveError),
      coverage: byQuantile((q) => tally.below[q] / tally.scored),
      pinball: byQuantile((q) => tally.loss[q] / tally.naiveError),
      secondsPerForecast: round(tally.seconds / tally.origins),
      chosen: tally.chosen,
    })),
    geometricMean: round(geometricMean((tally) => tally.error / tally.naiveError)),
    coverage: byQuantile((q) => sum((tally) => tally.below[q]) / sum((tally) => tally.scored)),
    meanCoverageError: byQuantile((q) => sum((tally) => Math.abs(tally.below[q] / tally.scored - quantiles[q])) / all.length),
    pinball: byQuantile((q) => geometricMean((tally) => tally.loss[q] / tally.naiveError)),
  };
}

function print(result: ReturnType<typeof summarise>): void {
  const shares = (figures: Readonly<Record<string, number>>) => Object.values(figures).map((figure) => figure.toFixed(3));
  const columns = ['rel. MAE', ...quantiles.map((quantile) => `<= ${quantile}`), 's each'].map((title) => ({
    title,
    align: 'right' as const,
  }));
  const rows = result.series.map((one) => [
    one.file,
    one.relativeMae.toFixed(3),
    ...shares(one.coverage),
    one.secondsPerForecast.toFixed(2),
  ]);
  const totals = [
    ['geometric mean, pooled', result.geometricMean.toFixed(3), ...shares(result.coverage), ''],
    ['mean error of coverage', '', ...shares(result.meanCoverageError), ''],
    ['pinball, relative', '', ...shares(result.pinball), ''],
  ];
  console.log(textTable([{ title: 'series' }, ...columns], [...rows, null, ...totals]));
}

function readOrigins(protocol: string): Origin[] {
  return readRows(protocol).map(([file, kind, hours, lastKnown]) => ({
    file,
    count: kind === 'count',
    trainingHours: Number(hours),
    lastKnown: Date.parse(lastKnown),
  }));
}

/** Hourly means, of counts sums; an hour without a row is missing. */
function readHourly({ file, count }: Origin): Hourly {
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

/** The yardstick's own filling: straight lines, as the protocol says. */
function drawLines(values: Float64Array): Float64Array {
  const filled = values.slice();
  let before = -1;
  for (let i = 0; i < filled.length; i++) {
    if (Number.isNaN(filled[i])) continue;
    for (let j = before + 1; j < i; j++)
      filled[j] = before < 0 ? filled[i] : filled[before] + ((filled[i] - filled[before]) * (j - before)) / (i - before);
    before = i;
  }
  return filled.fill(filled[before], before + 1);
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
