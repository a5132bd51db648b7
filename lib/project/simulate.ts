import { basename } from 'node:path';
import { type ReplayAnswer, onReplayThreads, type ReplayThreads } from '../adapters/replay-threads';
import { type CapacityConfig, floorOwners, type TrainingConfig } from '../config';
import type { Effort, FitRunner } from '../forecast';
import type { HistoryReader } from '../history';
import { type PoolOfferings, poolOfferings, workloadSupply } from '../plan/supply';
import { ProblemError } from '../problems';
import { inEqualParts, type OnProgress } from '../progress';
import { jobsDocument, jobsText } from '../report/jobs';
import { queueDocument, queueText } from '../report/queue';
import { defaultPhysics, type LoadGrid, prepareLoad, type ReplaySettings, type WaitSlo, withoutOwnSlo, workloadPhysics } from '../simulate';
import { costOf, policyNames, violationLimit } from '../plan/replay';
import { SECOND_MS } from '../units';
import { type FileOptions, readFileLoad, readWorkloadLoads } from './loads';
import { withFits } from './fits';
import { type Duration, durationOf, inStage, type RunOptions } from './options';
import { type HistoryOptions, openHistory } from './open-history';
import { checkWorkload, openProject, type ProjectSource } from './project';
import { type ReplicaOptions, statedPhysics } from './simulate-physics';
import { type JobOptions, type JobsFileOptions, replayJob, replayJobsFile, replayQueues } from './simulate-training';

/** How a load is replayed. */
export type LoadOptions = ReplicaOptions & {
  /** Policies that are shown, by their names; all take part in the choice. @default all */
  readonly policy?: readonly string[];
  /** Quantile of the forecast that floors cover. @default the config's, or 0.95 */
  readonly protect?: number;
  /** Chooses `protect` among 0.8, 0.9, 0.95 and 0.99 on the tuning window. @default false */
  readonly auto?: boolean;
  /** The longest wait, in seconds, of a share of the requests, such as 0.95: more is in violation. @default load above capacity is */
  readonly slo?: Pick<WaitSlo, 'quantile' | 'waitSeconds'>;
  /** With `slo`, which needs it: how long a request takes. */
  readonly serviceTime?: Duration;
  /** With `slo`: requests that a replica serves at once. @default 1 */
  readonly places?: number;
  /** How much each forecast tests its models. @default `fast` */
  readonly effort?: Effort;
  /** Draws the last week that was scored. @default false */
  readonly chart?: boolean;
};

/** The load of a file. */
export type SimulateFileOptions = { readonly load: string } & FileOptions & LoadOptions & RunOptions & Warned;
/** The jobs of a file. */
export type SimulateJobsOptions = { readonly jobs: string } & JobsFileOptions & RunOptions;
/** Workloads of a config. */
export type SimulateConfigOptions = ProjectSource & {
  /** Only this one. @default all that can be replayed: inference, and training on GPUs */
  readonly workload?: string;
} & HistoryOptions &
  LoadOptions &
  JobOptions &
  RunOptions &
  Warned;

type Warned = {
  /** Called with what reading a load gave to look at, as its replay begins. */
  readonly onWarning?: (warning: string) => void;
};

export type LoadReplay = { readonly kind: 'load'; readonly name: string } & Pick<ReplayAnswer, 'document' | 'text' | 'chart'>;
export type JobsReplay = {
  readonly kind: 'jobs';
  readonly name: string;
  readonly document: ReturnType<typeof jobsDocument>;
  readonly text: string;
};
export type QueueReplay = {
  readonly kind: 'queue';
  readonly name: string;
  readonly document: ReturnType<typeof queueDocument>;
  readonly text: string;
};
/** What a replay came to: the document of `foresize simulate --json`, and the text that people read. */
export type Replay = LoadReplay | JobsReplay | QueueReplay;

/**
 * Replays a load, a list of jobs, or the workloads of a config, under a plan and its rivals.
 *
 * @returns of a file its one replay; of a config those of its workloads, by name
 * @throws ProblemError where there is nothing to replay, or too little of it
 * @example const { document } = await simulate({ load: 'chat.csv' }); document.chosen
 */
export function simulate(options: SimulateFileOptions): Promise<LoadReplay>;
export function simulate(options: SimulateJobsOptions): Promise<JobsReplay>;
export function simulate(options?: SimulateConfigOptions): Promise<Readonly<Record<string, Replay>>>;
export function simulate(
  options: SimulateFileOptions | SimulateJobsOptions | SimulateConfigOptions = {},
): Promise<LoadReplay | JobsReplay | Readonly<Record<string, Replay>>> {
  if ('load' in options) return simulateFile(options);
  if ('jobs' in options) return simulateJobs(options);
  return simulateConfig(options);
}

async function simulateFile(options: SimulateFileOptions): Promise<LoadReplay> {
  const { load: path, usdPerGpuHour = null } = options;
  const { load, warnings } = await inStage(options, 'reading', (onProgress) => readFileLoad(path, options, onProgress));
  const settings = settingsOf(path, options, defaultPhysics, 0.95);
  const [replay] = await replayLoads([{ name: path, title: basename(path), load, settings, usdPerGpuHour, warnings }], options);
  return replay;
}

async function simulateJobs(options: SimulateJobsOptions): Promise<JobsReplay> {
  const report = await replayJobsFile(options.jobs, options);
  return { kind: 'jobs', name: report.title, document: jobsDocument(report), text: jobsText(report) };
}

async function simulateConfig(options: SimulateConfigOptions): Promise<Readonly<Record<string, Replay>>> {
  const project = openProject(options);
  const { config } = project;
  const { inference, jobs, queues } = replayable(config, options.workload);
  const offerings = poolOfferings(config);
  const open = (onProgress: OnProgress) => openHistory(project, options, onProgress);
  const replays: Record<string, Replay> = {};
  for (const [name, workload] of Object.entries(jobs)) {
    const report = await replayJob(config, name, workload, offerings, options);
    replays[name] = { kind: 'jobs', name, document: jobsDocument(report), text: jobsText(report) };
  }
  for (const [name, report] of Object.entries(await replayQueues(config, queues, offerings, open, options)))
    replays[name] = { kind: 'queue', name, document: queueDocument(report), text: queueText(report) };
  const subjects = await subjectsOf(config, inference, offerings, open, options);
  for (const replay of await replayLoads(subjects, options)) replays[replay.name] = replay;
  return Object.fromEntries(Object.entries(replays).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Workloads of a config by how they are replayed; services are not, since their servers follow no load of requests. */
export type Replayable = {
  readonly inference: readonly string[];
  readonly jobs: Readonly<Record<string, TrainingConfig>>;
  readonly queues: Readonly<Record<string, TrainingConfig>>;
  readonly services: readonly string[];
};

/**
 * @param workload only this one
 * @throws ProblemError `cli/unknown-workload`; `simulate/no-replicas` where nothing is left to replay
 */
export function replayable(config: CapacityConfig, workload?: string): Replayable {
  if (workload !== undefined) checkWorkload(config, workload);
  const names = workload === undefined ? Object.keys(config.workloads).sort() : [workload];
  const ofKind = (kind: string) => names.filter((name) => config.workloads[name].kind === kind);
  const training = (form: TrainingConfig['form']) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const fields = config.workloads[name];
        return fields.kind === 'training' && fields.form === form ? [[name, fields] as const] : [];
      }),
    );
  const services = ofKind('service');
  if (services.length === names.length)
    throw new ProblemError({
      code: 'simulate/no-replicas',
      path: services.length === 1 ? `workloads.${services[0]}` : 'workloads',
      message: 'is not replayed: only inference and training on GPUs are; servers follow no load of requests',
      hint: 'foresize simulate --load FILE.csv replays any load',
    });
  return { inference: ofKind('inference'), jobs: training('job'), queues: training('deployment'), services };
}

/** One load to replay. */
type Subject = {
  readonly name: string;
  /** Over its table and chart. */
  readonly title: string;
  readonly load: LoadGrid;
  readonly settings: ReplaySettings;
  readonly usdPerGpuHour: number | null;
  readonly warnings: readonly string[];
};

/** Inference workloads of the config, with what the config says of them. */
async function subjectsOf(
  config: CapacityConfig,
  names: readonly string[],
  offerings: PoolOfferings,
  open: (onProgress: OnProgress) => HistoryReader,
  options: LoadOptions & RunOptions,
): Promise<readonly Subject[]> {
  const supplied = names.map((name) => {
    const supply = workloadSupply(config, name, offerings, null);
    return { name, ...workloadPhysics(config, name, supply, offerings[config.workloads[name].pool]) };
  });
  if (names.length === 0) return [];
  const loads = await inStage(options, 'reading history', (onProgress) => readWorkloadLoads(config, names, open(onProgress)));
  return supplied.map(({ name, physics, offering, usdPerGpuHour: own }) => {
    const workload = config.workloads[name];
    const usdPerGpuHour = options.usdPerGpuHour ?? own;
    const { usdPerViolatedMinute, owner } = workload.kind === 'inference' ? workload : {};
    const known = options.slo === undefined && options.capacity === undefined ? physics : withoutOwnSlo(physics);
    return {
      name,
      title: `${name} on ${offering.id}`,
      load: loads[name],
      settings: {
        ...settingsOf(`workloads.${name}.load`, options, known, workload.protect),
        owner,
        price: usdPerViolatedMinute === undefined ? undefined : { usdPerGpuHour, usdPerViolatedMinute },
      },
      usdPerGpuHour,
      warnings: [],
    };
  });
}

function settingsOf(path: string, options: LoadOptions, physics: ReplaySettings['physics'], protect: number): ReplaySettings {
  const { slo, places = 1, seed = 1, effort = 'fast' } = options;
  const serviceMs = durationOf(options.serviceTime, 'serviceTime');
  return {
    physics: statedPhysics(options, physics),
    slo: slo === undefined || serviceMs === undefined ? null : { ...slo, serviceSeconds: serviceMs / SECOND_MS, placesPerReplica: places },
    seed,
    protect: options.protect ?? protect,
    effort,
    path,
  };
}

/** Replays loads on all cores. */
async function replayLoads(subjects: readonly Subject[], options: LoadOptions & RunOptions & Warned): Promise<readonly LoadReplay[]> {
  if (subjects.length === 0) return [];
  for (const warning of subjects.flatMap(({ warnings }) => warnings)) options.onWarning?.(warning);
  const stage = `replaying ${subjects.length === 1 ? subjects[0].name : `${subjects.length} workloads`}`;
  return inStage(options, stage, (onProgress) => {
    const parts = inEqualParts(onProgress, subjects.length);
    const tasks = subjects.map((subject, index) => ({ subject, onSubject: parts[index] }));
    return withFits(options, (run, workers) =>
      onReplayThreads(tasks, workers, async ({ subject, onSubject }, threads): Promise<LoadReplay> => {
        const { document, text, chart } = await replaySubject(subject, options, run, threads, onSubject);
        onSubject(1);
        return { kind: 'load', name: subject.name, document, text, chart };
      }),
    );
  });
}

/** Quantiles among which `auto` chooses; where they come to the same, as under a policy that knows no forecast, the first. */
const quantiles = [0.95, 0.8, 0.9, 0.99];

/** Forecasts here, by the runner's threads, and replays in a thread of its own. */
async function replaySubject(
  { name, title, load, settings, usdPerGpuHour }: Subject,
  options: LoadOptions,
  run: FitRunner,
  { replay }: ReplayThreads,
  onProgress: OnProgress,
): Promise<ReplayAnswer> {
  const { policy: policies = [], chart = false, auto = false } = options;
  const answers: ReplayAnswer[] = [];
  const protects = auto ? quantiles : [settings.protect];
  // A live floor takes as long as the loop that it is made of, so it is replayed where it is asked for or carried.
  const replayed =
    policies.includes('live') || (settings.owner !== undefined && floorOwners[settings.owner].movesByLoad) ? { policies: policyNames } : {};
  const parts = inEqualParts(onProgress, 2 * protects.length);
  for (const [index, protect] of protects.entries()) {
    const own = { ...settings, ...replayed, protect };
    const prepared = await prepareLoad(load, own, run, parts[2 * index]);
    const task = { prepared, settings: own, name, title, usdPerGpuHour, policies, chart };
    answers.push(await replay(task, parts[2 * index + 1]));
  }
  const best = answers.reduce((before, answer) => (isBetter(answer.tuned, before.tuned, settings.price) ? answer : before));
  if (!auto) return best;
  const protect = quantiles[answers.indexOf(best)];
  return { ...best, text: `${best.text}\nprotect ${protect}: chosen on the tuning window of ${quantiles.join(', ')}` };
}

/** By the rule that settings are tuned by: what costs less, or within the limit on violations the fewest GPU-hours, else the fewest violations. */
function isBetter(answer: ReplayAnswer['tuned'], other: ReplayAnswer['tuned'], price: ReplaySettings['price']): boolean {
  if (price !== undefined) return costOf(answer, price) < costOf(other, price);
  const holds = ({ violationMinutes, scoredMinutes }: ReplayAnswer['tuned']) => violationMinutes <= violationLimit * scoredMinutes;
  if (holds(answer) !== holds(other)) return holds(answer);
  if (holds(answer) || answer.violationMinutes === other.violationMinutes) return answer.gpuHours < other.gpuHours;
  return answer.violationMinutes < other.violationMinutes;
}
