import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerFitRunner } from '../lib/adapters/workers';
import { violationPercent } from '../lib/plan/policy-decision';
import { textTable } from '../lib/report/table';
import { defaultPhysics } from '../lib/simulate/physics';
import type { LoadGrid } from '../lib/simulate/refine';
import { prepareLoad, simulateLoad, type SimulateOptions } from '../lib/simulate/simulate-load';
import { HOUR_MS, MINUTE_MS } from '../lib/units';
import { median } from '../lib/history';
import { type Headline, headlineOf, type Row, summariseTraces, type TraceSummary } from './simulate-summary';

/**
 * All policies over all traces of `../shared/data/traces`: trained and tuned on the past, scored on the last third.
 *
 *     npm run bench:simulate [-- --json] [--seeds 3] [--traces NAME,NAME] [--workers 2]
 *
 * `--json` prints `{ seeds, headline, traces: [{ file, chosen, chosenToHpaTuned, operateToHpaTuned, chosenToBound, hpaTunedToBound, chosenToStatic,
 * chosenViolations, hpaTunedViolations, ratioSpread, spread, isAbove }], medians, rows: [{ file, seed, chosen, why, gpuHours, violationPercent, bound,
 * seconds }] }`: ratios of GPU-hours, violations in percent of the minutes, CPU seconds.  Exit code 3 when the traces are not there.
 */
const folder = join(__dirname, '../../shared/data/traces');

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
  if (!existsSync(folder)) {
    console.error('bench:simulate needs ../shared/data/traces');
    process.exitCode = 3;
    return;
  }
  const wanted = option('--traces', '');
  const files = readdirSync(folder)
    .filter((file) => /_(1h|15min|5min)\.csv$/.test(file) && (wanted === '' || wanted.split(',').some((name) => file.includes(name))))
    .sort();
  const runner = workerFitRunner({ workers: Number(option('--workers', '2')) });
  const rows: Row[] = [];
  for (const file of files) {
    const began = performance.now();
    const settings = optionsOf(file, 1);
    const prepared = await prepareLoad(readTrace(file), settings, runner);
    const forecasts = (performance.now() - began) / 1000;
    for (let seed = 1; seed <= Number(option('--seeds', '3')); seed++) rows.push(score(file, seed, prepared, forecasts));
    console.error(rows.slice(-1).map((row) => `${row.file}: ${row.chosen}, ${row.seconds.replays.toFixed(1)} s`)[0]);
  }
  await runner.close();
  const traces = summariseTraces(rows);
  const medians = Object.fromEntries(figures.map((figure) => [figure, median(traces.map((trace) => trace[figure]))]));
  const headline = headlineOf(traces, Number(option('--seeds', '3')));
  if (args.includes('--json')) console.log(JSON.stringify({ seeds: headline.seeds, headline, traces, medians, rows }, null, 2));
  else print(traces, medians, headline);
}

const figures = [
  'chosenToHpaTuned',
  'operateToHpaTuned',
  'chosenToBound',
  'hpaTunedToBound',
  'chosenToStatic',
  'chosenViolations',
  'hpaTunedViolations',
] as const;

function optionsOf(file: string, seed: number): SimulateOptions {
  return { physics: defaultPhysics, slo: null, seed, protect: 0.95, effort: 'fast', path: file };
}

function score(file: string, seed: number, prepared: Parameters<typeof simulateLoad>[0], forecasts: number): Row {
  const began = cpuSeconds();
  const { policies, bound, verdict } = simulateLoad(prepared, optionsOf(file, seed));
  const by = (figure: (policy: (typeof policies)[number]) => number) =>
    Object.fromEntries(policies.map((policy) => [policy.name, figure(policy)]));
  return {
    file,
    seed,
    chosen: verdict.chosen,
    why: verdict.why,
    gpuHours: by(({ scored }) => scored.gpuHours),
    violationPercent: by(({ scored }) => violationPercent(scored)),
    bound: bound.gpuHours,
    seconds: { forecasts, replays: cpuSeconds() - began },
  };
}

/** Of this process, its workers included: what other programs do at the time does not count. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A trace from its first whole hour on; an interval without a row is missing. */
function readTrace(file: string): LoadGrid {
  const intervalMs = /_1h/.test(file) ? HOUR_MS : (/_15min/.test(file) ? 15 : 5) * MINUTE_MS;
  const [, ...lines] = readFileSync(join(folder, file), 'utf8').trim().split('\n');
  const rows = lines.map((line) => line.split(',')).map(([time, value]) => ({ at: Date.parse(time), value: Number(value) }));
  const start = Math.ceil(rows[0].at / HOUR_MS) * HOUR_MS;
  const values = new Float64Array(Math.floor((rows[rows.length - 1].at - start) / intervalMs) + 1).fill(NaN);
  for (const { at, value } of rows) if (at >= start) values[Math.floor((at - start) / intervalMs)] = value;
  return { start, intervalMs, values };
}

function print(traces: readonly TraceSummary[], medians: Readonly<Record<string, number>>, headline: Headline): void {
  const right = (title: string) => ({ title, align: 'right' as const });
  const cells = (figure: (name: (typeof figures)[number]) => number) => figures.map((name) => figure(name).toFixed(3));
  console.log(
    textTable(
      [
        { title: 'trace' },
        { title: 'chosen' },
        ...[
          'chosen/hpa-tuned',
          'operate/hpa-tuned',
          'chosen/bound',
          'hpa-tuned/bound',
          'chosen/static',
          'chosen viol. %',
          'hpa-tuned viol. %',
        ].map(right),
        right('± ratio'),
        right('± hpa-tuned viol.'),
        { title: '' },
      ],
      [
        ...traces.map((trace) => [
          trace.file,
          trace.chosen,
          ...cells((name) => trace[name]),
          trace.ratioSpread.toFixed(3),
          trace.spread.toFixed(3),
          trace.isAbove ? 'above' : '',
        ]),
        null,
        ['median', '', ...cells((name) => medians[name]), '', '', ''],
      ],
    ),
  );
  const said = (holds: boolean) => (holds ? 'held' : 'missed');
  const { holds, above } = headline;
  console.log(
    [
      '',
      `chosen / hpa-tuned ${headline.chosenToHpaTuned.toFixed(3)}, goal 0.75: ${said(holds.hours)}`,
      `chosen / bound ${headline.chosenToBound.toFixed(3)}, goal 1.35: ${said(holds.bound)}`,
      `median of violations ${headline.chosenViolations.toFixed(3)} %, not above ${headline.hpaTunedViolations.toFixed(3)} %: ${said(holds.violations)}`,
      `no trace above hpa-tuned by more than 0.1 points or twice the spread: ${said(holds.noTraceAbove)}${above.length > 0 ? ` by ${above.join(', ')}` : ''}`,
    ].join('\n'),
  );
}
