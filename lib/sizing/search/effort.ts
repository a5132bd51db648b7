/** Where the search of one program ends: at a relative gap, or after so many nodes of its tree. */
export type PeriodEffort = { readonly relativeGap: number; readonly maxNodes: number };

/** Where the search for how many nodes to commit to ends. */
export type CommitmentEffort = {
  /** It ends when no solution can be cheaper by more than this part. */
  readonly relativeGap: number;
  /** Programs of single periods that may be solved to prove it, as a multiple of the number of periods. */
  readonly passes: number;
  /** Candidates for the committed nodes that are tried on a sample of the periods. */
  readonly candidates: number;
  /** Committed nodes are moved where, by the relaxation, one more costs at most this part of its price too much. */
  readonly curiosity: number;
};

/** How far sizing searches. It ends by gaps and counts, never by the clock, so that the same input gives the same answer. */
export type SizingEffort = {
  /** An answer is `proven` when nothing can be cheaper by more than this part. */
  readonly relativeGap: number;
  /** Of each program of one period. */
  readonly period: PeriodEffort;
  /** Where a number of nodes to commit to is to be chosen: its gap then takes the place of the one above. */
  readonly committed: CommitmentEffort;
};

/**
 * The efforts that a config can ask for. Programs of one period are searched to their optimum, with an end that only hard ones meet:
 * a gap of 0.2 % in its place saves a tenth of the time and proves nothing.
 */
export const sizingEfforts = {
  fast: {
    relativeGap: 0.01,
    period: { relativeGap: 0.005, maxNodes: 50 },
    committed: { relativeGap: 0.05, passes: 1, candidates: 4, curiosity: 0 },
  },
  balanced: {
    relativeGap: 0.002,
    period: { relativeGap: 0, maxNodes: 200 },
    committed: { relativeGap: 0.019, passes: 5, candidates: 10, curiosity: 0 },
  },
  best: {
    relativeGap: 1e-9,
    period: { relativeGap: 0, maxNodes: 200_000 },
    committed: { relativeGap: 0.0095, passes: 14, candidates: 60, curiosity: 0.25 },
  },
} as const satisfies Readonly<Record<string, SizingEffort>>;

/** Whether it is to be decided how many nodes of an offering to commit to. */
export function isChoice({ committed }: { readonly committed?: { readonly least: number; readonly most: number } | null }): boolean {
  return committed !== undefined && committed !== null && committed.least < committed.most;
}

/** The gap at which an answer is `proven`. */
export function askedGap(offerings: readonly Parameters<typeof isChoice>[0][], { relativeGap, committed }: SizingEffort): number {
  return offerings.some(isChoice) ? committed.relativeGap : relativeGap;
}
