/** Between what bounds a forecast is believed. */
export type Rails = { readonly least: number; readonly most: number };

/**
 * The range of the training, widened by itself at both ends: a load that was between 10 and 50 is forecast between 0 and 90. A
 * constant load is forecast as that constant.
 */
export function railsOf(training: Float64Array, nonNegative: boolean): Rails {
  let [low, high] = [Infinity, -Infinity];
  for (const value of training) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const least = low - (high - low);
  return { least: nonNegative ? Math.max(0, least) : least, most: Math.max(high + (high - low), nonNegative ? 0 : -Infinity) };
}

/** A path held between the rails, and at how many steps they acted by more than rounding. What is not a number is held at the upper rail. */
export function holdWithin(path: Float64Array, { least, most }: Rails): { readonly path: Float64Array; readonly held: number } {
  const rounding = 1e-9 * Math.max(Math.abs(least), Math.abs(most));
  let held = 0;
  const within = path.map((value) => {
    const inside = value >= least ? Math.min(value, most) : value < least ? least : most;
    if (!(Math.abs(inside - value) <= rounding)) held += 1;
    return inside;
  });
  return { path: within, held };
}
