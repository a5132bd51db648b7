import type { Problem } from '../../problems';
import { defaultBatchTokens, defaultSequence, type TrainingField, type TrainingRequest } from './training-request';

/** Whether a training fits the memory of a number of GPUs and can be divided among them. */
type Fits = (request: TrainingRequest, gpus: number) => boolean;

/** What a misfit is explained with. */
export type MisfitInput = {
  readonly fits: Fits;
  /** The numbers of GPUs that are tried where the request states none, ascending. */
  readonly counts: (request: TrainingRequest) => readonly number[];
  /** Where a field stands, for the message. */
  readonly path: (field: TrainingField) => string;
};

/** How far numbers of GPUs are searched above and below one that does not fit. */
const searchReach = 4_096;

/**
 * Why a training fits no number of GPUs that it may use: the problem names the option that would help, and the value it would need. Every
 * number in the problem was tried and is accepted, also where it is a smallest or a largest one.
 *
 * @param request fits no number of GPUs that it may use
 */
export function trainingMisfit(request: TrainingRequest, input: MisfitInput): Problem {
  const { gpu, gpus, mostGpus } = request;
  const { fits, counts, path } = input;
  const onGpus = `${gpus ?? `up to ${mostGpus}`} x ${gpu.name}`;
  const accepts = (other: TrainingRequest): boolean =>
    gpus === undefined ? counts(other).some((count) => fits(other, count)) : fits(other, gpus);

  const acceptedShape = longestShape(request, accepts);
  const otherGpus = gpus === undefined ? null : otherCounts(request, gpus, fits);
  if (otherGpus !== null) {
    return {
      code: otherGpus.isLeast ? 'estimate/gpus-too-few' : 'estimate/gpus-uneven',
      path: path('gpus'),
      message: otherGpus.isLeast
        ? `the training does not fit ${onGpus}, however it is spread`
        : `the training cannot be spread over ${onGpus}, by what its batch, layers and heads divide into`,
      expected: otherGpus.expected,
      received: `${gpus}`,
      hint:
        acceptedShape === null
          ? undefined
          : `or ${acceptedShape.field === 'sequence' ? 'shorter sequences' : 'smaller images'}: ${acceptedShape.most}`,
    };
  }
  for (const [field, key] of [
    ['zero', 'stage'],
    ['recompute', 'recompute'],
  ] as const) {
    if (request[key] === undefined || !accepts({ ...request, [key]: undefined })) continue;
    return {
      code: 'estimate/memory',
      path: path(field),
      message: `the training does not fit ${onGpus} so, and it would otherwise`,
      received: `${request[key]}`,
      hint: 'leave it out: what fits and is fastest is then taken',
    };
  }
  const sufficient =
    gpus === undefined && mostGpus < searchReach
      ? counts({ ...request, mostGpus: searchReach }).find((count) => fits(request, count))
      : undefined;
  if (sufficient !== undefined) {
    return {
      code: 'estimate/gpus-too-few',
      path: path('mostGpus'),
      message: `the training does not fit ${onGpus}, however it is spread`,
      expected: `at least ${sufficient}`,
      received: `${mostGpus}`,
    };
  }
  if (acceptedShape !== null) {
    return {
      code: 'estimate/sequence-too-long',
      path: path(acceptedShape.field),
      message: `does not fit the memory of ${onGpus}`,
      expected: acceptedShape.most,
      received: `${acceptedShape.stated}`,
      hint: `use ${acceptedShape.field === 'sequence' ? 'shorter sequences' : 'smaller images'}, or GPUs with more memory`,
    };
  }
  return {
    code: 'estimate/training-too-large',
    path: path('gpu'),
    message: `the training does not fit ${onGpus}, however it is spread`,
    hint: 'use GPUs with more memory, a larger batch (it can be spread further), recomputation (full), or a smaller optimiser',
  };
}

/** The nearest numbers of GPUs below and above that fit, as text for the message; `null` where neither exists. */
function otherCounts(request: TrainingRequest, gpus: number, fits: Fits): { readonly expected: string; readonly isLeast: boolean } | null {
  const largest = largestSpread(request);
  const highest = Math.min(gpus - 1, largest);
  const below = nearest(highest, Math.max(1, highest - searchReach), -1, (count) => fits(request, count));
  const above = nearest(gpus + 1, Math.min(largest, gpus + searchReach), 1, (count) => fits(request, count));
  if (below === undefined && above === undefined) return null;
  if (below === undefined) return { expected: gpus - 1 <= searchReach ? `at least ${above}` : `a count such as ${above}`, isLeast: true };
  if (above === undefined)
    return { expected: largest <= gpus + searchReach ? `at most ${below}` : `a count such as ${below}`, isLeast: false };
  return { expected: `a count such as ${below} or ${above}`, isLeast: false };
}

/** The first number that fits, from one number to another in steps of 1 or -1. */
function nearest(from: number, to: number, step: 1 | -1, accepts: (count: number) => boolean): number | undefined {
  for (let count = from; step * (to - count) >= 0; count += step) if (accepts(count)) return count;
  return undefined;
}

/**
 * The largest number of GPUs that can take part in a step: one for each sequence or image, times what a layer and the layers can be split
 * into.
 */
function largestSpread({ model, batch, node, sequence = defaultSequence }: TrainingRequest): number {
  if (model.kind === 'image') return batch ?? 8_192;
  return (batch ?? Math.max(1, Math.round(defaultBatchTokens / sequence))) * node.gpus * Math.min(64, model.layers);
}

/** The longest sequence, or the largest image, with which the request would be accepted; `null` where even a small one is too large. */
function longestShape(request: TrainingRequest, accepts: (request: TrainingRequest) => boolean) {
  const { model } = request;
  const field = model.kind === 'image' ? 'imageSize' : 'sequence';
  const stated = request[field] ?? (model.kind === 'image' ? model.imageSize : defaultSequence);
  let [low, high] = [model.kind === 'image' ? 32 : 64, stated];
  if (low >= high || !accepts({ ...request, [field]: low })) return null;
  while (high - low > Math.max(1, low / 64)) {
    const middle = Math.floor((low + high) / 2);
    if (accepts({ ...request, [field]: middle })) low = middle;
    else high = middle;
  }
  return { field, stated, most: `at most about ${low} ${field === 'sequence' ? 'tokens' : 'pixels'}` } as const;
}
