import { type Problem } from '../../problems';
import { type Arithmetic, type Gpu, peakFlops } from './gpu';

/** How the weights of a model are kept. */
export type Precision = 'bf16' | 'fp16' | 'fp8' | 'int8' | 'int4';

export const precisions: readonly Precision[] = ['bf16', 'fp16', 'fp8', 'int8', 'int4'];

/** Weights that share one 16-bit scale in int4, as AWQ and GPTQ keep them by default. */
export const int4GroupSize = 128;

/** Bytes of one parameter: 2 at 16 bit, 1 at 8 bit, 0.5 and its share of a 16-bit scale in int4. */
export function bytesPerParameter(precision: Precision): number {
  return { bf16: 2, fp16: 2, fp8: 1, int8: 1, int4: 0.5 + 2 / int4GroupSize }[precision];
}

/**
 * What a GPU computes in when the weights are kept so: 8-bit weights in 8 bit; int4 weights are unpacked and computed in 16 bit
 * (weight-only quantisation).
 *
 * @returns `null` where the GPU lacks it
 */
export function arithmeticFor(gpu: Gpu, precision: Precision): { readonly arithmetic: Arithmetic; readonly peakFlops: number } | null {
  const arithmetic = precision === 'int4' ? (gpu.bf16DenseTflops === null ? 'fp16' : 'bf16') : precision;
  const peak = peakFlops(gpu, arithmetic);
  return peak === null ? null : { arithmetic, peakFlops: peak };
}

/** Peak at 16 bit: what attention is computed in, whatever the weights. */
export function sixteenBitPeak(gpu: Gpu): number | null {
  return peakFlops(gpu, 'bf16') ?? peakFlops(gpu, 'fp16');
}

/**
 * The problem `estimate/precision-lacking`, where a GPU has no such arithmetic.
 *
 * @param among the precisions that may be chosen
 */
export function precisionLacking(gpu: Gpu, precision: Precision, path: string, among: readonly Precision[] = precisions): Problem {
  const twin = twins[precision];
  const has = among.filter((each) => arithmeticFor(gpu, each) !== null);
  return {
    code: 'estimate/precision-lacking',
    path,
    message: `GPU ${gpu.name} does not compute in ${precision}`,
    expected: has.length === 0 ? 'a GPU whose peaks are known' : has.join(' or '),
    received: precision,
    hint: twin !== undefined && has.includes(twin) ? `${twin} weights are as small as ${precision}` : 'choose another precision or GPU',
  };
}

/** The other precision of as many bits. */
const twins: Readonly<Partial<Record<Precision, Precision>>> = { bf16: 'fp16', fp16: 'bf16', fp8: 'int8', int8: 'fp8' };
