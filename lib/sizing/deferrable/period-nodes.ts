/** Nodes for the GPUs of one period. */
export type PeriodNodes = {
  /** USD an hour, what is missing included at `missingUsd` and `dearUsd`. */
  readonly usdPerHour: number;
  /** By market and offering of it. */
  readonly counts: readonly (readonly number[])[];
  /** GPUs that no node of a market has a place for, by market. */
  readonly missing: readonly number[];
  /** By limit: how much it is passed by. */
  readonly excess: readonly number[];
};

/** Sums of fractions leave crumbs. */
export function excessOver(most: number, used: number): number {
  return used > most + 1e-6 ? used - most : 0;
}
