type Paths = readonly (Float64Array | null)[];

/**
 * Absolute errors of a model and of the baseline over the same observations: sums by origin, then by knot, where each step ahead belongs to
 * the knot nearest to it (see `knotOf`).
 */
export type Score = {
  readonly model: readonly Float64Array[];
  readonly baseline: readonly Float64Array[];
  /** Number of observations. */
  readonly count: readonly Float64Array[];
  /** An error of this size for each observation may be rounding alone; in the unit of the series. */
  readonly negligible: number;
};

/** Scores the paths of a model at every observation for which both the model and the baseline have a path. */
export function scoreOf(actual: readonly Float64Array[], paths: Paths, baseline: Paths): Score {
  const knotCounts = actual.map((observed) => knotsFor(observed.length));
  const [model, reference, count] = [0, 1, 2].map(() => knotCounts.map((knots) => new Float64Array(knots)));
  let size = 0;
  let observations = 0;
  actual.forEach((observed, o) => {
    const [path, baselinePath] = [paths[o], baseline[o]];
    for (let lead = 0; lead < observed.length; lead++) {
      if (Number.isNaN(observed[lead])) continue;
      size += Math.abs(observed[lead]);
      observations += 1;
      if (!path || !baselinePath) continue;
      const knot = nearestKnot(lead);
      model[o][knot] += Math.abs(observed[lead] - path[lead]);
      reference[o][knot] += Math.abs(observed[lead] - baselinePath[lead]);
      count[o][knot] += 1;
    }
  });
  const negligible = rounding * Math.max(size / Math.max(1, observations), Number.MIN_VALUE / rounding);
  return { model, baseline: reference, count, negligible };
}

/** As a share of the mean absolute observation. */
const rounding = 1e-9;

/** Weighted sums of a score by knot, over several origins. */
export type Sums = { readonly model: Float64Array; readonly baseline: Float64Array; readonly count: Float64Array };

/**
 * Sums a score over its origins. What may be rounding is added to both errors, so that two models whose errors are only rounding are equal.
 *
 * @param without index of an origin that is left out; -1 for none
 * @param weights of the origins, > 0. @default all 1
 */
export function sumsOf({ model, baseline, count, negligible }: Score, without = -1, weights?: readonly number[]): Sums {
  const knots = count.reduce((largest, { length }) => Math.max(largest, length), 0);
  const sums = { model: new Float64Array(knots), baseline: new Float64Array(knots), count: new Float64Array(knots) };
  for (let o = 0; o < model.length; o++) {
    if (o === without) continue;
    const weight = weights === undefined ? 1 : weights[o];
    for (let knot = 0; knot < count[o].length; knot++) {
      const scored = weight * count[o][knot];
      sums.model[knot] += weight * model[o][knot] + scored * negligible;
      sums.baseline[knot] += weight * baseline[o][knot] + scored * negligible;
      sums.count[knot] += scored;
    }
  }
  return sums;
}

/**
 * Mean absolute error divided by that of the baseline, over all steps ahead and all origins without the one at index `without` (-1 for
 * none); `null` where nothing was scored.
 */
export function relativeMae(score: Score, without = -1, weights?: readonly number[]): number | null {
  return pooled(sumsOf(score, without, weights));
}

/** Error relative to the baseline over all knots; `null` where nothing was scored. */
export function pooled({ model, baseline, count }: Sums): number | null {
  return total(count) === 0 ? null : total(model) / total(baseline);
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/**
 * The place of a number of steps ahead (>= 1) on a logarithmic scale with three knots for each doubling. What is learned at one knot counts
 * at its neighbours too.
 *
 * @example knotOf(1) // 0
 * @example knotOf(8) // 9
 */
export function knotOf(steps: number): number {
  return knotsAnOctave * Math.log2(Math.max(1, steps));
}

/** The number of knots for 1..`testedSteps` steps ahead, at least one. */
export function knotsFor(testedSteps: number): number {
  return Math.round(knotOf(testedSteps)) + 1;
}

/** The knot nearest to a lead, which counts steps ahead from 0. */
export function nearestKnot(lead: number): number {
  return Math.round(knotOf(lead + 1));
}

/** Knots for each doubling of the steps ahead. */
export const knotsAnOctave = 3;
