import { type Command, InvalidArgumentError, Option } from 'commander';
import { basename, resolve } from 'node:path';
import { fileHistoryReader } from '../../lib/adapters/files';
import { workerFitRunner } from '../../lib/adapters/workers';
import { writeTogether } from '../../lib/adapters/write-file';
import type { CapacityConfig } from '../../lib/config/schema';
import { type Effort, originsByEffort } from '../../lib/forecast/effort';
import { readingOf, type SeriesKind } from '../../lib/history/series';
import type { HistoryReading } from '../../lib/history/series';
import { observe } from '../../lib/plan/observe';
import { poolOfferings } from '../../lib/plan/pool-offerings';
import { supplyOf } from '../../lib/plan/supply';
import { ProblemError } from '../../lib/problems';
import { simulationChart } from '../../lib/report/simulation-chart';
import { simulationDocument, simulationText } from '../../lib/report/simulation';
import { defaultPhysics } from '../../lib/simulate/physics';
import { gridOf, loadGridOf } from '../../lib/simulate/load-grid';
import type { LoadGrid } from '../../lib/simulate/refine';
import { policyNames, prepareLoad, simulateLoad, type Simulation, type SimulateOptions } from '../../lib/simulate/simulate-load';
import { workloadPhysics } from '../../lib/simulate/workload-physics';
import { DAY_MS, formatDuration, HOUR_MS } from '../../lib/units';
import {
  action,
  checkWorkload,
  durationArgument,
  type ExitCode,
  openProject,
  print,
  printJson,
  stage,
  warn,
  wholeNumber,
  withWorkers,
} from './common';
import { fileSource } from './file-source';
import { type HistoryOptions, openHistory, withHistoryOptions } from './open-history';

type Options = HistoryOptions & {
  readonly config?: string;
  readonly load?: string;
  readonly series: SeriesKind;
  readonly timeColumn: string;
  readonly valueColumn: string;
  readonly zone?: string;
  readonly policy: readonly string[];
  readonly seed: number;
  readonly boot?: number;
  readonly modelLoad?: number;
  readonly price?: number;
  readonly protect?: number;
  readonly capacity?: number;
  readonly gpus?: number;
  readonly kubernetes: 'symmetric' | 'per-direction';
  readonly replicasPerNode?: number;
  readonly svg?: string;
  readonly json?: boolean;
  readonly effort: Effort;
  readonly workers: number;
};

export function simulateCommand(program: Command): void {
  withHistoryOptions(withWorkers(program.command('simulate')))
    .description('replay the load of workloads, or any load, under a plan and its rivals: GPU-hours and violations of each')
    .argument('[workload]', 'only this one of the config')
    .option('--config <file>', 'the config (default: foresize.config.* in the current folder)')
    .option('--load <file>', 'replay this instead: CSV, NDJSON or Parquet with a column of times and a column of values; needs no config')
    .addOption(new Option('--series <kind>', 'what a value is').choices(['rate', 'level', 'count', 'counter']).default('rate'))
    .option('--time-column <name>', 'column of the time', 'timestamp')
    .option('--value-column <name>', 'column of the value', 'value')
    .option('--zone <name>', 'IANA zone of times that carry none')
    .option('--policy <names>', `only these, separated by commas: ${policyNames.join(', ')}`, policyList, [])
    .addOption(new Option('--seed <n>', 'of the variation within intervals').argParser(wholeNumber).default(1))
    .addOption(new Option('--boot <duration>', "boot of a node (default: the config's, or 4m)").argParser(durationArgument))
    .addOption(
      new Option('--model-load <duration>', "from the start of a pod until it serves (default: the config's cold start, or 2m)").argParser(
        durationArgument,
      ),
    )
    .addOption(
      new Option(
        '--capacity <load>',
        "load at which a replica is full (default: the config's throughput, or such that the mean of the training part needs ten)",
      ).argParser(amount),
    )
    .addOption(new Option('--gpus <n>', "GPUs of a replica (default: the config's, or 1)").argParser(wholeNumber))
    .addOption(new Option('--replicas-per-node <n>', "replicas that fit a node (default: the config's, or 1)").argParser(wholeNumber))
    .addOption(new Option('--price <usd>', "USD per GPU-hour (default: of the config's cheapest node)").argParser(amount))
    .addOption(
      new Option('--protect <quantile>', "quantile of the forecast that floors cover (default: the config's, or 0.95)").argParser(quantile),
    )
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
      '\nExamples:\n  foresize simulate\n  foresize simulate chat --svg chat.svg\n  foresize simulate --load chat.csv\n  foresize simulate --load chat.csv --boot 6m --model-load 4m --price 2.5\n  foresize simulate --load hits.csv --series count --policy hpa-tuned,plan+operate --json',
    )
    .action(
      action(async (workload: string | undefined, options: Options): Promise<ExitCode> => {
        checkArguments(workload, options);
        const runner = workerFitRunner({ workers: options.workers });
        try {
          runner.warm();
          const subjects =
            options.load === undefined ? await workloadSubjects(workload, options) : [await fileSubject(options.load, options)];
          const results: Result[] = [];
          for (const subject of subjects) {
            subject.warnings.forEach(warn);
            const prepared = await stage(`forecasting each day of ${subject.name}`, () =>
              prepareLoad(subject.load, subject.settings, runner),
            );
            const simulation = await stage(`replaying ${subject.name}`, () => simulateLoad(prepared, subject.settings));
            results.push({ subject, simulation: only(simulation, options.policy) });
          }
          if (options.svg !== undefined) {
            const [{ subject, simulation }] = results;
            writeTogether([{ path: resolve(options.svg), text: simulationChart(simulation, subject.title) }]);
          }
          const documentOf = ({ subject, simulation }: Result) =>
            simulationDocument(simulation, subject.name, options.seed, subject.usdPerGpuHour);
          if (!options.json)
            print(results.map(({ subject, simulation }) => simulationText(simulation, subject.title, subject.usdPerGpuHour)).join('\n\n'));
          else if (options.load !== undefined) printJson(documentOf(results[0]));
          else printJson({ workloads: Object.fromEntries(results.map((result) => [result.subject.name, documentOf(result)])) });
          return 0;
        } finally {
          await runner.close();
        }
      }),
    );
}

/** One load to replay. */
type Subject = {
  readonly name: string;
  /** Over its table and chart. */
  readonly title: string;
  readonly load: LoadGrid;
  readonly settings: SimulateOptions;
  readonly usdPerGpuHour: number | null;
  readonly warnings: readonly string[];
};

type Result = { readonly subject: Subject; readonly simulation: Simulation };

function checkArguments(workload: string | undefined, { load, svg }: Options): void {
  if (load !== undefined && workload !== undefined)
    throw new ProblemError({
      code: 'simulate/load-or-workload',
      path: '--load',
      message: 'replays a file, which is no workload of a config',
      hint: `leave out --load or '${workload}'`,
    });
  if (svg !== undefined && load === undefined && workload === undefined)
    throw new ProblemError({
      code: 'cli/svg-of-one',
      path: '--svg',
      message: 'draws one load',
      hint: 'name a workload, or a file with --load',
    });
}

async function fileSubject(path: string, options: Options): Promise<Subject> {
  const { load, warnings } = await stage('reading', () => readLoad(path, options));
  const settings = settingsOf(path, options, defaultPhysics, 0.95);
  return { name: path, title: basename(path), load, settings, usdPerGpuHour: options.price ?? null, warnings };
}

/** The workloads of the config that can be replayed, with what the config says of them. */
async function workloadSubjects(workload: string | undefined, options: Options): Promise<readonly Subject[]> {
  const project = openProject(options);
  const { config } = project;
  if (workload !== undefined) checkWorkload(config, workload);
  const offerings = poolOfferings(config);
  const names = workload === undefined ? Object.keys(config.workloads).sort() : [workload];
  const subjects: Subject[] = [];
  const skipped: string[] = [];
  for (const name of names) {
    if (workload === undefined && config.workloads[name].kind !== 'inference') {
      skipped.push(name);
      continue;
    }
    const { pool, protect } = config.workloads[name];
    const { physics, offering, usdPerGpuHour } = workloadPhysics(config, name, supplyOf(config, name, offerings, null), offerings[pool]);
    const read = (period: number) =>
      stage(`reading ${name}`, () => observe({ ...config, period, workloads: alone(config, name) }, openHistory(project, options)));
    const coarse = (await read(HOUR_MS)).signals[`${name}.load`];
    const grid = gridOf(coarse.series.origin.spacingMs);
    const { series } = grid === HOUR_MS ? coarse : (await read(grid)).signals[`${name}.load`];
    subjects.push({
      name,
      title: `${name} on ${offering.id}`,
      load: loadGridOf(series),
      settings: settingsOf(`workloads.${name}.load`, options, physics, protect),
      usdPerGpuHour: options.price ?? usdPerGpuHour,
      warnings: [],
    });
  }
  if (subjects.length === 0)
    throw new ProblemError({
      code: 'simulate/no-replicas',
      path: 'workloads',
      message: 'none is replayed: only inference on GPUs is, whose replicas follow a load',
      hint: 'foresize simulate --load FILE.csv replays any load',
    });
  if (skipped.length > 0) warn(`not replayed, since their replicas follow no load of requests: ${skipped.join(', ')}`);
  return subjects;
}

/** A workload without the others; those that lend it their shape have no part in a replay. */
function alone({ workloads }: CapacityConfig, name: string): CapacityConfig['workloads'] {
  return { [name]: { ...workloads[name], like: undefined } };
}

/** What is stated on the command line goes before what is known otherwise. */
function settingsOf(path: string, options: Options, known: SimulateOptions['physics'], protect: number): SimulateOptions {
  return {
    physics: {
      ...known,
      capacityPerReplica: options.capacity ?? known.capacityPerReplica,
      gpusPerReplica: options.gpus ?? known.gpusPerReplica,
      replicasPerNode: options.replicasPerNode ?? known.replicasPerNode,
      bootMs: options.boot ?? known.bootMs,
      modelLoadMs: options.modelLoad ?? known.modelLoadMs,
      tolerance: options.kubernetes,
    },
    slo: null,
    seed: options.seed,
    protect: options.protect ?? protect,
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
  return {
    load: loadGridOf(series),
    warnings: warnings.map(({ path: place, message }) => `${place}: ${message}`),
  };
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
