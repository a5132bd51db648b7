/** What one hour of a node costs, USD, by how it is bought; `null`: not to be had, or its price is not known. */
export type NodePrices = {
  readonly onDemand: number;
  readonly spot: number | null;
  /** For one and for three years, paid by the hour whether used or not. */
  readonly oneYear: number | null;
  readonly threeYears: number | null;
};

/** How long nodes are needed beyond those held already, by how many at a time: what a commitment is worth follows from that alone. */
export type NeedCurve = {
  readonly hours: number;
  /** `onDemand[n]`: hours in which one more committed node, beside `n` others, takes the place of one on demand; `spot[n]`: of one on spot. */
  readonly onDemand: readonly number[];
  readonly spot: readonly number[];
};

/** Spans of time with the nodes that they need, counted up for a `NeedCurve`. */
export type NeedCount = {
  readonly add: (hours: number, need: Need) => void;
  readonly curve: () => NeedCurve;
};

/** Nodes needed at a time: in all, of them committed already, and of all of them how many may run on spot. */
export type Need = { readonly nodes: number; readonly held: number; readonly spot: number };

/** Of the nodes that no commitment covers as many as may run on spot, the others on demand; a new commitment takes the place of these first. */
export function countNeed(): NeedCount {
  const hoursBy: { onDemand: number[]; open: number[] } = { onDemand: [], open: [] };
  let hours = 0;
  return {
    add(span, { nodes, held, spot }) {
      const open = Math.max(0, nodes - held);
      hours += span;
      addAt(hoursBy.onDemand, open - Math.min(spot, open), span);
      addAt(hoursBy.open, open, span);
    },
    curve() {
      const open = above(hoursBy.open);
      const onDemand = above(hoursBy.onDemand);
      return { hours, onDemand: open.map((_, n) => onDemand[n] ?? 0), spot: open.map((span, n) => span - (onDemand[n] ?? 0)) };
    },
  };
}

function addAt(hoursBy: number[], count: number, hours: number): void {
  while (hoursBy.length <= count) hoursBy.push(0);
  hoursBy[count] += hours;
}

/** `[n]`: hours with more than n. */
function above(hoursBy: readonly number[]): number[] {
  const hours = new Array<number>(Math.max(0, hoursBy.length - 1)).fill(0);
  for (let n = hours.length - 1; n >= 0; n -= 1) hours[n] = hoursBy[n + 1] + (hours[n + 1] ?? 0);
  return hours;
}

/** USD of a span with so many nodes committed anew, at `usdPerHour` each whether used or not. What is held already is left out: it is paid in any case. */
export function usdOf(need: NeedCurve, prices: NodePrices, committed: number, usdPerHour: number): number {
  let usd = committed * usdPerHour * need.hours;
  for (let n = committed; n < need.onDemand.length; n += 1) usd += worthOf(need, prices, n);
  return usd;
}

/** USD that the node after `n` committed ones would cost where it is not committed. */
export function worthOf({ onDemand, spot }: NeedCurve, prices: NodePrices, n: number): number {
  if (n >= onDemand.length) return 0;
  return onDemand[n] * prices.onDemand + spot[n] * (prices.spot ?? prices.onDemand);
}
