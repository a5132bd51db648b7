import { formatMagnitude } from '../../figures';
import { type Problem, ProblemError } from '../../problems';
import { gptParameters, layerParameters, type Transformer } from './transformer';

/** What is stated of the shape of a transformer; the usual is assumed for the rest. */
export type TransformerInput = Partial<
  Pick<Transformer, 'parameters' | 'layers' | 'hiddenSize' | 'heads' | 'kvHeads' | 'headDim' | 'vocabulary' | 'tied'>
>;

const usualVocabulary = 32_000;
const usualHeadDim = 128;
/** Hidden size divided by layers, in published models between 1 and 100 billion parameters. */
const usualAspect = 128;

/**
 * Completes the shape of a transformer. At least the number of parameters must be stated, or layers and hidden size; what is assumed for
 * the rest is listed in `assumed`.
 *
 * @param path where a field stands, for messages
 * @throws ProblemError with every problem: `model/incomplete`, `model/heads`, `model/kv-heads`, `model/contradiction`
 */
export function completeTransformer(
  input: TransformerInput,
  path: (field: keyof TransformerInput) => string = (field) => field,
): Transformer {
  const { parameters, vocabulary = usualVocabulary, tied = false } = input;
  if (parameters === undefined && (input.layers === undefined || input.hiddenSize === undefined)) {
    throw new ProblemError({
      code: 'model/incomplete',
      path: path('parameters'),
      message: 'the size of the model is missing',
      expected: "parameters such as '8B', or layers and hidden size",
    });
  }
  const assumed: string[] = [];
  const assume = <T>(value: T, text: string): T => {
    assumed.push(text);
    return value;
  };
  const cube = Math.cbrt((parameters ?? 0) / (12 * usualAspect ** 2));
  const hiddenSize =
    input.hiddenSize ??
    (input.layers === undefined
      ? roundTo(usualAspect * cube, usualHeadDim)
      : roundTo(Math.sqrt((parameters ?? 0) / (12 * input.layers)), usualHeadDim));
  const layers = input.layers ?? Math.max(1, Math.round((parameters ?? 0) / (12 * hiddenSize ** 2)));
  if (input.hiddenSize === undefined) assume(0, `hidden size ${hiddenSize}`);
  if (input.layers === undefined) assume(0, `${layers} layers`);
  const headDim = input.headDim ?? (input.heads === undefined ? Math.min(usualHeadDim, hiddenSize) : hiddenSize / input.heads);
  const heads = input.heads ?? Math.max(1, Math.round(hiddenSize / headDim));
  const kvHeads = input.kvHeads ?? assume(heads, `${heads} KV heads, as many as heads: no grouped attention`);
  if (input.vocabulary === undefined) assume(0, `a vocabulary of ${vocabulary}`);
  const model: Transformer = {
    kind: 'transformer',
    name: null,
    parameters: parameters ?? gptParameters({ layers, hiddenSize, vocabulary, sequence: 0 }) + (tied ? 0 : vocabulary * hiddenSize),
    layers,
    hiddenSize,
    heads,
    kvHeads,
    headDim,
    vocabulary,
    tied,
    assumed,
  };
  const completed = input.vocabulary === undefined && input.tied === undefined ? withSharedEmbedding(model) : model;
  const problems = contradictions(completed, path);
  if (problems.length > 0) throw new ProblemError(problems);
  return completed;
}

/** A transformer with the same proportions and another number of parameters: the number of layers and the width change by the same factor. */
export function scaledTransformer(model: Transformer, parameters: number): Transformer {
  const ratio = Math.cbrt(parameters / model.parameters);
  const heads = Math.max(1, Math.round(model.heads * ratio));
  const hiddenSize = Math.round((model.hiddenSize / model.heads) * heads);
  return withSharedEmbedding({
    ...model,
    name: null,
    parameters,
    layers: Math.max(1, Math.round(model.layers * ratio)),
    hiddenSize,
    heads,
    kvHeads: Math.min(model.kvHeads, heads),
    assumed: [`proportions of a model of ${formatMagnitude(model.parameters)}`],
  });
}

/** The model with input and output embedding shared, as small models do, where two embeddings would be more than half of its parameters. */
function withSharedEmbedding(model: Transformer): Transformer {
  return layerParameters(model) < model.parameters / 2 ? { ...model, tied: true } : model;
}

function contradictions(model: Transformer, path: (field: keyof TransformerInput) => string): readonly Problem[] {
  const { parameters, layers, hiddenSize, heads, kvHeads, headDim } = model;
  const problems: Problem[] = [];
  if (!Number.isInteger(headDim)) {
    problems.push({
      code: 'model/heads',
      path: path('heads'),
      message: 'the hidden size is no multiple of the heads',
      expected: `a divisor of ${hiddenSize}, or a head size beside it`,
      received: `${heads}`,
    });
  }
  if (heads % kvHeads !== 0) {
    problems.push({
      code: 'model/kv-heads',
      path: path('kvHeads'),
      message: 'heads cannot share so many KV heads evenly',
      expected: `a divisor of ${heads} heads`,
      received: `${kvHeads}`,
    });
  }
  const layerSize = 12 * layers * hiddenSize ** 2;
  const inLayers = layerParameters(model);
  if (inLayers < layerSize / 4 || inLayers > layerSize * 4) {
    problems.push({
      code: 'model/contradiction',
      path: path('parameters'),
      message: `do not go with ${layers} layers of hidden size ${hiddenSize}, which hold about ${formatMagnitude(layerSize)}`,
      received: formatMagnitude(parameters),
      hint: 'correct one of them; mixtures of experts are not modelled',
    });
  }
  return problems;
}

function roundTo(value: number, step: number): number {
  return Math.max(step, Math.round(value / step) * step);
}
