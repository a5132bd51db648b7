/** Where a backtest stands: forecasts of `testedSteps` are made from the values before each origin. */
export type OriginPlan = {
  /** Index of the first value forecast, ascending. */
  readonly origins: readonly number[];
  readonly testedSteps: number;
};

/**
 * Spreads at most `most` origins over the later three quarters of the places where a backtest of `steps` can stand; with little history
 * there are fewer, and the leads reach only two thirds of what lies beyond the smallest training. (Measured: three quarters rather than
 * the later half cost nothing in the choice of models and take a twentieth off the loss at 0.95, for a shift of the level is then one of
 * more stretches.)
 *
 * The smallest training is one season, two once the history holds four, and four once it holds eight. Where two weeks leave room for
 * the whole backtest, all origins stand after the first week and a day, so that every one of them knows a week. Spacing is such that
 * origins fall on as many different times of the day as they can.
 *
 * @param seasons steps of each season, shortest first; a season longer than the series is none
 * @param after no origin stands before this place, as long as one can stand at all
 */
export function planOrigins(length: number, steps: number, seasons: readonly number[], most: number, after = 0): OriginPlan {
  const shortest = seasons[0] <= length ? seasons[0] : 1;
  const smallest = length >= 4 * shortest ? 2 * shortest : shortest;
  const room = length - smallest;
  if (room < 1 || most < 1) return { origins: [], testedSteps: 0 };
  const testedSteps = Math.min(steps, Math.max(1, Math.floor((2 * room) / 3)));
  const last = length - testedSteps;
  const long = [...seasons].reverse().find((season) => season > shortest && last >= 3 * (season + shortest));
  const first = Math.min(
    last,
    Math.max(smallest, after, Math.ceil(last / 4), long === undefined ? 0 : long + shortest, last >= 8 * shortest ? 4 * shortest : 0),
  );
  const spacing = spacingOf(last - first, most, shortest);
  const count = Math.min(most, Math.floor((last - first) / spacing) + 1);
  return { origins: Array.from({ length: count }, (_, i) => last - (count - 1 - i) * spacing), testedSteps };
}

/** Of the spacings that use at least three quarters of the room, the one whose origins lie furthest apart within the season. */
function spacingOf(room: number, most: number, season: number): number {
  const widest = Math.max(1, Math.floor(room / Math.max(1, most - 1)));
  let best = widest;
  let bestApart = -1;
  for (let spacing = widest; spacing >= Math.ceil(0.75 * widest); spacing--) {
    const apart = closest(spacing, most, season);
    if (apart > bestApart) [best, bestApart] = [spacing, apart];
  }
  return best;
}

/** Smallest distance within the season between any two of the first `count` multiples of `spacing`. */
function closest(spacing: number, count: number, season: number): number {
  let apart = season;
  for (let i = 1; i < count; i++) {
    const phase = (i * spacing) % season;
    apart = Math.min(apart, phase, season - phase);
  }
  return apart;
}
