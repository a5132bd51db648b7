export { httpServer } from './http';
export { plainServer } from './plain';
export { type PodDefaults, portName, type ServedBy } from './pod-defaults';
export { pytorchTrainer } from './pytorch';
export { reachedByVllm, type ServedModel, vllmServer } from './vllm';
