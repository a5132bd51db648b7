import {
  type Compared,
  type CompressionRow,
  type Estimate,
  type ImageCompressionRow,
  type ImageModel,
  type ImageThroughput,
  type InferenceEstimate,
  largestImageBatch,
  type MeasuredOn,
  type Precision,
  type Traffic,
  type Transformer,
} from '../demand';
import { formatBytes, formatMagnitude, formatSeconds, formatShort, formatUsd } from '../figures';
import { textTable } from './table';

/** The price of the GPUs of one replica, and where it comes from. */
type Price = {
  readonly instanceType: string;
  readonly capacityType: string;
  readonly region: string;
  readonly usdPerReplicaHour: number;
  readonly source: string;
  readonly asOf: string;
  /** Whether the price itself is an estimate. */
  readonly estimated: boolean;
};

/** The result of `foresize estimate inference` for a language model; with `--json` it is printed as it is. */
export type LanguageDocument = {
  readonly kind: 'language';
  readonly model: Transformer;
  readonly precision: Precision;
  readonly gpu: string;
  readonly traffic: Traffic;
  readonly estimate: InferenceEstimate;
  /** `null` where no machine with that GPU has a price. */
  readonly price: (Price & { readonly usdPerMillionOutputTokens: number }) | null;
  /** The replicas for a load; `null` where none was given. */
  readonly load: {
    readonly requestsPerSecond: number;
    readonly replicas: number;
    readonly gpus: number;
    readonly usdPerMonth: number | null;
  } | null;
  /** `null` where nothing is compared. */
  readonly compression: readonly Compared<CompressionRow>[] | null;
  /** What the measured figures in `compression` come from; `null` without a report. */
  readonly measured: MeasuredOn | null;
  /** What was assumed because it was not stated, a clause each. */
  readonly assumed: readonly string[];
  /** What a reader must know in addition to the assumptions: sentences without their full stop. */
  readonly notes: readonly string[];
};

/** The result of `foresize estimate inference` for an image model, which runs on one GPU; with `--json` it is printed as it is. */
export type ImageDocument = {
  readonly kind: 'image';
  readonly model: ImageModel;
  readonly precision: Precision;
  readonly gpu: string;
  readonly imageSize: number;
  readonly basis: 'measured' | 'estimated';
  readonly imagesPerSecond: Estimate;
  readonly estimated: ImageThroughput;
  readonly price: (Price & { readonly usdPerMillionImages: number }) | null;
  readonly load: { readonly imagesPerSecond: number; readonly gpus: number; readonly usdPerMonth: number | null } | null;
  /** `null` where nothing is compared. */
  readonly compression: readonly Compared<ImageCompressionRow>[] | null;
  /** What the measured figures in `compression` come from; `null` without a report. */
  readonly measured: MeasuredOn | null;
  /** What was assumed because it was not stated, a clause each. */
  readonly assumed: readonly string[];
  /** What a reader must know in addition to the assumptions: sentences without their full stop. */
  readonly notes: readonly string[];
};

export type InferenceDocument = LanguageDocument | ImageDocument;

const columns = [{ title: 'figure' }, { title: 'value', align: 'right' as const }, { title: 'by' }];

/** The text that `foresize estimate inference` prints for a language model: a table in which each figure has its formula, then notes. */
export function inferenceText(document: LanguageDocument): string {
  const { model, precision, gpu, traffic, estimate, price, load } = document;
  const { memory, estimated, gpusPerReplica } = estimate;
  const point = estimated.atSlo;
  const hasSlo = traffic.slo.p95TimeToFirstTokenSeconds !== undefined || traffic.slo.p95TimePerOutputTokenSeconds !== undefined;
  const estimatedMark = estimate.basis === 'measured' ? ' (estimated)' : '';
  const name =
    model.name === null ? `A transformer of ${formatMagnitude(model.parameters)}` : `${model.name} (${formatMagnitude(model.parameters)})`;
  const rows: (readonly string[])[] = [
    ['weights', formatBytes(memory.weightBytes * gpusPerReplica), 'parameters x bytes a parameter'],
    ['KV cache of a token', formatBytes(memory.kvBytesPerToken * gpusPerReplica), '2 x layers x KV heads x head size x bytes a value'],
    ['room for the cache', formatBytes(memory.cacheBytes * gpusPerReplica), '90 % of memory - weights - 1.5 GiB a GPU'],
    ['sequences that fit', `${memory.sequences}`, 'room / (cache of a token x tokens in and out)'],
    ['longest sequence', `${formatShort(memory.longestSequence)} tokens`, 'room / cache of a token'],
    ['first token, idle replica', formatSeconds(estimated.alone.timeToFirstTokenSeconds), 'roofline of the prompt'],
    ['each token, idle replica', formatSeconds(estimated.alone.timePerOutputTokenSeconds), 'roofline of a decode step'],
    ...(point === null
      ? []
      : [
          [
            'requests decoded at once',
            formatShort(point.concurrency),
            `largest batch ${hasSlo ? 'within the SLO' : 'that leaves room for bursts'}; ${estimated.binds} binds`,
          ],
          ['p95 time to first token', formatSeconds(point.p95TimeToFirstTokenSeconds), 'wait for its turn and a place + steps + prompt'],
          [
            'p95 time per output token',
            formatSeconds(point.p95TimePerOutputTokenSeconds),
            'step at the 95th percentile of the batch + its share of prompts',
          ],
        ]),
    [
      'throughput at the SLO',
      `${formatShort(estimate.requestsPerSecond.value)} req/s`,
      basis(estimate.basis, 'batch / (output tokens x step + batch x prompt)'),
    ],
    ['', `${formatShort(estimate.outputTokensPerSecond)} tokens/s`, 'requests x output tokens'],
    [`when always full${estimatedMark}`, `${formatShort(estimated.saturatedRequestsPerSecond)} req/s`, 'the same with every place taken'],
    [`target utilisation${estimatedMark}`, estimate.target.toFixed(2), 'estimated throughput / when full'],
    ...(price === null
      ? []
      : [
          [
            'cost of a replica',
            `${formatUsd(price.usdPerReplicaHour)}/h`,
            `${gpusPerReplica} GPU of ${price.instanceType}, ${price.capacityType}, ${priced(price)}`,
          ],
          ['cost of 1M output tokens', formatUsd(price.usdPerMillionOutputTokens), 'cost / output tokens'],
        ]),
    ...(load === null
      ? []
      : [
          ['replicas for the load', `${load.replicas}`, `ceil(${formatShort(load.requestsPerSecond)} req/s / throughput)`],
          ['GPUs', `${load.gpus}`, 'replicas x GPUs of one'],
          ...(load.usdPerMonth === null ? [] : [['a month', formatUsd(load.usdPerMonth), '730 h, all the time']]),
        ]),
  ];
  return [
    `${name} in ${precision} on ${gpusPerReplica} x ${gpu}, ${traffic.inputTokens} tokens in and ${traffic.outputTokens} out: ${headline(estimate.requestsPerSecond, 'req/s', estimate.basis)}`,
    '',
    textTable(columns, rows),
    ...footer(estimate.basis, estimate.band, document),
  ].join('\n');
}

/** The text that `foresize estimate inference` prints for an image model. */
export function imageInferenceText(document: ImageDocument): string {
  const { model, precision, gpu, imageSize, estimated, imagesPerSecond, price, load } = document;
  const rows: (readonly string[])[] = [
    ['one image, idle GPU', formatSeconds(estimated.aloneSeconds), 'roofline over activations and arithmetic, at least the kernels'],
    ['batch', `${estimated.batch}`, 'the largest of which two fit the latency'],
    ['p95 latency', formatSeconds(estimated.p95LatencySeconds), '2 x a batch of its 95th percentile'],
    ['throughput', `${formatShort(imagesPerSecond.value)} images/s`, basis(document.basis, 'batch / its time')],
    [
      'with full batches',
      `${formatShort(estimated.saturatedImagesPerSecond)} images/s`,
      `the same at ${estimated.fullBatch}${estimated.fullBatch < largestImageBatch ? ', what the memory holds' : ''}`,
    ],
    ...(price === null
      ? []
      : [
          ['cost of a GPU', `${formatUsd(price.usdPerReplicaHour)}/h`, `${price.instanceType}, ${price.capacityType}, ${priced(price)}`],
          ['cost of 1M images', formatUsd(price.usdPerMillionImages), 'cost / images'],
        ]),
    ...(load === null
      ? []
      : [
          ['GPUs for the load', `${load.gpus}`, `ceil(${formatShort(load.imagesPerSecond)} images/s / throughput)`],
          ...(load.usdPerMonth === null ? [] : [['a month', formatUsd(load.usdPerMonth), '730 h, all the time']]),
        ]),
  ];
  const band = imagesPerSecond.value === 0 ? 0 : imagesPerSecond.high / imagesPerSecond.value - 1;
  return [
    `${model.name} at ${imageSize} x ${imageSize} in ${precision} on ${gpu}: ${headline(imagesPerSecond, 'images/s', document.basis)}`,
    '',
    textTable(columns, rows),
    ...footer(document.basis, band, document),
  ].join('\n');
}

function headline({ value, low, high }: Estimate, unit: string, by: 'measured' | 'estimated'): string {
  return by === 'measured'
    ? `${formatShort(value)} ${unit}, measured`
    : `about ${formatShort(value)} ${unit} (${formatShort(low)} to ${formatShort(high)})`;
}

function basis(by: 'measured' | 'estimated', formula: string): string {
  return by === 'measured' ? 'measured: wins over the estimate' : formula;
}

function priced({ asOf, estimated }: Price): string {
  return `${estimated ? 'estimated ' : ''}price of ${asOf}`;
}

function footer(
  by: 'measured' | 'estimated',
  band: number,
  { assumed, notes }: Pick<InferenceDocument, 'assumed' | 'notes'>,
): readonly string[] {
  return [
    ...(by === 'estimated'
      ? [
          '',
          `An ESTIMATE, off by up to about ${Math.round(band * 100)} %: measure it and state --throughput (replica.throughput in the config).`,
        ]
      : []),
    ...(assumed.length > 0 ? [`Assumed: ${assumed.join('; ')}.`] : []),
    ...notes.map((note) => `Note: ${note}.`),
  ];
}
