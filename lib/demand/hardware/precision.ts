import { type Problem } from '../../problems';
import { type Arithmetic, type Gpu, peakFlops } from './gpu';

/** The number format that the weights of a model are kept in. */
export type Precision = 'bf16' | 'fp16' | 'fp8' | 'int8' | 'int4';

export const precisions: readonly Precision[] = ['bf16', 'fp16', 'fp8', 'int8', 'int4'];

/** Number of int4 weights that share one 16-bit scale, as AWQ and GPTQ keep them by default. */
export const int4GroupSize = 128;

/** Bytes of one parameter: 2 at 16 bit, 1 at 8 bit; in int4 0.5 and its share of a 16-bit scale. */
export function bytesPerParameter(precision: Precision): number {
  return { bf16: 2, fp16: 2, fp8: 1, int8: 1, int4: 0.5 + 2 / int4GroupSize }[precision];
}

/**
 * What a GPU computes in when the weights are kept in `precision`, with its dense peak in operations a second. Weights of 8 bit are
 * computed in 8 bit; int4 weights are unpacked and computed in 16 bit (weight-only quantisation).
 *
 * @returns `null` where the GPU cannot compute in it
 */
export function arithmeticFor(gpu: Gpu, precision: Precision): { readonly arithmetic: Arithmetic; readonly peakFlops: number } | null {
  const arithmetic = precision === 'int4' ? (gpu.bf16DenseTflops === null ? 'fp16' : 'bf16') : precision;
  const peak = peakFlops(gpu, arithmetic);
  return peak === null ? null : { arithmetic, peakFlops: peak };
}

/** Dense peak at 16 bit, operations a second; attention is computed at 16 bit whatever the weights are. `null` where the GPU has none. */
export function sixteenBitPeak(gpu: Gpu): number | null {
  return peakFlops(gpu, 'bf16') ?? peakFlops(gpu, 'fp16');
}

/**
 * The problem `estimate/precision-lacking` of a GPU that cannot compute in a precision.
 *
 * @param path where the precision stands, for the message
 * @param among the precisions that may be chosen instead
 */
export function precisionLacking(gpu: Gpu, precision: Precision, path: string, among: readonly Precision[] = precisions): Problem {
  const twin = twins[precision];
  const supported = among.filter((other) => arithmeticFor(gpu, other) !== null);
  return {
    code: 'estimate/precision-lacking',
    path,
    message: `GPU ${gpu.name} does not compute in ${precision}`,
    expected: supported.length === 0 ? 'a GPU whose peaks are known' : supported.join(' or '),
    received: precision,
    hint:
      twin !== undefined && supported.includes(twin) ? `${twin} weights are as small as ${precision}` : 'choose another precision or GPU',
  };
}

/** The other precision with the same number of bits. */
const twins: Readonly<Partial<Record<Precision, Precision>>> = { bf16: 'fp16', fp16: 'bf16', fp8: 'int8', int8: 'fp8' };
