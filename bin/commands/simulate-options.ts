import { type Command, InvalidArgumentError, Option } from 'commander';
import { isLive, type WorkloadConfig } from '../../lib/config';
import { type Effort, originsByEffort } from '../../lib/forecast';
import { type NodeAutoscaler, nodeAutoscalers, type WaitSlo } from '../../lib/simulate';
import { policyNames } from '../../lib/plan/replay';
import { type Problem, ProblemError } from '../../lib/problems';
import { parseDuration, parseShare, SECOND_MS } from '../../lib/units';
import { type CellOptions, durationArgument, type HistoryOptions, wholeNumber, withCellOptions } from './common';
import type { FileOptions } from '../../lib/project';

/** As commander gives them: durations in ms, shares as numbers, and what has a default is there. */
export type Options = HistoryOptions &
  CellOptions &
  Required<Pick<FileOptions, 'series' | 'timeColumn' | 'valueColumn'>> & {
    readonly zone?: string;
    readonly config?: string;
    readonly load?: string;
    readonly jobs?: string;
    readonly fleet?: boolean;
    readonly weeks?: number;
    readonly policy: readonly string[];
    readonly seed: number;
    readonly runs: number;
    readonly boot?: number;
    readonly modelLoad?: number;
    readonly price?: number;
    readonly spotPrice?: number;
    readonly protect?: number;
    readonly auto?: boolean;
    readonly slo?: Pick<WaitSlo, 'quantile' | 'waitSeconds'>;
    readonly serviceTime?: number;
    readonly places?: number;
    readonly capacity?: number;
    readonly gpus?: number;
    readonly replicasPerNode?: number;
    readonly gpusPerNode: number;
    readonly nodes?: number;
    readonly nodeLimit?: number;
    readonly nodeAutoscaler?: NodeAutoscaler;
    readonly consolidateAfter?: number;
    readonly interruptions?: number;
    readonly shortage?: number;
    readonly drain?: number;
    readonly longestWait?: number;
    readonly checkpointWrite: number;
    readonly kubernetes?: string;
    readonly svg?: string;
    readonly json?: boolean;
    readonly effort: Effort;
    readonly workers: number;
  };

/** What is replayed, and what a replica, a node and their times are. */
export function withSimulateOptions(command: Command): Command {
  const option = (flags: string, text: string, parse: (value: string) => unknown, preset?: unknown, shown?: string) =>
    command.addOption(
      preset === undefined ? new Option(flags, text).argParser(parse) : new Option(flags, text).argParser(parse).default(preset, shown),
    );
  command
    .option('--config <file>', 'the config (default: foresize.config.* in the current folder)')
    .option('--load <file>', 'replay this load instead: CSV, NDJSON or Parquet with a column of times and one of values; needs no config')
    .option('--jobs <file>', 'replay these jobs instead: CSV with columns arrival, gpus, hours, and if wanted deadline, name, priority')
    .option('--fleet', 'replay the whole config in dollars instead, beside a static fleet, a tuned HPA, simple rules and hindsight')
    .option('--weeks <n>', 'with --fleet: last weeks that are replayed (default: 4, at most half of what is known)', wholeNumber)
    .addOption(new Option('--series <kind>', 'what a value is').choices(['rate', 'level', 'count', 'counter']).default('rate'))
    .option('--time-column <name>', 'column of the time', 'timestamp')
    .option('--value-column <name>', 'column of the value', 'value')
    .option('--zone <name>', 'IANA zone of times that carry none');
  withCellOptions(command).option('--policy <names>', `only these, separated by commas: ${policyNames.join(', ')}`, policyList, []);
  option('--seed <n>', 'of all that is left to chance', wholeNumber, 1);
  option('--boot <duration>', "boot of a node (default: the config's, or 4m)", durationArgument);
  option(
    '--model-load <duration>',
    "from the start of a pod until it serves or works (default: the config's cold start, or 2m)",
    durationArgument,
  );
  option(
    '--capacity <load>',
    "load at which a replica is full (default: the config's throughput, or such that the mean of the training part needs ten)",
    amount,
  );
  option('--gpus <n>', "GPUs of a replica (default: the config's, or 1)", wholeNumber);
  option('--replicas-per-node <n>', "replicas that fit a node (default: the config's, or 1)", wholeNumber);
  option('--price <usd>', "USD per GPU-hour (default: of the config's cheapest node)", amount);
  option('--protect <quantile>', "quantile of the forecast that floors cover (default: the config's, or 0.95)", quantile);
  command.option('--auto', 'choose on the tuning window what is stated otherwise: the quantile that floors cover');
  option('--slo <promise>', "what is in violation: a wait above it, such as 'p95 500ms'; without one, load above capacity", sloOf);
  option('--service-time <duration>', 'with --slo: how long a request takes', durationArgument);
  option('--places <n>', 'with --slo: requests that a replica serves at once (default: 1)', wholeNumber);
  command.addOption(
    new Option('--node-autoscaler <name>', 'what adds and takes nodes (default: as the config says, else cluster-autoscaler)').choices(
      nodeAutoscalers,
    ),
  );
  option('--consolidate-after <duration>', 'with karpenter: how long a node stays empty (default: 0s)', durationOrZero);
  option('--node-limit <n>', "nodes at most (default: by the config's ceilings, quotas and machines)", wholeNumber);
  option(
    '--interruptions <share>',
    "share of nodes that is taken away in a month, such as '10%' (default: the provider's of a spot node)",
    openShare,
  );
  option('--shortage <share>', "share of the time in which no node can be had, such as '5%'", openShare);
  option('--drain <duration>', 'how long a pod that goes holds its node', durationArgument);
  option('--longest-wait <duration>', 'how long load that finds no capacity waits before it is lost', durationArgument);
  option('--gpus-per-node <n>', 'with --jobs: GPUs of a node', wholeNumber, 8);
  option('--nodes <n>', 'with --jobs: nodes of the fixed pool (default: the fewest that keep every deadline)', wholeNumber);
  option('--spot-price <usd>', 'with --jobs: USD per GPU-hour of a spot node', amount);
  option('--checkpoint-write <duration>', 'with --jobs: how long a checkpoint takes', durationArgument, 60 * SECOND_MS, '1m');
  option('--runs <n>', 'of jobs: replays over which figures that depend on chance are means', wholeNumber, 100);
  command.addOption(
    new Option('--effort <effort>', 'how much each forecast tests its models').choices(Object.keys(originsByEffort)).default('fast'),
  );
  option(
    '--kubernetes <version>',
    "up to 1.32 the HPA tests its tolerance otherwise (default: the config's cluster, or 1.33)",
    kubernetesVersion,
  );
  return command
    .option('--svg <file>', 'draw load, capacity and violations of each policy')
    .option('--json', 'one JSON document on stdout and nothing else there');
}

/** @throws ProblemError `cli/...` with all options that do not go together */
export function checkOptions(workload: string | undefined, options: Options, stated: readonly string[]): void {
  const { load, jobs, svg, slo, serviceTime, places, consolidateAfter, nodeAutoscaler, auto, protect, fleet, weeks } = options;
  const wrong: readonly (Problem | null)[] = [
    load !== undefined && workload !== undefined
      ? {
          code: 'simulate/load-or-workload',
          path: '--load',
          message: 'replays a file, which is no workload of a config',
          hint: `leave out --load or '${workload}'`,
        }
      : null,
    jobs !== undefined && (workload ?? load) !== undefined
      ? {
          code: 'simulate/jobs-alone',
          path: '--jobs',
          message: 'replays a list of jobs, and nothing beside it',
          hint: `leave out --jobs or '${workload ?? '--load'}'`,
        }
      : null,
    fleet === true && (workload ?? load ?? jobs) !== undefined
      ? {
          code: 'simulate/fleet-alone',
          path: '--fleet',
          message: 'replays the whole config, and nothing beside it',
          hint: `leave out --fleet or '${workload ?? (load === undefined ? '--jobs' : '--load')}'`,
        }
      : null,
    weeks !== undefined && fleet !== true
      ? { code: 'simulate/fleet-alone', path: '--weeks', message: 'is of use with --fleet alone', hint: 'add --fleet' }
      : null,
    svg !== undefined && load === undefined && workload === undefined
      ? { code: 'cli/svg-of-one', path: '--svg', message: 'draws one load', hint: 'name a workload, or a file with --load' }
      : null,
    slo !== undefined && serviceTime === undefined
      ? {
          code: 'simulate/service-time',
          path: '--slo',
          message: 'cannot be judged without knowing how long a request takes',
          hint: "add --service-time, such as '2s'",
        }
      : null,
    ...Object.entries({ '--service-time': serviceTime, '--places': places }).map(([path, value]): Problem | null =>
      value !== undefined && slo === undefined
        ? { code: 'simulate/service-time', path, message: 'is of use with --slo alone', hint: "add --slo, such as 'p95 500ms'" }
        : null,
    ),
    consolidateAfter !== undefined && nodeAutoscaler !== 'karpenter'
      ? {
          code: 'simulate/consolidate-after',
          path: '--consolidate-after',
          message: 'is a setting of Karpenter',
          hint: 'add --node-autoscaler karpenter',
        }
      : null,
    auto === true && protect !== undefined
      ? { code: 'simulate/auto', path: '--auto', message: 'chooses the quantile that --protect states', hint: 'leave out one of them' }
      : null,
    ...((jobs ?? load) === undefined ? [] : idleOptions(stated, [jobs === undefined ? 'file' : 'jobs'])),
    ...(fleet === true ? idleOptions(stated, ['fleet']) : []),
  ];
  const problems = wrong.filter((problem) => problem !== null);
  if (problems.length > 0) throw new ProblemError(problems);
}

/** What a replay may be of. */
type Replayed = 'fleet' | 'jobs' | 'file' | 'inference' | 'live inference' | 'job' | 'queue' | 'live queue';

const words: Readonly<Record<Replayed, string>> = {
  fleet: 'the whole config',
  jobs: 'a list of jobs',
  file: 'the load of a file',
  inference: 'inference',
  'live inference': 'inference',
  job: 'a training job',
  queue: 'trainers of a queue',
  'live queue': 'trainers of a queue',
};

const inference: readonly Replayed[] = ['inference', 'live inference'];
const queue: readonly Replayed[] = ['queue', 'live queue'];
const loads: readonly Replayed[] = ['file', ...inference];
const replicas: readonly Replayed[] = [...loads, ...queue];
const parts: readonly Replayed[] = [...replicas, 'jobs', 'job'];

/** Options that say nothing of some of what is replayed, and what they are for. All others hold for all. */
const uses: Readonly<Record<string, readonly Replayed[]>> = {
  '--config': [...inference, ...queue, 'job', 'fleet'],
  '--seed': parts,
  '--boot': parts,
  '--model-load': parts,
  '--price': parts,
  '--node-autoscaler': parts,
  '--consolidate-after': parts,
  '--interruptions': parts,
  '--series': ['file'],
  '--time-column': ['file'],
  '--value-column': ['file'],
  '--zone': ['file'],
  '--date-format': ['file'],
  '--decimal': ['file'],
  '--thousands': ['file'],
  '--policy': loads,
  '--capacity': replicas,
  '--gpus': replicas,
  '--replicas-per-node': replicas,
  '--protect': loads,
  '--auto': loads,
  '--slo': loads,
  '--service-time': loads,
  '--places': loads,
  '--node-limit': [...replicas, 'jobs'],
  '--shortage': replicas,
  '--drain': replicas,
  '--longest-wait': loads,
  '--gpus-per-node': ['jobs'],
  '--nodes': ['jobs'],
  '--spot-price': ['jobs'],
  '--checkpoint-write': ['jobs'],
  '--runs': ['jobs', 'job'],
  '--effort': loads,
  '--kubernetes': replicas,
  '--as-of': ['fleet', 'job', 'live inference', 'live queue'],
  '--offline': [...inference, ...queue, 'fleet'],
};

/** What a workload of a config is replayed as; `null` where it is not. */
export function replayedAs(workload: WorkloadConfig): Replayed | null {
  switch (workload.kind) {
    case 'service':
      return null;
    case 'inference':
      return isLive(workload.load) ? 'live inference' : 'inference';
    case 'training':
      if (workload.form === 'job') return 'job';
      return workload.load !== undefined && isLive(workload.load) ? 'live queue' : 'queue';
  }
}

/** @throws ProblemError as `idleOptions` finds them */
export function checkUse(stated: readonly string[], replayed: readonly Replayed[]): void {
  const idle = idleOptions(stated, replayed);
  if (idle.length > 0) throw new ProblemError(idle);
}

/** `simulate/option`: every option that is stated and says nothing of anything that is replayed. */
function idleOptions(stated: readonly string[], replayed: readonly Replayed[]): readonly Problem[] {
  const idle = stated.filter((flag) => Object.hasOwn(uses, flag) && !uses[flag].some((kind) => replayed.includes(kind)));
  return idle.map((flag) => ({
    code: 'simulate/option',
    path: flag,
    message: `says nothing of ${inWords(replayed, 'and')}`,
    hint: `leave it out; it is for ${flag === '--as-of' ? 'a training job, and where a live source is asked' : inWords(uses[flag], 'or')}`,
  }));
}

function inWords(all: readonly Replayed[], last: 'and' | 'or'): string {
  const distinct = [...new Set(all.map((kind) => words[kind]))];
  return distinct.length < 2 ? distinct.join('') : `${distinct.slice(0, -1).join(', ')} ${last} ${distinct[distinct.length - 1]}`;
}

function policyList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !policyNames.some((known) => known === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`knows no ${unknown.join(', ')}; policies are ${policyNames.join(', ')}`);
  return names;
}

function kubernetesVersion(text: string): string {
  const match = /^v?1\.(\d+)(?:\.\d+)?$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError("must be a version of Kubernetes, such as '1.32'");
  return `1.${match[1]}`;
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

function sloOf(text: string): Options['slo'] {
  const match = /^p(\d+(?:\.\d+)?)\s+(.+)$/.exec(text.trim());
  const [percent, waitMs] = [Number(match?.[1]), parseDuration(match?.[2] ?? '')];
  if (match === null || waitMs === undefined || !(percent > 0 && percent < 100))
    throw new InvalidArgumentError("must be a share of the requests and the longest wait, such as 'p95 500ms'");
  return { quantile: percent / 100, waitSeconds: waitMs / SECOND_MS };
}

function durationOrZero(text: string): number {
  return parseDuration(text) === 0 ? 0 : durationArgument(text);
}

function openShare(text: string): number {
  const share = parseShare(text);
  if (share === undefined || !(share >= 0 && share < 1)) throw new InvalidArgumentError("must be a share below all, such as '10%'");
  return share;
}
