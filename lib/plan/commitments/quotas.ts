import { quotaCode } from '../../catalog';
import { weeksOfYear } from '../../commit';
import type { CapacityConfig } from '../../config';
import { formatTime, WEEK_MS } from '../../units';
import type { NodeNeeds } from './node-needs';
import type { QuotaAdvice } from './types';

/** The highest needs of a course by week: nodes that are no spot, and nodes on spot. */
export type Peaks = { readonly steady: Float64Array; readonly spot: Float64Array };

/** The quantile of the courses that a quota is asked for. */
const quantile = 0.95;

/** vCPU that an instance type takes of its quotas in the year to come. What is reserved counts against the quota on demand. */
export function quotaAdvice(
  { limits }: CapacityConfig,
  { instanceType, offering, end }: NodeNeeds,
  peaks: readonly Peaks[],
): readonly QuotaAdvice[] {
  return (['on-demand', 'spot'] as const).flatMap((capacityType) => {
    const code = quotaCode(instanceType, capacityType);
    if (code === null) return [];
    const byWeek = Array.from({ length: weeksOfYear }, (_, week) =>
      highOf(peaks.map(({ steady, spot }) => (capacityType === 'spot' ? spot : steady)[week])),
    );
    const most = highOf(peaks.map(({ steady, spot }) => Math.max(...(capacityType === 'spot' ? spot : steady))));
    if (most === 0) return [];
    const present = Object.hasOwn(limits.quotas, code) ? limits.quotas[code] : null;
    const short = present === null ? -1 : byWeek.findIndex((nodes) => nodes * offering.vCpu > present);
    return [{ code, needed: most * offering.vCpu, present, neededFrom: short < 0 ? null : formatTime(end + short * WEEK_MS) }];
  });
}

function highOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(quantile * (sorted.length - 1))];
}
