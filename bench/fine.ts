import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerFitRunner } from '../lib/adapters/workers';
import type { Effort } from '../lib/forecast/effort';
import { forecast } from '../lib/forecast/forecast';
import type { FitRunner, ForecastInput } from '../lib/forecast/types';
import { textTable } from '../lib/report/table';
import { DAY_MS, MINUTE_MS } from '../lib/units';

/**
 * Accuracy of forecasts at intervals of less than an hour, a day ahead: at the interval alone, and where the backtest may choose to go by
 * hours and their shape.
 *
 *     node -r ./bin/register.cjs bench/fine.ts [--json] [--effort fast] [--origins 4] [--workers 2]
 *
 * Recorded load of `../shared/data/traces` at 5 and 15 minutes, the last origins a day and a third apart. `--json` prints
 * `[{ file, minutes, direct, chosen, byHour, coverage, directSeconds, seconds }]`: mean absolute errors relative to the last day once more,
 * origins at which hours were chosen of all, the share at or below the quantile 0.95, and processor time a forecast. Exit code 3 when the
 * traces are not there.
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
  const titles = ['direct', 'chosen', 'by hour', '<= 0.95', 's direct', 's'].map((title) => ({ title, align: 'right' as const }));
  console.log(
    textTable(
      [{ title: 'series' }, ...titles],
      [
        ...rows.map(({ file, direct, chosen, byHour, coverage, directSeconds, seconds }) => [
          file,
          direct.toFixed(3),
          chosen.toFixed(3),
          byHour,
          coverage.toFixed(3),
          directSeconds.toFixed(2),
          seconds.toFixed(2),
        ]),
        ['geometric mean', geometric(({ direct }) => direct), geometric(({ chosen }) => chosen), '', '', '', ''],
      ],
    ),
  );
}

async function measure(file: string, count: number, effort: Effort, run: FitRunner) {
  const minutes = Number(/_(\d+)min/.exec(file)?.[1]);
  const { series, intervalMs } = read(file, minutes * MINUTE_MS);
  const steps = DAY_MS / intervalMs;
  let [direct, chosen, naive, hours, below, scored, directSeconds, seconds, made] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let back = count; back >= 1; back--) {
    const end = series.values.length - Math.round(steps * (1 + ((back - 1) * 4) / 3));
    if (end < 4 * steps) continue;
    const known = { ...series, values: series.values.slice(0, end) };
    const came = series.values.slice(end, end + steps);
    const timed = async (directly: boolean) => {
      const before = process.cpuUsage();
      const result = await forecast(known, { steps, quantiles: [0.95], effort, directly }, run);
      const { user, system } = process.cpuUsage(before);
      return { result, spent: (user + system) / 1e6 };
    };
    const [alone, both] = [await timed(true), await timed(false)];
    came.forEach((value, step) => {
      const before = series.values[end - steps + step];
      if (Number.isNaN(value) || Number.isNaN(before)) return;
      direct += Math.abs(value - alone.result.mean[step]);
      chosen += Math.abs(value - both.result.mean[step]);
      naive += Math.abs(value - before);
      below += value <= both.result.quantiles[0][step] ? 1 : 0;
      scored += 1;
    });
    hours += both.result.grain?.by === 'hour' ? 1 : 0;
    made += 1;
    directSeconds += alone.spent;
    seconds += both.spent;
  }
  return {
    file,
    minutes,
    direct: direct / naive,
    chosen: chosen / naive,
    byHour: `${hours} of ${made}`,
    coverage: below / scored,
    directSeconds: directSeconds / made,
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
