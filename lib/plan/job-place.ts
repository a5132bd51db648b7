import type { TrainingField } from '../demand/training-request';

/** Where the fields of a training job stand in the config, for messages. */
export function jobPlace(name: string, pool: string): (field: TrainingField) => string {
  return (field) => (field === 'mostGpus' ? `pools.${pool}.ceiling` : `workloads.${name}.${places[field]}`);
}

const places: Readonly<Record<Exclude<TrainingField, 'mostGpus'>, string>> = {
  precision: 'precision',
  gpu: 'pool',
  gpus: 'replica.gpus',
  sequence: 'sequence',
  imageSize: 'imageSize',
  batch: 'batch',
  deadline: 'deadline',
  recompute: 'recompute',
  zero: 'zero',
};
