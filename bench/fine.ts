import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerFitRunner } from '../lib/adapters/workers';
import { type Effort, type FitRunner, forecast, type ForecastInput } from '../lib/forecast';
import { textTable } from '../lib/report/table';
import { DAY_MS, MINUTE_MS } from '../lib/units';

/**
 * Accuracy of forecasts at intervals of less than an hour, a day ahead, and what their backtests said of both ways that they choose
 * between: by the hour with the shape within it, and at the interval itself.
 *
 *     node -r ./bin/register.cjs bench/fine.ts [--json] [--effort fast] [--origins 4] [--workers 2]
 *
 * Recorded load of `../shared/data/traces` at 5 and 15 minutes, the last origins a day and a third apart. `--json` prints
 * `[{ file, minutes, error, byHour, tested: { hour, interval }, coverage, seconds }]`: mean absolute error relative to the last day once
 * more, origins at which hours were chosen of all, the mean of the backtests' relative errors by either way, the share at or below the
 * quantile 0.95, and processor time a forecast. Exit code 3 when the traces are not there.
 */
const folder = join(__dirname, '../../shared/data/traces');

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /_(5|15)min\.csv$/.test(file)) : [];
  if (files.length === 0) {
    console.error('bench:fine needs ../shared/data/traces');
    process.exitCode = 3;
    return;
  }
  const run = workerFitRunner({ workers: Number(option('--workers', '2')) });
  const rows: Awaited<ReturnType<typeof measure>>[] = [];
  for (const file of files.sort())
    rows.push(await measure(file, Number(option('--origins', '4')), option('--effort', 'balanced') as Effort, run));
  await run.close();
  if (args.includes('--json')) return console.log(JSON.stringify(rows, null, 2));
  const geometric = (pick: (row: (typeof rows)[number]) => number) =>
    Math.exp(rows.reduce((sum, row) => sum + Math.log(pick(row)), 0) / rows.length).toFixed(3);
  const titles = ['error', 'by hour', 'tested: hour', 'interval', '<= 0.95', 's'].map((title) => ({ title, align: 'right' as const }));
  console.log(
    textTable(
      [{ title: 'series' }, ...titles],
      [
        ...rows.map(({ file, error, byHour, tested, coverage, seconds }) => [
          file,
          error.toFixed(3),
          byHour,
          tested.hour.toFixed(3),
          tested.interval.toFixed(3),
          coverage.toFixed(3),
          seconds.toFixed(2),
        ]),
        [
          'geometric mean',
          ...[geometric(({ error }) => error), '', geometric(({ tested }) => tested.hour), geometric(({ tested }) => tested.interval)],
          '',
          '',
        ],
      ],
    ),
  );
}

async function measure(file: string, count: number, effort: Effort, run: FitRunner) {
  const minutes = Number(/_(\d+)min/.exec(file)?.[1]);
  const { series, intervalMs } = read(file, minutes * MINUTE_MS);
  const steps = DAY_MS / intervalMs;
  let [error, naive, hours, below, scored, seconds, made] = [0, 0, 0, 0, 0, 0, 0];
  const tested = { hour: 0, interval: 0 };
  for (let back = count; back >= 1; back--) {
    const end = series.values.length - Math.round(steps * (1 + ((back - 1) * 4) / 3));
    if (end < 4 * steps) continue;
    const known = { ...series, values: series.values.slice(0, end) };
    const began = process.cpuUsage();
    const { mean, quantiles, grain } = await forecast(known, { steps, quantiles: [0.5, 0.95], effort }, run);
    const { user, system } = process.cpuUsage(began);
    series.values.slice(end, end + steps).forEach((came, step) => {
      const before = series.values[end - steps + step];
      if (Number.isNaN(came) || Number.isNaN(before)) return;
      error += Math.abs(came - mean[step]);
      naive += Math.abs(came - before);
      below += came <= quantiles[1][step] ? 1 : 0;
      scored += 1;
    });
    hours += grain?.by === 'hour' ? 1 : 0;
    tested.hour += grain?.relativeMae.hour ?? NaN;
    tested.interval += grain?.relativeMae.interval ?? NaN;
    made += 1;
    seconds += (user + system) / 1e6;
  }
  return {
    file,
    minutes,
    error: error / naive,
    byHour: `${hours} of ${made}`,
    tested: { hour: tested.hour / made, interval: tested.interval / made },
    coverage: below / scored,
    seconds: seconds / made,
  };
}

function read(file: string, intervalMs: number): { readonly series: ForecastInput; readonly intervalMs: number } {
  const rows = readFileSync(join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([time, value]) => ({ step: Math.floor(Date.parse(time) / intervalMs), value: Number(value) }));
  const [first, last] = [rows[0].step, rows[rows.length - 1].step];
  const values = new Float64Array(last - first + 1).fill(NaN);
  for (const { step, value } of rows) values[step - first] = value;
  return { series: { start: first * intervalMs, intervalMs, values, nonNegative: true }, intervalMs };
}
