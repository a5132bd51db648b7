/** Where leads stand on a scale on which what is learned of one is carried to its neighbours: three knots to a doubling. */
export function knotOf(steps: number): number {
  return knotsAnOctave * Math.log2(Math.max(1, steps));
}

/** Knots that leads 1..`testedSteps` have, at least one. */
export function knotsFor(testedSteps: number): number {
  return Math.round(knotOf(testedSteps)) + 1;
}

/** The knot nearest to a lead, counted from 0. */
export function nearestKnot(lead: number): number {
  return Math.round(knotOf(lead + 1));
}

export const knotsAnOctave = 3;
