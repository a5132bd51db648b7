import type { Gpu, GpuNode } from '../hardware';
import type { ImageModel, Recompute, Transformer } from '../model';
import type { ParallelPlan } from './parallel-plan';
import type { Optimiser, ZeroStage } from './training-memory';

/** The 16-bit or 8-bit part of mixed precision. */
export type TrainingPrecision = 'bf16' | 'fp16' | 'fp8';
export const trainingPrecisions: readonly TrainingPrecision[] = ['bf16', 'fp16', 'fp8'];

/** The fields of a request that a problem can name. */
export type TrainingField =
  'precision' | 'gpu' | 'gpus' | 'mostGpus' | 'sequence' | 'imageSize' | 'batch' | 'deadline' | 'recompute' | 'zero';

/** A training to estimate. */
export type TrainingRequest = {
  readonly model: Transformer | ImageModel;
  readonly gpu: Gpu;
  readonly node: GpuNode;
  /** Mixed precision: 32-bit copies of the weights are kept in addition. */
  readonly precision: TrainingPrecision;
  /** Images or tokens of one epoch. */
  readonly samples: number;
  readonly epochs: number;
  /** Tokens of a sequence. @default 4096 */
  readonly sequence?: number;
  /** Side of an image, pixels. @default that of the model */
  readonly imageSize?: number;
  /** Sequences or images of one step, over all GPUs. @default about 4 M tokens; for images 256 on each GPU, up to 8,192 */
  readonly batch?: number;
  readonly optimiser: Optimiser;
  readonly recompute?: Recompute;
  readonly stage?: ZeroStage;
  /** Number of GPUs. @default the smallest that meets the deadline, or that fits */
  readonly gpus?: number;
  /** The largest number of GPUs that may be used. */
  readonly mostGpus: number;
  /** The smallest number of GPUs that may be used; with a multiple of those of a node, all nodes are whole. @default 1 */
  readonly leastGpus?: number;
  readonly deadlineSeconds?: number;
  /** Seconds of the deadline that pass before training starts: boot, cold start. @default 0 */
  readonly startSeconds?: number;
  /** Which end of the estimated time must meet the deadline: its middle, or the upper end of its band. @default 'value' */
  readonly countedOn?: 'value' | 'high';
  /** Measured images or tokens a second of one GPU; it replaces the estimate. */
  readonly measuredPerGpu?: number;
  /** Number of GPUs it was measured on. More GPUs lose as much to each other as the estimate says. @default nothing is lost */
  readonly measuredOn?: number;
  readonly interruptionsPerGpuHour?: number;
  /** Bytes a second that the storage takes from all nodes together. @default 10 GB/s */
  readonly storageBandwidth?: number;
  /** Bytes of one stored image or token. @default 110 kB for an image, 4 bytes for a token */
  readonly bytesPerSample?: number;
  readonly path?: (field: TrainingField) => string;
};

/** A training on a number of GPUs, without interruptions. */
export type TrainingRun = {
  readonly gpus: number;
  readonly split: Pick<ParallelPlan, 'data' | 'tensor' | 'pipeline' | 'stage' | 'microBatch' | 'microBatches' | 'recompute'>;
  readonly memory: ParallelPlan['memory'];
  /** Seconds of one step, by what takes them; `total` is their sum. */
  readonly step: Readonly<Record<string, number>> & { readonly total: number };
  readonly bubbleShare: number;
  readonly batch: number;
  readonly samplesPerSecond: number;
};

/** Tokens of a sequence, and tokens of a step, where the request leaves them out. */
export const defaultSequence = 4_096;
export const defaultBatchTokens = 2 ** 22;
