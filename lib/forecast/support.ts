import type { Backtest } from './backtest';
import type { ErrorBucket } from './errors';

/**
 * The highest quantile that the backtest can bear out at the leads of a bucket: n / (n + 1), the last with a rank of its own among n
 * stretches of history that do not overlap. Errors of one stretch are alike, so their number adds nothing.
 */
export function supportedQuantile({ origins }: Backtest, { from, to }: ErrorBucket): number {
  let stretches = 0;
  let free = -Infinity;
  for (const origin of origins) {
    if (origin < free) continue;
    stretches += 1;
    free = origin + to - from;
  }
  return stretches / (stretches + 1);
}
