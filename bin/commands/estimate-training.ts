import { machinesFor } from '../../lib/catalog';
import { positive } from '../../lib/config';
import { countedInTraining, optimisers, trainingPrecisions } from '../../lib/demand';
import { allRound6 } from '../../lib/figures';
import { trainingDocument } from '../../lib/project';
import { type TrainingDocument, trainingText } from '../../lib/report/training-text';
import { parseBytes, parseBytesPerSecond } from '../../lib/units';
import { defineCommand } from '../program';
import {
  flag,
  machineFlag,
  optionReader,
  type Options,
  readCapacity,
  readGpu,
  readModel,
  withMachineOptions,
  withModelOptions,
} from './estimate-options';

export const trainingCommand = defineCommand<Options>(
  (command) =>
    withMachineOptions(
      withModelOptions(command)
        .option('--samples <n>', 'images of an epoch, or tokens of a language model')
        .option('--tokens <n>', 'the same for a language model, such as 2T')
        .option('--epochs <n>', 'times through the data', '1')
        .option('--sequence <n>', 'tokens of a sequence (default: 4096)')
        .option('--image-size <pixels>', 'side of an image')
        .option('--batch <n>', 'sequences or images of a step over all GPUs (default: 4M tokens; 256 images a GPU, at most 8192)')
        .option('--precision <precision>', `mixed, with 32-bit copies: ${trainingPrecisions.join(', ')}`, 'bf16')
        .option('--optimiser <name>', optimisers.join(', '), 'adam')
        .option('--recompute <what>', 'none, selective (the attention), full (default: what is fastest)')
        .option('--zero <stage>', '0, 1, 2 or 3 (default: the lowest that fits)')
        .option('--gpus <n>', 'use so many (default: the fewest that meet the deadline, or that fit)')
        .option('--max-gpus <n>', 'and never more (default: 4096)')
        .option('--deadline <duration>', 'from the start of training until it must be done, such as 24h')
        .option('--throughput <rate>', "measured of one GPU, such as '2500 images/s' or '3000 tokens/s': wins over the estimate")
        .option('--storage-bandwidth <rate>', 'what the storage takes in from all nodes, such as 10GB/s')
        .option('--sample-bytes <size>', 'of one stored image or token, such as 110KB'),
    ),
  {
    examples: [
      'foresize estimate training --model resnet50 --samples 1281167 --epochs 90 --gpu h100 --deadline 24h',
      'foresize estimate training --parameters 8B --layers 32 --hidden-size 4096 --tokens 200B --gpu h100 --deadline 14d',
      'foresize estimate training --model llama-3-70b --tokens 1T --gpu h100 --gpus 512 --json',
    ],
  },
  ({ options, answer }) => {
    const document = estimate(options);
    answer(allRound6(document), trainingText(document));
  },
);

function estimate(options: Options): TrainingDocument {
  const reader = optionReader(options);
  const model = readModel(reader, options);
  const precision = reader.oneOf('precision', trainingPrecisions) ?? 'bf16';
  const optimiser = reader.oneOf('optimiser', optimisers) ?? 'adam';
  const recompute = reader.oneOf('recompute', ['none', 'selective', 'full'] as const);
  const zero = reader.oneOf('zero', ['0', '1', '2', '3'] as const);
  const samples = reader.whole('samples', '1281167');
  const tokens = reader.whole('tokens', '200B');
  const epochs = reader.magnitude('epochs', '10') ?? 1;
  const sequence = reader.whole('sequence', '4096');
  const imageSize = reader.whole('imageSize', '224');
  const batch = reader.whole('batch', '1024');
  const gpus = reader.whole('gpus', '64');
  const mostGpus = reader.whole('maxGpus', '4096') ?? 4_096;
  if (gpus !== undefined && gpus > mostGpus && options.maxGpus !== undefined)
    reader.problems.push({
      code: 'cli/option',
      path: '--gpus',
      message: 'is more than --max-gpus allows',
      expected: `at most ${mostGpus}`,
      received: `${gpus}`,
    });
  const deadlineSeconds = reader.seconds('deadline', '24h');
  const measuredPerGpu = reader.perSecond(
    'throughput',
    '2500 images/s',
    model ? countedInTraining(model.kind, tokens !== undefined) : null,
  );
  const storageBandwidth = reader.read('storageBandwidth', positive(parseBytesPerSecond), "a rate above zero such as '10GB/s'");
  const bytesPerSample = reader.read('sampleBytes', positive(parseBytes), "a size above zero such as '110KB'");
  const work = tokens ?? samples;
  if (work === undefined && options.samples === undefined && options.tokens === undefined) {
    reader.problems.push({ code: 'cli/option', path: '--samples', message: 'is missing', expected: 'images or tokens of an epoch' });
  }
  if (tokens !== undefined && samples !== undefined) {
    reader.problems.push({ code: 'cli/option', path: '--tokens', message: 'is given beside --samples', hint: 'leave one of them out' });
  }
  if (model?.kind === 'image') {
    const others = (['tokens', 'sequence', 'recompute', 'zero'] as const).filter((field) => options[field] !== undefined);
    for (const field of others) reader.problems.push({ code: 'cli/option', path: flag(field), message: 'is for language models' });
  } else if (options.imageSize !== undefined) {
    reader.problems.push({ code: 'cli/option', path: '--image-size', message: 'is for image models' });
  }
  const capacity = readCapacity(reader);
  const gpu = readGpu(reader, options);
  const machines =
    gpu &&
    reader.attempt(() =>
      machinesFor({
        gpu: gpu.name,
        region: typeof options.region === 'string' ? options.region : '',
        capacity,
        instanceType: typeof options.instance === 'string' ? options.instance : undefined,
        path: machineFlag,
      }),
    );
  reader.refuse();
  if (model === undefined || gpu === undefined || machines === undefined || work === undefined) throw new Error('options were refused');

  return trainingDocument({
    model,
    gpu,
    machines,
    capacity,
    precision,
    samples: work,
    epochs,
    sequence,
    imageSize,
    batch,
    optimiser,
    recompute,
    stage: zero === undefined ? undefined : ({ 0: 0, 1: 1, 2: 2, 3: 3 } as const)[zero],
    gpus,
    mostGpus,
    deadlineSeconds,
    measuredPerGpu,
    storageBandwidth,
    bytesPerSample,
    path: (field) => (field === 'mostGpus' ? flag('maxGpus') : flag(field)),
  });
}
