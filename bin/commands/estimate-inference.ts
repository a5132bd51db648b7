import type { Command } from 'commander';
import { machinesFor } from '../../lib/catalog/machine-for';
import { magnitude } from '../../lib/demand/complete-transformer';
import { arithmeticFor, precisionLacking, type Precision, precisions } from '../../lib/demand/precision';
import { errorBands, within } from '../../lib/demand/error-band';
import { imagesThatFit, type ImageModel, imageThroughput, largestImageSize, shortestLatencySeconds } from '../../lib/demand/image-model';
import { inferenceEstimate, type InferenceField, type InferenceRequest } from '../../lib/demand/inference-estimate';
import { compareCompression } from '../../lib/demand/model-compression';
import { roundedUp } from '../../lib/demand/quantities';
import { ceilTolerant } from '../../lib/demand/replicas';
import type { Transformer } from '../../lib/demand/transformer';
import type { Counted } from '../../lib/demand/wrong-unit';
import { ProblemError } from '../../lib/problems';
import { compressionTable, imageInferenceText, type InferenceDocument, inferenceText } from '../../lib/report/inference-text';
import { HOURS_PER_MONTH, parseMagnitude } from '../../lib/units';
import { action, print, printJson } from './common';
import {
  flag,
  machineFlag,
  notesOf,
  type OptionReader,
  optionReader,
  type Options,
  readCapacity,
  readGpu,
  readModel,
  rounded,
  withMachineOptions,
  withModelOptions,
} from './estimate-options';

/** Options that have another name than the config's key. */
const flags: Readonly<Partial<Record<InferenceField, string>>> = {
  gpusPerReplica: '--gpus',
  p95TimeToFirstToken: '--slo-ttft',
  p95TimePerOutputToken: '--slo-tpot',
};
const images: Counted = { nouns: ['images'], of: 'the estimate', hint: 'count images: as many as the requests hold' };
const defaults = { inputTokens: 1_024, outputTokens: 256 };

export function addInferenceEstimate(parent: Command): void {
  withMachineOptions(
    withModelOptions(
      parent.command('inference').description('memory, batch, times and requests a second of one replica, and what compression saves'),
    )
      .option('--precision <precision>', `of the weights: ${precisions.join(', ')}`, 'bf16')
      .option('--kv-precision <precision>', 'of the KV cache: bf16, fp16, fp8, int8 (16 bit by default)')
      .option('--gpus <n>', 'GPUs of one replica (default: what serves most requests a GPU)')
      .option('--input-tokens <n>', `mean tokens of a prompt (default: ${defaults.inputTokens})`)
      .option('--output-tokens <n>', `mean tokens of an answer (default: ${defaults.outputTokens})`)
      .option('--max-sequence <n>', 'tokens of the longest sequence to be served (default: input + output)')
      .option('--max-batch <n>', 'sequences at once at most (default: 256)')
      .option('--slo-ttft <duration>', 'p95 time to first token, such as 800ms')
      .option('--slo-tpot <duration>', 'p95 time per output token, such as 50ms')
      .option('--slo-latency <duration>', 'p95 latency of an image')
      .option('--image-size <pixels>', 'side of an image')
      .option('--throughput <rate>', "measured of one replica, such as '12 req/s': wins over the estimate")
      .option('--load <rate>', "what all replicas serve together, such as '40 req/s'")
      .option('--compare', 'beside it fp8, int8, int4, 2:4 pruning and distillation')
      .option('--student <n>', "parameters of a distilled model, such as '2B' (default: a quarter)"),
  )
    .addHelpText(
      'after',
      `
Examples:
  foresize estimate inference --model llama-3-8b --precision fp8 --gpu l40s --slo-ttft 800ms --slo-tpot 50ms --load '40 req/s'
  foresize estimate inference --parameters 8B --layers 32 --hidden-size 4096 --kv-heads 8 --head-dim 128 --gpu h100 --compare
  foresize estimate inference --model resnet50 --gpu t4 --precision fp16 --slo-latency 50ms`,
    )
    .action(
      action((options: Options) => {
        const reader = optionReader(options);
        const model = readModel(reader, options);
        return model?.kind === 'image' ? image(reader, options, model) : language(reader, options, model);
      }),
    );
}

function language(reader: OptionReader, options: Options, model: Transformer | undefined): 0 {
  refuseOthers(reader, options, ['imageSize', 'sloLatency'], 'images');
  const { gpu, machines, capacity, precision } = readMachines(reader, options);
  const kv = reader.oneOf('kvPrecision', ['bf16', 'fp16', 'fp8', 'int8'] as const);
  const inputTokens = reader.whole('inputTokens', '1024') ?? defaults.inputTokens;
  const outputTokens = reader.whole('outputTokens', '256') ?? defaults.outputTokens;
  const gpusPerReplica = reader.whole('gpus', '2');
  const maxSequence = reader.whole('maxSequence', '8192');
  const maxBatch = reader.whole('maxBatch', '256');
  const p95TimeToFirstTokenSeconds = reader.seconds('sloTtft', '800ms');
  const p95TimePerOutputTokenSeconds = reader.seconds('sloTpot', '50ms');
  const requests: Counted = {
    nouns: ['req'],
    of: 'the estimate',
    hint: `count requests: one is ${inputTokens} tokens in and ${outputTokens} out`,
  };
  const measuredRequestsPerSecond = reader.perSecond('throughput', '12 req/s', requests);
  const load = reader.perSecond('load', '40 req/s', requests);
  const student = reader.read('student', (text) => positive(parseMagnitude(text)), "a number above zero such as '2B'");
  if (maxSequence !== undefined && maxSequence < inputTokens + outputTokens) {
    reader.problems.push({
      code: 'cli/option',
      path: '--max-sequence',
      message: 'is shorter than the mean prompt and answer',
      expected: `at least ${inputTokens + outputTokens}`,
      received: `${maxSequence}`,
    });
  }
  if (options.student !== undefined && options.compare !== true)
    reader.problems.push({ code: 'cli/option', path: '--student', message: 'is a row of the comparison', hint: 'add --compare' });
  if (student !== undefined && model !== undefined && student >= model.parameters) {
    reader.problems.push({
      code: 'cli/option',
      path: '--student',
      message: 'is no smaller than the model it is distilled from',
      expected: `less than ${magnitude(model.parameters)}`,
      received: magnitude(student),
    });
  }
  if (gpusPerReplica !== undefined && machines !== undefined && gpusPerReplica > machines.mostGpus) {
    reader.problems.push({
      code: 'estimate/gpus-too-many',
      path: '--gpus',
      message: `no machine with ${gpu?.name} has so many`,
      expected: `at most ${machines.mostGpus}`,
      received: `${gpusPerReplica}`,
    });
  }
  reader.refuse();
  if (model === undefined || gpu === undefined || machines === undefined) throw new Error('options were refused');
  const request: InferenceRequest = {
    model,
    precision,
    kvBytes: kv === 'fp8' || kv === 'int8' ? 1 : 2,
    gpu,
    gpusPerReplica,
    mostGpus: machines.mostGpus,
    traffic: { inputTokens, outputTokens, slo: { p95TimeToFirstTokenSeconds, p95TimePerOutputTokenSeconds } },
    maxSequence,
    maxBatch,
    measuredRequestsPerSecond,
    path: (field) => flags[field] ?? flag(field),
  };
  const estimate = inferenceEstimate(request);
  const share = machines.usdPerShareHour(estimate.gpusPerReplica);
  const usdPerReplicaHour = (gpus: number) => machines.usdPerShareHour(gpus)?.usdPerHour ?? null;
  const replicas = load === undefined ? null : Math.max(1, ceilTolerant(load / estimate.requestsPerSecond.value));
  const document: InferenceDocument = {
    kind: 'language',
    model,
    precision,
    gpu: gpu.name,
    traffic: request.traffic,
    estimate,
    price: share && {
      instanceType: share.entry.instanceType,
      capacityType: capacity,
      region: share.entry.region,
      usdPerReplicaHour: share.usdPerHour,
      usdPerMillionOutputTokens: (share.usdPerHour / 3_600 / estimate.outputTokensPerSecond) * 1e6,
      ...share.entry.price,
    },
    load:
      replicas === null || load === undefined
        ? null
        : {
            requestsPerSecond: load,
            replicas,
            gpus: replicas * estimate.gpusPerReplica,
            usdPerMonth: share && replicas * share.usdPerHour * HOURS_PER_MONTH,
          },
    compression:
      options.compare === true
        ? compareCompression(request, { loadRequestsPerSecond: load, studentParameters: student, usdPerReplicaHour })
        : null,
    assumed: [
      ...estimate.assumed,
      ...(options.inputTokens === undefined ? [`prompts of ${inputTokens} tokens`] : []),
      ...(options.outputTokens === undefined ? [`answers of ${outputTokens} tokens`] : []),
      ...(p95TimeToFirstTokenSeconds === undefined && p95TimePerOutputTokenSeconds === undefined ? ['no promise of times'] : []),
    ],
    notes: notesOf(machines),
  };
  if (options.json) printJson(rounded(document));
  else
    print(
      document.compression === null ? inferenceText(document) : `${inferenceText(document)}\n\n${compressionTable(document.compression)}`,
    );
  return 0;
}

const languageOnly = [
  'kvPrecision',
  'gpus',
  'inputTokens',
  'outputTokens',
  'maxSequence',
  'maxBatch',
  'sloTtft',
  'sloTpot',
  'compare',
  'student',
];

function image(reader: OptionReader, options: Options, model: ImageModel): 0 {
  refuseOthers(reader, options, languageOnly, 'language models');
  const { gpu, machines, capacity, precision } = readMachines(reader, options);
  const imageSize = reader.whole('imageSize', '224') ?? model.imageSize;
  const latency = reader.seconds('sloLatency', '50ms');
  const measured = reader.perSecond('throughput', '900 images/s', images);
  const load = reader.perSecond('load', '4000 images/s', images);
  if (gpu !== undefined && arithmeticFor(gpu, precision) === null) reader.problems.push(precisionLacking(gpu, precision, '--precision'));
  if (gpu !== undefined && reader.problems.length === 0 && imagesThatFit(model, gpu, precision, imageSize) < 1) {
    reader.problems.push({
      code: 'estimate/image-too-large',
      path: '--image-size',
      message: `one image does not fit the memory of a ${gpu.name}`,
      expected: `at most ${largestImageSize(model, gpu, precision)} pixels`,
      received: `${imageSize} pixels`,
      hint: 'use smaller images, or a GPU with more memory',
    });
  }
  reader.refuse();
  if (gpu === undefined || machines === undefined) throw new Error('options were refused');
  const found = imageThroughput(model, gpu, precision, imageSize, latency);
  if (found === null) {
    throw new ProblemError({
      code: 'estimate/slo-impossible',
      path: '--slo-latency',
      message: 'cannot be kept even by an idle GPU',
      expected: `at least ${roundedUp(shortestLatencySeconds(model, gpu, precision, imageSize) * 1_000)} ms`,
      received: `${(latency ?? 0) * 1_000} ms`,
    });
  }
  const imagesPerSecond =
    measured === undefined ? within(found.imagesPerSecond, errorBands.imageInference) : { value: measured, low: measured, high: measured };
  const share = machines.usdPerShareHour(1);
  const gpus = load === undefined ? null : Math.max(1, ceilTolerant(load / imagesPerSecond.value));
  const document: InferenceDocument = {
    kind: 'image',
    model,
    precision,
    gpu: gpu.name,
    imageSize,
    basis: measured === undefined ? 'estimated' : 'measured',
    imagesPerSecond,
    estimated: found,
    price: share && {
      instanceType: share.entry.instanceType,
      capacityType: capacity,
      region: share.entry.region,
      usdPerReplicaHour: share.usdPerHour,
      usdPerMillionImages: (share.usdPerHour / 3_600 / imagesPerSecond.value) * 1e6,
      ...share.entry.price,
    },
    load:
      gpus === null || load === undefined
        ? null
        : { imagesPerSecond: load, gpus, usdPerMonth: share && gpus * share.usdPerHour * HOURS_PER_MONTH },
    assumed: latency === undefined ? ['no promise of latency: full batches'] : [],
    notes: notesOf(machines),
  };
  if (options.json) printJson(rounded(document));
  else print(imageInferenceText(document));
  return 0;
}

function readMachines(reader: OptionReader, options: Options) {
  const gpu = readGpu(reader, options);
  const precision: Precision = reader.oneOf('precision', precisions) ?? 'bf16';
  const capacity = readCapacity(reader);
  const region = typeof options.region === 'string' ? options.region : '';
  const instanceType = typeof options.instance === 'string' ? options.instance : undefined;
  const machines = gpu && reader.attempt(() => machinesFor({ gpu: gpu.name, region, capacity, instanceType, path: machineFlag }));
  return { gpu, machines, capacity, precision };
}

function refuseOthers(reader: OptionReader, options: Options, fields: readonly string[], whose: string): void {
  for (const field of fields.filter((each) => options[each] !== undefined)) {
    reader.problems.push({ code: 'cli/option', path: flag(field), message: `is for ${whose}` });
  }
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
