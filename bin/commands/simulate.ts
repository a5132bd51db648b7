import { type Command, InvalidArgumentError, Option } from 'commander';
import { basename, resolve } from 'node:path';
import { fileHistoryReader } from '../../lib/adapters/files';
import { workerFitRunner } from '../../lib/adapters/workers';
import { writeTogether } from '../../lib/adapters/write-file';
import { type Effort, originsByEffort } from '../../lib/forecast/effort';
import { readingOf, type SeriesKind } from '../../lib/history/series';
import type { HistoryReading } from '../../lib/history/series';
import { ProblemError } from '../../lib/problems';
import { simulationChart } from '../../lib/report/simulation-chart';
import { simulationDocument, simulationText } from '../../lib/report/simulation';
import { defaultPhysics } from '../../lib/simulate/physics';
import type { LoadGrid } from '../../lib/simulate/refine';
import { policyNames, prepareLoad, simulateLoad, type Simulation, type SimulateOptions } from '../../lib/simulate/simulate-load';
import { DAY_MS, formatDuration, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { action, durationArgument, type ExitCode, print, printJson, stage, warn, wholeNumber, withWorkers } from './common';
import { fileSource } from './file-source';

type Options = {
  readonly load?: string;
  readonly series: SeriesKind;
  readonly timeColumn: string;
  readonly valueColumn: string;
  readonly zone?: string;
  readonly policy: readonly string[];
  readonly seed: number;
  readonly boot: number;
  readonly modelLoad: number;
  readonly price?: number;
  readonly protect: number;
  readonly capacity?: number;
  readonly gpus: number;
  readonly kubernetes: 'symmetric' | 'per-direction';
  readonly replicasPerNode: number;
  readonly svg?: string;
  readonly json?: boolean;
  readonly effort: Effort;
  readonly workers: number;
};

export function simulateCommand(program: Command): void {
  withWorkers(program.command('simulate'))
    .description('replay a load under a plan and its rivals: GPU-hours and violations of each')
    .option('--load <file>', 'CSV, NDJSON or Parquet with a column of times and a column of values; needs no config')
    .addOption(new Option('--series <kind>', 'what a value is').choices(['rate', 'level', 'count', 'counter']).default('rate'))
    .option('--time-column <name>', 'column of the time', 'timestamp')
    .option('--value-column <name>', 'column of the value', 'value')
    .option('--zone <name>', 'IANA zone of times that carry none')
    .option('--policy <names>', `only these, separated by commas: ${policyNames.join(', ')}`, policyList, [])
    .addOption(new Option('--seed <n>', 'of the variation within intervals').argParser(wholeNumber).default(1))
    .addOption(new Option('--boot <duration>', 'boot of a node').argParser(durationArgument).default(defaultPhysics.bootMs, '4m'))
    .addOption(
      new Option('--model-load <duration>', 'from the start of a pod until it serves')
        .argParser(durationArgument)
        .default(defaultPhysics.modelLoadMs, '2m'),
    )
    .addOption(
      new Option('--capacity <load>', 'load at which a replica is full (default: the mean of the training part needs ten)').argParser(
        amount,
      ),
    )
    .addOption(new Option('--gpus <n>', 'GPUs of a replica').argParser(wholeNumber).default(1))
    .addOption(new Option('--replicas-per-node <n>', 'replicas that fit a node').argParser(wholeNumber).default(1))
    .addOption(new Option('--price <usd>', 'USD per GPU-hour').argParser(amount))
    .addOption(new Option('--protect <quantile>', 'quantile of the forecast that floors cover').argParser(quantile).default(0.95))
    .addOption(
      new Option('--effort <effort>', 'how much each forecast tests its models').choices(Object.keys(originsByEffort)).default('fast'),
    )
    .addOption(
      new Option('--kubernetes <version>', 'up to 1.32 the HPA tests its tolerance otherwise')
        .argParser(toleranceOf)
        .default('per-direction', '1.33'),
    )
    .option('--svg <file>', 'draw load, capacity and violations of each policy')
    .option('--json', 'one JSON document on stdout and nothing else there')
    .addHelpText(
      'after',
      '\nExamples:\n  foresize simulate --load chat.csv\n  foresize simulate --load chat.csv --boot 6m --model-load 4m --price 2.5\n  foresize simulate --load hits.csv --series count --policy hpa-tuned,plan+operate --json',
    )
    .action(
      action(async (options: Options): Promise<ExitCode> => {
        const path = options.load;
        if (path === undefined)
          throw new ProblemError({
            code: 'simulate/no-load-file',
            path: '--load',
            message: 'names no load to replay',
            hint: 'foresize simulate --load FILE.csv',
          });
        const runner = workerFitRunner({ workers: options.workers });
        try {
          runner.warm();
          const { load, warnings } = await stage('reading', () => readLoad(path, options));
          warnings.forEach(warn);
          const settings = settingsOf(path, options);
          const prepared = await stage('forecasting each day', () => prepareLoad(load, settings, runner));
          const made = only(await stage('replaying', () => simulateLoad(prepared, settings)), options.policy);
          if (options.svg !== undefined) writeTogether([{ path: resolve(options.svg), text: simulationChart(made, basename(path)) }]);
          const price = options.price ?? null;
          if (options.json) printJson(simulationDocument(made, path, options.seed, price));
          else print(simulationText(made, path, price));
          return 0;
        } finally {
          await runner.close();
        }
      }),
    );
}

function settingsOf(path: string, options: Options): SimulateOptions {
  return {
    physics: {
      ...defaultPhysics,
      capacityPerReplica: options.capacity,
      gpusPerReplica: options.gpus,
      replicasPerNode: options.replicasPerNode,
      bootMs: options.boot,
      modelLoadMs: options.modelLoad,
      tolerance: options.kubernetes,
    },
    slo: null,
    seed: options.seed,
    protect: options.protect,
    effort: options.effort,
    path,
  };
}

/** The load as finely as it was observed, a rate or a level, from a whole hour on. */
async function readLoad(path: string, options: Options): Promise<{ readonly load: LoadGrid; readonly warnings: readonly string[] }> {
  const source = fileSource(path, options);
  const read = fileHistoryReader({ baseDirectory: resolve('.') });
  const at = async (intervalMs: number): Promise<HistoryReading> => {
    const [outcome] = await read([{ source, defaultKind: 'rate', intervalMs, path }]);
    return readingOf(outcome);
  };
  const coarse = await at(HOUR_MS);
  const intervalMs = gridOf(coarse.series.origin.spacingMs);
  if (coarse.series.origin.spacingMs > HOUR_MS)
    throw new ProblemError({
      code: 'simulate/interval',
      path,
      message: 'is too coarse to be replayed',
      expected: 'observations at least once an hour',
      received: `every ${formatDuration(Math.min(coarse.series.origin.spacingMs, 365 * DAY_MS))}`,
    });
  const { series, warnings } = intervalMs === HOUR_MS ? coarse : await at(intervalMs);
  const skipped = Math.round((Math.ceil(series.start / HOUR_MS) * HOUR_MS - series.start) / intervalMs);
  const perSecond = series.kind === 'count' ? SECOND_MS / intervalMs : 1;
  return {
    load: {
      start: series.start + skipped * intervalMs,
      intervalMs,
      values: series.values.slice(skipped).map((value) => value * perSecond),
    },
    warnings: warnings.map(({ path: place, message }) => `${place}: ${message}`),
  };
}

/** The coarsest grid that is as fine as the observations. */
function gridOf(spacingMs: number): number {
  const grids = [HOUR_MS, 30 * MINUTE_MS, 20 * MINUTE_MS, 15 * MINUTE_MS, 10 * MINUTE_MS, 5 * MINUTE_MS, MINUTE_MS, 15 * SECOND_MS];
  return grids.find((grid) => grid <= spacingMs * 1.01) ?? 15 * SECOND_MS;
}

/** Chosen among all; only some are shown. */
function only(simulation: Simulation, names: readonly string[]): Simulation {
  if (names.length === 0) return simulation;
  return { ...simulation, policies: simulation.policies.filter(({ policy }) => names.includes(policy.name)) };
}

function policyList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !policyNames.some((known) => known === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`knows no ${unknown.join(', ')}; policies are ${policyNames.join(', ')}`);
  return names;
}

/** How the HPA of a version tests its tolerance. */
function toleranceOf(text: string): Options['kubernetes'] {
  const match = /^v?1\.(\d+)(?:\.\d+)?$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError("must be a version of Kubernetes, such as '1.32'");
  return Number(match[1]) <= 32 ? 'symmetric' : 'per-direction';
}

function amount(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

function quantile(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('must be between 0 and 1');
  return value;
}
