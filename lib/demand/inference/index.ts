export { type InferenceEstimate, inferenceEstimate, type InferenceField, type InferenceRequest } from './inference-estimate';
export { type Traffic, usualRequest } from './inference-throughput';
export { compareCompression, type CompressionRow } from './model-compression';
