export { compareImageCompression, type ImageCompressionRow } from './image-compression';
export { type InferenceEstimate, inferenceEstimate, type InferenceField, type InferenceRequest } from './inference-estimate';
export { type Traffic, usualRequest } from './inference-throughput';
export { besideMeasured, type Compared, type CompressionReport, type MeasuredCompression, type MeasuredOn } from './measured-compression';
export { compareCompression, type CompressionRow } from './model-compression';
