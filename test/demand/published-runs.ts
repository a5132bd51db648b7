import type { Transformer } from '../../lib/demand/model/transformer';

/**
 * Whole runs of language models on 1 to 4 GPUs with a fixed batch: output tokens a second of all GPUs together.
 *
 * NVIDIA/TensorRT-LLM 138f96d, docs/source/performance.md (H100 and A100: v0.6.1, L40S: v0.5). Rows of H100 and of Llama-2-70B are
 * given a GPU there. `grouped`: long answers of a model with grouped attention in large batches, from before that attention had
 * kernels of its own (docs/source/blogs/XQA-kernel.md there): measured at about half of what came later.
 */
export type DecodeRun = {
  readonly gpu: 'H100' | 'L40S' | 'A100-80GB';
  readonly model: 'gpt-j-6b' | 'llama-2-7b' | 'llama-2-70b';
  readonly batch: number;
  readonly gpus: number;
  readonly input: number;
  readonly output: number;
  readonly tokensPerSecond: number;
  readonly grouped?: true;
};

const run = (
  gpu: DecodeRun['gpu'],
  model: DecodeRun['model'],
  batch: number,
  gpus: number,
  input: number,
  output: number,
  tokensPerSecond: number,
): DecodeRun => ({ gpu, model, batch, gpus, input, output, tokensPerSecond });

export const decodeRuns: readonly DecodeRun[] = [
  run('H100', 'gpt-j-6b', 1_024, 1, 128, 128, 26_150),
  run('H100', 'gpt-j-6b', 120, 1, 128, 2_048, 8_011),
  run('H100', 'gpt-j-6b', 64, 1, 2_048, 128, 2_551),
  run('H100', 'gpt-j-6b', 64, 1, 2_048, 2_048, 3_327),
  run('H100', 'llama-2-7b', 768, 1, 128, 128, 19_694),
  run('H100', 'llama-2-7b', 112, 1, 128, 2_048, 6_818),
  run('H100', 'llama-2-7b', 80, 1, 2_048, 128, 2_244),
  run('H100', 'llama-2-7b', 48, 1, 2_048, 2_048, 2_740),
  run('H100', 'llama-2-70b', 1_024, 2, 128, 128, 2 * 2_657),
  { ...run('H100', 'llama-2-70b', 480, 4, 128, 2_048, 4 * 1_486), grouped: true },
  run('H100', 'llama-2-70b', 96, 2, 2_048, 128, 2 * 306),
  { ...run('H100', 'llama-2-70b', 64, 2, 2_048, 2_048, 2 * 547), grouped: true },
  run('L40S', 'gpt-j-6b', 64, 1, 128, 128, 3_630),
  run('L40S', 'gpt-j-6b', 64, 1, 128, 2_048, 1_859),
  run('L40S', 'gpt-j-6b', 32, 1, 2_048, 128, 616),
  run('L40S', 'gpt-j-6b', 32, 1, 2_048, 2_048, 757),
  run('L40S', 'llama-2-7b', 64, 1, 128, 128, 3_240),
  run('L40S', 'llama-2-7b', 64, 1, 128, 2_048, 1_622),
  run('L40S', 'llama-2-7b', 32, 1, 2_048, 128, 581),
  run('L40S', 'llama-2-7b', 16, 1, 2_048, 2_048, 531),
  run('A100-80GB', 'gpt-j-6b', 512, 1, 128, 128, 6_374),
  run('A100-80GB', 'gpt-j-6b', 60, 1, 2_048, 128, 670),
  run('A100-80GB', 'llama-2-7b', 384, 1, 128, 128, 5_586),
  run('A100-80GB', 'llama-2-7b', 60, 1, 128, 2_048, 1_928),
  run('A100-80GB', 'llama-2-7b', 52, 1, 2_048, 128, 591),
  run('A100-80GB', 'llama-2-70b', 1_280, 4, 128, 128, 4 * 670),
  { ...run('A100-80GB', 'llama-2-70b', 240, 4, 128, 2_048, 4 * 525), grouped: true },
  run('A100-80GB', 'llama-2-70b', 120, 4, 2_048, 128, 4 * 79),
];

/** Time to first token of a single request, in ms. The same page, v0.5. */
export const firstTokenRuns: readonly {
  readonly gpu: DecodeRun['gpu'];
  readonly model: DecodeRun['model'];
  readonly gpus: number;
  readonly input: number;
  readonly ms: number;
}[] = [
  { gpu: 'H100', model: 'gpt-j-6b', gpus: 1, input: 128, ms: 7 },
  { gpu: 'H100', model: 'gpt-j-6b', gpus: 1, input: 2_048, ms: 29 },
  { gpu: 'H100', model: 'llama-2-7b', gpus: 1, input: 128, ms: 7 },
  { gpu: 'H100', model: 'llama-2-7b', gpus: 1, input: 2_048, ms: 36 },
  { gpu: 'H100', model: 'llama-2-70b', gpus: 4, input: 128, ms: 26 },
  { gpu: 'H100', model: 'llama-2-70b', gpus: 4, input: 2_048, ms: 109 },
  { gpu: 'L40S', model: 'gpt-j-6b', gpus: 1, input: 128, ms: 12 },
  { gpu: 'L40S', model: 'gpt-j-6b', gpus: 1, input: 2_048, ms: 71 },
  { gpu: 'L40S', model: 'llama-2-7b', gpus: 1, input: 128, ms: 14 },
  { gpu: 'L40S', model: 'llama-2-7b', gpus: 1, input: 2_048, ms: 73 },
  { gpu: 'A100-80GB', model: 'gpt-j-6b', gpus: 1, input: 128, ms: 12 },
  { gpu: 'A100-80GB', model: 'gpt-j-6b', gpus: 1, input: 2_048, ms: 129 },
  { gpu: 'A100-80GB', model: 'llama-2-7b', gpus: 1, input: 128, ms: 16 },
  { gpu: 'A100-80GB', model: 'llama-2-7b', gpus: 1, input: 2_048, ms: 133 },
  { gpu: 'A100-80GB', model: 'llama-2-70b', gpus: 4, input: 128, ms: 47 },
  { gpu: 'A100-80GB', model: 'llama-2-70b', gpus: 4, input: 2_048, ms: 377 },
];

/** Shape of GPT-J 6B, as the page's own build command gives it. */
export const gptJ: Transformer = {
  kind: 'transformer',
  name: 'gpt-j-6b',
  parameters: 6.05e9,
  layers: 28,
  hiddenSize: 4_096,
  heads: 16,
  kvHeads: 16,
  headDim: 256,
  vocabulary: 50_400,
  tied: false,
  assumed: [],
};

/**
 * Training of MPT models under ZeRO-3 in bf16, tokens a second of one GPU. mosaicml/llm-foundry 061f2c7,
 * scripts/train/benchmarking/README.md: every third or so of its rows on GPUs of 80 GB with sequences up to 8,192.
 */
export type TrainingRow = {
  readonly gpu: 'H100' | 'A100-80GB';
  readonly model: keyof typeof mpt;
  readonly sequence: number;
  readonly gpus: number;
  readonly microBatch: number;
  readonly batch: number;
  readonly recompute: 'full' | 'selective';
  readonly tokensPerSecondPerGpu: number;
};

const trained = (
  gpu: TrainingRow['gpu'],
  model: keyof typeof mpt,
  sequence: number,
  gpus: number,
  microBatch: number,
  batch: number,
  recompute: TrainingRow['recompute'],
  tokensPerSecondPerGpu: number,
): TrainingRow => ({ gpu, model, sequence, gpus, microBatch, batch, recompute, tokensPerSecondPerGpu });

export const trainingRows: readonly TrainingRow[] = [
  trained('H100', '70b', 2_048, 64, 8, 2_048, 'full', 1_039),
  trained('H100', '70b', 2_048, 32, 2, 1_024, 'full', 882),
  trained('H100', '30b', 8_192, 8, 1, 168, 'full', 1_384),
  trained('H100', '30b', 2_048, 32, 14, 1_344, 'full', 2_308),
  trained('H100', '30b', 2_048, 8, 3, 504, 'full', 2_002),
  trained('H100', '13b', 2_048, 64, 2, 128, 'selective', 4_800),
  trained('H100', '13b', 2_048, 8, 2, 16, 'selective', 4_792),
  trained('H100', '13b', 4_096, 8, 10, 240, 'full', 4_717),
  trained('H100', '7b', 2_048, 8, 6, 48, 'selective', 10_643),
  trained('H100', '7b', 8_192, 8, 8, 128, 'full', 6_935),
  trained('H100', '3b', 2_048, 64, 6, 1_152, 'selective', 22_525),
  trained('H100', '3b', 4_096, 8, 5, 240, 'selective', 20_964),
  trained('H100', '1b', 2_048, 8, 14, 112, 'selective', 45_455),
  trained('H100', '760m', 2_048, 8, 24, 384, 'selective', 63_147),
  trained('A100-80GB', '70b', 2_048, 64, 8, 2_048, 'full', 410),
  trained('A100-80GB', '70b', 2_048, 32, 2, 1_024, 'full', 373),
  trained('A100-80GB', '30b', 2_048, 8, 3, 504, 'full', 916),
  trained('A100-80GB', '30b', 8_192, 8, 1, 168, 'full', 574),
  trained('A100-80GB', '13b', 2_048, 8, 2, 48, 'selective', 2_262),
  trained('A100-80GB', '13b', 4_096, 8, 10, 240, 'full', 2_060),
  trained('A100-80GB', '7b', 2_048, 8, 6, 96, 'selective', 4_641),
  trained('A100-80GB', '7b', 8_192, 8, 8, 128, 'full', 3_206),
  trained('A100-80GB', '3b', 2_048, 8, 10, 160, 'selective', 10_811),
  trained('A100-80GB', '1b', 2_048, 8, 14, 448, 'selective', 20_513),
  trained('A100-80GB', '760m', 2_048, 8, 24, 384, 'selective', 32_434),
];

const shape = (parameters: number, layers: number, hiddenSize: number, heads: number) => ({
  kind: 'transformer' as const,
  name: null,
  parameters,
  layers,
  hiddenSize,
  heads,
  kvHeads: heads,
  headDim: hiddenSize / heads,
  vocabulary: 50_368,
  tied: true,
  assumed: [],
});

export const mpt = {
  '760m': shape(0.7605e9, 24, 1_536, 12),
  '1b': shape(1.316e9, 24, 2_048, 16),
  '3b': shape(2.652e9, 32, 2_560, 20),
  '7b': shape(6.659e9, 32, 4_096, 32),
  '13b': shape(12.854e9, 40, 5_120, 40),
  '30b': shape(29.975e9, 48, 7_168, 56),
  '70b': shape(64.862e9, 80, 8_192, 64),
} as const;

/**
 * Iterations of MT-NLG 530B on A100 80GB, tensor 8 x pipeline 35, batch 1,920 of 2,048 tokens, seconds. Smith et al. 2022,
 * arXiv 2201.11990, as quoted by cli99/llm-analysis.
 */
export const mtNlgIterations: readonly (readonly [gpus: number, seconds: number, achievedFlops: number])[] = [
  [2_240, 60.1, 126e12],
  [2_800, 50.2, 121e12],
  [3_360, 44.4, 113e12],
];
