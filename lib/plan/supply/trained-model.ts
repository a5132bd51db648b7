import { nearNames } from '../../catalog';
import type { TrainingConfig } from '../../config';
import {
  completeTransformer,
  type ImageModel,
  knownImageModel,
  knownImageModels,
  knownTransformer,
  knownTransformers,
  type TrainingField,
  type Transformer,
} from '../../demand';
import { type Problem, ProblemError } from '../../problems';

/**
 * The model that a training workload names or describes, with its other fields checked against the kind of it.
 *
 * @throws ProblemError `estimate/unknown-model`, `config/model-kind`, and those of `completeTransformer`
 */
export function trainedModel(name: string, workload: TrainingConfig): Transformer | ImageModel {
  const model = shapeOf(name, workload);
  const problems = wrongKind(model, workload).map((field): Problem => ({
    code: 'config/model-kind',
    path: `workloads.${name}.${field}`,
    message: model.kind === 'image' ? `is for language models, and ${model.name} looks at images` : 'is for models that look at images',
    hint: 'leave it out',
  }));
  if (problems.length > 0) throw new ProblemError(problems);
  return model;
}

function shapeOf(name: string, { model }: TrainingConfig): Transformer | ImageModel {
  if (typeof model !== 'string') return completeTransformer(model ?? {}, (field) => `workloads.${name}.model.${field}`);
  const shape = knownImageModel(model) ?? knownTransformer(model);
  if (shape !== undefined) return shape;
  throw new ProblemError({
    code: 'estimate/unknown-model',
    path: `workloads.${name}.model`,
    message: `the shape of '${model}' is not known`,
    hint: `did you mean ${nearNames(model, [...knownImageModels, ...knownTransformers]).join(', ')}? Or give its parameters, layers and hiddenSize`,
  });
}

function wrongKind(model: Transformer | ImageModel, workload: TrainingConfig): readonly string[] {
  const fields = model.kind === 'image' ? (['tokens', 'sequence', 'recompute', 'zero'] as const) : (['imageSize'] as const);
  return fields.filter((field) => workload[field] !== undefined);
}

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
