import type { Backtest } from './backtest';

/**
 * The highest quantile that the backtest can bear out: n / (n + 1), the last with a rank of its own among n stretches of history at
 * least half a horizon apart. Errors of one stretch are alike, so their number adds nothing.
 */
export function supportedQuantile({ origins, testedSteps }: Pick<Backtest, 'origins' | 'testedSteps'>): number {
  let stretches = 0;
  let free = -Infinity;
  for (const origin of origins) {
    if (origin < free) continue;
    stretches += 1;
    free = origin + testedSteps / 2;
  }
  return stretches / (stretches + 1);
}
