import { existsSync, readFileSync } from 'node:fs';
import { DateTime } from 'luxon';
import { join } from 'node:path';
import { workerFitRunner } from '../lib/adapters/workers';
import { type FitRunner, forecastWithEvents, holidayOccurrences, holidaysBetween, type Occurrence } from '../lib/forecast';
import { textTable } from '../lib/report/table';
import { DAY_MS, formatTime, HOUR_MS } from '../lib/units';

/**
 * What knowing events, holidays and clocks is worth on recorded load, each against the same forecast that does not know.
 *
 *     node -r ./bin/register.cjs bench/events.ts [--json] [--workers 2]
 *
 * Planted: a day's event (five times the usual by noon) multiplied into three days of each trace, two known, the third forecast a day
 * ahead; the median relative error of its hours. Holidays: the days of a public holiday, forecast a day ahead from all that came
 * before; mean absolute error by the mean load. Clock: the week from a day before a change of the clock on, likewise. `--json` prints
 * `{ planted, holidays, clock }`, lists of `{ series, at, knowing, blind }`. Exit code 3 when the traces are not there.
 */
const folder = join(__dirname, '../../shared/data/traces');
const quantiles = [0.5, 0.95];
type Hourly = { readonly start: number; readonly values: Float64Array };
type Row = { readonly series: string; readonly at: string; readonly knowing: number; readonly blind: number };

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (!existsSync(folder)) {
    console.error('the recorded traces are not here');
    process.exitCode = 3;
    return;
  }
  const run = workerFitRunner({ workers: Number(args.includes('--workers') ? args[args.indexOf('--workers') + 1] : '2') });
  const result = { planted: await planted(run), holidays: await holidays(run), clock: await clock(run) };
  await run.close();
  if (args.includes('--json')) return console.log(JSON.stringify(result, null, 2));
  for (const [name, rows] of Object.entries(result)) console.log(`${name}\n${table(rows)}\n`);
}

/** Five times the usual by noon, a third more at midnight. */
function peak(hour: number): number {
  return 1.3 + 3.7 * Math.exp(-(((hour - 12) / 6) ** 2));
}

async function planted(run: FitRunner): Promise<Row[]> {
  const rows: Row[] = [];
  for (const file of [
    'nyc_taxi_1h.csv',
    'power_comed_1h.csv',
    'aws_asg_cpu_1h.csv',
    'tweets_goog_1h.csv',
    'nasa_http_jul95_1h.csv',
    'genai_lora_requests_1h.csv',
    'k8s_load_02_1h.csv',
    'k8s_load_12_1h.csv',
  ]) {
    const { start, values } = read(file);
    const last = Math.floor(values.length / 24) - 1;
    const gap = Math.min(28, Math.floor((last - 3) / 2));
    for (const coming of last > 40 ? [last, last - 3] : [last]) {
      const days = [coming - 2 * gap + 1, coming - gap, coming];
      const load = values.map((value, i) => (days.includes(Math.floor(i / 24)) ? value * peak(i % 24) : value));
      const event = (day: number): Occurrence => ({
        kind: 'event',
        name: 'sale',
        group: 'event sale',
        from: start + day * DAY_MS,
        to: start + (day + 1) * DAY_MS,
      });
      const came = load.slice(coming * 24, coming * 24 + 24);
      const [knowing, blind] = await both(run, { start, values: load.slice(0, (coming - 1) * 24) }, 48, 'UTC', days.map(event));
      const median = (path: Float64Array) => {
        const errors = [...came].flatMap((value, i) => (value > 0 ? [Math.abs(path[24 + i] - value) / value] : [])).sort((a, b) => a - b);
        return errors[errors.length >> 1];
      };
      rows.push({ series: file, at: formatTime(start + coming * DAY_MS), knowing: median(knowing), blind: median(blind) });
    }
  }
  return rows;
}

async function holidays(run: FitRunner): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [file, zone] of [
    ['power_comed_1h.csv', 'America/New_York'],
    ['nyc_taxi_1h.csv', 'America/New_York'],
  ] as const) {
    const { start, values } = read(file, zone);
    const end = start + values.length * HOUR_MS;
    const days = holidayOccurrences(holidaysBetween([{ country: 'US', share: 1, types: ['public'] }], start, end, 'bench'));
    for (const day of days.slice(2)) {
      const first = Math.round((day.from - start) / HOUR_MS);
      if (first < 60 * 24 || first + 24 > values.length) continue;
      const known = { start, values: values.slice(0, first - 24) };
      const [knowing, blind] = await both(run, known, 48, zone, days);
      const came = values.slice(first, first + 24);
      rows.push({
        series: `${file} ${day.name}`,
        at: formatTime(day.from),
        knowing: meanError(knowing.slice(24), came),
        blind: meanError(blind.slice(24), came),
      });
    }
  }
  return rows;
}

async function clock(run: FitRunner): Promise<Row[]> {
  const rows: Row[] = [];
  const changes = [
    [
      'power_comed_1h.csv',
      'America/Chicago',
      ['2016-11-06T06:00:00Z', '2017-03-12T07:00:00Z', '2017-11-05T06:00:00Z', '2018-03-11T07:00:00Z'],
    ],
    ['nyc_taxi_1h.csv', 'America/New_York', ['2014-11-02T06:00:00Z']],
  ] as const;
  for (const [file, zone, times] of changes) {
    const { start, values } = read(file, zone);
    for (const at of times)
      for (const daysAfter of [-1, 2]) {
        const end = Math.round((Date.parse(at) + daysAfter * DAY_MS - start) / HOUR_MS);
        const known = { start, values: values.slice(0, end) };
        const knowing = (await both(run, known, 168, zone, []))[0];
        const blind = (await both(run, known, 168, 'UTC', []))[0];
        const came = values.slice(end, end + 168);
        rows.push({
          series: `${file} ${daysAfter > 0 ? '+' : ''}${daysAfter} d`,
          at,
          knowing: meanError(knowing, came),
          blind: meanError(blind, came),
        });
      }
  }
  return rows;
}

/** With the occurrences and without. */
async function both(run: FitRunner, { start, values }: Hourly, steps: number, timeZone: string, occurrences: readonly Occurrence[]) {
  const input = { start, intervalMs: HOUR_MS, values, nonNegative: true };
  const paths = [occurrences, []].map(
    async (all) => (await forecastWithEvents(input, { steps, quantiles }, { timeZone, occurrences: all }, run)).forecast.mean,
  );
  return Promise.all(paths);
}

function meanError(path: Float64Array, came: Float64Array): number {
  let [error, size] = [0, 0];
  came.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    error += Math.abs(path[i] - value);
    size += value;
  });
  return error / size;
}

/** `zone`: the times of the file are its wall clock, whatever they are labelled; they become UTC. */
function read(file: string, zone?: string): Hourly {
  const rows = readFileSync(join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([time, value]) => [zone ? DateTime.fromISO(time.slice(0, 19), { zone }).toMillis() : Date.parse(time), Number(value || 'NaN')]);
  const start = rows[0][0];
  const values = new Float64Array((rows[rows.length - 1][0] - start) / HOUR_MS + 1).fill(NaN);
  for (const [time, value] of rows) values[(time - start) / HOUR_MS] = value;
  return { start, values };
}

function table(rows: readonly Row[]): string {
  const mean = (of: 'knowing' | 'blind') => (rows.reduce((sum, row) => sum + row[of], 0) / rows.length).toFixed(3);
  return textTable(
    [{ title: 'series' }, { title: 'at' }, { title: 'error, knowing', align: 'right' }, { title: 'not knowing', align: 'right' }],
    [
      ...rows.map(({ series, at, knowing, blind }) => [series, at, knowing.toFixed(3), blind.toFixed(3)]),
      null,
      ['mean', '', mean('knowing'), mean('blind')],
    ],
  );
}
