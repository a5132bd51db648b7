type Paths = readonly (Float64Array | null)[];

/** Absolute errors of a model and of the yardstick, summed by origin over the same observations. */
export type Score = {
  readonly own: readonly number[];
  readonly yardstick: readonly number[];
  /** By origin: observations scored. */
  readonly count: readonly number[];
  /** An error of this size an observation is rounding. */
  readonly negligible: number;
};

/** Scores paths where both they and the yardstick exist and something was observed. */
export function scoreOf(actual: readonly Float64Array[], paths: Paths, yardstick: Paths): Score {
  const own = actual.map(() => 0);
  const reference = actual.map(() => 0);
  const count = actual.map(() => 0);
  let size = 0;
  let observed = 0;
  actual.forEach((came, o) => {
    const [path, beside] = [paths[o], yardstick[o]];
    for (let lead = 0; lead < came.length; lead++) {
      if (Number.isNaN(came[lead])) continue;
      size += Math.abs(came[lead]);
      observed += 1;
      if (!path || !beside) continue;
      own[o] += Math.abs(came[lead] - path[lead]);
      reference[o] += Math.abs(came[lead] - beside[lead]);
      count[o] += 1;
    }
  });
  return { own, yardstick: reference, count, negligible: rounding * Math.max(size / Math.max(1, observed), Number.MIN_VALUE / rounding) };
}

/** Share of the mean size of the observations. */
const rounding = 1e-9;

/**
 * Mean absolute error relative to the yardstick's, over all origins but the one at index `without`; `null` where nothing was scored.
 * Two models that are both perfect but for rounding are equal.
 *
 * @param weights of the origins, > 0. @default all alike
 */
export function relativeMae({ own, yardstick, count, negligible }: Score, without = -1, weights?: readonly number[]): number | null {
  let [mine, its, scored] = [0, 0, 0];
  for (let o = 0; o < own.length; o++) {
    if (o === without) continue;
    const weight = weights === undefined ? 1 : weights[o];
    mine += weight * own[o];
    its += weight * yardstick[o];
    scored += weight * count[o];
  }
  return scored === 0 ? null : (mine + scored * negligible) / (its + scored * negligible);
}
