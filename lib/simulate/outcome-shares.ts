import type { Outcome } from './run';

/** Of the minutes that are scored. */
export function violationPercent({ violationMinutes, scoredMinutes }: Pick<Outcome, 'violationMinutes' | 'scoredMinutes'>): number {
  return scoredMinutes === 0 ? 0 : (100 * violationMinutes) / scoredMinutes;
}

/** Of the load that is scored. */
export function unservedPercent({ unservedScored, cameScored }: Pick<Outcome, 'unservedScored' | 'cameScored'>): number {
  return cameScored === 0 ? 0 : (100 * unservedScored) / cameScored;
}
