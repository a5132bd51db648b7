export { completeTransformer, scaledTransformer, type TransformerInput } from './complete-transformer';
export {
  imageActivationBytes,
  imageBatchSeconds,
  type ImageModel,
  imagesThatFit,
  imageThroughput,
  type ImageThroughput,
  imageTrainingFlops,
  knownImageModel,
  knownImageModels,
  largestImageBatch,
  largestImageSize,
  shortestLatencySeconds,
} from './image-model';
export {
  attentionFlopsPerToken,
  knownTransformer,
  knownTransformers,
  kvBytesPerToken,
  layerParameters,
  outputParameters,
  type Recompute,
  stepFlops,
  type Transformer,
} from './transformer';
