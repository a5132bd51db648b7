import { imageActivationBytes, imageBatchSeconds, type ImageModel, imageTrainingFlops } from '../model';
import { allReduceSeconds, networkBandwidth } from '../hardware';
import type { TrainingRequest, TrainingRun } from './training-request';
import { modelStateBytes, optimiserBytesPerParameter } from './training-memory';

/** Images of one step over all GPUs up to which training on ImageNet keeps its accuracy. @see Goyal et al. 2017, arXiv 1706.02677 */
const largestBatch = 8_192;
const imagesPerGpu = 256;
const overheadBytes = 1.5 * 2 ** 30;
const memoryShare = 0.92;

/**
 * Data-parallel training of an image model on `gpus` GPUs; `null` where it does not fit their memory or the batch has fewer images than
 * GPUs.
 */
export function imageRun(
  request: TrainingRequest,
  model: ImageModel,
  gpus: number,
): { readonly run: TrainingRun; readonly flops: number; readonly assumed: readonly string[] } | null {
  const { gpu, node, precision, samples, epochs, imageSize = model.imageSize } = request;
  const batch = request.batch ?? Math.min(largestBatch, imagesPerGpu * gpus);
  const imagesPerShare = Math.ceil(batch / gpus);
  if (batch < gpus) return null;
  const stateBytes = modelStateBytes(model.parameters, 0, 1, optimiserBytesPerParameter(request.optimiser));
  const limitBytes = gpu.memoryGiB * 2 ** 30 * memoryShare;
  const activationBytes = imageActivationBytes(model, imageSize, 2);
  const imagesThatFit = Math.floor((limitBytes - stateBytes - overheadBytes) / activationBytes);
  if (imagesThatFit < 1) return null;
  const microBatches = Math.ceil(imagesPerShare / Math.min(imagesThatFit, imagesPerShare));
  const microBatch = Math.ceil(imagesPerShare / microBatches);
  const compute = microBatches * imageBatchSeconds(model, gpu, precision, imageSize, microBatch, 'training');
  const gradientBytes = model.parameters * 2;
  const inNode = Math.min(gpus, node.gpus);
  const allReduce =
    allReduceSeconds(gpu, gradientBytes, inNode) +
    (gpus > node.gpus ? (2 * gradientBytes * (gpus / node.gpus - 1)) / (gpus / node.gpus) / networkBandwidth(node) : 0);
  const data = Math.max(0, allReduce - ((2 / 3) * compute) / microBatches);
  const total = compute + data;
  return {
    run: {
      gpus,
      split: { data: gpus, tensor: 1, pipeline: 1, stage: 0, microBatch, microBatches, recompute: 'none' },
      memory: { stateBytes, activationBytes: microBatch * activationBytes, overheadBytes, limitBytes },
      step: { compute, data, total },
      bubbleShare: 0,
      batch,
      samplesPerSecond: batch / total,
    },
    flops: imageTrainingFlops(model, imageSize, samples * epochs),
    assumed: request.batch === undefined ? [`${batch} images a step`] : [],
  };
}
