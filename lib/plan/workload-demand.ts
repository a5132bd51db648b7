import type { CapacityConfig, TrainingConfig, WorkloadConfig } from '../config/schema';
import { compress } from '../demand/compress';
import { hpaFloor, hpaLagMs } from '../demand/hpa-floor';
import { ceilTolerant, replicasFor } from '../demand/replicas';
import { serversAtTarget, serviceDemand } from '../demand/service';
import { highest, lead, lowest, mapSteps, simplify, type StepFunction, valueHours } from '../demand/steps';
import { estimatedThroughput, resnet50, trainingDemand, transformer } from '../demand/training';
import { ProblemError } from '../problems';
import { formatDuration, formatLoadUnit } from '../units';
import type { PlanGrid, Prediction, Predictions } from './predict';
import { periodTimes } from './predict';
import type { ResolvedResources } from './resources';
import type { Compression, LoadPoint, Reason } from './types';

/** What a workload needs, before nodes: replicas over time, floors and ceiling, and the chain behind them. */
export type WorkloadDemand = {
  readonly floor: number;
  readonly peak: number;
  /** What the limits should allow; sizing may grant less. */
  readonly wantedCeiling: number;
  readonly unit: string | null;
  readonly throughputPerReplica: number | null;
  readonly leadMs: number;
  readonly load: readonly LoadPoint[];
  /** Replicas provided for, protected; compressed. */
  readonly schedule: StepFunction;
  /** Replicas for the median load, for the cost one may expect. */
  readonly medianSchedule: StepFunction;
  readonly compression: Compression;
  readonly reasons: readonly Reason[];
};

export type DemandInput = {
  readonly config: CapacityConfig;
  readonly name: string;
  readonly predictions: Predictions;
  readonly grid: PlanGrid;
  readonly resources: ResolvedResources;
  /** Dense 16-bit peak of one GPU of the pool, TFLOP/s; `null` without a GPU. */
  readonly peakTflopsPerGpu: number | null;
};

/** Joining steps of a schedule may add this share of its replica-hours. */
export const compressionShare = 0.02;
/** Scheduled actions that an Auto Scaling group can hold. */
const maxSteps = 125;
/** The ceiling, where the config states none: this many times the highest floor. */
const ceilingFactor = 2;

/** @throws ProblemError `demand/ceiling` when the config's ceiling is below what the protected load needs */
export function workloadDemand(input: DemandInput): WorkloadDemand {
  const { config, name } = input;
  const workload = config.workloads[name];
  if (workload.kind === 'training' && workload.form === 'job') return jobDemand(input, workload);
  const { load, aim, fullLoad, unit, throughput, reasons } = workload.kind === 'service' ? serviceLoad(input) : replicaLoad(input);

  const leadMs = workload.coldStart + config.pools[workload.pool].bootTime;
  const least = workload.floor ?? 1;
  const onGrid = (values: (point: LoadPoint, index: number) => number): StepFunction => ({
    steps: load.map((point, index) => ({ from: input.grid.start + index * input.grid.periodMs, value: values(point, index) })),
    end: input.grid.start + input.grid.steps * input.grid.periodMs,
  });
  const atLeast = (f: StepFunction) => mapSteps(f, (value) => Math.max(least, value));
  const led = atLeast(lead(simplify(onGrid((point) => point.replicas)), leadMs));
  const fixed = workload.kind === 'training';
  const schedule = fixed ? flat(led) : compress(led, { addedShare: compressionShare, maxSteps });
  const median = atLeast(lead(simplify(onGrid((point) => replicasFor(point.p50, aim))), leadMs));
  const peak = highest(schedule);
  const owner = ownerOf(workload);

  let floor = lowest(schedule);
  if (owner === 'manifests' && !fixed) {
    const delayMs = leadMs + hpaLagMs;
    floor = Math.min(peak, Math.max(least, hpaFloor(onGrid((point) => point.protected), { fullLoad, aim, delayMs })));
    reasons.push({
      code: 'floor/hpa',
      text: `one floor for the whole horizon: ${floor}, the lowest with which an HPA that takes ${formatDuration(delayMs)} to act is never overrun on the protected path`,
    });
  }
  const wantedCeiling = Math.max(peak, workload.ceiling ?? ceilingFactor * peak);
  if (workload.ceiling !== undefined && workload.ceiling < peak) {
    throw new ProblemError({
      code: 'demand/ceiling',
      path: `workloads.${name}.ceiling`,
      message: 'is below what the protected load needs',
      expected: `at least ${peak} replicas`,
      received: `${workload.ceiling}`,
      hint: `raise it, or lower protect (now ${workload.protect})`,
    });
  }
  reasons.push(...scheduleReasons(workload, leadMs, led, schedule, least));
  return {
    floor: fixed ? peak : floor,
    peak,
    wantedCeiling: fixed ? peak : wantedCeiling,
    unit,
    throughputPerReplica: throughput,
    leadMs,
    load,
    schedule: owner === 'manifests' && !fixed ? mapSteps(schedule, (value) => Math.max(floor, value)) : schedule,
    medianSchedule: fixed ? schedule : mapSteps(median, (value) => Math.max(owner === 'manifests' ? floor : least, value)),
    compression: compressionOf(led, schedule),
    reasons,
  };
}

export function ownerOf(workload: WorkloadConfig): 'keda' | 'manifests' {
  return workload.kind === 'training' ? 'manifests' : workload.owner;
}

type Load = {
  readonly load: LoadPoint[];
  readonly aim: number;
  readonly fullLoad: number;
  readonly unit: string;
  readonly throughput: number;
  readonly reasons: Reason[];
};

function replicaLoad({ config, name, predictions, grid }: DemandInput): Load {
  const workload = config.workloads[name];
  const prediction = predictions.signals[`${name}.load`];
  const measured = workload.kind === 'service' ? undefined : workload.replica.throughput;
  if (measured === undefined || workload.kind === 'service') throw new Error(`${name} has no throughput`);
  const aim = measured.amount * workload.target;
  const load = periodTimes(grid).map((from, step): LoadPoint => {
    const protectedLoad = prediction.protected[step];
    return { from, p50: prediction.p50[step], protected: protectedLoad, replicas: replicasFor(protectedLoad, aim), ...untested(prediction, step) };
  });
  const unit = formatLoadUnit(measured.unit);
  return {
    load,
    aim,
    fullLoad: measured.amount,
    unit,
    throughput: measured.amount,
    reasons: [
      ...forecastReasons(prediction, 'load', workload.protect),
      { code: 'demand/throughput', text: `one replica does ${measured.amount} ${unit} (measured) and should run at ${percent(workload.target)}: ${figure(aim)} ${unit}` },
      { code: 'demand/replicas', text: `replicas of a period = ceil(protected load / ${figure(aim)}), at least 1` },
    ],
  };
}

function serviceLoad({ config, name, predictions, grid }: DemandInput): Load {
  const workload = config.workloads[name];
  if (workload.kind !== 'service') throw new Error(`${name} is no service`);
  const { servers, target } = workload;
  const cpu = predictions.signals[`${name}.cpu`] as Prediction | undefined;
  const memory = predictions.signals[`${name}.memory`] as Prediction | undefined;
  const at = (step: number, kind: 'p50' | 'protected') => ({ cpu: cpu?.[kind][step], memory: memory?.[kind][step] });
  const inServers = (utilisation: { cpu?: number; memory?: number }) =>
    Math.max(serversAtTarget(servers, utilisation.cpu ?? 0, target.cpu), serversAtTarget(servers, utilisation.memory ?? 0, target.memory));
  const load = periodTimes(grid).map((from, step): LoadPoint => {
    const demand = serviceDemand(servers, at(step, 'protected'), target);
    const point = (prediction: Prediction | undefined, replicas: number) =>
      prediction && {
        p50: prediction.p50[step],
        protected: prediction.protected[step],
        replicas,
        from: step >= prediction.heldFrom ? ('held' as const) : prediction.from,
      };
    return {
      from,
      p50: inServers(at(step, 'p50')),
      protected: inServers(at(step, 'protected')),
      replicas: demand.servers,
      cpu: point(cpu, demand.cpu),
      memory: point(memory, demand.memory),
      binds: demand.binds,
      ...untested(cpu ?? memory, step),
      ...untested(memory ?? cpu, step),
    };
  });
  const both = ([['cpu', cpu], ['memory', memory]] as const).filter(([, prediction]) => prediction !== undefined);
  return {
    load,
    aim: 1,
    fullLoad: 1 / Math.max(target.cpu, target.memory),
    unit: 'servers',
    throughput: 1,
    reasons: [
      ...both.flatMap(([resource, prediction]) => (prediction ? forecastReasons(prediction, resource, workload.protect) : [])),
      ...both.map(([resource]) => ({
        code: `demand/${resource}`,
        text: `servers for ${resource} = ceil(${servers} x ${resource} % / ${figure(target[resource] * 100)})`,
      })),
      { code: 'demand/binds', text: 'scaled horizontally the larger of them binds, at least 1' },
    ],
  };
}

function jobDemand({ config, name, grid, resources, peakTflopsPerGpu }: DemandInput, workload: TrainingConfig): WorkloadDemand {
  const { samples = 0, epochs, deadline = 0, model } = workload;
  const leadMs = workload.coldStart + config.pools[workload.pool].bootTime;
  const available = deadline - leadMs;
  const estimate = model === undefined || model === 'resnet50' ? resnet50 : transformer(model.parameters);
  const measured = workload.replica.throughput?.amount;
  if (available <= 0 || (measured === undefined && (peakTflopsPerGpu === null || resources.gpus === 0))) {
    throw new ProblemError(
      available <= 0
        ? {
            code: 'demand/deadline',
            path: `workloads.${name}.deadline`,
            message: `is over before the first worker can start: boot and cold start take ${formatDuration(leadMs)}`,
            received: formatDuration(deadline),
          }
        : {
            code: 'demand/no-gpu-facts',
            path: `workloads.${name}.replica`,
            message: 'cannot be estimated without a GPU whose peak is known',
            hint: "measure it: replica: { throughput: '2500 samples/s' }",
          },
    );
  }
  const perWorker = measured ?? estimatedThroughput(estimate, resources.gpus, peakTflopsPerGpu ?? 0);
  const { workers, runSeconds } = trainingDemand(samples, epochs, perWorker, available / 1_000);
  const replicas = Math.max(workers, workload.floor ?? 1);
  if (workload.ceiling !== undefined && workload.ceiling < replicas) {
    throw new ProblemError({
      code: 'demand/ceiling',
      path: `workloads.${name}.ceiling`,
      message: 'is below what the deadline needs',
      expected: `at least ${replicas} workers`,
      received: `${workload.ceiling}`,
      hint: 'raise it, or allow more time',
    });
  }
  const end = grid.start + grid.steps * grid.periodMs;
  const busyMs = ceilTolerant((leadMs + runSeconds * 1_000) / grid.periodMs) * grid.periodMs;
  const steps = [{ from: grid.start, value: replicas }, ...(grid.start + busyMs < end ? [{ from: grid.start + busyMs, value: 0 }] : [])];
  const schedule = { steps, end };
  return {
    floor: replicas,
    peak: replicas,
    wantedCeiling: replicas,
    unit: null,
    throughputPerReplica: null,
    leadMs,
    load: [],
    schedule,
    medianSchedule: schedule,
    compression: compressionOf(schedule, schedule),
    reasons: [
      { code: 'demand/work', text: `${figure(samples)} samples x ${figure(epochs)} epochs within ${formatDuration(deadline)}, of which ${formatDuration(leadMs)} are boot and cold start` },
      measured === undefined
        ? { code: 'demand/estimated', text: `one worker of ${resources.gpus} GPU does about ${figure(perWorker)} samples/s: an ESTIMATE from ${estimate.source}; measure it and state replica.throughput` }
        : { code: 'demand/throughput', text: `one worker does ${figure(perWorker)} samples/s (measured)` },
      { code: 'demand/workers', text: `${workers} worker${workers === 1 ? '' : 's'}, done after about ${figure(runSeconds / 3_600)} h; nodes are held until then` },
    ],
  };
}

function forecastReasons({ from, summary }: Prediction, signal: string, protect: number): Reason[] {
  if (summary === null || from === 'given') return [{ code: 'forecast/given', text: `${signal}: numbers given in the config, taken as they stand; after the last one it stays` }];
  const models = summary.models.filter((model) => model.weight > 0).map((model) => `${model.name} ${percent(model.weight)}`);
  const error = summary.relativeMae === null ? 'too little history to test' : `${figure(summary.relativeMae)} of the error of seasonal naive in ${summary.origins} backtests, tested ${summary.testedAhead} ahead`;
  return [
    { code: 'forecast/model', text: `${signal}: ${summary.chosen} (${models.join(', ')}); ${error}` },
    { code: 'forecast/protect', text: `${signal}: the floor covers the ${protect} quantile of each period's mean` },
    ...summary.events.map((event) => ({ code: 'forecast/event', text: `${signal}: lifted by event '${event}', on the word of the config` })),
  ];
}

function scheduleReasons(workload: WorkloadConfig, leadMs: number, led: StepFunction, schedule: StepFunction, least: number): Reason[] {
  const reasons: Reason[] = [
    { code: 'schedule/lead', text: `a rise comes ${formatDuration(leadMs)} ahead: cold start ${formatDuration(workload.coldStart)} and boot of a node ${formatDuration(leadMs - workload.coldStart)}` },
  ];
  if (least > 1) reasons.push({ code: 'schedule/floor', text: `never below the config's floor of ${least}` });
  if (schedule.steps.length < led.steps.length) {
    const { addedPercent } = compressionOf(led, schedule);
    reasons.push({ code: 'schedule/compress', text: `${led.steps.length} steps joined to ${schedule.steps.length}, which adds ${figure(addedPercent)} % replica-hours` });
  }
  return reasons;
}

function compressionOf(before: StepFunction, after: StepFunction): Compression {
  const hours = valueHours(before);
  const added = valueHours(after) - hours;
  return {
    stepsBefore: before.steps.length,
    steps: after.steps.length,
    addedReplicaHours: added,
    addedPercent: hours === 0 ? 0 : (100 * added) / hours,
  };
}

function flat(f: StepFunction): StepFunction {
  return { steps: [{ from: f.steps[0].from, value: highest(f) }], end: f.end };
}

function untested(prediction: Prediction | undefined, step: number): { untested?: true } {
  return prediction && step >= prediction.untestedFrom ? { untested: true } : {};
}

const percent = (share: number): string => `${figure(share * 100)} %`;
const figure = (value: number): string => String(Number(value.toPrecision(4)));
