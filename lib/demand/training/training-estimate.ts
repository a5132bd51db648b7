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

export type TrainingEstimate = {
  readonly basis: 'measured' | 'estimated';
  readonly gpus: number;
  readonly nodes: number;
  readonly run: TrainingRun;
  /** Operations of the model, nothing recomputed. */
  readonly flops: number;
  /** Share of the dense peak that these come to (model FLOPs utilisation). */
  readonly utilisation: number;
  readonly steps: number;
  readonly samplesPerSecond: number;
  /** With what interruptions and checkpoints cost. */
  readonly runSeconds: Estimate;
  readonly gpuHours: Estimate;
  readonly checkpoint: CheckpointPlan;
  readonly data: { readonly bytes: number; readonly readBytesPerSecond: number };
  readonly band: number;
  readonly assumed: readonly string[];
};

/** ImageNet's training set: 138 GB in 1,281,167 images. */
const bytesPerImage = 110e3;
const bytesPerToken = 4;
const storageBandwidth = 10e9;
/** More GPUs than these are not looked at. */
const mostTried = 4_096;
/** A new node (4 min) and loading (2 min), the config's defaults. */
const restartSeconds = 360;

/**
 * What a training takes: memory of each GPU, how to spread it, time, GPU-hours, checkpoints, data. The GPUs are those given, or the
 * fewest that meet the deadline with interruptions counted, or the fewest that fit.
 *
 * @throws ProblemError `estimate/precision-lacking`, `estimate/training-too-large`, `estimate/sequence-too-long`,
 * `estimate/gpus-too-few`, `estimate/gpus-uneven`, `estimate/memory`, `estimate/deadline-impossible`, `estimate/recompute`
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
    const estimate = on(request, request.gpus);
    if (estimate === null) throw new ProblemError(misfit(request, path));
    if (!inTime(request, estimate)) throw new ProblemError(late(request, [estimate], path));
    return estimate;
  }
  const estimates: TrainingEstimate[] = [];
  const counts = gpuCounts(request);
  for (const [index, gpus] of counts.entries()) {
    const estimate = on(request, gpus);
    if (estimate === null) continue;
    estimates.push(estimate);
    if (inTime(request, estimate)) return fewest(request, counts[index - 1] ?? 0, estimate);
  }
  throw new ProblemError(estimates.length === 0 ? misfit(request, path) : late(request, estimates, path));
}

/** 1, 2, 4 ... within a node, then whole nodes, each step at most half as many again. */
function gpuCounts({ node, mostGpus, leastGpus = 1 }: TrainingRequest): readonly number[] {
  const counts: number[] = [];
  for (let gpus = 1; gpus < node.gpus && gpus <= mostGpus; gpus *= 2) counts.push(gpus);
  for (let nodes = 1; nodes * node.gpus <= mostGpus; nodes = Math.max(nodes + 1, Math.floor(nodes * 1.5))) counts.push(nodes * node.gpus);
  return counts.filter((gpus) => gpus >= leastGpus);
}

function inTime(
  { deadlineSeconds = Infinity, countedOn = 'value', startSeconds = 0 }: TrainingRequest,
  { runSeconds }: TrainingEstimate,
): boolean {
  return startSeconds + runSeconds[countedOn] <= deadlineSeconds;
}

/** Between a count that is too few and one that does, the fewest whole nodes that still do. */
function fewest(request: TrainingRequest, tooFew: number, enough: TrainingEstimate): TrainingEstimate {
  const { node, leastGpus = 1 } = request;
  let [low, best] = [Math.max(Math.floor(tooFew / node.gpus), Math.ceil(leastGpus / node.gpus) - 1), enough];
  while (Math.floor(best.gpus / node.gpus) - low > 1) {
    const middle = Math.floor((low + Math.floor(best.gpus / node.gpus)) / 2);
    const estimate = on(request, middle * node.gpus);
    if (estimate !== null && inTime(request, estimate)) best = estimate;
    else low = middle;
  }
  return best;
}

function runOn(request: TrainingRequest, gpus: number) {
  const { model } = request;
  return model.kind === 'image' ? imageRun(request, model, gpus) : transformerRun(request, model, gpus);
}

function on(request: TrainingRequest, gpus: number): TrainingEstimate | null {
  const { model, gpu, node, precision, samples, epochs, measuredPerGpu } = request;
  const found = runOn(request, gpus);
  if (found === null) return null;
  const { run, flops, assumed } = found;
  const nodes = Math.ceil(gpus / node.gpus);
  const samplesPerSecond = measuredPerGpu === undefined ? run.samplesPerSecond : measuredPerGpu * gpus * scaling(request, run);
  const work = samples * epochs;
  const inBatch = run.batch * (model.kind === 'image' ? 1 : (request.sequence ?? defaultSequence));
  // No training is shorter than a step.
  const busy = Math.max(work, inBatch) / samplesPerSecond;
  const storage = request.storageBandwidth ?? storageBandwidth;
  const checkpoint = checkpointPlan({
    bytes: checkpointBytes(model.parameters, optimiserBytesPerParameter(request.optimiser)),
    writeBandwidth: Math.min(storage, nodes * networkBandwidth(node)),
    interruptionsPerHour: (request.interruptionsPerGpuHour ?? interruptionsPerGpuHour) * gpus,
    restartSeconds,
  });
  const seconds = busy / (1 - checkpoint.lostShare);
  const band =
    measuredPerGpu !== undefined
      ? 0
      : model.kind === 'image' || precision === 'fp8'
        ? errorBands.imageTraining
        : errorBands.transformerTraining;
  // Throughput is off by the band, so time by its reciprocal.
  const runSeconds = { value: seconds, low: seconds / (1 + band), high: seconds / (1 - band) };
  const inHours = (value: number) => (value * gpus) / 3_600;
  const bytes = request.bytesPerSample ?? (model.kind === 'image' ? bytesPerImage : bytesPerToken);
  return {
    basis: measuredPerGpu === undefined ? 'estimated' : 'measured',
    gpus,
    nodes,
    run,
    flops,
    utilisation: flops / busy / (gpus * (arithmeticFor(gpu, precision)?.peakFlops ?? NaN)),
    steps: Math.ceil(work / inBatch),
    samplesPerSecond,
    runSeconds,
    gpuHours: { value: inHours(runSeconds.value), low: inHours(runSeconds.low), high: inHours(runSeconds.high) },
    checkpoint,
    data: { bytes: samples * bytes, readBytesPerSecond: samplesPerSecond * bytes },
    band,
    assumed: [...(model.kind === 'image' ? [] : model.assumed), ...assumed],
  };
}

/** What a GPU does among all, as a share of what it does among those it was measured on; 1 where nothing says otherwise. */
function scaling({ measuredOn, ...request }: TrainingRequest, { gpus, samplesPerSecond }: TrainingRun): number {
  if (measuredOn === undefined || measuredOn >= gpus) return 1;
  const few = runOn(request, measuredOn);
  return few === null ? 1 : Math.min(1, samplesPerSecond / gpus / (few.run.samplesPerSecond / measuredOn));
}

type Path = (field: TrainingField) => string;

function misfit(request: TrainingRequest, path: Path): Problem {
  return trainingMisfit(request, { path, counts: gpuCounts, fits: (other, gpus) => runOn(other, gpus) !== null });
}

function late(request: TrainingRequest, estimates: readonly TrainingEstimate[], path: Path): Problem {
  const { deadlineSeconds = 0, startSeconds = 0, countedOn = 'value' } = request;
  const quickest = estimates.reduce((a, b) => (b.runSeconds[countedOn] < a.runSeconds[countedOn] ? b : a));
  const before = startSeconds === 0 ? '' : ` with ${time(startSeconds)} before they start`;
  const { gpus, mostGpus } = request;
  const allowed = gpus === undefined && mostGpus < mostTried ? gpuCounts({ ...request, mostGpus: mostTried }) : [];
  const more = allowed.find((count) => {
    const estimate = count > mostGpus ? on(request, count) : null;
    return estimate !== null && inTime(request, estimate);
  });
  return {
    code: 'estimate/deadline-impossible',
    path: path('deadline'),
    message: 'cannot be met',
    expected: `at least ${time(startSeconds + quickest.runSeconds[countedOn])}, what ${quickest.gpus} GPUs take${countedOn === 'high' && quickest.band > 0 ? ' at most' : ''}${before}`,
    received: time(deadlineSeconds),
    hint:
      gpus !== undefined
        ? 'allow more time or more GPUs'
        : more === undefined
          ? 'allow more time: more GPUs do not help at this batch'
          : `allow more time, or raise ${path('mostGpus')} to ${more} GPU`,
  };
}

/** 5400 -> `90 min`, 90000 -> `25 h`: to three digits, rounded up, so that so much is enough. */
function time(seconds: number): string {
  const [size, unit] = seconds < 7_200 ? [60, 'min'] : [3_600, 'h'];
  return `${roundedUp(seconds / size)} ${unit}`;
}
