import { readCompressionReport } from '../../lib/adapters/compression-report';
import { machinesFor } from '../../lib/catalog';
import {
  type CompressionReport,
  type Counted,
  type ImageModel,
  type Precision,
  precisions,
  type Transformer,
  usualRequest,
} from '../../lib/demand';
import { allRound6 } from '../../lib/figures';
import { imageEstimate, imageProblems, languageEstimate, type LanguageField, languageProblems } from '../../lib/project';
import { compressionText } from '../../lib/report/compression-text';
import { type ImageDocument, imageInferenceText, inferenceText, type LanguageDocument } from '../../lib/report/inference-text';
import { parseMagnitude } from '../../lib/units';
import { defineCommand } from '../program';
import {
  flag,
  machineFlag,
  type OptionReader,
  optionReader,
  type Options,
  readCapacity,
  readGpu,
  readModel,
  withMachineOptions,
  withModelOptions,
} from './estimate-options';

/** Options that have another name than the config's key. */
const flags: Readonly<Partial<Record<LanguageField, string>>> = {
  gpusPerReplica: '--gpus',
  p95TimeToFirstToken: '--slo-ttft',
  p95TimePerOutputToken: '--slo-tpot',
};
const images: Counted = { nouns: ['images'], of: 'the estimate', hint: 'count images: as many as the requests hold' };

export const inferenceCommand = defineCommand<Options>(
  (command) =>
    withMachineOptions(
      withModelOptions(command)
        .option('--precision <precision>', `of the weights: ${precisions.join(', ')}`, 'bf16')
        .option('--kv-precision <precision>', 'of the KV cache: bf16, fp16, fp8, int8 (16 bit by default)')
        .option('--gpus <n>', 'GPUs of one replica (default: what serves most requests a GPU)')
        .option('--input-tokens <n>', `mean tokens of a prompt (default: ${usualRequest.inputTokens})`)
        .option('--output-tokens <n>', `mean tokens of an answer (default: ${usualRequest.outputTokens})`)
        .option('--max-sequence <n>', 'tokens of the longest sequence to be served (default: input + output)')
        .option('--max-batch <n>', 'sequences at once at most (default: 256)')
        .option('--slo-ttft <duration>', 'p95 time to first token, such as 800ms')
        .option('--slo-tpot <duration>', 'p95 time per output token, such as 50ms')
        .option('--slo-latency <duration>', 'p95 latency of an image')
        .option('--image-size <pixels>', 'side of an image')
        .option('--throughput <rate>', "measured of one replica, such as '12 req/s': wins over the estimate")
        .option('--load <rate>', "what all replicas serve together, such as '40 req/s'")
        .option('--compare', 'beside it fp8, int8, int4, 2:4 pruning and distillation')
        .option('--student <n>', "parameters of a distilled model, such as '2B' (default: a quarter)")
        .option('--measured <file>', 'in the comparison what was measured: the report of workloads/compress'),
    ),
  {
    examples: [
      "foresize estimate inference --model llama-3-8b --precision fp8 --gpu l40s --slo-ttft 800ms --slo-tpot 50ms --load '40 req/s'",
      'foresize estimate inference --parameters 8B --layers 32 --hidden-size 4096 --kv-heads 8 --head-dim 128 --gpu h100 --compare',
      'foresize estimate inference --model resnet50 --gpu t4 --precision fp16 --slo-latency 50ms',
      'foresize estimate inference --model resnet50 --gpu l4 --precision fp16 --compare --measured compression.json',
    ],
  },
  ({ options, answer }) => {
    const reader = optionReader(options);
    const model = readModel(reader, options);
    if (model?.kind === 'image') {
      const document = image(reader, options, model);
      answer(allRound6(document), `${imageInferenceText(document)}${compressionText(document)}`);
    } else {
      const document = language(reader, options, model);
      answer(allRound6(document), `${inferenceText(document)}${compressionText(document)}`);
    }
  },
);

function language(reader: OptionReader, options: Options, model: Transformer | undefined): LanguageDocument {
  refuseOthers(reader, options, ['imageSize', 'sloLatency'], 'images');
  const { gpu, machines, capacity, precision } = readMachines(reader, options);
  const kv = reader.oneOf('kvPrecision', ['bf16', 'fp16', 'fp8', 'int8'] as const);
  const inputTokens = reader.whole('inputTokens', '1024');
  const outputTokens = reader.whole('outputTokens', '256');
  const gpusPerReplica = reader.whole('gpus', '2');
  const maxSequence = reader.whole('maxSequence', '8192');
  const maxBatch = reader.whole('maxBatch', '256');
  const p95TimeToFirstTokenSeconds = reader.seconds('sloTtft', '800ms');
  const p95TimePerOutputTokenSeconds = reader.seconds('sloTpot', '50ms');
  const requests: Counted = {
    nouns: ['req'],
    of: 'the estimate',
    hint: `count requests: one is ${inputTokens ?? usualRequest.inputTokens} tokens in and ${outputTokens ?? usualRequest.outputTokens} out`,
  };
  const measuredRequestsPerSecond = reader.perSecond('throughput', '12 req/s', requests);
  const loadRequestsPerSecond = reader.perSecond('load', '40 req/s', requests);
  const studentParameters = reader.read('student', (text) => positive(parseMagnitude(text)), "a number above zero such as '2B'");
  const stated = {
    precision,
    capacity,
    kvBytes: kv === 'fp8' || kv === 'int8' ? 1 : 2,
    gpusPerReplica,
    inputTokens,
    outputTokens,
    slo: { p95TimeToFirstTokenSeconds, p95TimePerOutputTokenSeconds },
    maxSequence,
    maxBatch,
    measuredRequestsPerSecond,
    loadRequestsPerSecond,
    ...readComparison(reader, options, model),
    studentParameters,
    path: (field: LanguageField) => flags[field] ?? flag(field),
  } as const;
  reader.problems.push(...languageProblems({ ...stated, model, gpu, machines }));
  reader.refuse();
  if (model === undefined || gpu === undefined || machines === undefined) throw new Error('options were refused');
  return languageEstimate({ ...stated, model, gpu, machines });
}

const languageOnly = ['kvPrecision', 'gpus', 'inputTokens', 'outputTokens', 'maxSequence', 'maxBatch', 'sloTtft', 'sloTpot', 'student'];

function image(reader: OptionReader, options: Options, model: ImageModel): ImageDocument {
  refuseOthers(reader, options, languageOnly, 'language models');
  const { gpu, machines, capacity, precision } = readMachines(reader, options);
  const stated = {
    model,
    precision,
    capacity,
    imageSize: reader.whole('imageSize', '224') ?? model.imageSize,
    latencySeconds: reader.seconds('sloLatency', '50ms'),
    measuredImagesPerSecond: reader.perSecond('throughput', '900 images/s', images),
    loadImagesPerSecond: reader.perSecond('load', '4000 images/s', images),
    ...readComparison(reader, options, model),
    path: (field: 'precision' | 'imageSize' | 'latency') => (field === 'latency' ? '--slo-latency' : flag(field)),
  };
  if (gpu !== undefined) reader.problems.push(...imageProblems({ ...stated, gpu }));
  reader.refuse();
  if (gpu === undefined || machines === undefined) throw new Error('options were refused');
  return imageEstimate({ ...stated, gpu, machines });
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

/** Whether ways to make the model smaller are compared, and what was measured of them. */
function readComparison(
  reader: OptionReader,
  { compare, measured }: Options,
  model: Transformer | ImageModel | undefined,
): { readonly compare: boolean; readonly report: CompressionReport | null } {
  if (typeof measured !== 'string') return { compare: compare === true, report: null };
  if (compare !== true)
    reader.problems.push({ code: 'cli/option', path: '--measured', message: 'is shown in the comparison', hint: 'add --compare' });
  const report = reader.attempt(() => readCompressionReport(measured, model?.name ?? null));
  return { compare: compare === true, report: report ?? null };
}

function refuseOthers(reader: OptionReader, options: Options, fields: readonly string[], whose: string): void {
  for (const field of fields.filter((each) => options[each] !== undefined)) {
    reader.problems.push({ code: 'cli/option', path: flag(field), message: `is for ${whose}` });
  }
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
