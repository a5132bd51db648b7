import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../lib/history';
import { simulate } from '../lib/project/simulate';
import { textTable } from '../lib/report/table';
import { type Headline, headlineOf, type Row, summariseTraces, type TraceSummary } from './simulate-summary';

/**
 * What `foresize simulate --load TRACE` says of each trace of `../shared/data/traces`, for several seeds: trained and tuned on the past,
 * scored on the last third.
 *
 *     npm run bench:simulate [-- --json] [--seeds 3] [--traces NAME,NAME] [--workers 2]
 *
 * `--json` prints `{ seeds, headline, traces: [{ file, chosen, chosenToHpaTuned, operateToHpaTuned, chosenToBound, hpaTunedToBound, chosenToStatic,
 * chosenViolations, hpaTunedViolations, ratioSpread, spread, isAbove }], medians, rows: [{ file, seed, chosen, why, gpuHours, violationPercent, bound,
 * cpuSeconds }] }`: ratios of GPU-hours, violations in percent of the minutes. Exit code 3 when the traces are not there.
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
  const wanted = option('--traces', '').split(',');
  const files = readdirSync(folder)
    .filter((file) => /_(1h|15min|5min)\.csv$/.test(file) && wanted.some((name) => file.includes(name)))
    .sort();
  const [seeds, workers] = [Number(option('--seeds', '3')), Number(option('--workers', '2'))];
  const rows: Row[] = [];
  for (const file of files) {
    for (let seed = 1; seed <= seeds; seed++) rows.push(await replayed(file, seed, workers));
    console.error(`${file}: ${rows[rows.length - 1].chosen}, ${rows[rows.length - 1].cpuSeconds.toFixed(1)} s`);
  }
  const traces = summariseTraces(rows);
  const medians = Object.fromEntries(figures.map((figure) => [figure, median(traces.map((trace) => trace[figure]))]));
  const headline = headlineOf(traces, seeds);
  if (args.includes('--json')) console.log(JSON.stringify({ seeds, headline, traces, medians, rows }, null, 2));
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

async function replayed(file: string, seed: number, workers: number): Promise<Row> {
  const began = cpuSeconds();
  const { document } = await simulate({ load: join(folder, file), seed, workers });
  type Figures = (typeof document.policies)[number];
  const byName = (figure: (policy: Figures) => number) =>
    Object.fromEntries(document.policies.map((policy) => [policy.name, figure(policy)]));
  return {
    file,
    seed,
    chosen: document.chosen,
    why: document.why,
    gpuHours: byName(({ gpuHours }) => gpuHours),
    violationPercent: byName(({ violationMinutesPercent }) => violationMinutesPercent),
    bound: document.lowerBoundGpuHours,
    cpuSeconds: cpuSeconds() - began,
  };
}

/** Of this process, its threads included: what other programs do at the time does not count. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
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
