import { allReduceSeconds, bandwidth, type Gpu, type GpuNode, interconnect, linkBandwidth, networkBandwidth, roofline } from '../hardware';
import { activationBytes, modelStateBytes, type ZeroStage } from './training-memory';
import { type Recompute, stepFlops, type Transformer } from '../model';

const gib = 2 ** 30;
/** Share of a GPU's memory that training may fill, less what CUDA and NCCL keep: the rest is lost to fragments. By judgement. */
const memoryShare = 0.92;
const overheadBytes = 1.5 * gib;

export type TrainingSetup = {
  readonly model: Transformer;
  readonly gpu: Gpu;
  readonly node: GpuNode;
  /** Operations a second that arithmetic reaches, before bubbles and communication. */
  readonly flopsPerSecond: number;
  /** Tokens of a sequence, and sequences of a step over all GPUs. */
  readonly sequence: number;
  readonly batch: number;
  readonly optimiserBytes: number;
  /** Left out, what is fastest. */
  readonly recompute?: Recompute;
  readonly stage?: ZeroStage;
  readonly tensor?: number;
  readonly pipeline?: number;
  readonly microBatch?: number;
};

export type ParallelPlan = {
  readonly gpus: number;
  readonly tensor: number;
  readonly pipeline: number;
  readonly data: number;
  readonly stage: ZeroStage;
  readonly microBatch: number;
  /** Micro-batches of a step that each data-parallel share goes through. */
  readonly microBatches: number;
  readonly recompute: Recompute;
  readonly memory: {
    readonly stateBytes: number;
    readonly activationBytes: number;
    readonly overheadBytes: number;
    readonly limitBytes: number;
  };
  readonly step: StepSeconds;
};

/** Where the time of one step goes. */
export type StepSeconds = {
  readonly compute: number;
  /** Idle while the pipeline fills and drains: (p - 1) / m of the rest. */
  readonly bubble: number;
  /** All-reduces inside the layers, and activations between stages. */
  readonly tensor: number;
  readonly pipeline: number;
  /** Gradients and weights between data-parallel shares, as far as it is not hidden behind the backward pass. */
  readonly data: number;
  /** Reading and writing states once. */
  readonly optimiser: number;
  readonly total: number;
};

/**
 * The fastest way to spread a training over so many GPUs: tensor parallel within a node, pipeline parallel over layers, data parallel
 * for the rest, and for each of these the lowest ZeRO stage that fits (0 or 1 with a pipeline). Equal times go to the least split.
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
        if (plan && (best === null || faster(plan, best))) best = plan;
      }
    }
  }
  return best;
}

type Spread = Pick<ParallelPlan, 'gpus' | 'tensor' | 'pipeline' | 'data' | 'recompute'>;
type Split = Spread & Pick<ParallelPlan, 'microBatch'>;

function faster(a: ParallelPlan, b: ParallelPlan): boolean {
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

/** The lowest stage with which any micro-batch fits, with the micro-batch that is fastest there. */
function lowestStage(setup: TrainingSetup, spread: Spread): ParallelPlan | null {
  const share = Math.ceil(setup.batch / spread.data);
  const microBatches = (setup.microBatch === undefined ? [1, 2, 4, 8, 16, 32] : [setup.microBatch]).filter((size) => size <= share);
  const stages: readonly ZeroStage[] = setup.stage !== undefined ? [setup.stage] : spread.pipeline > 1 ? [0, 1] : [0, 1, 2, 3];
  for (const stage of stages) {
    if (stage > 0 && spread.data === 1 && setup.stage === undefined) break;
    const plans = microBatches.flatMap((microBatch) => fitted(setup, { ...spread, microBatch }, stage) ?? []);
    if (plans.length > 0) return plans.reduce((best, plan) => (faster(plan, best) ? plan : best));
  }
  return null;
}

function fitted(setup: TrainingSetup, split: Split, stage: ZeroStage): ParallelPlan | null {
  const { model, gpu, optimiserBytes, sequence } = setup;
  const { tensor, pipeline, data, microBatch, recompute } = split;
  const parameters = model.parameters / tensor / pipeline;
  const activations = activationBytes({ ...model, sequence, microBatch, tensor }, recompute);
  const limitBytes = gpu.memoryGiB * gib * memoryShare;
  // The weights of two layers are whole while ZeRO-3 computes one and fetches the next.
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
  // A last micro-batch that is not full costs as much as a full one.
  const compute = stepFlops(model, microBatches * microBatch, sequence, recompute) / (tensor * pipeline) / flopsPerSecond;
  const block = microBatch * sequence * model.hiddenSize * 2;
  const passes = recompute === 'full' ? 6 : 4;
  const inLayers = microBatches * (model.layers / pipeline) * passes * allReduceSeconds(gpu, block, tensor);
  const acrossNodes = tensor * pipeline > node.gpus;
  const perGpuLink = acrossNodes ? networkBandwidth(node) / node.gpus : linkBandwidth(gpu);
  const between = pipeline === 1 ? 0 : (microBatches * 2 * block) / tensor / perGpuLink;
  const bubble = ((pipeline - 1) / microBatches) * (compute + inLayers + between);
  const states = model.parameters / tensor / pipeline;
  const optimiser = ((4 + 2 * optimiserBytes) * states) / (stage >= 1 ? data : 1) / (bandwidth(gpu) * roofline.memory);
  const exposed = dataSeconds(setup, split, stage, microBatches, compute);
  const parts = { compute, bubble, tensor: inLayers, pipeline: between, data: exposed, optimiser };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/**
 * Gradients go around once a step (2 (n - 1) / n of their bytes), under ZeRO-2 once a micro-batch; ZeRO-3 also fetches the weights
 * twice a micro-batch. Within a node by its links; between nodes the shares of a node use its
 * network together, and each layer's collective passes every node in turn. What the backward
 * pass (with ZeRO-3 the whole pass) is long enough to hide is not counted.
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
