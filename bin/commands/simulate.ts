import { type Command, InvalidArgumentError, Option } from 'commander';
import { basename, resolve } from 'node:path';
import { workerFitRunner } from '../../lib/adapters/workers';
import { writeTogether } from '../../lib/adapters/write-file';
import { type Effort, originsByEffort } from '../../lib/forecast/effort';
import { poolOfferings } from '../../lib/plan/pool-offerings';
import { supplyOf } from '../../lib/plan/supply';
import { ProblemError } from '../../lib/problems';
import { simulationChart } from '../../lib/report/simulation-chart';
import { simulationDocument, simulationText } from '../../lib/report/simulation';
import { defaultPhysics } from '../../lib/simulate/physics';
import type { LoadGrid } from '../../lib/simulate/refine';
import { policyNames, prepareLoad, simulateLoad, type Simulation, type SimulateOptions } from '../../lib/simulate/simulate-load';
import { workloadPhysics } from '../../lib/simulate/workload-physics';
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
import { type HistoryOptions, openHistory, withHistoryOptions } from './open-history';
import { type FileOptions, readFileLoad, readWorkloadLoads } from './read-loads';

type Options = HistoryOptions &
  FileOptions & {
    readonly config?: string;
    readonly load?: string;
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
  const { load, warnings } = await stage('reading', () => readFileLoad(path, options));
  const settings = settingsOf(path, options, defaultPhysics, 0.95);
  return { name: path, title: basename(path), load, settings, usdPerGpuHour: options.price ?? null, warnings };
}

/** The workloads of the config that can be replayed, with what the config says of them. */
async function workloadSubjects(workload: string | undefined, options: Options): Promise<readonly Subject[]> {
  const project = openProject(options);
  const { config } = project;
  if (workload !== undefined) checkWorkload(config, workload);
  const offerings = poolOfferings(config);
  const all = Object.keys(config.workloads).sort();
  const names = workload === undefined ? all.filter((name) => config.workloads[name].kind === 'inference') : [workload];
  const skipped = workload === undefined ? all.filter((name) => !names.includes(name)) : [];
  if (names.length === 0)
    throw new ProblemError({
      code: 'simulate/no-replicas',
      path: 'workloads',
      message: 'none is replayed: only inference on GPUs is, whose replicas follow a load',
      hint: 'foresize simulate --load FILE.csv replays any load',
    });
  if (skipped.length > 0) warn(`not replayed, since their replicas follow no load of requests: ${skipped.join(', ')}`);
  const supplied = names.map((name) => {
    const supply = supplyOf(config, name, offerings, null);
    return { name, ...workloadPhysics(config, name, supply, offerings[config.workloads[name].pool]) };
  });
  const loads = await stage('reading history', () => readWorkloadLoads(config, names, openHistory(project, options)));
  return supplied.map(({ name, physics, offering, usdPerGpuHour }) => ({
    name,
    title: `${name} on ${offering.id}`,
    load: loads[name],
    settings: settingsOf(`workloads.${name}.load`, options, physics, config.workloads[name].protect),
    usdPerGpuHour: options.price ?? usdPerGpuHour,
    warnings: [],
  }));
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
