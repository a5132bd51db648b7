export { checkpointInterval, interruptionsPerGpuHour, spotInterruptionsPerHour } from './checkpoint';
export { type TrainingEstimate, trainingEstimate } from './training-estimate';
export { type Optimiser, optimisers } from './training-memory';
export { type TrainingField, type TrainingPrecision, trainingPrecisions, type TrainingRequest } from './training-request';
