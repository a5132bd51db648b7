import { type Problem, ProblemError } from '../../problems';
import { errorBands, type Estimate } from '../error-band';
import { arithmeticFor, type Gpu, precisionLacking } from '../hardware';
import { type InferenceMemory, inferenceMemory, type ServedModel } from './inference-memory';
import { stepTimes } from './inference-steps';
import { type SloThroughput, sloThroughput, throughputOf, type Traffic } from './inference-throughput';
import type { Transformer } from '../model';

/** The largest number of sequences in a batch, the default of `--max-num-seqs` in vLLM. */
export const defaultMaxBatch = 256;

/** The fields of a request that a problem can name, named like the keys of the config. */
export type InferenceField = 'precision' | 'gpu' | 'maxSequence' | 'gpusPerReplica' | 'p95TimeToFirstToken' | 'p95TimePerOutputToken';

/** A language model to serve, on which GPU and for which traffic. */
export type InferenceRequest = ServedModel & {
  readonly gpu: Gpu;
  /** GPUs of one replica. @default the number that serves most requests for each GPU within the SLO */
  readonly gpusPerReplica?: number;
  /** GPUs of the largest node; a replica does not span nodes. */
  readonly mostGpus: number;
  readonly traffic: Traffic;
  /** Tokens of the longest sequence that the server must take; `traffic` has the mean. @default input + output tokens */
  readonly maxSequence?: number;
  /** The largest number of sequences in a batch. @default 256 */
  readonly maxBatch?: number;
  /** Measured requests a second of one replica; it replaces the estimate. */
  readonly measuredRequestsPerSecond?: number;
  /** Where a field stands, for messages. @default its name */
  readonly path?: (field: InferenceField) => string;
};

/** What one replica of a language model needs and serves. */
export type InferenceEstimate = {
  readonly basis: 'measured' | 'estimated';
  readonly gpusPerReplica: number;
  /** Requests a second of one replica within the SLO, with a band where they are estimated. */
  readonly requestsPerSecond: Estimate;
  readonly outputTokensPerSecond: number;
  /** Share by which the throughput may be off; 0 where it was measured. */
  readonly band: number;
  readonly memory: InferenceMemory;
  /** The estimated throughput, also where a measured one replaces it. */
  readonly estimated: SloThroughput;
  /** The highest utilisation at which the SLO is kept: the throughput is that of a full replica, times this. */
  readonly target: number;
  readonly assumed: readonly string[];
};

/**
 * Estimates one replica of a language model on a GPU: memory, batch, times, and the requests a second that it serves within its SLO.
 *
 * @throws ProblemError `estimate/precision-lacking`, `estimate/gpus-uneven`, `estimate/weights-too-large`, `estimate/sequence-too-long`,
 *   `estimate/slo-impossible`
 */
export function inferenceEstimate(request: InferenceRequest): InferenceEstimate {
  const { gpu, model, precision, traffic, path = (field) => field } = request;
  if (arithmeticFor(gpu, precision) === null) throw new ProblemError(precisionLacking(gpu, precision, path('precision')));
  const uneven = unevenGpus(request, path);
  if (uneven) throw new ProblemError(uneven);
  const candidates = gpuCounts(request).map((gpus) => candidate(request, gpus));
  const fitting = candidates.filter(({ memory }) => memory.longestSequence >= sequenceOf(request));
  if (fitting.length === 0) throw new ProblemError(tooLarge(request, candidates[candidates.length - 1], path));
  const keepingSlo = fitting.flatMap((option) => (option.throughput.atSlo === null ? [] : [{ ...option, atSlo: option.throughput.atSlo }]));
  if (keepingSlo.length === 0) throw new ProblemError(sloImpossible(traffic, fitting, path));
  const best = keepingSlo.reduce((a, b) =>
    b.atSlo.requestsPerSecond / b.gpus > (a.atSlo.requestsPerSecond / a.gpus) * (1 + 1e-9) ? b : a,
  );

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

/** The numbers of GPUs that are tried: 1, 2, 4, 8 ... as long as they divide the heads and a node has so many. */
function gpuCounts({ gpusPerReplica, mostGpus, model }: InferenceRequest): readonly number[] {
  if (gpusPerReplica !== undefined) return [gpusPerReplica];
  const counts: number[] = [];
  for (let gpus = 1; gpus <= mostGpus && model.heads % gpus === 0; gpus *= 2) counts.push(gpus);
  return counts;
}

/** Whether each GPU gets the same number of heads; heads of keys and values may be kept on several GPUs. */
function divides({ heads, kvHeads }: Transformer, gpus: number): boolean {
  return heads % gpus === 0 && (kvHeads % gpus === 0 || gpus % kvHeads === 0);
}

function unevenGpus({ gpusPerReplica, mostGpus, model }: InferenceRequest, path: NonNullable<InferenceRequest['path']>): Problem | null {
  if (gpusPerReplica === undefined || divides(model, gpusPerReplica)) return null;
  const maximumGpus = Math.max(mostGpus, gpusPerReplica);
  const counts = Array.from({ length: maximumGpus }, (_, index) => index + 1).filter((gpus) => divides(model, gpus));
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
  const placesBy = memory.sequences < maxBatch ? 'memory' : 'batch limit';
  return { gpus, memory, throughput: sloThroughput(stepTimes(request, gpu, gpus), traffic, places, placesBy) };
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
  const onGpus = `${gpus} x ${gpu.name}`;
  const where = gpusPerReplica === undefined ? ', the most that one node has' : '';
  if (memory.cacheBytes === 0) {
    return {
      code: 'estimate/weights-too-large',
      path: path('gpu'),
      message: `the weights do not fit ${onGpus}${where}`,
      expected: `at most ${gib(gpu.memoryGiB * 2 ** 30 * 0.9 - memory.overheadBytes)} a GPU`,
      received: `${gib(memory.weightBytes)} a GPU in ${request.precision}`,
      hint:
        gpusPerReplica === undefined ? 'use smaller weights or a larger GPU' : 'use more GPUs a replica, smaller weights or a larger GPU',
    };
  }
  return {
    code: 'estimate/sequence-too-long',
    path: path('maxSequence'),
    message: `the cache of one sequence does not fit ${onGpus}${where}`,
    expected: `at most ${memory.longestSequence} tokens`,
    received: `${sequenceOf(request)} tokens`,
    hint: 'use shorter sequences, an 8-bit cache, smaller weights, or more or larger GPUs',
  };
}

function sloImpossible({ slo }: Traffic, candidates: readonly Candidate[], path: NonNullable<InferenceRequest['path']>): Problem {
  const shortest = (time: (candidate: Candidate) => number) => Math.min(...candidates.map(time));
  const firstToken = shortest(({ throughput }) => throughput.idle.p95TimeToFirstTokenSeconds);
  const perToken = shortest(({ throughput }) => throughput.idle.p95TimePerOutputTokenSeconds);
  const firstTokenLate = firstToken > (slo.p95TimeToFirstTokenSeconds ?? Infinity);
  const perTokenSlow = perToken > (slo.p95TimePerOutputTokenSeconds ?? Infinity);
  if (!firstTokenLate && !perTokenSlow) {
    return {
      code: 'estimate/slo-impossible',
      path: path('p95TimeToFirstToken'),
      message: 'the time to first token and the time per output token cannot be kept together by any number of GPUs that a node has',
      hint: 'allow more time for one of them, or use a faster GPU or a smaller model',
    };
  }
  return {
    code: 'estimate/slo-impossible',
    path: path(firstTokenLate ? 'p95TimeToFirstToken' : 'p95TimePerOutputToken'),
    message: firstTokenLate
      ? 'the time to first token cannot be kept even by an idle replica'
      : 'the time per output token cannot be kept even by an idle replica',
    expected: `at least ${firstTokenLate ? ms(firstToken) : ms(perToken)} for this model on this GPU`,
    received: ms((firstTokenLate ? slo.p95TimeToFirstTokenSeconds : slo.p95TimePerOutputTokenSeconds) ?? 0),
    hint: 'allow more time, or use a faster GPU, more of them a replica, or a smaller model',
  };
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const ms = (seconds: number): string => `${Math.ceil(seconds * 1_000)} ms`;
