import type { Backtest } from './backtest';
import { bucketErrors, shift, type ErrorBucket, type ErrorForm } from './errors';
import { quantileError } from './quantile-error';

/** What past errors say about the errors to come. */
export type Calibration = { readonly form: ErrorForm; readonly buckets: readonly ErrorBucket[] };

type Paths = readonly (Float64Array | null)[];

/**
 * Learns the errors of what was chosen. The form, differences or ratios, is the one with the smaller pinball loss at 0.8, 0.9 and 0.95
 * when each origin is predicted from the others; ratios are for loads that are never negative.
 */
export function calibrate(backtest: Backtest, paths: Paths, nonNegative: boolean): Calibration {
  const forms: ErrorForm[] = nonNegative && backtest.levels.every((level) => level > 0) ? ['additive', 'multiplicative'] : ['additive'];
  const calibrations = forms.map((form) => ({ form, buckets: bucketErrors(backtest, paths, form) }));
  const losses = calibrations.map((calibration) => {
    const { pinball } = assess(backtest, paths, calibration, [0.8, 0.9, 0.95], nonNegative);
    return pinball.reduce((sum, loss) => sum + loss, 0);
  });
  return calibrations[losses[1] < losses[0] ? 1 : 0];
}

/**
 * Quantiles around a path, never crossing. Beyond the tested leads, each quantile carries on the furthest out of all buckets.
 *
 * @param level mean of the training that the path came from
 * @param probabilities ascending
 */
export function quantilesAround(
  path: Float64Array,
  { form, buckets }: Calibration,
  level: number,
  probabilities: readonly number[],
  nonNegative: boolean,
): Float64Array[] {
  const errors = probabilities.map((probability) => buckets.map(({ sorted }) => quantileError(sorted, probability)));
  const beyond = errors.map((byBucket, q) => furthest(byBucket, probabilities[q]));
  const quantiles = probabilities.map(() => new Float64Array(path.length));
  for (let step = 0, bucket = 0; step < path.length; step++) {
    while (bucket < buckets.length && step >= buckets[bucket].to) bucket += 1;
    let floor = nonNegative ? 0 : -Infinity;
    for (let q = 0; q < quantiles.length; q++) {
      const error = bucket < buckets.length ? errors[q][bucket] : beyond[q];
      floor = quantiles[q][step] = Math.max(floor, shift(form, path[step], error, level));
    }
  }
  return quantiles;
}

function furthest(errors: readonly number[], probability: number): number {
  if (errors.length === 0) return 0;
  return probability < 0.5 ? Math.min(...errors) : Math.max(...errors);
}

/** How the quantiles would have done, by quantile: each origin's are learned from the other origins. NaN where nothing was observed. */
export type Assessment = {
  /** Share of observations at or below. */
  readonly coverage: readonly number[];
  /** Mean pinball loss, in the unit of the series. */
  readonly pinball: readonly number[];
};

export function assess(
  { actual, levels }: Backtest,
  paths: Paths,
  { form, buckets }: Calibration,
  probabilities: readonly number[],
  nonNegative: boolean,
): Assessment {
  const below = probabilities.map(() => 0);
  const loss = probabilities.map(() => 0);
  let count = 0;
  paths.forEach((path, origin) => {
    if (path === null) return;
    const others = buckets.map((bucket) => ({ ...bucket, sorted: bucket.sorted.filter((_, i) => bucket.origins[i] !== origin) }));
    const quantiles = quantilesAround(path, { form, buckets: others }, levels[origin], probabilities, nonNegative);
    actual[origin].forEach((came, lead) => {
      if (Number.isNaN(came)) return;
      count += 1;
      quantiles.forEach((quantile, q) => {
        const excess = came - quantile[lead];
        if (excess <= 1e-9 * Math.abs(came)) below[q] += 1;
        loss[q] += Math.max(probabilities[q] * excess, (probabilities[q] - 1) * excess);
      });
    });
  });
  return { coverage: below.map((n) => n / count), pinball: loss.map((sum) => sum / count) };
}
