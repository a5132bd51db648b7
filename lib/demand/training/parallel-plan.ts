import { allReduceSeconds, bandwidth, type Gpu, type GpuNode, interconnect, linkBandwidth, networkBandwidth, roofline } from '../hardware';
import { activationBytes, modelStateBytes, type ZeroStage } from './training-memory';
import { type Recompute, stepFlops, type Transformer } from '../model';

const gib = 2 ** 30;
/** Share of a GPU's memory that training can fill, the rest being lost to fragments; and what CUDA and NCCL keep of it. By judgement. */
const memoryShare = 0.92;
const overheadBytes = 1.5 * gib;

/** A transformer to train, the GPUs for it, and what is decided already. */
export type TrainingSetup = {
  readonly model: Transformer;
  readonly gpu: Gpu;
  readonly node: GpuNode;
  /** Operations a second that a GPU reaches, without bubbles and communication. */
  readonly flopsPerSecond: number;
  /** Tokens of a sequence. */
  readonly sequence: number;
  /** Sequences of a step over all GPUs. */
  readonly batch: number;
  /** Bytes of optimiser state for each parameter. */
  readonly optimiserBytes: number;
  /** Each of the following that is left out is chosen so that a step is fastest. */
  readonly recompute?: Recompute;
  readonly stage?: ZeroStage;
  readonly tensor?: number;
  readonly pipeline?: number;
  readonly microBatch?: number;
};

/** One way to spread a training over GPUs, with its memory and the time of a step. */
export type ParallelPlan = {
  readonly gpus: number;
  readonly tensor: number;
  readonly pipeline: number;
  readonly data: number;
  readonly stage: ZeroStage;
  readonly microBatch: number;
  /** Micro-batches that each data-parallel share computes in one step. */
  readonly microBatches: number;
  readonly recompute: Recompute;
  /** Of one GPU. */
  readonly memory: {
    readonly stateBytes: number;
    readonly activationBytes: number;
    readonly overheadBytes: number;
    readonly limitBytes: number;
  };
  readonly step: StepSeconds;
};

/** Seconds of one step, by what takes them. */
export type StepSeconds = {
  readonly compute: number;
  /** Idle time while the pipeline fills and drains: (p - 1) / m of compute, tensor and pipeline. */
  readonly bubble: number;
  /** All-reduces inside the layers. */
  readonly tensor: number;
  /** Activations sent between stages. */
  readonly pipeline: number;
  /** Gradients and weights between data-parallel shares, as far as the backward pass does not hide it. */
  readonly data: number;
  /** Reading and writing the optimiser states once. */
  readonly optimiser: number;
  readonly total: number;
};

/**
 * The fastest way to spread a training over `gpus` GPUs. It tries every split into tensor parallel (within a node), pipeline parallel (over
 * the layers) and data parallel (the rest), each with the lowest ZeRO stage that fits, which is 0 or 1 with a pipeline. Of splits that are
 * equally fast the one with the least tensor and then pipeline parallelism is taken.
 *
 * @returns `null` where nothing fits
 * @see Narayanan et al. 2021, arXiv 2104.04473, section 3 (takeaways), for the order of the kinds of parallelism
 */
export function parallelPlan(setup: TrainingSetup, gpus: number): ParallelPlan | null {
  let best: ParallelPlan | null = null;
  for (const tensor of tensorSplits(setup, gpus)) {
    for (const pipeline of pipelineSplits(setup, gpus / tensor)) {
      const data = gpus / tensor / pipeline;
      if (data > setup.batch) continue;
      for (const recompute of setup.recompute === undefined ? (['selective', 'full'] as const) : [setup.recompute]) {
        const plan = lowestStage(setup, { gpus, tensor, pipeline, data, recompute });
        if (plan && (best === null || isFaster(plan, best))) best = plan;
      }
    }
  }
  return best;
}

type Spread = Pick<ParallelPlan, 'gpus' | 'tensor' | 'pipeline' | 'data' | 'recompute'>;
type Split = Spread & Pick<ParallelPlan, 'microBatch'>;

function isFaster(a: ParallelPlan, b: ParallelPlan): boolean {
  return a.step.total < b.step.total * (1 - 1e-9);
}

function tensorSplits({ model, node, tensor }: TrainingSetup, gpus: number): readonly number[] {
  if (tensor !== undefined) return gpus % tensor === 0 ? [tensor] : [];
  const splits: number[] = [];
  for (let split = 1; split <= Math.min(node.gpus, gpus); split *= 2)
    if (gpus % split === 0 && model.heads % split === 0) splits.push(split);
  return splits;
}

function pipelineSplits({ model, pipeline }: TrainingSetup, gpus: number): readonly number[] {
  if (pipeline !== undefined) return gpus % pipeline === 0 ? [pipeline] : [];
  return Array.from({ length: Math.min(model.layers, gpus, 64) }, (_, index) => index + 1).filter(
    (split) => gpus % split === 0 && model.layers % split === 0,
  );
}

/**
 * The plan with the lowest ZeRO stage at which a micro-batch fits, and with the fastest micro-batch at that stage; `null` where none fits.
 */
function lowestStage(setup: TrainingSetup, spread: Spread): ParallelPlan | null {
  const batchShare = Math.ceil(setup.batch / spread.data);
  const microBatches = (setup.microBatch === undefined ? [1, 2, 4, 8, 16, 32] : [setup.microBatch]).filter((size) => size <= batchShare);
  const stages: readonly ZeroStage[] = setup.stage !== undefined ? [setup.stage] : spread.pipeline > 1 ? [0, 1] : [0, 1, 2, 3];
  for (const stage of stages) {
    if (stage > 0 && spread.data === 1 && setup.stage === undefined) break;
    const plans = microBatches.flatMap((microBatch) => planFor(setup, { ...spread, microBatch }, stage) ?? []);
    if (plans.length > 0) return plans.reduce((best, plan) => (isFaster(plan, best) ? plan : best));
  }
  return null;
}

/** The plan of a split at a ZeRO stage; `null` where it does not fit the memory. */
function planFor(setup: TrainingSetup, split: Split, stage: ZeroStage): ParallelPlan | null {
  const { model, gpu, optimiserBytes, sequence } = setup;
  const { tensor, pipeline, data, microBatch, recompute } = split;
  const parameters = model.parameters / tensor / pipeline;
  const activations = activationBytes({ ...model, sequence, microBatch, tensor }, recompute);
  const limitBytes = gpu.memoryGiB * gib * memoryShare;
  // While ZeRO-3 computes one layer and fetches the next, the weights of both are there in full.
  const fetched = stage === 3 ? (2 * 2 * parameters) / Math.max(1, model.layers / pipeline) : 0;
  const stateBytes = modelStateBytes(parameters, stage, data, optimiserBytes) + fetched;
  if (stateBytes + activations + overheadBytes > limitBytes) return null;
  const microBatches = Math.ceil(setup.batch / data / microBatch);
  return {
    ...split,
    stage,
    microBatches,
    memory: { stateBytes, activationBytes: activations, overheadBytes, limitBytes },
    step: stepSeconds(setup, split, stage, microBatches),
  };
}

function stepSeconds(setup: TrainingSetup, split: Split, stage: ZeroStage, microBatches: number): StepSeconds {
  const { model, gpu, node, sequence, flopsPerSecond, optimiserBytes } = setup;
  const { tensor, pipeline, data, microBatch, recompute } = split;
  // The last micro-batch costs as much as the others, even if it is not full.
  const compute = stepFlops(model, microBatches * microBatch, sequence, recompute) / (tensor * pipeline) / flopsPerSecond;
  const activationBlock = microBatch * sequence * model.hiddenSize * 2;
  const passes = recompute === 'full' ? 6 : 4;
  const inLayers = microBatches * (model.layers / pipeline) * passes * allReduceSeconds(gpu, activationBlock, tensor);
  const acrossNodes = tensor * pipeline > node.gpus;
  const perGpuLink = acrossNodes ? networkBandwidth(node) / node.gpus : linkBandwidth(gpu);
  const betweenStages = pipeline === 1 ? 0 : (microBatches * 2 * activationBlock) / tensor / perGpuLink;
  const bubble = ((pipeline - 1) / microBatches) * (compute + inLayers + betweenStages);
  const states = model.parameters / tensor / pipeline;
  const optimiser = ((4 + 2 * optimiserBytes) * states) / (stage >= 1 ? data : 1) / (bandwidth(gpu) * roofline.memory);
  const exposedData = dataSeconds(setup, split, stage, microBatches, compute);
  const parts = { compute, bubble, tensor: inLayers, pipeline: betweenStages, data: exposedData, optimiser };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/**
 * Seconds of the communication between data-parallel shares that are not hidden. Gradients are reduced once in a step (2 (n - 1) / n of
 * their bytes), under ZeRO-2 once in each micro-batch; ZeRO-3 also fetches the weights twice in each micro-batch. Within a node the bytes
 * use the links between its GPUs. Between nodes, all shares of a node use its network together, and the collective operation of each layer
 * passes every node in turn. What the backward pass (under ZeRO-3 the whole pass) is long enough to hide is not counted.
 */
function dataSeconds(setup: TrainingSetup, split: Split, stage: ZeroStage, microBatches: number, compute: number): number {
  const { model, gpu, node } = setup;
  const { tensor, pipeline, data } = split;
  if (data === 1) return 0;
  const bytes = (2 * model.parameters) / tensor / pipeline;
  const rounds = stage === 3 ? 3 * microBatches : stage === 2 ? microBatches + 1 : 2;
  const inNode = Math.min(data, Math.max(1, Math.floor(node.gpus / tensor)));
  const groups = Math.max(1, Math.floor(node.gpus / inNode));
  const volume = (rounds * bytes * (data - 1)) / data;
  const hops = Math.max(0, Math.ceil(data / inNode) - 1) * (model.layers / pipeline) * interconnect.networkCallSeconds;
  const seconds =
    Math.max(inNode > 1 ? volume / linkBandwidth(gpu) : 0, data > inNode ? (volume * groups) / networkBandwidth(node) : 0) + rounds * hops;
  const hidden = stage === 3 ? compute : stage === 2 ? (2 / 3) * compute : ((2 / 3) * compute) / microBatches;
  return Math.max(0, seconds - hidden);
}
