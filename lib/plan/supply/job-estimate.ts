import { type GpuFacts, gpuFacts, instancesByType, interruptionsOfGpu, type Offering } from '../../catalog';
import type { CapacityConfig, TrainingConfig } from '../../config';
import {
  arithmeticFor,
  batchWorkers,
  countedInTraining,
  type Estimate,
  type GpuNode,
  type ImageModel,
  type Optimiser,
  type TrainingEstimate,
  trainingEstimate,
  type TrainingPrecision,
  type TrainingRequest,
  type Transformer,
  wrongUnit,
} from '../../demand';
import { isProblemError, ProblemError } from '../../problems';
import { checkStatedLength, tooShort } from './deadline-checks';
import { jobTimes } from './job-times';
import { jobPlace, trainedModel } from './trained-model';
import { leadMsOf } from '../workload-facts';

/** The workers and the time that a training job takes. Its estimate needs no history: a job is refused before any history is read. */
export type JobEstimate = {
  readonly workers: number;
  readonly gpusPerWorker: number;
  /** The GPU type of the slowest worker; `null` without a GPU. */
  readonly gpuName: string | null;
  /** Images or tokens of all epochs. */
  readonly work: number;
  /** ms that there are for it: from the start of the plan or, of a job that may run later, from then on; `null` while the plan's start, from which a moment counts, is not known. */
  readonly deadlineMs: number | null;
  /** From when it may run, ms from the start of the plan, below 0 where that is past; `null` likewise. @default 0 */
  readonly earliestMs?: number | null;
  /** Start of the first plan that had it, epoch ms, which its durations count from. @default this plan's */
  readonly since?: number;
  readonly leadMs: number;
  /** `stated`: work of a stated length, counted in hours of a worker. */
  readonly basis: 'measured' | 'estimated' | 'stated';
  /** Images or tokens a second of all workers together. */
  readonly samplesPerSecond: number;
  readonly runSeconds: Estimate;
  /** `null` where a measured throughput is all that is known. */
  readonly model: JobModel | null;
};

export type JobModel = {
  readonly model: Transformer | ImageModel;
  readonly precision: TrainingPrecision;
  readonly optimiser: Optimiser;
  readonly estimate: TrainingEstimate;
  /** Throughput of all workers by that of as many alone; 1 for one worker. */
  readonly efficiency: number;
  readonly assumed: readonly string[];
};

/** More GPUs than this are not tried. */
const mostGpus = 4_096;

/**
 * Workers for the deadline of a training job, by `trainingEstimate` on the slowest GPU type of its pool, at the late end of its error
 * band. A worker is a whole node of the smallest kind that will do, since a node is paid whole, unless `replica.gpus` says otherwise.
 * A measured throughput of one worker wins; the estimate then only says what more workers lose among each other.
 *
 * @param startMs start of the plan, epoch ms; `null` while it is not known, and a deadline that is a moment is then left unchecked
 * @param workerGpus GPUs of a worker, in place of those stated
 * @throws ProblemError `demand/deadline`, `demand/deadline-past`, `demand/no-gpu-facts`, `config/unit`, those of `trainingEstimate` and
 * `trainedModel`
 */
export function jobEstimate(
  config: Pick<CapacityConfig, 'pools'>,
  name: string,
  workload: TrainingConfig,
  offerings: readonly Offering[],
  startMs: number | null,
  workerGpus: number | undefined = workload.replica.gpus,
): JobEstimate {
  const { epochs, replica, model: statedModel } = workload;
  const { earliestMs, deadlineMs } = jobTimes(name, workload, startMs);
  const leadMs = leadMsOf(config, workload);
  if (deadlineMs !== null && deadlineMs <= leadMs) throw new ProblemError(tooShort(name, leadMs, deadlineMs));
  const common = {
    work: (workload.tokens ?? workload.samples ?? 0) * epochs,
    deadlineMs,
    leadMs,
    ...(workload.earliest && { earliestMs }),
  };
  const measured = replica.throughput?.amount;
  const sizes = workerSizes(offerings, measured, workerGpus);
  const model = statedModel === undefined || sizes[0] === 0 ? null : trainedModel(name, workload);
  const counted = countedInTraining(model?.kind ?? null, workload.tokens !== undefined);
  const unit = replica.throughput && wrongUnit(replica.throughput, counted, `workloads.${name}.replica.throughput`);
  if (unit) throw new ProblemError(unit);
  if (model === null) return withoutModel(name, workload, common, sizes[0]);
  let refused: unknown;
  for (const gpus of sizes) {
    try {
      return ofModel(config, name, workload, offerings, model, gpus, common);
    } catch (error) {
      if (!isProblemError(error)) throw error;
      refused = error;
    }
  }
  if (measured !== undefined) return withoutModel(name, workload, common, sizes[0]);
  throw refused;
}

/**
 * GPUs of a worker, to be tried in this order: the stated number alone; else the GPUs of each node of the pool, smallest first, of which
 * only the smallest counts where the throughput of one worker was measured.
 */
function workerSizes(offerings: readonly Offering[], measured: number | undefined, stated: number | undefined): readonly number[] {
  if (stated !== undefined) return [stated];
  const nodeSizes = [...new Set(offerings.map(({ gpus }) => gpus))].sort((a, b) => a - b);
  const sizes = nodeSizes.some((gpus) => gpus > 0) ? nodeSizes.filter((gpus) => gpus > 0) : nodeSizes;
  return measured === undefined ? sizes : sizes.slice(0, 1);
}

type Common = Pick<JobEstimate, 'work' | 'deadlineMs' | 'leadMs' | 'earliestMs'>;

/** A measured throughput alone: workers are taken to do as much together as each does by itself. */
function withoutModel(name: string, { replica, floor = 1, isBatch }: TrainingConfig, common: Common, gpusPerWorker: number): JobEstimate {
  const { work, deadlineMs, leadMs } = common;
  if (replica.throughput === undefined) {
    throw new ProblemError({
      code: 'demand/no-gpu-facts',
      path: `workloads.${name}.replica`,
      message: 'cannot be estimated without a GPU',
      hint: "choose a pool with GPUs, or measure it: replica: { throughput: '2500 samples/s' }",
    });
  }
  const throughputPerWorker = replica.throughput.amount;
  const queue = { backlog: work, arrivalsPerSecond: 0, throughputPerWorker, startSeconds: leadMs / 1_000 };
  const needed = deadlineMs === null ? null : batchWorkers({ ...queue, deadlineSeconds: deadlineMs / 1_000 });
  const workers = isBatch || needed === null ? floor : Math.max(floor, needed.workers);
  const seconds = work / (throughputPerWorker * workers);
  if (isBatch && deadlineMs !== null) checkStatedLength(name, seconds, leadMs, deadlineMs);
  return {
    ...common,
    workers,
    gpusPerWorker,
    gpuName: null,
    basis: isBatch ? 'stated' : 'measured',
    samplesPerSecond: throughputPerWorker * workers,
    runSeconds: { value: seconds, low: seconds, high: seconds },
    model: null,
  };
}

function ofModel(
  config: Pick<CapacityConfig, 'pools'>,
  name: string,
  workload: TrainingConfig,
  offerings: readonly Offering[],
  model: Transformer | ImageModel,
  gpusPerWorker: number,
  common: Common,
): JobEstimate {
  const able = offerings.filter(({ gpus, gpuName }) => gpuName !== null && gpus >= gpusPerWorker);
  if (able.length === 0) {
    throw new ProblemError({
      code: 'sizing/no-fit',
      path: `workloads.${name}.replica.gpus`,
      message: `no node of pool '${workload.pool}' has so many`,
      expected: `at most ${Math.max(...offerings.map(({ gpus }) => gpus))}`,
      received: `${gpusPerWorker}`,
    });
  }
  const requests = [...new Set(able.flatMap(({ gpuName }) => gpuName ?? []))].sort().map((gpuName) => {
    const gpu = gpuFacts(gpuName);
    return requestOf(
      config,
      name,
      workload,
      able.filter((offering) => offering.gpuName === gpuName),
      { model, gpu, gpusPerWorker, ...common },
    );
  });
  const fewest = requests.map((request) => trainingEstimate(request));
  const gpus = Math.max(...fewest.map((estimate) => estimate.gpus));
  // Workers wait for each other, so the slowest kind sets the pace of all.
  const [slowest] = requests
    .map((request, index) => ({ request, estimate: fewest[index].gpus === gpus ? fewest[index] : trainingEstimate({ ...request, gpus }) }))
    .sort((a, b) => b.estimate.runSeconds.value - a.estimate.runSeconds.value);
  const { request, estimate } = slowest;
  const workers = gpus / gpusPerWorker;
  return {
    ...common,
    workers,
    gpusPerWorker,
    gpuName: request.gpu.name,
    basis: estimate.basis,
    samplesPerSecond: estimate.samplesPerSecond,
    runSeconds: estimate.runSeconds,
    model: {
      model,
      precision: request.precision,
      optimiser: request.optimiser,
      estimate,
      efficiency: efficiencyOf(request, estimate, workers),
      assumed: [
        ...estimate.assumed,
        ...(workload.precision === undefined ? [`mixed precision in ${request.precision}`] : []),
        ...(workload.optimiser === undefined ? [`optimiser ${request.optimiser}`] : []),
        ...(workload.storageBandwidth === undefined ? ['storage that takes in 10 GB/s'] : []),
      ],
    },
  };
}

type Subject = Common & { readonly model: Transformer | ImageModel; readonly gpu: GpuFacts; readonly gpusPerWorker: number };

function requestOf(
  config: Pick<CapacityConfig, 'pools'>,
  name: string,
  workload: TrainingConfig,
  able: readonly Offering[],
  { model, gpu, gpusPerWorker, deadlineMs, leadMs }: Subject,
): TrainingRequest {
  const {
    pool,
    epochs,
    replica,
    optimiser = 'adam',
    sequence,
    imageSize,
    batch,
    recompute,
    zero,
    storageBandwidth,
    sampleBytes,
  } = workload;
  const { ceiling } = config.pools[pool];
  const granted = ceiling?.unit === 'GPU' ? Math.floor(ceiling.amount / gpusPerWorker) * gpusPerWorker : mostGpus;
  return {
    model,
    gpu,
    node: workerNode(able, gpusPerWorker),
    precision: workload.precision ?? (arithmeticFor(gpu, 'bf16') === null ? 'fp16' : 'bf16'),
    samples: workload.tokens ?? workload.samples ?? 0,
    epochs,
    optimiser,
    sequence,
    imageSize,
    batch,
    recompute,
    stage: zero,
    mostGpus: Math.max(gpusPerWorker, Math.min(mostGpus, granted)),
    leastGpus: gpusPerWorker * (workload.floor ?? 1),
    deadlineSeconds: deadlineMs === null ? undefined : deadlineMs / 1_000,
    startSeconds: leadMs / 1_000,
    countedOn: 'high',
    measuredPerGpu: replica.throughput && replica.throughput.amount / gpusPerWorker,
    measuredOn: replica.throughput && gpusPerWorker,
    interruptionsPerGpuHour: Math.max(...able.map(({ price, gpus }) => interruptionsOfGpu(price?.interruption ?? null, gpus))),
    storageBandwidth,
    bytesPerSample: sampleBytes,
    path: jobPlace(name, pool),
  };
}

/** A worker as a node of its own: its GPUs, and its share of the slowest network it may get. */
function workerNode(able: readonly Offering[], gpus: number): GpuNode {
  const shares = able.map((offering) => {
    const { networkGbps } = instancesByType.get(offering.instanceType) ?? {};
    return networkGbps === undefined ? null : (networkGbps * gpus) / offering.gpus;
  });
  const knownShares = shares.filter((share) => share !== null);
  return { gpus, networkGbps: knownShares.length < shares.length ? null : Math.min(...knownShares) };
}

/** A worker alone may not hold the model; then there is nothing to compare with, and what communication leaves of a step is said. */
function efficiencyOf(request: TrainingRequest, estimate: TrainingEstimate, workers: number): number {
  if (workers === 1) return 1;
  try {
    const { gpus } = request.node;
    const alone = trainingEstimate({ ...request, gpus, leastGpus: gpus, deadlineSeconds: undefined });
    return Math.min(1, estimate.samplesPerSecond / (alone.samplesPerSecond * workers));
  } catch (error) {
    if (!isProblemError(error)) throw error;
    const { compute = 0, optimiser = 0, total } = estimate.run.step;
    return (compute + optimiser) / total;
  }
}
