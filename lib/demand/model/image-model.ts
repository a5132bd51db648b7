import { normalQuantile } from '../../forecast';
import { arithmeticFor, bandwidth, bytesPerParameter, type Gpu, type Precision, rooflineSeconds } from '../hardware';

/** A convolutional network that looks at images. */
export type ImageModel = {
  readonly kind: 'image';
  readonly name: string;
  readonly parameters: number;
  /** Multiply-adds of one forward pass at `imageSize`. */
  readonly macsPerImage: number;
  /** Values that its layers put out for one image at `imageSize`. */
  readonly activationsPerImage: number;
  /** Layers with a kernel of their own, which bound a small batch from below. */
  readonly kernels: number;
  /** Side of the image, pixels. */
  readonly imageSize: number;
  readonly source: string;
};

export const resnet50Shape: ImageModel = {
  kind: 'image',
  name: 'resnet50',
  parameters: 25_557_032,
  macsPerImage: 4.09e9,
  activationsPerImage: 11.1e6,
  kernels: 160,
  imageSize: 224,
  source: 'ResNet-50: 25.6 M parameters and 4.09 GMAC (torchvision), 11.1 M activations (facebookresearch/pycls model zoo)',
};

const imageModels: readonly ImageModel[] = [resnet50Shape];

export const knownImageModels: readonly string[] = imageModels.map(({ name }) => name);

export function knownImageModel(name: string): ImageModel | undefined {
  return imageModels.find((model) => model.name === name.toLowerCase().replace('-', ''));
}

/**
 * How often a value put out by a layer crosses memory. Training is set so that an A100 trains 2,500 images a second at 16 bit
 * (NVIDIA DeepLearningExamples, order of magnitude); in inference normalisation is folded into the convolutions and a value is
 * written and read, with the shortcuts about twice.
 */
export const activationPasses = { training: 22.7, inference: 4 } as const;
/** Time the host takes to start one kernel. */
const launchSeconds = 10e-6;

/** Multiply-adds for one image of another size: they grow with the pixels. */
export function macsAt(model: ImageModel, imageSize: number): number {
  return model.macsPerImage * (imageSize / model.imageSize) ** 2;
}

export function activationsAt(model: ImageModel, imageSize: number): number {
  return model.activationsPerImage * (imageSize / model.imageSize) ** 2;
}

/** Operations to train on so many images: forward 2 a multiply-add, backward twice that. */
export function imageTrainingFlops(model: ImageModel, imageSize: number, images: number): number {
  return 3 * 2 * macsAt(model, imageSize) * images;
}

/**
 * Seconds of one batch on one GPU, by the roofline over activations and arithmetic; never less than the host needs to start the
 * kernels.
 *
 * @throws Error when the GPU lacks the precision: check `arithmeticFor` before
 */
export function imageBatchSeconds(
  model: ImageModel,
  gpu: Gpu,
  precision: Precision,
  imageSize: number,
  batch: number,
  work: 'training' | 'inference',
): number {
  const arithmetic = arithmeticFor(gpu, precision);
  if (arithmetic === null) throw new Error(`${gpu.name} lacks ${precision}`);
  const eightBit = isEightBit(arithmetic);
  const bytes = work === 'inference' ? valueBytes(gpu, precision) : 2;
  const passes = work === 'training' ? 3 : 1;
  const seconds = rooflineSeconds(
    {
      weightBytes: model.parameters * bytes * passes + activationPasses[work] * activationsAt(model, imageSize) * bytes * batch,
      flops: passes * 2 * macsAt(model, imageSize) * batch,
    },
    { bandwidth: bandwidth(gpu), peakFlops: arithmetic.peakFlops, eightBit },
  );
  return Math.max(seconds, model.kernels * launchSeconds * passes);
}

/** Bytes of a value that a layer puts out in inference. */
function valueBytes(gpu: Gpu, precision: Precision): 1 | 2 {
  return isEightBit(arithmeticFor(gpu, precision)) ? 1 : 2;
}

function isEightBit(found: ReturnType<typeof arithmeticFor>): boolean {
  return found !== null && (found.arithmetic === 'fp8' || found.arithmetic === 'int8');
}

export type ImageThroughput = {
  readonly imagesPerSecond: number;
  readonly batch: number;
  readonly p95LatencySeconds: number;
  /** With full batches, whatever the latency. */
  readonly saturatedImagesPerSecond: number;
  /** Images of a full batch: 128, or what the memory holds. */
  readonly fullBatch: number;
  /** One image on an idle GPU. */
  readonly aloneSeconds: number;
};

/** Images in a batch at most. */
export const largestImageBatch = 128;
/** Share of a GPU's memory that a server takes, and what it keeps beside weights and activations. By judgement, as for language models. */
const serving = { memoryShare: 0.9, overheadBytes: 1.5 * 2 ** 30 };
/** Share of all activations that is there at once while an image is looked at: a block's input, its output and one between. By judgement. */
const liveShare = 1 / 4;

/** Images that the memory of one GPU holds at once while they are looked at; 0 where not one fits. */
export function imagesThatFit(model: ImageModel, gpu: Gpu, precision: Precision, imageSize: number): number {
  const weights = model.parameters * bytesPerParameter(precision);
  const room = gpu.memoryGiB * 2 ** 30 * serving.memoryShare - serving.overheadBytes - weights;
  return Math.max(0, Math.floor(room / (liveShare * activationsAt(model, imageSize) * valueBytes(gpu, precision))));
}

/** The largest side of an image of which one fits, pixels. */
export function largestImageSize(model: ImageModel, gpu: Gpu, precision: Precision): number {
  let [low, high] = [0, 2 ** 20];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (imagesThatFit(model, gpu, precision, middle) >= 1) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Images a second of one GPU with dynamic batching: while a batch runs the next gathers, so an image waits for at most one batch
 * and is then in the next. Its size varies as a Poisson count does; two batches of its 95th percentile must fit the latency.
 *
 * @param latencySeconds p95 that is promised; left out, full batches
 * @returns `null` where even one image alone takes longer, or none fits the memory
 */
export function imageThroughput(
  model: ImageModel,
  gpu: Gpu,
  precision: Precision,
  imageSize: number,
  latencySeconds = Infinity,
): ImageThroughput | null {
  const seconds = (batch: number) => imageBatchSeconds(model, gpu, precision, imageSize, batch, 'inference');
  const fullBatch = Math.min(largestImageBatch, imagesThatFit(model, gpu, precision, imageSize));
  if (fullBatch < 1) return null;
  const latency = (batch: number) => 2 * seconds(Math.min(fullBatch, batch + normalQuantile(0.95) * Math.sqrt(batch)));
  const saturatedImagesPerSecond = fullBatch / seconds(fullBatch);
  const aloneSeconds = seconds(1);
  for (let batch = fullBatch; batch >= 1; batch--) {
    if (latency(batch) > latencySeconds * (1 + 1e-9)) continue;
    return {
      imagesPerSecond: batch / seconds(batch),
      batch,
      p95LatencySeconds: latency(batch),
      saturatedImagesPerSecond,
      fullBatch,
      aloneSeconds,
    };
  }
  return null;
}

/** The shortest p95 latency that an idle GPU keeps, seconds, for an image that fits it. */
export function shortestLatencySeconds(model: ImageModel, gpu: Gpu, precision: Precision, imageSize: number): number {
  const seconds = (batch: number) => imageBatchSeconds(model, gpu, precision, imageSize, batch, 'inference');
  return 2 * seconds(Math.min(largestImageBatch, imagesThatFit(model, gpu, precision, imageSize), 1 + normalQuantile(0.95)));
}

/** Bytes of activations that training keeps for one image: each layer's output before and after its normalisation. */
export function imageActivationBytes(model: ImageModel, imageSize: number, bytesPerValue: number): number {
  return 2 * activationsAt(model, imageSize) * bytesPerValue;
}
