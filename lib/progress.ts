/** Called as work goes on, with the share of it that is done: from 0 to 1, and never less than before. It decides nothing about the work. */
export type OnProgress = (share: number) => void;

/**
 * The progress of work that has several parts, done one after another or side by side: one observer for each part. The share of the whole is
 * the mean of the shares of its parts, by their weights.
 *
 * @param weights how much of the work each part is, each > 0
 * @example const [reading, sizing] = inParts(onProgress, [1, 3]); reading(1); // onProgress(0.25)
 */
export function inParts(onProgress: OnProgress | undefined, weights: readonly number[]): readonly OnProgress[] {
  if (onProgress === undefined) return weights.map(() => () => undefined);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map(() => 0);
  return weights.map((_, part) => (share) => {
    if (share <= shares[part]) return;
    shares[part] = Math.min(1, share);
    onProgress(shares.every((each) => each === 1) ? 1 : shares.reduce((sum, each, index) => sum + each * weights[index], 0) / whole);
  });
}

/** As `inParts`, for a number of parts that are as much work as each other. */
export const inEqualParts = (onProgress: OnProgress | undefined, count: number): readonly OnProgress[] =>
  inParts(onProgress, Array<number>(count).fill(1));
