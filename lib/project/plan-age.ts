import type { CapacityConfig } from '../config';
import type { CapacityPlan } from '../plan/file';
import { ageText } from '../units';
import { timeOf } from './options';
import type { HistoryOptions } from './open-history';

export type PlanAge = {
  /** `as of 2026-11-23T00:00:00Z, 5 days ago` */
  readonly text: string;
  /** Whether it may no longer be deployed. */
  readonly isExpired: boolean;
};

/**
 * What the clock says, epoch ms, where the age of data and plan is to be held against it; `null` where nobody told the time, the moment is
 * stated, or the config says that the data are from the past.
 */
export function clockFor({ asOf }: CapacityConfig, options: HistoryOptions): number | null {
  return asOf === 'data' || options.asOf !== undefined ? null : (timeOf(options.now, 'now') ?? null);
}

/** How old a plan that is there is by the clock, where that counts. */
export function planAge(plan: CapacityPlan, config: CapacityConfig, options: HistoryOptions): PlanAge | null {
  const clock = clockFor(config, options);
  return clock === null ? null : ageOf(plan, clock);
}

export function ageOf({ asOf, validUntil }: CapacityPlan, clock: number): PlanAge {
  const [from, until] = [Date.parse(asOf), Date.parse(validUntil)];
  return { text: `as of ${asOf}, ${ageText(Math.max(0, clock - from))} ago`, isExpired: clock >= until };
}
