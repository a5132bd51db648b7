import { type GpuFacts, interruptionsOfGpu, type ListedCapacity, type Machines } from '../catalog';
import {
  arithmeticFor,
  besideMeasured,
  ceilTolerant,
  compareCompression,
  compareImageCompression,
  type CompressionReport,
  errorBands,
  type ImageModel,
  imagesThatFit,
  imageThroughput,
  inferenceEstimate,
  type InferenceField,
  type InferenceRequest,
  interconnect,
  largestImageSize,
  type Precision,
  precisionLacking,
  shortestLatencySeconds,
  type TrainingEstimate,
  trainingEstimate,
  type TrainingRequest,
  type Transformer,
  usualRequest,
  within,
} from '../demand';
import { formatMagnitude, roundedUp } from '../figures';
import { type Problem, ProblemError } from '../problems';
import type { ImageDocument, LanguageDocument } from '../report/inference-text';
import type { TrainingDocument } from '../report/training-text';
import { HOURS_PER_MONTH } from '../units';

/** What an estimate runs on: a GPU, and the machines with it at the prices of one capacity type. */
export type OnMachines = {
  readonly gpu: GpuFacts;
  readonly machines: Machines;
  readonly capacity: ListedCapacity;
};

/** Whether the model is compared with smaller forms of itself. */
type Comparison = {
  /** Beside it fp8, int8, int4, 2:4 pruning and distillation. */
  readonly compare: boolean;
  /** What was measured of these; `null` where nothing was. */
  readonly report: CompressionReport | null;
};

/** Fields that a refusal may point at. */
export type LanguageField = InferenceField | 'student';

export type LanguageRequest = OnMachines &
  Comparison &
  Pick<InferenceRequest, 'precision' | 'kvBytes' | 'gpusPerReplica' | 'maxSequence' | 'maxBatch' | 'measuredRequestsPerSecond'> & {
    readonly model: Transformer;
    /** Mean tokens of a prompt. @default 1024 */
    readonly inputTokens?: number;
    /** Mean tokens of an answer. @default 256 */
    readonly outputTokens?: number;
    readonly slo: InferenceRequest['traffic']['slo'];
    /** What all replicas serve together. */
    readonly loadRequestsPerSecond?: number;
    /** Parameters of the distilled model in the comparison. @default a quarter */
    readonly studentParameters?: number;
    /** Where a field stands, for messages. */
    readonly path: (field: LanguageField) => string;
  };

/**
 * What `estimate inference` says of a language model.
 *
 * @throws ProblemError as `inferenceEstimate`
 */
export function languageEstimate(request: LanguageRequest): LanguageDocument {
  const { model, precision, gpu, machines, capacity, slo, path } = request;
  const { inputTokens = usualRequest.inputTokens, outputTokens = usualRequest.outputTokens, loadRequestsPerSecond } = request;
  const traffic = { inputTokens, outputTokens, slo };
  const served: InferenceRequest = { ...request, mostGpus: machines.mostGpus, traffic, path };
  const estimate = inferenceEstimate(served);
  const share = machines.usdPerShareHour(estimate.gpusPerReplica);
  const usdPerReplicaHour = (gpus: number) => machines.usdPerShareHour(gpus)?.usdPerHour ?? null;
  const ways = request.compare ? compareCompression(served, { ...request, usdPerReplicaHour }) : null;
  const replicas =
    loadRequestsPerSecond === undefined ? null : Math.max(1, ceilTolerant(loadRequestsPerSecond / estimate.requestsPerSecond.value));
  return {
    kind: 'language',
    model,
    precision,
    gpu: gpu.name,
    traffic,
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
      replicas === null || loadRequestsPerSecond === undefined
        ? null
        : {
            requestsPerSecond: loadRequestsPerSecond,
            replicas,
            gpus: replicas * estimate.gpusPerReplica,
            usdPerMonth: share && replicas * share.usdPerHour * HOURS_PER_MONTH,
          },
    ...besideMeasured(ways, request.report),
    assumed: [
      ...estimate.assumed,
      ...(request.inputTokens === undefined ? [`prompts of ${inputTokens} tokens`] : []),
      ...(request.outputTokens === undefined ? [`answers of ${outputTokens} tokens`] : []),
      ...(slo.p95TimeToFirstTokenSeconds === undefined && slo.p95TimePerOutputTokenSeconds === undefined ? ['no promise of times'] : []),
    ],
    notes: notesOf(machines),
  };
}

/** What does not go together in a request, as far as it is known. */
export function languageProblems(request: Partial<LanguageRequest> & Pick<LanguageRequest, 'path'>): readonly Problem[] {
  const { model, gpu, machines, maxSequence, gpusPerReplica, studentParameters: student, compare, path } = request;
  const { inputTokens = usualRequest.inputTokens, outputTokens = usualRequest.outputTokens } = request;
  const problems: Problem[] = [];
  if (maxSequence !== undefined && maxSequence < inputTokens + outputTokens)
    problems.push({
      code: 'cli/option',
      path: path('maxSequence'),
      message: 'is shorter than the mean prompt and answer',
      expected: `at least ${inputTokens + outputTokens}`,
      received: `${maxSequence}`,
    });
  if (student !== undefined && !compare)
    problems.push({ code: 'cli/option', path: path('student'), message: 'is a row of the comparison', hint: 'add --compare' });
  if (student !== undefined && model !== undefined && student >= model.parameters)
    problems.push({
      code: 'cli/option',
      path: path('student'),
      message: 'is no smaller than the model it is distilled from',
      expected: `less than ${formatMagnitude(model.parameters)}`,
      received: formatMagnitude(student),
    });
  if (gpusPerReplica !== undefined && machines !== undefined && gpusPerReplica > machines.mostGpus)
    problems.push({
      code: 'estimate/gpus-too-many',
      path: path('gpusPerReplica'),
      message: `no machine with ${gpu?.name} has so many`,
      expected: `at most ${machines.mostGpus}`,
      received: `${gpusPerReplica}`,
    });
  return problems;
}

export type ImageRequest = OnMachines &
  Comparison & {
    readonly model: ImageModel;
    readonly precision: Precision;
    /** Side of an image, pixels. */
    readonly imageSize: number;
    /** p95. @default no promise: full batches */
    readonly latencySeconds?: number;
    /** Of one GPU: wins over any estimate. */
    readonly measuredImagesPerSecond?: number;
    /** What all replicas serve together. */
    readonly loadImagesPerSecond?: number;
    /** Where a field stands, for messages. */
    readonly path: (field: 'precision' | 'imageSize' | 'latency') => string;
  };

/**
 * What `estimate inference` says of an image model on one GPU.
 *
 * @throws ProblemError `estimate/slo-impossible`
 */
export function imageEstimate(request: ImageRequest): ImageDocument {
  const { model, precision, gpu, machines, capacity, imageSize, path } = request;
  const { latencySeconds: latency, measuredImagesPerSecond: measured, loadImagesPerSecond: load } = request;
  const estimated = imageThroughput(model, gpu, precision, imageSize, latency);
  if (estimated === null)
    throw new ProblemError({
      code: 'estimate/slo-impossible',
      path: path('latency'),
      message: 'cannot be kept even by an idle GPU',
      expected: `at least ${roundedUp(shortestLatencySeconds(model, gpu, precision, imageSize) * 1_000)} ms`,
      received: `${(latency ?? 0) * 1_000} ms`,
    });
  const imagesPerSecond =
    measured === undefined
      ? within(estimated.imagesPerSecond, errorBands.imageInference)
      : { value: measured, low: measured, high: measured };
  const share = machines.usdPerShareHour(1);
  const ways = request.compare ? compareImageCompression({ ...request, usdPerGpuHour: share?.usdPerHour ?? null }) : null;
  const gpus = load === undefined ? null : Math.max(1, ceilTolerant(load / imagesPerSecond.value));
  return {
    kind: 'image',
    model,
    precision,
    gpu: gpu.name,
    imageSize,
    basis: measured === undefined ? 'estimated' : 'measured',
    imagesPerSecond,
    estimated,
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
    ...besideMeasured(ways, request.report),
    assumed: latency === undefined ? ['no promise of latency: full batches'] : [],
    notes: notesOf(machines),
  };
}

/** What the GPU cannot do of a request: its arithmetic, then its memory. */
export function imageProblems({ model, precision, gpu, imageSize, path }: Omit<ImageRequest, 'machines' | 'capacity'>): readonly Problem[] {
  if (arithmeticFor(gpu, precision) === null) return [precisionLacking(gpu, precision, path('precision'))];
  if (imagesThatFit(model, gpu, precision, imageSize) >= 1) return [];
  return [
    {
      code: 'estimate/image-too-large',
      path: path('imageSize'),
      message: `one image does not fit the memory of a ${gpu.name}`,
      expected: `at most ${largestImageSize(model, gpu, precision)} pixels`,
      received: `${imageSize} pixels`,
      hint: 'use smaller images, or a GPU with more memory',
    },
  ];
}

/**
 * What `estimate training` says.
 *
 * @throws ProblemError as `trainingEstimate`
 */
export function trainingDocument(
  request: OnMachines & Omit<TrainingRequest, 'gpu' | 'node' | 'interruptionsPerGpuHour'>,
): TrainingDocument {
  const { model, precision, optimiser, gpu, machines, capacity, samples, epochs, deadlineSeconds } = request;
  const { largest, node } = machines;
  const interruption = capacity === 'spot' ? (largest?.price.interruption ?? null) : null;
  const estimate = trainingEstimate({
    ...request,
    node,
    interruptionsPerGpuHour: interruptionsOfGpu(interruption, largest?.gpus ?? 1),
  });
  return {
    model,
    precision,
    optimiser,
    gpu: gpu.name,
    samples,
    epochs,
    deadlineSeconds: deadlineSeconds ?? null,
    estimate,
    price: trainingPrice(machines, capacity, estimate),
    assumed: [
      ...estimate.assumed,
      ...(capacity === 'spot' ? [] : ['a GPU fails once in 50,700 hours (Llama 3)']),
      ...(request.storageBandwidth === undefined ? ['storage that takes in 10 GB/s'] : []),
      ...(node.networkGbps === null ? [`a network of ${interconnect.networkGbps} Gbit/s a node`] : []),
    ],
    notes: notesOf(machines),
  };
}

function trainingPrice(
  machines: Machines,
  capacity: ListedCapacity,
  { gpus, nodes, runSeconds }: TrainingEstimate,
): TrainingDocument['price'] {
  const ofOne = nodes === 1 ? machines.usdPerShareHour(gpus) : null;
  const entry = ofOne?.entry ?? machines.largest;
  if (entry === null) return null;
  const usdPerHour = ofOne?.usdPerHour ?? nodes * entry.usdPerHour;
  const usd = (seconds: number) => usdPerHour * (seconds / 3_600);
  return {
    instanceType: entry.instanceType,
    capacityType: capacity,
    region: entry.region,
    usdPerHour,
    usd: { value: usd(runSeconds.value), low: usd(runSeconds.low), high: usd(runSeconds.high) },
    ...entry.price,
  };
}

/** What a reader of the figures must know beside what was assumed. */
function notesOf({ unpriced }: Machines): readonly string[] {
  return unpriced === null ? [] : [unpriced];
}
