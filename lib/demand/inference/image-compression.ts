import { errorBands, type Estimate, within } from '../error-band';
import { arithmeticFor, bytesPerParameter, type Gpu, type Precision, precisionLacking } from '../hardware';
import { type ImageModel, imageThroughput, type ImageThroughput } from '../model';
import { ceilTolerant } from '../replicas';
import { smallestSaving } from './model-compression';

/** One way to make an image model smaller, and the estimate for it on one GPU. */
export type ImageCompressionRow = {
  /** `fp16, as it is`, `fp8`, `int4`, `2:4 pruning`, `distilled`. */
  readonly option: string;
  /** `null` where there is none; `note` says why. */
  readonly estimate: ImageThroughput | null;
  /** Of one GPU: as it was stated for the model as it is, else by the estimate. */
  readonly imagesPerSecond: Estimate | null;
  readonly weightBytes: number | null;
  /** GPUs that the load needs; `null` without a load. */
  readonly gpus: number | null;
  readonly usdPerHour: number | null;
  readonly usdPerMillionImages: number | null;
  /** Whether it costs less than the model as it is. */
  readonly helps: boolean;
  /** What must be done for it, or why it does not help. */
  readonly note: string;
};

/** An image model on one GPU, and what its ways are compared for. */
export type ImageCompression = {
  readonly model: ImageModel;
  readonly gpu: Gpu;
  readonly precision: Precision;
  /** Side of an image, pixels. */
  readonly imageSize: number;
  /** The promised p95. @default no promise: full batches */
  readonly latencySeconds?: number;
  /** Images a second of one GPU with the model as it is; it replaces the estimate. */
  readonly measuredImagesPerSecond?: number;
  /** Images a second that all GPUs together must serve. */
  readonly loadImagesPerSecond?: number;
  /** `null` where it is not known. */
  readonly usdPerGpuHour: number | null;
};

/**
 * Compares an image model as it is with the same model in fp8, int8 and int4 by the same estimate. For 2:4 pruning and distillation there is
 * no estimate of image models; their rows hold what is measured.
 */
export function compareImageCompression(request: ImageCompression): readonly ImageCompressionRow[] {
  const { precision } = request;
  const base = row(`${precision}, as it is`, precision, request, null);
  const smaller = (['fp8', 'int8', 'int4'] as const).filter((name) => name !== precision);
  return [
    base,
    ...smaller.map((name) => row(name, name, { ...request, measuredImagesPerSecond: undefined }, base)),
    withoutEstimate('2:4 pruning', unknown),
    withoutEstimate('distilled', unknown),
  ];
}

const unknown = 'has no estimate for images, and must be measured';

function row(option: string, precision: Precision, request: ImageCompression, base: ImageCompressionRow | null): ImageCompressionRow {
  const { model, gpu, imageSize, latencySeconds, measuredImagesPerSecond: measured, loadImagesPerSecond: load, usdPerGpuHour } = request;
  const arithmetic = arithmeticFor(gpu, precision);
  if (arithmetic === null) return withoutEstimate(option, precisionLacking(gpu, precision, option).message);
  const estimate = imageThroughput(model, gpu, precision, imageSize, latencySeconds);
  if (estimate === null) return withoutEstimate(option, 'the latency cannot be kept even by an idle GPU');
  const imagesPerSecond =
    measured === undefined
      ? within(estimate.imagesPerSecond, errorBands.imageInference)
      : { value: measured, low: measured, high: measured };
  const gpus = load === undefined ? null : Math.max(1, ceilTolerant(load / imagesPerSecond.value));
  const figures = {
    option,
    estimate,
    imagesPerSecond,
    weightBytes: model.parameters * bytesPerParameter(precision),
    gpus,
    usdPerHour: gpus === null || usdPerGpuHour === null ? null : gpus * usdPerGpuHour,
    usdPerMillionImages: usdPerGpuHour === null ? null : (usdPerGpuHour / 3_600 / imagesPerSecond.value) * 1e6,
  };
  if (base === null) return { ...figures, helps: false, note: 'what the others are compared with' };
  const helps =
    gpus === null || base.gpus === null
      ? imagesPerSecond.value * (1 - smallestSaving) > (base.imagesPerSecond?.value ?? 0)
      : gpus < base.gpus;
  const computes = `arithmetic at ${arithmetic.arithmetic}`;
  if (helps) return { ...figures, helps, note: `weights and ${computes}; measure accuracy` };
  return {
    ...figures,
    helps,
    note:
      gpus === null
        ? `${computes} is hardly faster than the model as it is: images are bound by arithmetic and activations, not by weights`
        : `the load needs ${gpus} GPU${gpus === 1 ? '' : 's'}, and ${base.gpus ?? 0} with the model as it is`,
  };
}

function withoutEstimate(option: string, note: string): ImageCompressionRow {
  const nothing = { estimate: null, imagesPerSecond: null, weightBytes: null, gpus: null, usdPerHour: null, usdPerMillionImages: null };
  return { option, ...nothing, helps: false, note };
}
