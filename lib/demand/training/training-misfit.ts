import type { Problem } from '../../problems';
import { defaultBatchTokens, defaultSequence, type TrainingField, type TrainingRequest } from './training-request';

/** Tells whether a training fits so many GPUs. */
type Fits = (request: TrainingRequest, gpus: number) => boolean;

export type MisfitInput = {
  readonly fits: Fits;
  /** Counts that are tried where the request states none, ascending. */
  readonly counts: (request: TrainingRequest) => readonly number[];
  readonly path: (field: TrainingField) => string;
};

/** Counts of GPUs that are looked at on either side of one that does not do. */
const reach = 4_096;

/**
 * Why a training fits no count of GPUs that it may use: the option that cures, and what it would have to be. All figures that it names
 * were tried and are taken, the least and the most of them too.
 *
 * @param request that fits no count it may use
 */
export function trainingMisfit(request: TrainingRequest, input: MisfitInput): Problem {
  const { gpu, gpus, mostGpus } = request;
  const { fits, counts, path } = input;
  const on = `${gpus ?? `up to ${mostGpus}`} x ${gpu.name}`;
  const accepts = (other: TrainingRequest): boolean =>
    gpus === undefined ? counts(other).some((count) => fits(other, count)) : fits(other, gpus);

  const shape = longestShape(request, accepts);
  const near = gpus === undefined ? null : otherCounts(request, gpus, fits);
  if (near !== null) {
    return {
      code: near.isLeast ? 'estimate/gpus-too-few' : 'estimate/gpus-uneven',
      path: path('gpus'),
      message: near.isLeast
        ? `the training does not fit ${on}, however it is spread`
        : `the training cannot be spread over ${on}, by what its batch, layers and heads divide into`,
      expected: near.expected,
      received: `${gpus}`,
      hint: shape === null ? undefined : `or ${shape.field === 'sequence' ? 'shorter sequences' : 'smaller images'}: ${shape.most}`,
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
      message: `the training does not fit ${on} so, and it would otherwise`,
      received: `${request[key]}`,
      hint: 'leave it out: what fits and is fastest is then taken',
    };
  }
  const more =
    gpus === undefined && mostGpus < reach ? counts({ ...request, mostGpus: reach }).find((count) => fits(request, count)) : undefined;
  if (more !== undefined) {
    return {
      code: 'estimate/gpus-too-few',
      path: path('mostGpus'),
      message: `the training does not fit ${on}, however it is spread`,
      expected: `at least ${more}`,
      received: `${mostGpus}`,
    };
  }
  if (shape !== null) {
    return {
      code: 'estimate/sequence-too-long',
      path: path(shape.field),
      message: `does not fit the memory of ${on}`,
      expected: shape.most,
      received: `${shape.stated}`,
      hint: `use ${shape.field === 'sequence' ? 'shorter sequences' : 'smaller images'}, or GPUs with more memory`,
    };
  }
  return {
    code: 'estimate/training-too-large',
    path: path('gpu'),
    message: `the training does not fit ${on}, however it is spread`,
    hint: 'use GPUs with more memory, a larger batch (it can be spread further), recomputation (full), or a smaller optimiser',
  };
}

/** The nearest counts below and above that do; `null` where none does. */
function otherCounts(request: TrainingRequest, gpus: number, fits: Fits): { readonly expected: string; readonly isLeast: boolean } | null {
  const largest = largestSpread(request);
  const highest = Math.min(gpus - 1, largest);
  const below = nearest(highest, Math.max(1, highest - reach), -1, (count) => fits(request, count));
  const above = nearest(gpus + 1, Math.min(largest, gpus + reach), 1, (count) => fits(request, count));
  if (below === undefined && above === undefined) return null;
  if (below === undefined) return { expected: gpus - 1 <= reach ? `at least ${above}` : `a count such as ${above}`, isLeast: true };
  if (above === undefined) return { expected: largest <= gpus + reach ? `at most ${below}` : `a count such as ${below}`, isLeast: false };
  return { expected: `a count such as ${below} or ${above}`, isLeast: false };
}

/** The first count that does, of those from one to another in steps of 1 or -1. */
function nearest(from: number, to: number, step: 1 | -1, does: (count: number) => boolean): number | undefined {
  for (let count = from; step * (to - count) >= 0; count += step) if (does(count)) return count;
  return undefined;
}

/** No more GPUs than these have a part in a step: a sequence or an image each, times what a layer and the layers divide into. */
function largestSpread({ model, batch, node, sequence = defaultSequence }: TrainingRequest): number {
  if (model.kind === 'image') return batch ?? 8_192;
  return (batch ?? Math.max(1, Math.round(defaultBatchTokens / sequence))) * node.gpus * Math.min(64, model.layers);
}

/** The longest sequence, or largest image, that the request would be taken with; `null` where even a small one is too large. */
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
