import type { TrainingConfig } from '../../../lib/config/schema';
import { jobPlace, trainedModel } from '../../../lib/plan/supply/trained-model';

const modelOf = (fields: object) => trainedModel('job', fields as TrainingConfig);

describe('the model of a training workload', () => {
  test('is the known one of its name, be it for images or for language', () => {
    expect(modelOf({ model: 'resnet50' })).toMatchObject({ kind: 'image', name: 'resnet50' });
    expect(modelOf({ model: 'llama-3-8b' }).kind).not.toBe('image');
  });
  test('is a transformer of the given shape where it is described', () => {
    expect(modelOf({ model: { parameters: 8e9, layers: 32, hiddenSize: 4_096 } })).toMatchObject({ layers: 32, hiddenSize: 4_096 });
  });
  test('of an unknown name is refused with near names of both kinds, and with what to give in place of a name', () => {
    expect(() => modelOf({ model: 'resnet51' })).toThrow(
      /^workloads\.job\.model: the shape of 'resnet51' is not known.*did you mean .*resnet50/,
    );
    expect(() => modelOf({ model: 'lama-3-8b' })).toThrow(/did you mean .*llama-3-8b.*\? Or give its parameters, layers and hiddenSize/);
  });
  test('of images takes no field of language models: each one given is named', () => {
    expect(modelOf({ model: 'resnet50', imageSize: 224 }).kind).toBe('image');
    const fields = ['tokens', 'sequence', 'recompute', 'zero'];
    for (const field of fields) {
      expect(() => modelOf({ model: 'resnet50', [field]: 1 })).toThrow(
        `workloads.job.${field}: is for language models, and resnet50 looks at images`,
      );
    }
    expect(() => modelOf({ model: 'resnet50', tokens: 1, zero: 1 })).toThrow(/job\.tokens[^]*job\.zero/);
  });
  test('of language takes no size of images', () => {
    expect(modelOf({ model: 'llama-3-8b', tokens: 1, sequence: 1, recompute: 'full', zero: 1 }).kind).not.toBe('image');
    expect(() => modelOf({ model: 'llama-3-8b', imageSize: 224 })).toThrow('workloads.job.imageSize: is for models that look at images');
  });
});

test('a problem of a training job is placed at the field of the config that caused it, the most GPUs at the ceiling of the pool', () => {
  const place = jobPlace('job', 'gpus');
  expect(place('mostGpus')).toBe('pools.gpus.ceiling');
  expect((['gpu', 'gpus', 'deadline', 'imageSize'] as const).map(place)).toEqual([
    'workloads.job.pool',
    'workloads.job.replica.gpus',
    'workloads.job.deadline',
    'workloads.job.imageSize',
  ]);
});
