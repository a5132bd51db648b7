import { workerFitRunner } from '../lib/adapters/workers';
import { eachInOrder, type Effort, forecast } from '../lib/forecast';
import type { ForecastOptions } from '../lib/forecast/types';
import { textTable } from '../lib/report/table';
import { HOUR_MS } from '../lib/units';
import { askPeers } from './forecast-peers';
import { coverage, geometricMean, interval, pinball, relativeMae, scoreAll, type Answer, type Scored } from './forecast-score';
import { measureSpeed, type Speed } from './forecast-speed';
import { hasTraces, isTuningHalf, readCases, type Case } from './forecast-traces';

/**
 * Forecast accuracy, calibration and speed, on the recorded load and the fixed origins of `../shared/data/traces`.
 *
 *     node -r ./bin/register.cjs bench/forecast.ts [--json] [--origins origins-30.csv] [--effort fast] [--workers 2] [--steps 168]
 *       [--alone] [--among 1000] [--speed 200]
 *
 * Beside it, in the same run, R's `forecast` and statsmodels where they are installed (`--alone` leaves them out), with `--among N` as
 * in a config of so many series, and with `--speed N` how many made-up series a second are forecast in a config of N of them. With `--steps 168` seasonal naive repeats the week, and only cases with 500 known
 * hours and a whole week to come are scored.
 *
 * `--json` prints `{ protocol, effort, steps, workers, absent, forecasters: [{ name, geometricMean, tuning, heldOut, interval, coverage,
 * coverageInterval, meanCoverageError, pinball, series: [{ file, tuning, relativeMae, interval, coverage, pinball }] }], speed }`: errors
 * relative to seasonal naive, shares by quantile, pinball loss relative to the mean absolute error of seasonal naive; `tuning` is the half of
 * the series that models and constants were chosen on, `heldOut` the other one. Exit code 3 when the traces are not there.
 */
const quantiles = [0.5, 0.8, 0.9, 0.95, 0.99];

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  const protocol = option('--origins', 'origins.csv');
  const effort = option('--effort', 'balanced') as Effort;
  const [workers, steps, speedOf] = [Number(option('--workers', '2')), Number(option('--steps', '24')), Number(option('--speed', '0'))];
  if (!hasTraces(protocol)) {
    console.error(`bench:forecast needs ${protocol} in ../shared/data/traces`);
    process.exitCode = 3;
    return;
  }
  const season = steps > 24 ? 168 : 24;
  const all = readCases(protocol, steps);
  const files = all.map(({ file }) => file);
  const cases = all.filter(({ known, came }) => steps <= 24 || (known.length >= 500 && came.length === steps));
  const own = await ownAnswers(cases, { steps, quantiles, effort, among: Number(option('--among', '1')) }, workers);
  const { peers, absent } = args.includes('--alone') ? { peers: [], absent: [] } : askPeers(cases, steps);
  const result = {
    protocol,
    effort,
    steps,
    workers,
    absent,
    forecasters: [{ name: 'foresize', answers: own, quantiles: true }, ...peers].map(({ name, answers, quantiles: some }) =>
      summarise(name, scoreAll(cases, answers, quantiles, season), files, some),
    ),
    speed: speedOf > 0 ? [await measureSpeed('balanced', speedOf, workers), await measureSpeed('fast', 4 * speedOf, workers)] : [],
  };
  if (args.includes('--json')) console.log(JSON.stringify(result, null, 2));
  else print(result);
}

async function ownAnswers(cases: readonly Case[], options: ForecastOptions, workers: number): Promise<Answer[]> {
  const run = workerFitRunner({ workers });
  const inputs = cases.map(({ start, known }) => ({ start, intervalMs: HOUR_MS, values: known, nonNegative: true }));
  const answers: Answer[] = [];
  for await (const answer of eachInOrder(inputs, (input) => forecast(input, options, run), 2 * workers)) answers.push(answer);
  await run.close();
  return answers;
}

function summarise(name: string, scored: readonly Scored[], files: readonly string[], hasQuantiles: boolean) {
  const mean = (some: readonly Scored[]) => geometricMean(some.map(({ rows }) => relativeMae(rows)));
  const pooled = (some: readonly Scored[], q: number) =>
    coverage(
      some.flatMap(({ rows }) => rows),
      q,
    );
  const byQuantile = <T>(figure: (q: number) => T) =>
    hasQuantiles ? Object.fromEntries(quantiles.map((quantile, q) => [String(quantile), figure(q)])) : {};
  const half = (tuning: boolean) => scored.filter(({ file }) => isTuningHalf(file, files) === tuning);
  return {
    name,
    geometricMean: round(mean(scored)),
    tuning: round(mean(half(true))),
    heldOut: round(mean(half(false))),
    interval: interval(scored, mean).map(round),
    coverage: byQuantile((q) => round(pooled(scored, q))),
    coverageInterval: byQuantile((q) => interval(scored, (drawn) => pooled(drawn, q)).map(round)),
    meanCoverageError: byQuantile((q) =>
      round(scored.reduce((total, { rows }) => total + Math.abs(coverage(rows, q) - quantiles[q]), 0) / scored.length),
    ),
    pinball: byQuantile((q) => round(geometricMean(scored.map(({ rows }) => pinball(rows, q))))),
    meanPinball: byQuantile((q) => round(scored.reduce((total, { rows }) => total + pinball(rows, q), 0) / scored.length)),
    series: scored.map((one) => ({
      file: one.file,
      tuning: isTuningHalf(one.file, files),
      relativeMae: round(relativeMae(one.rows)),
      interval: interval([one], ([{ rows }]) => relativeMae(rows)).map(round),
      coverage: byQuantile((q) => round(coverage(one.rows, q))),
      pinball: byQuantile((q) => round(pinball(one.rows, q))),
    })),
  };
}

type Summary = ReturnType<typeof summarise>;

function print({
  forecasters,
  absent,
  speed,
}: {
  readonly forecasters: readonly Summary[];
  readonly absent: readonly string[];
  readonly speed: readonly Speed[];
}): void {
  const right = (titles: readonly string[]) => titles.map((title) => ({ title, align: 'right' as const }));
  const range = ([low, high]: readonly number[]) => `${low.toFixed(3)}-${high.toFixed(3)}`;
  const [own] = forecasters;
  const rows = own.series.map((one) => [
    one.file,
    one.tuning ? 'tuned on' : 'held out',
    one.relativeMae.toFixed(3),
    range(one.interval),
    one.coverage['0.8'].toFixed(3),
    one.coverage['0.95'].toFixed(3),
    one.pinball['0.95'].toFixed(3),
  ]);
  console.log(
    textTable([{ title: 'series' }, { title: 'half' }, ...right(['rel. MAE', '95 %', '<= 0.8', '<= 0.95', 'pinball 0.95'])], rows),
  );
  const figure = (figures: Readonly<Record<string, number>>, key: string) => (key in figures ? figures[key].toFixed(3) : '');
  const totals = forecasters.map((one) => [
    one.name,
    one.geometricMean.toFixed(3),
    range(one.interval),
    one.tuning.toFixed(3),
    one.heldOut.toFixed(3),
    ...['0.8', '0.95'].flatMap((key) => [
      figure(one.coverage, key),
      key in one.coverageInterval ? range(one.coverageInterval[key]) : '',
      figure(one.meanCoverageError, key),
    ]),
    figure(one.pinball, '0.95'),
    figure(one.meanPinball, '0.95'),
  ]);
  const titles = [
    'rel. MAE',
    '95 %',
    'tuned on',
    'held out',
    '<= 0.8',
    '95 %',
    'error',
    '<= 0.95',
    '95 %',
    'error',
    'pinball 0.95',
    'its mean',
  ];
  console.log(`\n${textTable([{ title: 'forecaster' }, ...right(titles)], totals)}`);
  for (const title of absent) console.log(`\n${title} is not installed here: not compared.`);
  for (const { effort, series, perSecond, cpuMsPerSeries, heapMiB } of speed)
    console.log(
      `\n${effort}: ${perSecond.toFixed(1)} series a second over ${series}, ${cpuMsPerSeries.toFixed(1)} ms of processor time each, at most ${heapMiB.toFixed(0)} MiB of heap`,
    );
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
