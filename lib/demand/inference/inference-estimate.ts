import { type Problem, ProblemError } from '../../problems';
import { errorBands, type Estimate } from '../error-band';
import { arithmeticFor, type Gpu, precisionLacking } from '../hardware';
import { type InferenceMemory, inferenceMemory, type ServedModel } from './inference-memory';
import { stepTimes } from './inference-steps';
import { type SloThroughput, sloThroughput, throughputOf, type Traffic } from './inference-throughput';
import type { Transformer } from '../model';

/** Sequences in a batch at most, as vLLM's `--max-num-seqs` has it by default. */
export const defaultMaxBatch = 256;

/** Fields that a refusal may point at, named like the config's keys. */
export type InferenceField = 'precision' | 'gpu' | 'maxSequence' | 'gpusPerReplica' | 'p95TimeToFirstToken' | 'p95TimePerOutputToken';

export type InferenceRequest = ServedModel & {
  readonly gpu: Gpu;
  /** GPUs of one replica; left out, the number that answers most requests a GPU within the SLO. */
  readonly gpusPerReplica?: number;
  /** GPUs that one node has at most: a replica does not span nodes. */
  readonly mostGpus: number;
  readonly traffic: Traffic;
  /** Tokens of the longest sequence the server must take; the mean is `traffic`'s. @default input + output tokens */
  readonly maxSequence?: number;
  /** @default 256 */
  readonly maxBatch?: number;
  /** Measured requests a second of one replica: wins over any estimate. */
  readonly measuredRequestsPerSecond?: number;
  /** Where a field stands, for messages. @default its name */
  readonly path?: (field: InferenceField) => string;
};

export type InferenceEstimate = {
  readonly basis: 'measured' | 'estimated';
  readonly gpusPerReplica: number;
  /** Requests a second of one replica within the SLO; with its band where it is estimated. */
  readonly requestsPerSecond: Estimate;
  readonly outputTokensPerSecond: number;
  /** Share by which an estimate may be off; 0 of a measurement. */
  readonly band: number;
  readonly memory: InferenceMemory;
  /** What the model says of it, also where the throughput is measured. */
  readonly estimated: SloThroughput;
  /** Utilisation at which the SLO still holds: throughput is what a replica does when full, times this. */
  readonly target: number;
  readonly assumed: readonly string[];
};

/**
 * What one replica of a language model needs and does on a GPU: memory, batch, times, and requests a second at its SLO.
 *
 * @throws ProblemError `estimate/precision-lacking`, `estimate/gpus-uneven`, `estimate/weights-too-large`, `estimate/sequence-too-long`,
 * `estimate/slo-impossible`
 */
export function inferenceEstimate(request: InferenceRequest): InferenceEstimate {
  const { gpu, model, precision, traffic, path = (field) => field } = request;
  if (arithmeticFor(gpu, precision) === null) throw new ProblemError(precisionLacking(gpu, precision, path('precision')));
  const uneven = unevenGpus(request, path);
  if (uneven) throw new ProblemError(uneven);
  const candidates = gpuCounts(request).map((gpus) => candidate(request, gpus));
  const holding = candidates.filter(({ memory }) => memory.longestSequence >= sequenceOf(request));
  if (holding.length === 0) throw new ProblemError(tooLarge(request, candidates[candidates.length - 1], path));
  const keeping = holding.flatMap((one) => (one.throughput.atSlo === null ? [] : [{ ...one, atSlo: one.throughput.atSlo }]));
  if (keeping.length === 0) throw new ProblemError(sloImpossible(traffic, holding, path));
  const best = keeping.reduce((a, b) => (b.atSlo.requestsPerSecond / b.gpus > (a.atSlo.requestsPerSecond / a.gpus) * (1 + 1e-9) ? b : a));

  const measured = request.measuredRequestsPerSecond;
  const band = measured === undefined ? bandOf(request, best.gpus) : 0;
  const requestsPerSecond = throughputOf(best.atSlo.requestsPerSecond, band, measured);
  return {
    basis: measured === undefined ? 'estimated' : 'measured',
    gpusPerReplica: best.gpus,
    requestsPerSecond,
    outputTokensPerSecond: requestsPerSecond.value * traffic.outputTokens,
    band,
    memory: best.memory,
    estimated: best.throughput,
    target: best.throughput.target ?? 1,
    assumed: model.assumed,
  };
}

type Candidate = { readonly gpus: number; readonly memory: InferenceMemory; readonly throughput: SloThroughput };

/** 1, 2, 4, 8 ... as the heads divide and a node has. */
function gpuCounts({ gpusPerReplica, mostGpus, model }: InferenceRequest): readonly number[] {
  if (gpusPerReplica !== undefined) return [gpusPerReplica];
  const counts: number[] = [];
  for (let gpus = 1; gpus <= mostGpus && model.heads % gpus === 0; gpus *= 2) counts.push(gpus);
  return counts;
}

/** Servers give each GPU as many heads as the others; key and value heads may be kept more than once. */
function divides({ heads, kvHeads }: Transformer, gpus: number): boolean {
  return heads % gpus === 0 && (kvHeads % gpus === 0 || gpus % kvHeads === 0);
}

function unevenGpus({ gpusPerReplica, mostGpus, model }: InferenceRequest, path: NonNullable<InferenceRequest['path']>): Problem | null {
  if (gpusPerReplica === undefined || divides(model, gpusPerReplica)) return null;
  const most = Math.max(mostGpus, gpusPerReplica);
  const counts = Array.from({ length: most }, (_, index) => index + 1).filter((gpus) => divides(model, gpus));
  return {
    code: 'estimate/gpus-uneven',
    path: path('gpusPerReplica'),
    message: `the ${model.heads} heads of the model, ${model.kvHeads} of them with keys and values of their own, cannot be shared out alike`,
    expected: counts.join(' or '),
    received: `${gpusPerReplica}`,
  };
}

function candidate(request: InferenceRequest, gpus: number): Candidate {
  const { gpu, traffic, maxBatch = defaultMaxBatch } = request;
  const memory = inferenceMemory(request, gpu, gpus, traffic.inputTokens + traffic.outputTokens);
  const places = Math.max(1, Math.min(maxBatch, memory.sequences));
  const by = memory.sequences < maxBatch ? 'memory' : 'batch limit';
  return { gpus, memory, throughput: sloThroughput(stepTimes(request, gpu, gpus), traffic, places, by) };
}

function sequenceOf({ maxSequence, traffic }: InferenceRequest): number {
  return Math.max(maxSequence ?? 0, traffic.inputTokens + traffic.outputTokens);
}

function bandOf({ gpu, precision, pruned }: InferenceRequest, gpus: number): number {
  const unchecked = pruned === true || precision === 'int4' || precision === 'int8' || (gpus > 1 && gpu.nvlinkGBps === null);
  return unchecked ? errorBands.inferenceUnchecked : errorBands.inference;
}

function tooLarge(request: InferenceRequest, { gpus, memory }: Candidate, path: NonNullable<InferenceRequest['path']>): Problem {
  const { gpu, gpusPerReplica } = request;
  const on = `${gpus} x ${gpu.name}`;
  const where = gpusPerReplica === undefined ? ', the most that one node has' : '';
  if (memory.cacheBytes === 0) {
    return {
      code: 'estimate/weights-too-large',
      path: path('gpu'),
      message: `the weights do not fit ${on}${where}`,
      expected: `at most ${gib(gpu.memoryGiB * 2 ** 30 * 0.9 - memory.overheadBytes)} a GPU`,
      received: `${gib(memory.weightBytes)} a GPU in ${request.precision}`,
      hint:
        gpusPerReplica === undefined ? 'use smaller weights or a larger GPU' : 'use more GPUs a replica, smaller weights or a larger GPU',
    };
  }
  return {
    code: 'estimate/sequence-too-long',
    path: path('maxSequence'),
    message: `the cache of one sequence does not fit ${on}${where}`,
    expected: `at most ${memory.longestSequence} tokens`,
    received: `${sequenceOf(request)} tokens`,
    hint: 'use shorter sequences, an 8-bit cache, smaller weights, or more or larger GPUs',
  };
}

function sloImpossible({ slo }: Traffic, holding: readonly Candidate[], path: NonNullable<InferenceRequest['path']>): Problem {
  const least = (time: (one: Candidate) => number) => Math.min(...holding.map(time));
  const first = least(({ throughput }) => throughput.idle.p95TimeToFirstTokenSeconds);
  const each = least(({ throughput }) => throughput.idle.p95TimePerOutputTokenSeconds);
  const late = first > (slo.p95TimeToFirstTokenSeconds ?? Infinity);
  const slow = each > (slo.p95TimePerOutputTokenSeconds ?? Infinity);
  if (!late && !slow) {
    return {
      code: 'estimate/slo-impossible',
      path: path('p95TimeToFirstToken'),
      message: 'the time to first token and the time per output token cannot be kept together by any number of GPUs that a node has',
      hint: 'allow more time for one of them, or use a faster GPU or a smaller model',
    };
  }
  return {
    code: 'estimate/slo-impossible',
    path: path(late ? 'p95TimeToFirstToken' : 'p95TimePerOutputToken'),
    message: late
      ? 'the time to first token cannot be kept even by an idle replica'
      : 'the time per output token cannot be kept even by an idle replica',
    expected: `at least ${late ? ms(first) : ms(each)} for this model on this GPU`,
    received: ms((late ? slo.p95TimeToFirstTokenSeconds : slo.p95TimePerOutputTokenSeconds) ?? 0),
    hint: 'allow more time, or use a faster GPU, more of them a replica, or a smaller model',
  };
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const ms = (seconds: number): string => `${Math.ceil(seconds * 1_000)} ms`;
