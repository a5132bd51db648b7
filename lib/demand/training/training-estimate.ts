import { roundedUp } from '../../figures';
import { type Problem, ProblemError } from '../../problems';
import { checkpointBytes, checkpointPlan, type CheckpointPlan, interruptionsPerGpuHour } from './checkpoint';
import { errorBands, type Estimate } from '../error-band';
import { imageRun } from './image-training';
import { arithmeticFor, networkBandwidth, precisionLacking } from '../hardware';
import { optimiserBytesPerParameter } from './training-memory';
import { trainingMisfit } from './training-misfit';
import { defaultSequence, trainingPrecisions, type TrainingField, type TrainingRequest, type TrainingRun } from './training-request';
import { transformerRun } from './transformer-training';

/** What a training takes on some number of GPUs. */
export type TrainingEstimate = {
  readonly basis: 'measured' | 'estimated';
  readonly gpus: number;
  readonly nodes: number;
  readonly run: TrainingRun;
  /** Operations of the model over the whole training, without those that are recomputed. */
  readonly flops: number;
  /** Share of the dense peak of the GPUs that these operations reach (model FLOPs utilisation). */
  readonly utilisation: number;
  readonly steps: number;
  readonly samplesPerSecond: number;
  /** Time of the whole training, with what interruptions and checkpoints cost. */
  readonly runSeconds: Estimate;
  readonly gpuHours: Estimate;
  readonly checkpoint: CheckpointPlan;
  /** The training data, and the rate at which they are read. */
  readonly data: { readonly bytes: number; readonly readBytesPerSecond: number };
  /** Share by which the throughput may be off; 0 where it was measured. */
  readonly band: number;
  /** What the request left out and was assumed, as phrases. */
  readonly assumed: readonly string[];
};

/** ImageNet's training set: 138 GB in 1,281,167 images. */
const bytesPerImage = 110e3;
const bytesPerToken = 4;
const storageBandwidth = 10e9;
/** The largest number of GPUs that is tried. */
const maximumTried = 4_096;
/** Seconds until a job trains again after an interruption: a new node (4 min) and loading (2 min), the defaults of the config. */
const restartSeconds = 360;

/**
 * Estimates a training: the memory of each GPU, how it is spread over the GPUs, time, GPU-hours, checkpoints and data.
 *
 * The number of GPUs is that of the request. Where the request leaves it out, it is the smallest one that meets the deadline, interruptions
 * counted, or that fits where there is no deadline.
 *
 * @throws ProblemError `estimate/precision-lacking`, `estimate/training-too-large`, `estimate/sequence-too-long`, `estimate/gpus-too-few`,
 *   `estimate/gpus-uneven`, `estimate/memory`, `estimate/deadline-impossible`, `estimate/recompute`
 */
export function trainingEstimate(request: TrainingRequest): TrainingEstimate {
  const { gpu, precision, path = (field) => field } = request;
  if (arithmeticFor(gpu, precision) === null)
    throw new ProblemError(precisionLacking(gpu, precision, path('precision'), trainingPrecisions));
  if (request.model.kind === 'image' && request.recompute !== undefined && request.recompute !== 'none') {
    throw new ProblemError({
      code: 'estimate/recompute',
      path: path('recompute'),
      message: 'recomputation is modelled for transformers alone',
      hint: 'leave it out; a smaller batch a GPU saves memory too',
    });
  }
  if (request.gpus !== undefined) {
    const estimate = estimateOn(request, request.gpus);
    if (estimate === null) throw new ProblemError(misfitProblem(request, path));
    if (!meetsDeadline(request, estimate)) throw new ProblemError(deadlineProblem(request, [estimate], path));
    return estimate;
  }
  const estimates: TrainingEstimate[] = [];
  const counts = gpuCounts(request);
  for (const [index, gpus] of counts.entries()) {
    const estimate = estimateOn(request, gpus);
    if (estimate === null) continue;
    estimates.push(estimate);
    if (meetsDeadline(request, estimate)) return fewest(request, counts[index - 1] ?? 0, estimate);
  }
  throw new ProblemError(estimates.length === 0 ? misfitProblem(request, path) : deadlineProblem(request, estimates, path));
}

/** The numbers of GPUs that are tried: 1, 2, 4 ... within a node, then 1, 2, 3, 4, 6, 9 ... whole nodes. */
function gpuCounts({ node, mostGpus, leastGpus = 1 }: TrainingRequest): readonly number[] {
  const counts: number[] = [];
  for (let gpus = 1; gpus < node.gpus && gpus <= mostGpus; gpus *= 2) counts.push(gpus);
  for (let nodes = 1; nodes * node.gpus <= mostGpus; nodes = Math.max(nodes + 1, Math.floor(nodes * 1.5))) counts.push(nodes * node.gpus);
  return counts.filter((gpus) => gpus >= leastGpus);
}

function meetsDeadline(
  { deadlineSeconds = Infinity, countedOn = 'value', startSeconds = 0 }: TrainingRequest,
  { runSeconds }: TrainingEstimate,
): boolean {
  return startSeconds + runSeconds[countedOn] <= deadlineSeconds;
}

/** The fewest whole nodes that meet the deadline, between a number of GPUs that does not and one that does. */
function fewest(request: TrainingRequest, tooFew: number, enough: TrainingEstimate): TrainingEstimate {
  const { node, leastGpus = 1 } = request;
  let [tooFewNodes, fewestSoFar] = [Math.max(Math.floor(tooFew / node.gpus), Math.ceil(leastGpus / node.gpus) - 1), enough];
  while (Math.floor(fewestSoFar.gpus / node.gpus) - tooFewNodes > 1) {
    const middle = Math.floor((tooFewNodes + Math.floor(fewestSoFar.gpus / node.gpus)) / 2);
    const estimate = estimateOn(request, middle * node.gpus);
    if (estimate !== null && meetsDeadline(request, estimate)) fewestSoFar = estimate;
    else tooFewNodes = middle;
  }
  return fewestSoFar;
}

function runOn(request: TrainingRequest, gpus: number) {
  const { model } = request;
  return model.kind === 'image' ? imageRun(request, model, gpus) : transformerRun(request, model, gpus);
}

/** The estimate on a number of GPUs; `null` where the training does not fit them. */
function estimateOn(request: TrainingRequest, gpus: number): TrainingEstimate | null {
  const { model, gpu, node, precision, samples, epochs, measuredPerGpu } = request;
  const fit = runOn(request, gpus);
  if (fit === null) return null;
  const { run, flops, assumed } = fit;
  const nodes = Math.ceil(gpus / node.gpus);
  const samplesPerSecond = measuredPerGpu === undefined ? run.samplesPerSecond : measuredPerGpu * gpus * scaling(request, run);
  const work = samples * epochs;
  const samplesPerStep = run.batch * (model.kind === 'image' ? 1 : (request.sequence ?? defaultSequence));
  // A training takes at least one step.
  const trainingSeconds = Math.max(work, samplesPerStep) / samplesPerSecond;
  const storageRate = request.storageBandwidth ?? storageBandwidth;
  const checkpoint = checkpointPlan({
    bytes: checkpointBytes(model.parameters, optimiserBytesPerParameter(request.optimiser)),
    writeBandwidth: Math.min(storageRate, nodes * networkBandwidth(node)),
    interruptionsPerHour: (request.interruptionsPerGpuHour ?? interruptionsPerGpuHour) * gpus,
    restartSeconds,
  });
  const seconds = trainingSeconds / (1 - checkpoint.lostShare);
  const band =
    measuredPerGpu !== undefined
      ? 0
      : model.kind === 'image' || precision === 'fp8'
        ? errorBands.imageTraining
        : errorBands.transformerTraining;
  // The band is that of the throughput, so that of the time is its reciprocal.
  const runSeconds = { value: seconds, low: seconds / (1 + band), high: seconds / (1 - band) };
  const gpuHours = (value: number) => (value * gpus) / 3_600;
  const bytes = request.bytesPerSample ?? (model.kind === 'image' ? bytesPerImage : bytesPerToken);
  return {
    basis: measuredPerGpu === undefined ? 'estimated' : 'measured',
    gpus,
    nodes,
    run,
    flops,
    utilisation: flops / trainingSeconds / (gpus * (arithmeticFor(gpu, precision)?.peakFlops ?? NaN)),
    steps: Math.ceil(work / samplesPerStep),
    samplesPerSecond,
    runSeconds,
    gpuHours: { value: gpuHours(runSeconds.value), low: gpuHours(runSeconds.low), high: gpuHours(runSeconds.high) },
    checkpoint,
    data: { bytes: samples * bytes, readBytesPerSecond: samplesPerSecond * bytes },
    band,
    assumed: [...(model.kind === 'image' ? [] : model.assumed), ...assumed],
  };
}

/**
 * Throughput of one GPU on the GPUs of the run, as a share of its throughput on the GPUs it was measured on; 1 where that number is not
 * stated.
 */
function scaling({ measuredOn, ...request }: TrainingRequest, { gpus, samplesPerSecond }: TrainingRun): number {
  if (measuredOn === undefined || measuredOn >= gpus) return 1;
  const measuredRun = runOn(request, measuredOn);
  return measuredRun === null ? 1 : Math.min(1, samplesPerSecond / gpus / (measuredRun.run.samplesPerSecond / measuredOn));
}

type Path = (field: TrainingField) => string;

function misfitProblem(request: TrainingRequest, path: Path): Problem {
  return trainingMisfit(request, { path, counts: gpuCounts, fits: (other, gpus) => runOn(other, gpus) !== null });
}

function deadlineProblem(request: TrainingRequest, estimates: readonly TrainingEstimate[], path: Path): Problem {
  const { deadlineSeconds = 0, startSeconds = 0, countedOn = 'value' } = request;
  const quickest = estimates.reduce((a, b) => (b.runSeconds[countedOn] < a.runSeconds[countedOn] ? b : a));
  const startNote = startSeconds === 0 ? '' : ` with ${time(startSeconds)} before they start`;
  const { gpus, mostGpus } = request;
  const allowed = gpus === undefined && mostGpus < maximumTried ? gpuCounts({ ...request, mostGpus: maximumTried }) : [];
  const enoughGpus = allowed.find((count) => {
    const estimate = count > mostGpus ? estimateOn(request, count) : null;
    return estimate !== null && meetsDeadline(request, estimate);
  });
  return {
    code: 'estimate/deadline-impossible',
    path: path('deadline'),
    message: 'cannot be met',
    expected: `at least ${time(startSeconds + quickest.runSeconds[countedOn])}, what ${quickest.gpus} GPUs take${countedOn === 'high' && quickest.band > 0 ? ' at most' : ''}${startNote}`,
    received: time(deadlineSeconds),
    hint:
      gpus !== undefined
        ? 'allow more time or more GPUs'
        : enoughGpus === undefined
          ? 'allow more time: more GPUs do not help at this batch'
          : `allow more time, or raise ${path('mostGpus')} to ${enoughGpus} GPU`,
  };
}

/** A duration for a message, rounded up to three digits so that it is enough: 5400 -> `90 min`, 90000 -> `25 h`. */
function time(seconds: number): string {
  const [size, unit] = seconds < 7_200 ? [60, 'min'] : [3_600, 'h'];
  return `${roundedUp(seconds / size)} ${unit}`;
}
