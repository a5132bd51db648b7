import type { Transformer } from './transformer';

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
