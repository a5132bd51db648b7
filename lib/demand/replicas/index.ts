export { batchWorkers, queueWorkers } from './queue-workers';
export { waitQuantileSeconds } from './queueing';
export { hpaFloor, hpaLagMs, type HpaReaction, hpaTolerance, type Protection, protectionOf } from './reactive-floor';
export { ceilTolerant, type MachineSize, replicasFor, serversAtTarget, serviceDemand, serviceSize } from './service';
export { compress, highest, lead, lowest, mapSteps, segments, simplify, type Step, type StepFunction, valueAt, valueHours } from './steps';
