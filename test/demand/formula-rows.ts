import { gpuFacts } from '../../lib/catalog/gpus';
import { peakFlops, rooflineSeconds } from '../../lib/demand/hardware/gpu';
import { imageTrainingFlops, resnet50Shape } from '../../lib/demand/model/image-model';
import { sequencesThatFit, weightBytes } from '../../lib/demand/inference/inference-memory';
import { erlangB, erlangC } from '../../lib/demand/replicas/queueing';
import { trainingEstimate } from '../../lib/demand/training/training-estimate';
import { activationBytesPerLayer, attentionShare, modelStateBytes } from '../../lib/demand/training/training-memory';
import type { TrainingRequest } from '../../lib/demand/training/training-request';
import { gptParameters, kvBytesPerToken } from '../../lib/demand/model/transformer';
import { gptStepFlops, serversForWait, shareWithin, trainingFlops } from './published-formulas';

export type FormulaRow = {
  readonly name: string;
  readonly expected: number;
  /** Relative. */
  readonly tolerance: number;
  /** A published number, or one of our own that must not move. */
  readonly kind: 'published' | 'regression';
  readonly source: string;
  readonly computed: () => number;
};

const a100Peak = peakFlops(gpuFacts('A100-80GB'), 'bf16') ?? NaN;
const gib = 2 ** 30;
const day = 86_400;
const gpt3 = { sequence: 2_048, microBatch: 1, hiddenSize: 12_288, heads: 96 };
const mtNlg = { sequence: 2_048, microBatch: 1, hiddenSize: 20_480, heads: 128 };
const saved = (shape: typeof gpt3) => 1 - activationBytesPerLayer(shape, 'selective') / activationBytesPerLayer(shape, 'none');
/** 2,500 images a second on each of eight A100, as measured: interruptions and checkpoints come on top. */
const resnetOnA100: TrainingRequest = {
  model: resnet50Shape,
  gpu: gpuFacts('A100-40GB'),
  node: { gpus: 8, networkGbps: 400 },
  precision: 'bf16',
  samples: 1_281_167,
  epochs: 90,
  optimiser: 'sgd-momentum',
  gpus: 8,
  mostGpus: 8,
  measuredPerGpu: 2_500,
};
/** Tokens of one step from which on arithmetic takes longer than reading a weight of 2 bytes. */
const crossoverTokens = (peak: number, bandwidth: number) => {
  const machine = { bandwidth, peakFlops: peak };
  return rooflineSeconds({ weightBytes: 2, flops: 0 }, machine) / rooflineSeconds({ weightBytes: 0, flops: 2 }, machine);
};
/** So many servers that the square-root rule of Halfin and Whitt has next to no rounding left. */
const manyServers = 1e6;

/** Every formula with its inputs written out, the number it must give, and where that number is from. */
export const formulaRows: readonly FormulaRow[] = [
  /** Rajbhandari et al. 2020, arXiv 1910.02054, figure 1: 7.5 billion parameters, 64 GPUs, mixed-precision Adam (K = 12), in GB. */
  row('ZeRO-0 model states', 120, 'published', 'ZeRO arXiv 1910.02054 Fig.1', () => modelStateBytes(7.5e9, 0, 64, 12) / 1e9),
  row('ZeRO-1 model states', 31.4, 'published', 'ZeRO arXiv 1910.02054 Fig.1', () => modelStateBytes(7.5e9, 1, 64, 12) / 1e9),
  row('ZeRO-2 model states', 16.6, 'published', 'ZeRO arXiv 1910.02054 Fig.1', () => modelStateBytes(7.5e9, 2, 64, 12) / 1e9),
  row('ZeRO-3 model states', 1.9, 'published', 'ZeRO arXiv 1910.02054 Fig.1', () => modelStateBytes(7.5e9, 3, 64, 12) / 1e9),
  /** Korthikanti et al. 2022, arXiv 2205.05198, section 4. */
  row('5as/h GPT-3', 80, 'published', 'Korthikanti arXiv 2205.05198 §4 (text: 80)', () => attentionShare(gpt3)),
  row('act/layer GPT-3 b=1', 2.868903936, 'regression', 'formula (derived GB)', () => activationBytesPerLayer(gpt3, 'none') / 1e9),
  row('selective recompute saving GPT-3', 0.7, 'published', 'Korthikanti: 70% GPT-3', () => saved(gpt3)),
  row('selective recompute saving MT-NLG', 0.65, 'published', 'Korthikanti: 65% for MT-NLG 530B', () => saved(mtNlg)),
  /** Narayanan et al. 2021, arXiv 2104.04473, section 5.1: 8 T P / (n X). */
  row(
    'GPT-3 175B days',
    34,
    'published',
    'Narayanan 2021 arXiv 2104.04473 §5.1 (34 days)',
    () => trainingFlops(175e9, 300e9, 'full') / (1_024 * 140e12) / day,
  ),
  row('1T params days', 84, 'published', 'same (84 days)', () => trainingFlops(1e12, 450e9, 'full') / (3_072 * 163e12) / day),
  row('GPT-3 param count', 174.6e9, 'published', 'PTD-P Table 1 (174.6B)', () =>
    gptParameters({ layers: 96, hiddenSize: 12_288, vocabulary: 51_200, sequence: 2_048 }),
  ),
  row('1T param count', 1_008e9, 'published', 'PTD-P Table 1 (1008.0B)', () =>
    gptParameters({ layers: 128, hiddenSize: 25_600, vocabulary: 51_200, sequence: 2_048 }),
  ),
  row(
    'FLOPs/iter ~ 8·B·s·P',
    1,
    'regression',
    'PTD-P eq.3 vs 8TP approx',
    () =>
      gptStepFlops({ batch: 1_536, sequence: 2_048, layers: 96, hiddenSize: 12_288, vocabulary: 51_200 }) /
      trainingFlops(gptParameters({ layers: 96, hiddenSize: 12_288, vocabulary: 51_200, sequence: 2_048 }), 1_536 * 2_048, 'full'),
    0.03,
  ),
  row('MFU 140 TFLOP/s hw (w/ recompute 8ND)', 0.449, 'regression', 'A100 312 dense', () => 140e12 / a100Peak),
  row(
    'MFU (6ND) same run',
    0.3365,
    'regression',
    'model-FLOPs share',
    () => ((140e12 / a100Peak) * trainingFlops(175e9, 300e9)) / trainingFlops(175e9, 300e9, 'full'),
  ),
  /** Hoffmann et al. 2022, arXiv 2203.15556: 70 billion parameters, 1.4 trillion tokens. */
  row('Chinchilla tokens 70B', 1.4e12, 'published', 'Hoffmann 2022 (70B,1.4T)', () => 20 * 70e9),
  row('Chinchilla compute', 5.88e23, 'published', 'paper: 5.76e23 (own accounting); 6ND=5.88e23', () => trainingFlops(70e9, 1.4e12), 0.03),
  row('GPT-3 FLOPs', 3.15e23, 'published', 'GPT-3 paper 3.14e23', () => trainingFlops(175e9, 300e9)),
  row('ResNet-50 params', 25_557_000, 'published', 'torchvision', () => resnet50Shape.parameters),
  row('ResNet-50 total train FLOPs', 2.83e18, 'published', 'torchvision GFLOPS 4.09 (MAC); formula', () =>
    imageTrainingFlops(resnet50Shape, 224, 1_281_167 * 90),
  ),
  row(
    'ResNet-50 90 epochs on 8xA100 @ 2500 img/s/GPU',
    1.6,
    'regression',
    'rate = NVIDIA DLE table order (not re-read)',
    () => (1_281_167 * 90) / trainingEstimate(resnetOnA100).samplesPerSecond / 3_600,
  ),
  row('KV/token Llama-2-7B fp16', 524_288, 'published', '0.5 MiB/token', () =>
    kvBytesPerToken({ layers: 32, kvHeads: 32, headDim: 128 }, 2),
  ),
  row('KV/token Llama-3-8B', 131_072, 'published', '128 KiB/token', () => kvBytesPerToken({ layers: 32, kvHeads: 8, headDim: 128 }, 2)),
  row('KV/token Llama-3-70B', 327_680, 'published', '320 KiB/token', () => kvBytesPerToken({ layers: 80, kvHeads: 8, headDim: 128 }, 2)),
  /** Kwon et al. 2023, arXiv 2309.06180: 800 KB a token of OPT-13B, up to 1.6 GB a sequence. */
  row('KV/token OPT-13B', 819_200, 'published', 'vLLM paper: 800 KB/token', () =>
    kvBytesPerToken({ layers: 40, kvHeads: 40, headDim: 128 }, 2),
  ),
  row(
    'KV per 2048-tok seq OPT-13B GB',
    1.6,
    'published',
    'vLLM paper: up to 1.6 GB',
    () => (kvBytesPerToken({ layers: 40, kvHeads: 40, headDim: 128 }, 2) * 2_048) / gib,
    0.03,
  ),
  row('max seqs Llama-3-8B bf16 on L40S 8k', 23, 'regression', 'derived', () => sequencesThatFit(44.7 * gib, 16.06e9, 131_072, 8_192)),
  row('max seqs Llama-2-7B fp16 on A10G 4k', 3, 'regression', 'derived', () => sequencesThatFit(22.35 * gib, 13.476e9, 524_288, 4_096)),
  row(
    'prefill s Llama-3-8B 1024 tok L40S @ MFU .5',
    0.0909,
    'published',
    'Kaplan/chinchilla C_fwd=2N',
    () => trainingFlops(8.03e9, 1_024) / 3 / (362e12 * 0.5),
  ),
  row(
    'decode tok/s batch1 Llama-2-7B fp16 A100-80',
    151.3,
    'published',
    'roofline upper bound',
    () => 2_039e9 / weightBytes(6.738e9, 'fp16'),
  ),
  row(
    'decode tok/s batch16 Llama-3-8B L40S ctx 2048 eff .7',
    475.6,
    'regression',
    'derived',
    () => 16 / ((weightBytes(8.03e9, 'bf16') + 16 * kvBytesPerToken({ layers: 32, kvHeads: 8, headDim: 128 }, 2) * 2_048) / (864e9 * 0.7)),
  ),
  row('arith-intensity crossover A100', 153, 'published', 'tokens per step where decode turns compute-bound (bf16 2 B/param)', () =>
    crossoverTokens(312e12, 2_039e9),
  ),
  row('arith-intensity crossover H100', 295, 'regression', '', () => crossoverTokens(989e12, 3_350e9)),
  row('weights 70B int4', 36.4e9, 'regression', 'derived (AWQ/GPTQ group 128, fp16 scale)', () => weightBytes(70.6e9, 'int4')),
  row('Erlang B(10,7)', 0.0787, 'regression', 'derived via standard recursion B(0)=1,B(n)=aB/(n+aB)', () => erlangB(7, 10)),
  row('Erlang C(10,7)', 0.2217, 'regression', 'derived', () => erlangC(7, 10)),
  row('Erlang C(1,0.5)', 0.5, 'regression', 'identity', () => erlangC(0.5, 1)),
  row('Erlang C(2,1)', 1 / 3, 'regression', 'closed form 2ρ²/(1+ρ)', () => erlangC(1, 2)),
  /** The textbook case of Erlang C: 14 agents, and 88.8 % answered within 20 s. */
  row(
    'call-centre check: 100 calls/30min, 180 s, 80% in 20 s',
    14,
    'published',
    'textbook Erlang-C example (14 agents, callcentrehelper)',
    () => serversForWait((100 / 1_800) * 180, 180, 20, 0.8),
  ),
  row('service level N=14', 0.888, 'published', 'callcentrehelper 88.8%', () => shareWithin(10, 14, 180, 20)),
  /** Halfin and Whitt 1981. */
  row('Halfin-Whitt β=1', 0.2234, 'published', 'Halfin–Whitt 1981', () => erlangC(manyServers, manyServers + Math.sqrt(manyServers))),
  row(
    'sqrt staffing a=100 β=1 -> N=110: exact C',
    0.2234,
    'regression',
    'HW approximates within few %',
    () => erlangC(100, 100 + Math.sqrt(100)),
    0.07,
  ),
];

function row(
  name: string,
  expected: number,
  kind: FormulaRow['kind'],
  source: string,
  computed: () => number,
  tolerance = 0.02,
): FormulaRow {
  return { name, expected, tolerance, kind, source, computed };
}
