import { normalQuantile } from '../../normal';
import { arithmeticFor, bandwidth, bytesPerParameter, type Gpu, type Precision, rooflineSeconds } from '../hardware';

/** A convolutional network that looks at images. */
export type ImageModel = {
  readonly kind: 'image';
  readonly name: string;
  readonly parameters: number;
  /** Multiply-adds of one forward pass at `imageSize`. */
  readonly macsPerImage: number;
  /** Number of output values of all layers for one image at `imageSize`. */
  readonly activationsPerImage: number;
  /** Number of GPU kernels that one pass starts; the time to start them is the least that a small batch takes. */
  readonly kernels: number;
  /** Side of the image, pixels. */
  readonly imageSize: number;
  /** Where the figures of the model come from. */
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

/** Models of torchvision, counted on its own code (0.28) with images of 224 pixels: outputs and multiply-adds of convolutions and linear layers, and layers as kernels. */
const counted = ([name, parameters, macsPerImage, activationsPerImage, kernels]: readonly [
  string,
  number,
  number,
  number,
  number,
]): ImageModel => ({
  kind: 'image',
  name,
  parameters,
  macsPerImage,
  activationsPerImage,
  kernels,
  imageSize: 224,
  source: `${name}: counted on torchvision`,
});

const imageModels: readonly ImageModel[] = [
  resnet50Shape,
  ...(
    [
      ['resnet18', 11_689_512, 1.81e9, 2.48e6, 60],
      ['resnet34', 21_797_672, 3.66e9, 3.74e6, 108],
      ['mobilenet_v3_small', 2_542_856, 0.0565e9, 1.42e6, 141],
      ['mobilenet_v3_large', 5_483_032, 0.217e9, 4.41e6, 168],
      ['shufflenet_v2_x0_5', 1_366_792, 0.0405e9, 1.02e6, 151],
      ['efficientnet_b0', 5_288_548, 0.386e9, 6.75e6, 223],
    ] as const
  ).map(counted),
];

/** Names of the image models whose figures are built in. */
export const knownImageModels: readonly string[] = imageModels.map(({ name }) => name);

/** An image model by its name, in upper or lower case and with or without hyphens and underscores; `undefined` where it is not built in. */
export function knownImageModel(name: string): ImageModel | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  return imageModels.find((model) => plain(model.name) === plain(name));
}

/**
 * How often an output value of a layer is moved to or from memory. That of training is set so that an A100 trains 2,500 images a second at
 * 16 bit (NVIDIA DeepLearningExamples, order of magnitude). In inference normalisation is folded into the convolutions and a value is
 * written and read, with the shortcuts about twice.
 */
export const activationPasses = { training: 22.7, inference: 4 } as const;
/** Time that the host takes to start one kernel. */
const launchSeconds = 10e-6;

/** Multiply-adds for one image of another size; they grow with the number of pixels. */
export function macsAt(model: ImageModel, imageSize: number): number {
  return model.macsPerImage * (imageSize / model.imageSize) ** 2;
}

/** Number of output values of all layers for one image of another size; they grow with the number of pixels. */
export function activationsAt(model: ImageModel, imageSize: number): number {
  return model.activationsPerImage * (imageSize / model.imageSize) ** 2;
}

/** Operations of training on `images` images: 2 for each multiply-add of the forward pass, and twice as many for the backward pass. */
export function imageTrainingFlops(model: ImageModel, imageSize: number, images: number): number {
  return 3 * 2 * macsAt(model, imageSize) * images;
}

/**
 * Seconds of one batch on one GPU: the roofline over activations and arithmetic, and at least the time that the host takes to start the
 * kernels.
 *
 * @throws Error when the GPU cannot compute in the precision: check `arithmeticFor` before
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

/** Bytes of an output value of a layer in inference. */
function valueBytes(gpu: Gpu, precision: Precision): 1 | 2 {
  return isEightBit(arithmeticFor(gpu, precision)) ? 1 : 2;
}

function isEightBit(arithmetic: ReturnType<typeof arithmeticFor>): boolean {
  return arithmetic !== null && (arithmetic.arithmetic === 'fp8' || arithmetic.arithmetic === 'int8');
}

/** What one GPU does with dynamic batching. */
export type ImageThroughput = {
  readonly imagesPerSecond: number;
  readonly batch: number;
  readonly p95LatencySeconds: number;
  /** Throughput with full batches, without regard to the latency. */
  readonly saturatedImagesPerSecond: number;
  /** Images of a full batch: 128, or fewer where the memory holds fewer. */
  readonly fullBatch: number;
  /** Time of one image on an idle GPU. */
  readonly aloneSeconds: number;
};

/** The largest number of images in a batch. */
export const largestImageBatch = 128;
/** Share of the memory of a GPU that a server takes, and what it needs of it beside weights and activations. By judgement, as for language models. */
const serving = { memoryShare: 0.9, overheadBytes: 1.5 * 2 ** 30 };
/** Share of all activations that is in memory at the same time: input and output of a block and one between. By judgement. */
const liveShare = 1 / 4;

/** The largest batch, in images, that the memory of one GPU holds in inference; 0 where not even one image fits. */
export function imagesThatFit(model: ImageModel, gpu: Gpu, precision: Precision, imageSize: number): number {
  const weights = model.parameters * bytesPerParameter(precision);
  const room = gpu.memoryGiB * 2 ** 30 * serving.memoryShare - serving.overheadBytes - weights;
  return Math.max(0, Math.floor(room / (liveShare * activationsAt(model, imageSize) * valueBytes(gpu, precision))));
}

/** The largest side of an image, in pixels, with which one image fits the memory. */
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
 * Images a second of one GPU with dynamic batching. While one batch runs, images for the next one are collected. So an image waits for at
 * most one batch and is part of the next. The size of a batch varies like a Poisson count; two batches of the 95th percentile of that size
 * must be done within the latency.
 *
 * @param latencySeconds the promised p95; without it batches are full
 * @returns `null` where even a batch for single images takes longer, or where no image fits the memory
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

/** The shortest p95 latency, in seconds, that can be promised on an idle GPU, for an image that fits its memory. */
export function shortestLatencySeconds(model: ImageModel, gpu: Gpu, precision: Precision, imageSize: number): number {
  const seconds = (batch: number) => imageBatchSeconds(model, gpu, precision, imageSize, batch, 'inference');
  return 2 * seconds(Math.min(largestImageBatch, imagesThatFit(model, gpu, precision, imageSize), 1 + normalQuantile(0.95)));
}

/** Bytes of activations that training keeps for one image: the output of each layer before and after its normalisation. */
export function imageActivationBytes(model: ImageModel, imageSize: number, bytesPerValue: number): number {
  return 2 * activationsAt(model, imageSize) * bytesPerValue;
}
