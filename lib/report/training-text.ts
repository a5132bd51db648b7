import type { Estimate, ImageModel, Optimiser, TrainingEstimate, TrainingPrecision, Transformer } from '../demand';
import { formatBytes, formatFlops, formatMagnitude, formatSeconds, formatShort, formatUsd, formatWhole } from '../figures';
import { textTable } from './table';

/** The result of `foresize estimate training`; with `--json` it is printed as it is. */
export type TrainingDocument = {
  readonly model: Transformer | ImageModel;
  readonly precision: TrainingPrecision;
  readonly optimiser: Optimiser;
  readonly gpu: string;
  /** The number of images or tokens in one epoch. */
  readonly samples: number;
  readonly epochs: number;
  readonly deadlineSeconds: number | null;
  readonly estimate: TrainingEstimate;
  /** The cost of the training; `null` where no machine with that GPU has a price. */
  readonly price: {
    readonly instanceType: string;
    readonly capacityType: string;
    readonly region: string;
    readonly usdPerHour: number;
    /** The cost of the whole training. */
    readonly usd: Estimate;
    readonly source: string;
    readonly asOf: string;
    readonly estimated: boolean;
  } | null;
  /** What was assumed because it was not stated, a clause each. */
  readonly assumed: readonly string[];
  /** What a reader must know in addition to the assumptions: sentences without their full stop. */
  readonly notes: readonly string[];
};

/** The text that `foresize estimate training` prints: a table in which each figure has its formula, then assumptions and notes. */
export function trainingText(document: TrainingDocument): string {
  const { model, precision, gpu, estimate, price, assumed, notes } = document;
  const { run, checkpoint, data, runSeconds, gpuHours } = estimate;
  const { split, memory, step } = run;
  const images = model.kind === 'image';
  const unit = images ? 'images' : 'tokens';
  const [singular, plural] = images ? ['image', 'images'] : ['sequence', 'sequences'];
  const used = memory.stateBytes + memory.activationBytes + memory.overheadBytes;
  const parts = Object.entries(step).filter(([name, value]) => name !== 'total' && value > 0);
  const rows: (readonly string[])[] = [
    [
      'work',
      formatFlops(estimate.flops),
      images ? '3 x 2 x multiply-adds x images' : '3 x (2 x parameters + attention) x tokens; about 6 N D',
    ],
    [
      'weights, gradients, states',
      formatBytes(memory.stateBytes),
      `ZeRO-${split.stage} over ${split.data} GPU${split.data === 1 ? '' : 's'}, ${document.optimiser}`,
    ],
    [
      'activations',
      formatBytes(memory.activationBytes),
      images
        ? `2 x activations x ${split.microBatch} ${split.microBatch === 1 ? singular : plural}`
        : `micro-batch of ${split.microBatch}, recompute ${split.recompute}`,
    ],
    [
      'memory of a GPU',
      `${formatBytes(used)} of ${formatBytes(memory.limitBytes)}`,
      'states + activations + 1.5 GiB, within 92 % of the GPU',
    ],
    ['spread', `${split.data} x ${split.tensor} x ${split.pipeline}`, 'data x tensor (within a node) x pipeline'],
    ['a step', formatSeconds(step.total), parts.map(([name, value]) => `${name} ${Math.round((100 * value) / step.total)} %`).join(', ')],
    ...(split.pipeline > 1 ? [['pipeline bubble', `${formatShort(100 * run.bubbleShare)} %`, '(stages - 1) / micro-batches']] : []),
    ['steps', formatShort(estimate.steps), `samples x epochs / ${formatWhole(run.batch)} ${run.batch === 1 ? singular : plural} a step`],
    [
      'throughput',
      `${formatShort(estimate.samplesPerSecond)} ${unit}/s`,
      estimate.basis === 'measured' ? 'measured: wins over the estimate' : 'batch / step',
    ],
    ['utilisation (MFU)', `${formatShort(100 * estimate.utilisation)} %`, 'work / (time x GPUs x dense peak)'],
    ['checkpoint', formatBytes(checkpoint.bytes), '(2 + K) bytes a parameter'],
    [
      '  every',
      formatSeconds(checkpoint.intervalSeconds),
      `Young and Daly: ${formatSeconds(checkpoint.writeSeconds)} to write, an interruption each ${formatSeconds(checkpoint.mtbfSeconds)}`,
    ],
    ['  lost to both', `${formatShort(100 * checkpoint.lostShare)} %`, 'writing, work done again, restarts'],
    ['data to keep', formatBytes(data.bytes), `${unit} x bytes of one`],
    ['data to read', `${formatBytes(data.readBytesPerSecond)}/s`, 'throughput x bytes of one'],
    ['time', range(runSeconds, formatSeconds), '(samples x epochs / throughput) / (1 - lost)'],
    ['GPU-hours', range(gpuHours, formatShort), 'GPUs x time'],
    ...(price === null
      ? []
      : [
          [
            'cost',
            range(price.usd, formatUsd),
            `${formatUsd(price.usdPerHour)}/h: ${price.instanceType}, ${price.capacityType}, ${price.estimated ? 'estimated ' : ''}price of ${price.asOf}`,
          ],
        ]),
  ];
  const name =
    model.kind === 'image'
      ? model.name
      : model.name === null
        ? `A transformer of ${formatMagnitude(model.parameters)}`
        : `${model.name} (${formatMagnitude(model.parameters)})`;
  const { gpus, nodes } = estimate;
  return [
    `${name} in ${precision} on ${gpus} x ${gpu} (${nodes} node${nodes === 1 ? '' : 's'}): ${estimate.basis === 'measured' ? '' : 'about '}${formatSeconds(runSeconds.value)}`,
    '',
    textTable([{ title: 'figure' }, { title: 'value', align: 'right' }, { title: 'by' }], rows),
    ...(estimate.basis === 'estimated'
      ? [
          '',
          `An ESTIMATE, its throughput off by up to about ${Math.round(estimate.band * 100)} %: measure it and state --throughput (replica.throughput in the config).`,
        ]
      : []),
    ...(assumed.length > 0 ? [`Assumed: ${assumed.join('; ')}.`] : []),
    ...notes.map((note) => `Note: ${note}.`),
  ].join('\n');
}

function range({ value, low, high }: Estimate, show: (value: number) => string): string {
  return low === high ? show(value) : `${show(value)} (${show(low)} to ${show(high)})`;
}
