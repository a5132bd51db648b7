/** A figure, and between which two the truth is expected to lie. */
export type Estimate = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

/**
 * How far estimates may be off, as shares; each below and above. They are what published runs showed (docs/demand.md has every
 * row), rounded up, and a judgement where there were none. A measurement has no band.
 */
export const errorBands = {
  /** 25 published runs lay within 22 %; three of grouped attention from before it had kernels of its own are apart. */
  inference: 0.25,
  /** Tensor parallel over PCIe, 8-bit and int4 weights beyond those runs, 2:4 pruning: by judgement. */
  inferenceUnchecked: 0.4,
  imageInference: 0.5,
  transformerTraining: 0.3,
  imageTraining: 0.4,
} as const;

export function within(value: number, band: number): Estimate {
  return { value, low: value * (1 - band), high: value * (1 + band) };
}
