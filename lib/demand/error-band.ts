/** An estimated value, and the range that the true value is expected to be in. */
export type Estimate = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

/**
 * How far the true value may be from an estimate, as a share of the estimate, below and above. The shares are the errors of published runs
 * rounded up (docs/demand.md lists every run), or judgement where there were none. A measured value has no band.
 */
export const errorBands = {
  /** 25 published runs were within 22 %. Three others, of grouped attention before it had kernels of its own, are not counted. */
  inference: 0.25,
  /** What no published run checks: several GPUs over PCIe, int8 and int4 weights, 2:4 pruning. By judgement. */
  inferenceUnchecked: 0.4,
  imageInference: 0.5,
  transformerTraining: 0.3,
  imageTraining: 0.4,
} as const;

/**
 * An estimate with a band.
 *
 * @param band share, 0..1
 * @example within(100, 0.25) // { value: 100, low: 75, high: 125 }
 */
export function within(value: number, band: number): Estimate {
  return { value, low: value * (1 - band), high: value * (1 + band) };
}
