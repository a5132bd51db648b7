/** The shape of a decoder-only transformer whose layers are all alike. Mixtures of experts are not modelled. */
export type Transformer = {
  readonly kind: 'transformer';
  readonly name: string | null;
  /** All parameters, embeddings included. */
  readonly parameters: number;
  readonly layers: number;
  readonly hiddenSize: number;
  /** Query heads. */
  readonly heads: number;
  /** Heads of keys and values: fewer than `heads` where several query heads share one (grouped-query attention). */
  readonly kvHeads: number;
  /** Values of one head. */
  readonly headDim: number;
  /** Number of different tokens. */
  readonly vocabulary: number;
  /** Whether input and output embedding are one matrix. */
  readonly tied: boolean;
  /** What was not stated and is assumed, as phrases for messages. */
  readonly assumed: readonly string[];
};

/**
 * Number of parameters of a GPT with this shape: 12 l h^2 (1 + 13/(12h) + (V + s)/(12 l h)).
 *
 * @see Narayanan et al. 2021, arXiv 2104.04473, equation 2
 */
export function gptParameters(shape: {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly vocabulary: number;
  readonly sequence: number;
}): number {
  const { layers: l, hiddenSize: h, vocabulary: V, sequence: s } = shape;
  return 12 * l * h ** 2 * (1 + 13 / (12 * h) + (V + s) / (12 * l * h));
}

/** Parameters of the layers, without the embeddings: those that every token is multiplied with. */
export function layerParameters({ parameters, vocabulary, hiddenSize, tied }: Transformer): number {
  return parameters - (tied ? 1 : 2) * vocabulary * hiddenSize;
}

/** Parameters of the output layer, which computes the probability of every token of the vocabulary. */
export function outputParameters({ vocabulary, hiddenSize }: Transformer): number {
  return vocabulary * hiddenSize;
}

/** Bytes of keys and values that are cached for one token: 2 x layers x KV heads x head size x bytes of a value. */
export function kvBytesPerToken(
  { layers, kvHeads, headDim }: Pick<Transformer, 'layers' | 'kvHeads' | 'headDim'>,
  bytesPerValue: number,
): number {
  return 2 * layers * kvHeads * headDim * bytesPerValue;
}

/**
 * Operations of the attention for one token with `context` tokens before it, in all layers: two products, each with 2 operations for each
 * of context x heads x head size.
 */
export function attentionFlopsPerToken({ layers, heads, headDim }: Transformer, context: number): number {
  return 4 * layers * context * heads * headDim;
}

/** What the backward pass computes again: nothing, the attention, or every layer. */
export type Recompute = 'none' | 'selective' | 'full';

/**
 * Operations of one training step over `batch` sequences: three times the forward pass, because backward takes twice as many, and in
 * addition what is recomputed. For a GPT with 12 l h^2 parameters in its layers that recomputes every layer this is 96 B s l h^2 (1 +
 * s/(6h) + V/(16 l h)).
 *
 * @see Narayanan et al. 2021, arXiv 2104.04473, equation 3; Korthikanti et al. 2022, arXiv 2205.05198, appendix A
 */
export function stepFlops(model: Transformer, batch: number, sequence: number, recompute: Recompute): number {
  const tokens = batch * sequence;
  const layers = 2 * layerParameters(model) * tokens;
  const attention = attentionFlopsPerToken(model, sequence) * tokens;
  const output = 2 * outputParameters(model) * tokens;
  const recomputed = { none: 0, selective: attention, full: layers + attention }[recompute];
  return 3 * (layers + attention + output) + recomputed;
}

type Row = Omit<Transformer, 'kind' | 'assumed' | 'name'>;

const row = (
  parameters: number,
  layers: number,
  hiddenSize: number,
  heads: number,
  kvHeads: number,
  vocabulary: number,
  tied = false,
): Row => ({ parameters, layers, hiddenSize, heads, kvHeads, headDim: hiddenSize / heads, vocabulary, tied });

/** Shapes that were published by the authors of the models, in the `config.json` of the model or in its paper. */
const rows: Readonly<Record<string, Row>> = {
  'llama-2-7b': row(6.738e9, 32, 4_096, 32, 32, 32_000),
  'llama-2-13b': row(13.016e9, 40, 5_120, 40, 40, 32_000),
  'llama-2-70b': row(68.977e9, 80, 8_192, 64, 8, 32_000),
  'llama-3-8b': row(8.03e9, 32, 4_096, 32, 8, 128_256),
  'llama-3-70b': row(70.554e9, 80, 8_192, 64, 8, 128_256),
  'mistral-7b': row(7.242e9, 32, 4_096, 32, 8, 32_000),
  'opt-13b': row(12.853e9, 40, 5_120, 40, 40, 50_272, true),
  'gpt-3-175b': row(174.6e9, 96, 12_288, 96, 96, 51_200, true),
};

/** Names of the transformers whose shape is built in. */
export const knownTransformers: readonly string[] = Object.keys(rows);

/** The shape of a transformer by its name, in upper or lower case; `undefined` where it is not built in. */
export function knownTransformer(name: string): Transformer | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(rows, key) ? { kind: 'transformer', name: key, assumed: [], ...rows[key] } : undefined;
}
