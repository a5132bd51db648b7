import type { Backtest } from './backtest';
import { knotsAnOctave, nearestKnot, pooled, relativeMae, type Score, scoreOf, sumsOf } from './score';

import { weightedMedian } from './weighted-median';

/** What was chosen from a backtest, in the form of a single model. */
export type Choice = {
  /** `combination`, or the name of a model. */
  readonly name: string;
  /** By origin; `null` where there is no path. */
  readonly paths: readonly (Float64Array | null)[];
  /**
   * By origin: mean distance of the paths of the models from the chosen one, by their weights, at each step; `null` where there is no path.
   */
  readonly spreads: readonly (Float64Array | null)[];
  /** The path from the end of the series. */
  readonly ahead: Float64Array;
  /** The spread of the models about it. */
  readonly spreadAhead: Float64Array;
  /** Error relative to the baseline; `null` without a backtest. */
  readonly relativeMae: number | null;
  /** In the order of the models of the backtest. A weight is the mean of the weights over the steps that are forecast. */
  readonly models: readonly { readonly relativeMae: number | null; readonly weight: number }[];
};

/**
 * Chooses the forecast from a backtest: the weighted median of the models. Where that does not beat the baseline, which is the first model,
 * the best single model that does is chosen; where none does, the baseline. (Measured: to take a single model wherever it is better than
 * the combination makes the error 1 to 3 % larger, for such advantages are chance.)
 *
 * Weights follow the errors of the backtest by step ahead, see `leadWeights`. For the score of the combination at an origin, the weights
 * are made without that origin. A model takes part when it was tested from at least half of the origins and has a path from the end.
 *
 * @param weights of the origins, > 0. @default all 1
 */
export function choose(backtest: Backtest, weights: readonly number[] = backtest.origins.map(() => 1)): Choice {
  const { models, origins } = backtest;
  const scores = models.map(({ paths }) => scoreOf(backtest.actual, paths, models[0].paths));
  const relative = scores.map((score) => relativeMae(score));
  const eligible = models.map(
    ({ ahead, paths }, m) => ahead !== null && relative[m] !== null && 2 * paths.filter((path) => path !== null).length >= origins.length,
  );
  const sharesByOrigin = origins.map((_, o) => leadWeights(scores, eligible, weights, o));
  const sharesNow = leadWeights(scores, eligible, weights);
  const candidate = (m: number): Candidate[] => {
    const { name, paths, ahead } = models[m];
    const error = relativeMae(scores[m], -1, weights) ?? Infinity;
    return ahead === null
      ? []
      : [{ name, paths, ahead, relativeMae: relative[m], error, weights: models.map((_, i) => (i === m ? 1 : 0)) }];
  };
  const [baseline] = candidate(0);
  const singles = models.flatMap((_, m) => (m > 0 && eligible[m] ? candidate(m) : []));
  const combined = singles.length === 0 ? [] : combination(backtest, sharesByOrigin, sharesNow, weights);
  const best = bestOf(baseline, singles, combined);
  return {
    name: best.name,
    paths: best.paths,
    ahead: best.ahead,
    relativeMae: best.relativeMae,
    spreads: origins.map((_, o) =>
      spreadOf(
        best.paths[o],
        models.map(({ paths }) => paths[o]),
        sharesByOrigin[o],
      ),
    ),
    spreadAhead: spreadOf(
      best.ahead,
      models.map(({ ahead }) => ahead),
      sharesNow,
    ),
    models: models.map((_, m) => ({ relativeMae: relative[m], weight: best.weights[m] })),
  };
}

type Path = Float64Array | null;

/** Weights of the models, with the sum 1: by knot of the step ahead, then by model. */
type Shares = readonly (readonly number[])[];

type Candidate = Pick<Choice, 'name' | 'paths' | 'ahead' | 'relativeMae'> & {
  /** By model: its mean weight in this candidate. */
  readonly weights: readonly number[];
  /** Relative error with the origins by their weights; candidates are compared by it. */
  readonly error: number;
};

/** The combination where it beats the baseline, else the single model with the smallest error, else the baseline. */
function bestOf(baseline: Candidate, singles: readonly Candidate[], [combined]: readonly Candidate[]): Candidate {
  if (combined !== undefined && combined.error < 1 - rounding) return combined;
  return singles.reduce((best, other) => (other.error < (1 - rounding) * best.error ? other : best), baseline);
}

/** Errors that differ by less than this share are equal, so that the order of equal models is the same in every unit of the load. */
const rounding = 1e-7;

/** The combination as a candidate; none where its path from the end of the series is missing. */
function combination({ actual, models }: Backtest, shares: readonly Shares[], sharesNow: Shares, weights: readonly number[]): Candidate[] {
  const paths = shares.map((share, o) =>
    combine(
      models.map((model) => model.paths[o]),
      share,
    ),
  );
  const ahead = combine(
    models.map((model) => model.ahead),
    sharesNow,
  );
  if (ahead === null) return [];
  const score = scoreOf(actual, paths, models[0].paths);
  const error = relativeMae(score, -1, weights) ?? Infinity;
  const mean = models.map((_, m) => ahead.reduce((sum, _, step) => sum + atStep(sharesNow, step)[m], 0) / ahead.length);
  return [{ name: 'combination', paths, ahead, relativeMae: relativeMae(score), error, weights: mean }];
}

/** The shares at a step ahead, counted from 0; steps beyond the tested ones have those of the last tested one. */
function atStep(shares: Shares, step: number): readonly number[] {
  return shares[Math.min(shares.length - 1, nearestKnot(step))];
}

/** Weighted median of the paths at each step. Models without a path take no part; `null` where at some step no model takes part. */
function combine(paths: readonly Path[], shares: Shares): Path {
  const participants = shares.map((weightsHere) =>
    paths.flatMap((path, m) => (path !== null && weightsHere[m] > 0 ? [{ path, share: weightsHere[m] }] : [])),
  );
  const [first] = participants[0];
  if (first === undefined || participants.some((models) => models.length === 0)) return null;
  const weights = participants.map((models) => models.map(({ share }) => share));
  return first.path.map((_, step) => {
    const knot = Math.min(shares.length - 1, nearestKnot(step));
    const values = participants[knot].map(({ path }) => path[step]);
    return weightedMedian(values, weights[knot]);
  });
}

/** Mean distance of the paths from `path` at each step, by the shares of their models. */
function spreadOf(path: Float64Array, paths: readonly Path[], shares: Shares): Float64Array;
function spreadOf(path: Path, paths: readonly Path[], shares: Shares): Path;
function spreadOf(path: Path, paths: readonly Path[], shares: Shares): Path {
  if (path === null) return null;
  return path.map((value, step) => {
    const weightsHere = atStep(shares, step);
    let [sum, total] = [0, 0];
    for (let m = 0; m < paths.length; m++) {
      const other = paths[m];
      if (other === null || !(weightsHere[m] > 0)) continue;
      sum += weightsHere[m] * Math.abs(other[step] - value);
      total += weightsHere[m];
    }
    return total > 0 ? sum / total : 0;
  });
}

/**
 * Weights of the models at each step ahead: 1 / E^8, scaled to the sum 1. E is the error of a model relative to the baseline at this step.
 * Errors at steps near by count as well (a Gaussian of half a doubling), and the error over all steps counts as much as 96 errors at this
 * one. The reasons: a model that is right about the next hour need not be right about next week, but twenty origins tell little about a
 * single step.
 *
 * (Measured against weights that are the same at all steps, on the half of the series that constants were chosen on: 0.738 a day ahead
 * became 0.732; a week ahead, over origins of the whole traces, 0.855 became 0.847. With 12 to 192 errors, or a whole doubling, it moves by
 * less than 0.005; backtests of only eight origins are better with more.)
 *
 * @param scores of the models
 * @param eligible by model: whether it takes part
 * @param weights of the origins, > 0
 * @param without index of an origin whose errors do not count
 * @returns by knot (see `knotOf`), then by model; all 0 where no model takes part
 */
export function leadWeights(
  scores: readonly Score[],
  eligible: readonly boolean[],
  weights: readonly number[],
  without?: number,
): readonly (readonly number[])[] {
  const sums = scores.map((score, m) => (eligible[m] ? sumsOf(score, without, weights) : null));
  const overallErrors = sums.map((sum) => sum && pooled(sum));
  const knots = sums.reduce((largest, sum) => Math.max(largest, sum?.count.length ?? 0), 0);
  const unit = weights.reduce((sum, weight, o) => (o === without ? sum : sum + weight), 0) / Math.max(1, weights.length);
  const kernel = Float64Array.from({ length: knots }, (_, distance) => Math.exp(-0.5 * (distance / (width * knotsAnOctave)) ** 2));
  return Array.from({ length: Math.max(1, knots) }, (_, knot) =>
    shares(
      sums.map((sum, m) => {
        const error = overallErrors[m];
        if (sum === null || error === null) return Infinity;
        let [modelError, baseline, count] = [0, 0, 0];
        for (let neighbour = 0; neighbour < knots; neighbour++) {
          const nearness = kernel[Math.abs(knot - neighbour)];
          modelError += nearness * sum.model[neighbour];
          baseline += nearness * sum.baseline[neighbour];
          count += nearness * sum.count[neighbour];
        }
        const prior = (priorErrors * unit * baseline) / count;
        return (modelError + prior * error) / (baseline + prior);
      }),
    ),
  );
}

/** The error over all steps counts as much as this many errors at one step. */
const priorErrors = 96;

/** Width of the Gaussian over steps near by, in doublings of the step ahead. */
const width = 0.5;

/** 1 / E^8 scaled to the sum 1, with 0 for shares that are too small to move a median. */
function shares(errors: readonly number[]): readonly number[] {
  const inverse = errors.map((error) => error ** -power);
  const sum = inverse.reduce((a, b) => a + b, 0);
  const kept = inverse.map((share) => (share > negligible * sum ? share : 0));
  const total = kept.reduce((a, b) => a + b, 0);
  return kept.map((share) => (total > 0 ? share / total : 0));
}

/** The exponent of the weights; between 5 and 12 the error changes by less than two percent. */
const power = 8;

/** A smaller share cannot move a median. */
const negligible = 1e-4;
