type Paths = readonly (Float64Array | null)[];

/** Absolute errors of a model and of the yardstick, summed by origin and lead over the same observations. */
export type Score = {
  /** By origin, then by the knot nearest to the lead. */
  readonly own: readonly Float64Array[];
  readonly yardstick: readonly Float64Array[];
  /** Observations scored. */
  readonly count: readonly Float64Array[];
  /** An error of this size an observation is rounding. */
  readonly negligible: number;
};

/** Scores paths where both they and the yardstick exist and something was observed. */
export function scoreOf(actual: readonly Float64Array[], paths: Paths, yardstick: Paths): Score {
  const knots = actual.map((came) => knotsFor(came.length));
  const [own, reference, count] = [0, 1, 2].map(() => knots.map((some) => new Float64Array(some)));
  let size = 0;
  let observed = 0;
  actual.forEach((came, o) => {
    const [path, beside] = [paths[o], yardstick[o]];
    for (let lead = 0; lead < came.length; lead++) {
      if (Number.isNaN(came[lead])) continue;
      size += Math.abs(came[lead]);
      observed += 1;
      if (!path || !beside) continue;
      const knot = nearestKnot(lead);
      own[o][knot] += Math.abs(came[lead] - path[lead]);
      reference[o][knot] += Math.abs(came[lead] - beside[lead]);
      count[o][knot] += 1;
    }
  });
  return { own, yardstick: reference, count, negligible: rounding * Math.max(size / Math.max(1, observed), Number.MIN_VALUE / rounding) };
}

/** Share of the mean size of the observations. */
const rounding = 1e-9;

/** Errors by knot over all origins but one, raised by what is rounding: two models that are both perfect but for rounding are equal. */
export type Sums = { readonly own: Float64Array; readonly yardstick: Float64Array; readonly count: Float64Array };

/** @param weights of the origins, > 0. @default all alike */
export function sumsOf({ own, yardstick, count, negligible }: Score, without = -1, weights?: readonly number[]): Sums {
  const knots = count.reduce((most, { length }) => Math.max(most, length), 0);
  const sums = { own: new Float64Array(knots), yardstick: new Float64Array(knots), count: new Float64Array(knots) };
  for (let o = 0; o < own.length; o++) {
    if (o === without) continue;
    const weight = weights === undefined ? 1 : weights[o];
    for (let knot = 0; knot < count[o].length; knot++) {
      const scored = weight * count[o][knot];
      sums.own[knot] += weight * own[o][knot] + scored * negligible;
      sums.yardstick[knot] += weight * yardstick[o][knot] + scored * negligible;
      sums.count[knot] += scored;
    }
  }
  return sums;
}

/** Mean absolute error relative to the yardstick's, over all leads and all origins but the one at index `without`; `null` where nothing was scored. */
export function relativeMae(score: Score, without = -1, weights?: readonly number[]): number | null {
  return pooled(sumsOf(score, without, weights));
}

export function pooled({ own, yardstick, count }: Sums): number | null {
  return total(count) === 0 ? null : total(own) / total(yardstick);
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

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
