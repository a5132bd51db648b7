import type { Gpu, GpuNode } from '../hardware';
import type { ImageModel, Recompute, Transformer } from '../model';
import type { ParallelPlan } from './parallel-plan';
import type { Optimiser, ZeroStage } from './training-memory';

export type TrainingPrecision = 'bf16' | 'fp16' | 'fp8';
export const trainingPrecisions: readonly TrainingPrecision[] = ['bf16', 'fp16', 'fp8'];

export type TrainingField =
  'precision' | 'gpu' | 'gpus' | 'mostGpus' | 'sequence' | 'imageSize' | 'batch' | 'deadline' | 'recompute' | 'zero';

export type TrainingRequest = {
  readonly model: Transformer | ImageModel;
  readonly gpu: Gpu;
  readonly node: GpuNode;
  /** Mixed: 32-bit copies of the weights are kept beside. */
  readonly precision: TrainingPrecision;
  /** Images, or tokens, of one epoch. */
  readonly samples: number;
  readonly epochs: number;
  /** Tokens of a sequence. @default 4096 */
  readonly sequence?: number;
  /** Side of an image, pixels. @default the model's */
  readonly imageSize?: number;
  /** Sequences, or images, of one step over all GPUs. @default about 4 M tokens; 256 images a GPU up to 8,192 */
  readonly batch?: number;
  readonly optimiser: Optimiser;
  readonly recompute?: Recompute;
  readonly stage?: ZeroStage;
  /** GPUs to use; left out, the fewest that meet the deadline, or that fit. */
  readonly gpus?: number;
  readonly mostGpus: number;
  /** Never fewer than these; a multiple of the node's makes of every node a whole one. @default 1 */
  readonly leastGpus?: number;
  readonly deadlineSeconds?: number;
  /** Of the deadline, the seconds before training starts: boot, cold start. @default 0 */
  readonly startSeconds?: number;
  /** Which end of the time's band must meet the deadline. @default 'value' */
  readonly countedOn?: 'value' | 'high';
  /** Measured images or tokens a second of one GPU: wins over any estimate. */
  readonly measuredPerGpu?: number;
  /** GPUs on which it was measured: more of them lose what the estimate says they do. @default any number, without loss */
  readonly measuredOn?: number;
  readonly interruptionsPerGpuHour?: number;
  /** Bytes a second that the storage takes in from all nodes together. @default 10 GB/s */
  readonly storageBandwidth?: number;
  /** Bytes of one stored image or token. @default 110 kB an image, 4 bytes a token */
  readonly bytesPerSample?: number;
  readonly path?: (field: TrainingField) => string;
};

/** One training on so many GPUs, before interruptions. */
export type TrainingRun = {
  readonly gpus: number;
  readonly split: Pick<ParallelPlan, 'data' | 'tensor' | 'pipeline' | 'stage' | 'microBatch' | 'microBatches' | 'recompute'>;
  readonly memory: ParallelPlan['memory'];
  /** Seconds of one step by what takes them; `total` is their sum. */
  readonly step: Readonly<Record<string, number>> & { readonly total: number };
  readonly bubbleShare: number;
  readonly batch: number;
  readonly samplesPerSecond: number;
};

/** Tokens of a sequence, and of a step, where the request leaves them out. */
export const defaultSequence = 4_096;
export const defaultBatchTokens = 2 ** 22;
