/** One occurrence of an event, a holiday or an effect of the calendar, past or coming: a span that is known in advance to change the load. */
export type Occurrence = {
  readonly kind: 'event' | 'holiday' | 'calendar';
  readonly name: string;
  /**
   * The occurrences of one group are learned together: for an event all those of its name, for a holiday all holidays on working days or
   * all on weekends, for an effect of the calendar all of its own.
   */
  readonly group: string;
  /** [from, to) in epoch ms. */
  readonly from: number;
  readonly to: number;
  /** The parts of the load that are reached, and when; shares at the same moment add up. @default all of the load, from `from` to `to` */
  readonly reach?: readonly Reach[];
  /** The factor on the usual load that the config states. */
  readonly uplift?: number;
};

/** A share of the load (0..1) that an occurrence reaches during [from, to), epoch ms. */
export type Reach = { readonly from: number; readonly to: number; readonly share: number };

/**
 * The part of the load of a step that an occurrence reaches, 0..1: the share of the step that it covers, times the share of the load.
 *
 * @param stepFrom start of the step, epoch ms
 * @example reachOf({ ..., from: 0, to: HOUR_MS / 2 }, 0, HOUR_MS) // 0.5
 */
export function reachOf({ from, to, reach = [{ from, to, share: 1 }] }: Occurrence, stepFrom: number, intervalMs: number): number {
  const sum = reach.reduce((total, part) => {
    const overlap = Math.min(part.to, stepFrom + intervalMs) - Math.max(part.from, stepFrom);
    return overlap > 0 ? total + part.share * (overlap / intervalMs) : total;
  }, 0);
  return Math.min(1, sum);
}

/** An occurrence that reaches less of a step cannot be told from noise: the step teaches nothing and stays among the ordinary ones. */
export const leastReach = 0.1;

/** The steps [first, end) of a grid from `start` that an occurrence touches; they may lie before or after the values of a series. */
export function stepsOf({ from, to }: Occurrence, start: number, intervalMs: number): { readonly first: number; readonly end: number } {
  return { first: Math.floor((from - start) / intervalMs), end: Math.ceil((to - start) / intervalMs) };
}

/** The occurrence with every moment changed by `move`, such as onto another clock. */
export function moved(occurrence: Occurrence, move: (at: number) => number): Occurrence {
  const { from, to, reach } = occurrence;
  // An end belongs to the clock before it: what ends as the clock changes has not seen the change.
  const moveEnd = (end: number) => move(end - 1) + 1;
  return {
    ...occurrence,
    from: move(from),
    to: moveEnd(to),
    ...(reach && { reach: reach.map((part) => ({ ...part, from: move(part.from), to: moveEnd(part.to) })) }),
  };
}
