import { HOUR_MS, HOURS_PER_MONTH } from '../../units';

/** What a span of the plan and ordinary time cost, USD. */
export type MonthCost = {
  /** Of the horizon. */
  readonly usd: number;
  readonly horizonMs: number;
  /** Of an ordinary month. */
  readonly usdPerMonth: number;
};

/**
 * USD of the month (730 h) that begins with the plan: the horizon, and ordinary time for the rest; of a longer horizon the mean of a
 * month of it.
 */
export function usdNextMonth({ usd, horizonMs, usdPerMonth }: MonthCost): number {
  const share = horizonMs / HOUR_MS / HOURS_PER_MONTH;
  return share >= 1 ? usd / share : usd + usdPerMonth * (1 - share);
}
