/** One time that something known of in advance moved the load, or will. */
export type Occurrence = {
  readonly kind: 'event' | 'holiday';
  readonly name: string;
  /** What it learns together with: an event with those of its name, a holiday with all that fall on such days. */
  readonly group: string;
  /** [from, to), epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Which share of the load it reaches, and when; without it all of the load, all the time. Shares at one moment add up. */
  readonly reach?: readonly Reach[];
  /** Times the usual load, on the word of the config. */
  readonly uplift?: number;
};

export type Reach = { readonly from: number; readonly to: number; readonly share: number };

/** Part of the load of a step that the occurrence reaches, 0..1: the share of the step it covers by the share of the load. */
export function reachOf({ from, to, reach = [{ from, to, share: 1 }] }: Occurrence, stepFrom: number, intervalMs: number): number {
  const sum = reach.reduce((total, part) => {
    const common = Math.min(part.to, stepFrom + intervalMs) - Math.max(part.from, stepFrom);
    return common > 0 ? total + part.share * (common / intervalMs) : total;
  }, 0);
  return Math.min(1, sum);
}

/** A smaller part of the load cannot be told from noise: it teaches nothing and is not kept out of the seasons. */
export const leastReach = 0.1;

/** Steps [first, end) of a grid that the occurrence touches, not held within the grid. */
export function stepsOf({ from, to }: Occurrence, start: number, intervalMs: number): { readonly first: number; readonly end: number } {
  return { first: Math.floor((from - start) / intervalMs), end: Math.ceil((to - start) / intervalMs) };
}

/** The occurrence with every moment moved. */
export function moved(occurrence: Occurrence, move: (at: number) => number): Occurrence {
  const { from, to, reach } = occurrence;
  return {
    ...occurrence,
    from: move(from),
    to: move(to),
    ...(reach && { reach: reach.map((part) => ({ ...part, from: move(part.from), to: move(part.to) })) }),
  };
}
