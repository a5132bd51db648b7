/** The shape of a decoder-only transformer whose layers are all alike. Mixtures of experts are not modelled. */
export type Transformer = {
  readonly kind: 'transformer';
  readonly name: string | null;
  /** All of them, embeddings included. */
  readonly parameters: number;
  readonly layers: number;
  readonly hiddenSize: number;
  /** Query heads. */
  readonly heads: number;
  /** Key and value heads: fewer than `heads` where they are shared (grouped-query attention). */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
  /** Input and output embedding are one matrix. */
  readonly tied: boolean;
  /** What was not given and has been assumed, as sentences. */
  readonly assumed: readonly string[];
};

/**
 * Parameters of a GPT by its shape: 12 l h^2 (1 + 13/(12h) + (V + s)/(12 l h)).
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

/** Parameters of the layers alone: all less the embeddings. These are what every token passes through. */
export function layerParameters({ parameters, vocabulary, hiddenSize, tied }: Transformer): number {
  return parameters - (tied ? 1 : 2) * vocabulary * hiddenSize;
}

/** Parameters of the output layer, which gives a token its probabilities. */
export function outputParameters({ vocabulary, hiddenSize }: Transformer): number {
  return vocabulary * hiddenSize;
}

/** Bytes of keys and values that one token leaves in the cache: 2 x layers x KV heads x head size x bytes a value. */
export function kvBytesPerToken(
  { layers, kvHeads, headDim }: Pick<Transformer, 'layers' | 'kvHeads' | 'headDim'>,
  bytesPerValue: number,
): number {
  return 2 * layers * kvHeads * headDim * bytesPerValue;
}

/**
 * Operations of the attention itself for one token that looks at `context` tokens, in all layers: two products of 2 operations
 * for each of context x (heads x head size).
 */
export function attentionFlopsPerToken({ layers, heads, headDim }: Transformer, context: number): number {
  return 4 * layers * context * heads * headDim;
}

/** What backward recomputes: nothing, the attention alone, or every layer. */
export type Recompute = 'none' | 'selective' | 'full';

/**
 * Operations of one training step over `batch` sequences: three times the forward pass (backward costs twice as much), and what
 * is recomputed once more. For a GPT whose layers hold 12 l h^2 parameters and that recomputes every layer this is
 * 96 B s l h^2 (1 + s/(6h) + V/(16 l h)).
 *
 * @see Narayanan et al. 2021, arXiv 2104.04473, equation 3; Korthikanti et al. 2022, arXiv 2205.05198, appendix A
 */
export function stepFlops(model: Transformer, batch: number, sequence: number, recompute: Recompute): number {
  const tokens = batch * sequence;
  const layers = 2 * layerParameters(model) * tokens;
  const attention = attentionFlopsPerToken(model, sequence) * tokens;
  const output = 2 * outputParameters(model) * tokens;
  const again = { none: 0, selective: attention, full: layers + attention }[recompute];
  return 3 * (layers + attention + output) + again;
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

/** Shapes that their authors published: the `config.json` of the model or its paper. */
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

/** Names of the transformers whose shape is known. */
export const knownTransformers: readonly string[] = Object.keys(rows);

/** The shape by its name in any case, `undefined` for one that is not known. */
export function knownTransformer(name: string): Transformer | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(rows, key) ? { kind: 'transformer', name: key, assumed: [], ...rows[key] } : undefined;
}
