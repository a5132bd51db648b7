import { formatMagnitude } from '../../figures';
import { isProblemError } from '../../problems';
import { scaledTransformer } from '../model';
import { type InferenceEstimate, inferenceEstimate, type InferenceRequest } from './inference-estimate';
import { stepTimes } from './inference-steps';
import { arithmeticFor, type Precision } from '../hardware';
import { ceilTolerant } from '../replicas';

/** One way to make a model smaller, and the estimate for it. */
export type CompressionRow = {
  /** `bf16, as it is`, `fp8`, `int4`, `2:4 pruning`, `distilled to 2B`. */
  readonly option: string;
  /** `null` where the model cannot be served in this way; `note` says why. */
  readonly estimate: InferenceEstimate | null;
  /** Bytes of the weights of a whole replica. */
  readonly weightBytes: number | null;
  /** Replicas that the load needs; `null` without a load. */
  readonly replicas: number | null;
  readonly gpus: number | null;
  readonly usdPerHour: number | null;
  readonly usdPerMillionOutputTokens: number | null;
  /** Whether it costs less than the model as it is (uses fewer GPUs, where there is no price). */
  readonly helps: boolean;
  /** What must be done for it, or why it does not help. */
  readonly note: string;
};

/** What the ways are compared for. */
export type CompressionOptions = {
  /** Requests a second that all replicas together must serve; without it the ways are compared by their cost for a token. */
  readonly loadRequestsPerSecond?: number;
  /** Parameters of the distilled model. @default a quarter of those of the model */
  readonly studentParameters?: number;
  /** USD an hour of one replica with a number of GPUs; `null` where it is not known. */
  readonly usdPerReplicaHour: (gpus: number) => number | null;
};

/**
 * Compares a model as it is with the same model in fp8, int8 and int4, pruned 2:4 and distilled: memory, requests, GPUs and dollars by the
 * same estimate, and, where a way does not help, the reason. What a way costs in quality cannot be estimated and must be measured.
 */
export function compareCompression(request: InferenceRequest, options: CompressionOptions): readonly CompressionRow[] {
  const { model, precision } = request;
  const unmeasured: InferenceRequest = { ...request, measuredRequestsPerSecond: undefined };
  const student = scaledTransformer(model, options.studentParameters ?? model.parameters / 4);
  // A number of GPUs that divides the heads of the model may not divide those of the student.
  const { gpusPerReplica: requestedGpus } = request;
  const studentGpus =
    requestedGpus !== undefined && student.heads % requestedGpus === 0 && student.kvHeads % requestedGpus === 0 ? requestedGpus : undefined;
  const base = row(`${precision}, as it is`, request, options);
  const smaller = (['fp8', 'int8', 'int4'] as const).filter((name) => name !== precision);
  return [
    base,
    ...smaller.map((name) => row(name, { ...unmeasured, precision: name }, options, { base, gain: gainOf(request, name) })),
    row('2:4 pruning', { ...unmeasured, pruned: true }, options, {
      base,
      gain: 'calibrate or retrain the pruned weights, and measure quality; 2:4 kernels gain at most this',
    }),
    row(`distilled to ${formatMagnitude(student.parameters)}`, { ...unmeasured, model: student, gpusPerReplica: studentGpus }, options, {
      base,
      gain: 'train the smaller model on the answers of the larger, and measure quality',
    }),
  ];
}

/** Without a load, a saving below this share does not count as help: the estimate is not so exact. */
export const smallestSaving = 0.05;

type Comparison = { readonly base: CompressionRow; readonly gain: string };

function row(option: string, request: InferenceRequest, options: CompressionOptions, comparison?: Comparison): CompressionRow {
  const estimate = estimateOr(request);
  if (typeof estimate === 'string') {
    const nothing = { estimate: null, weightBytes: null, replicas: null, gpus: null, usdPerHour: null, usdPerMillionOutputTokens: null };
    return { option, ...nothing, helps: false, note: estimate };
  }
  const { loadRequestsPerSecond: load, usdPerReplicaHour } = options;
  const { gpusPerReplica, requestsPerSecond, outputTokensPerSecond, memory } = estimate;
  const replicas = load === undefined ? null : Math.max(1, ceilTolerant(load / requestsPerSecond.value));
  const replicaPrice = usdPerReplicaHour(gpusPerReplica);
  const figures = {
    option,
    estimate,
    weightBytes: memory.weightBytes * gpusPerReplica,
    replicas,
    gpus: replicas === null ? null : replicas * gpusPerReplica,
    usdPerHour: replicas === null || replicaPrice === null ? null : replicas * replicaPrice,
    usdPerMillionOutputTokens: replicaPrice === null ? null : (replicaPrice / 3_600 / outputTokensPerSecond) * 1e6,
  };
  if (comparison === undefined) return { ...figures, helps: false, note: 'what the others are compared with' };
  const { base, gain } = comparison;
  const helps = base.estimate === null || cost(figures) < cost(base) * (load === undefined ? 1 - smallestSaving : 1 - 1e-9);
  return { ...figures, helps, note: helps ? gain : whyNot(request, figures, base) };
}

function estimateOr(request: InferenceRequest): InferenceEstimate | string {
  try {
    return inferenceEstimate(request);
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return error.problems.map(({ message }) => message).join('; ');
  }
}

type Figures = Pick<CompressionRow, 'estimate' | 'weightBytes' | 'gpus' | 'usdPerHour' | 'usdPerMillionOutputTokens'>;

/**
 * The cost by which two ways are compared: dollars for the load, else GPUs for it, else dollars for a token, else GPU-seconds for a
 * request.
 */
function cost({ estimate, gpus, usdPerHour, usdPerMillionOutputTokens }: Figures): number {
  if (estimate === null) return Infinity;
  return usdPerHour ?? gpus ?? usdPerMillionOutputTokens ?? estimate.gpusPerReplica / estimate.requestsPerSecond.value;
}

function gainOf({ gpu }: InferenceRequest, precision: Precision): string {
  const arithmetic = arithmeticFor(gpu, precision)?.arithmetic ?? '';
  return precision === 'int4'
    ? `weights alone: arithmetic stays at ${arithmetic}; measure quality`
    : `weights and arithmetic at ${arithmetic}; measure quality`;
}

function whyNot(request: InferenceRequest, figures: Figures, base: CompressionRow): string {
  if (figures.gpus !== null && figures.gpus === base.gpus) {
    const sameGpus = `the load needs ${figures.gpus} GPU${figures.gpus === 1 ? '' : 's'} either way`;
    return (figures.weightBytes ?? 0) < (base.weightBytes ?? 0)
      ? `saves memory, but ${sameGpus}`
      : `the weights are no smaller, and ${sameGpus}`;
  }
  const { inputTokens, outputTokens } = request.traffic;
  const batch = figures.estimate?.estimated.atSlo?.concurrency ?? 1;
  const times = stepTimes(request, request.gpu, figures.estimate?.gpusPerReplica ?? 1);
  const prompts = batch * times.addedPrefillSeconds(inputTokens);
  const answers = outputTokens * times.decodeSeconds(batch, inputTokens + outputTokens / 2);
  return prompts > answers
    ? 'prompts take most of the time and are bound by arithmetic, which this does not speed up'
    : 'at this batch the time goes into the KV cache and arithmetic, not into reading weights';
}
