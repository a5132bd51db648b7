import type { Backtest } from './backtest';
import { knotsAnOctave, nearestKnot, pooled, relativeMae, type Score, scoreOf, sumsOf } from './score';

import { weightedMedian } from './weighted-median';

/** What was chosen from a backtest, as if it were one model. */
export type Choice = {
  /** `combination` or a model's name. */
  readonly name: string;
  /** By origin. */
  readonly paths: readonly (Float64Array | null)[];
  /** By origin: how far the models lie from what was chosen, in the mean of their weights; `null` with the path. */
  readonly spreads: readonly (Float64Array | null)[];
  readonly ahead: Float64Array;
  readonly spreadAhead: Float64Array;
  /** Error relative to the yardstick; `null` without a backtest. */
  readonly relativeMae: number | null;
  /** Aligned with the models of the backtest; a weight is the mean over the leads that are forecast. */
  readonly models: readonly { readonly relativeMae: number | null; readonly weight: number }[];
};

/**
 * Chooses what to trust: the weighted median of the models; where that does not beat the yardstick (the first model), the single model
 * that does; the yardstick where nothing does. (Measured: choosing a single model for any lead over the combination adds 1 to 3 % to the
 * error, for such leads are luck.)
 *
 * Weights follow the errors of a backtest by the lead, see `leadWeights`. To score the combination at an origin, its weights leave that
 * origin out. A model takes part when it was tested from at least half of the origins and has a path now.
 *
 * @param weights of the origins, > 0. @default all alike
 */
export function choose(backtest: Backtest, weights: readonly number[] = backtest.origins.map(() => 1)): Choice {
  const { models, origins } = backtest;
  const scores = models.map(({ paths }) => scoreOf(backtest.actual, paths, models[0].paths));
  const relative = scores.map((score) => relativeMae(score));
  const able = models.map(
    ({ ahead, paths }, m) => ahead !== null && relative[m] !== null && 2 * paths.filter((path) => path !== null).length >= origins.length,
  );
  const shares = origins.map((_, o) => leadWeights(scores, able, weights, o));
  const sharesNow = leadWeights(scores, able, weights);
  const candidate = (m: number): Candidate[] => {
    const { name, paths, ahead } = models[m];
    const error = relativeMae(scores[m], -1, weights) ?? Infinity;
    return ahead === null
      ? []
      : [{ name, paths, ahead, relativeMae: relative[m], error, weights: models.map((_, i) => (i === m ? 1 : 0)) }];
  };
  const [yardstick] = candidate(0);
  const singles = models.flatMap((_, m) => (m > 0 && able[m] ? candidate(m) : []));
  const combined = singles.length === 0 ? [] : combination(backtest, shares, sharesNow, weights);
  const best = trusted(yardstick, singles, combined);
  return {
    name: best.name,
    paths: best.paths,
    ahead: best.ahead,
    relativeMae: best.relativeMae,
    spreads: origins.map((_, o) =>
      spreadOf(
        best.paths[o],
        models.map(({ paths }) => paths[o]),
        shares[o],
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

/** By knot of the lead, then by model. */
type Shares = readonly (readonly number[])[];

type Candidate = Pick<Choice, 'name' | 'paths' | 'ahead' | 'relativeMae'> & {
  /** What is reported of each model. */
  readonly weights: readonly number[];
  /** Relative error with the origins by their weights, which decides. */
  readonly error: number;
};

function trusted(yardstick: Candidate, singles: readonly Candidate[], [combined]: readonly Candidate[]): Candidate {
  if (combined !== undefined && combined.error < 1 - rounding) return combined;
  return singles.reduce((best, other) => (other.error < (1 - rounding) * best.error ? other : best), yardstick);
}

/** Leads below this are no leads: equals stay in their order in every unit of the load. */
const rounding = 1e-7;

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

/** The shares at a step ahead; beyond the tested ones those of the last. */
function atStep(shares: Shares, step: number): readonly number[] {
  return shares[Math.min(shares.length - 1, nearestKnot(step))];
}

/** Weighted median of the paths that are there, step by step; `null` where none has a say at every step. */
function combine(paths: readonly Path[], shares: Shares): Path {
  const heard = shares.map((at) => paths.flatMap((path, m) => (path !== null && at[m] > 0 ? [{ path, share: at[m] }] : [])));
  const [first] = heard[0];
  if (first === undefined || heard.some((some) => some.length === 0)) return null;
  const weights = heard.map((some) => some.map(({ share }) => share));
  return first.path.map((_, step) => {
    const knot = Math.min(shares.length - 1, nearestKnot(step));
    const values = heard[knot].map(({ path }) => path[step]);
    return weightedMedian(values, weights[knot]);
  });
}

function spreadOf(path: Float64Array, paths: readonly Path[], shares: Shares): Float64Array;
function spreadOf(path: Path, paths: readonly Path[], shares: Shares): Path;
function spreadOf(path: Path, paths: readonly Path[], shares: Shares): Path {
  if (path === null) return null;
  return path.map((value, step) => {
    const at = atStep(shares, step);
    let [sum, total] = [0, 0];
    for (let m = 0; m < paths.length; m++) {
      const other = paths[m];
      if (other === null || !(at[m] > 0)) continue;
      sum += at[m] * Math.abs(other[step] - value);
      total += at[m];
    }
    return total > 0 ? sum / total : 0;
  });
}

/**
 * What each model's word is worth at each lead: 1 / E^8, as shares, where E is its error relative to the yardstick's at this lead. Errors at
 * leads near by count as well (a Gaussian of half a doubling), and the error over all leads counts as much as 96 errors at this one: a
 * model that is right about the next hour need not be right about next week, but twenty origins know little of a single lead.
 *
 * (Measured with weights alike at all leads, on the half of the series that constants were chosen on: 0.738 a day ahead became 0.732; a
 * week ahead, over origins of the whole traces, 0.855 became 0.847. With 12 to 192 errors, or a whole doubling, it
 * moves by less than 0.005; backtests of only eight origins want the more.)
 *
 * @param able which models take part
 * @param weights of the origins, > 0
 * @param without index of an origin whose errors do not count
 * @returns by knot, then by model; no shares at all where nobody is able
 */
export function leadWeights(
  scores: readonly Score[],
  able: readonly boolean[],
  weights: readonly number[],
  without?: number,
): readonly (readonly number[])[] {
  const sums = scores.map((score, m) => (able[m] ? sumsOf(score, without, weights) : null));
  const overall = sums.map((sum) => sum && pooled(sum));
  const knots = sums.reduce((most, sum) => Math.max(most, sum?.count.length ?? 0), 0);
  const unit = weights.reduce((sum, weight, o) => (o === without ? sum : sum + weight), 0) / Math.max(1, weights.length);
  const kernel = Float64Array.from({ length: knots }, (_, apart) => Math.exp(-0.5 * (apart / (width * knotsAnOctave)) ** 2));
  return Array.from({ length: Math.max(1, knots) }, (_, knot) =>
    shares(
      sums.map((sum, m) => {
        const error = overall[m];
        if (sum === null || error === null) return Infinity;
        let [own, yardstick, count] = [0, 0, 0];
        for (let other = 0; other < knots; other++) {
          const near = kernel[Math.abs(knot - other)];
          own += near * sum.own[other];
          yardstick += near * sum.yardstick[other];
          count += near * sum.count[other];
        }
        const prior = (priorErrors * unit * yardstick) / count;
        return (own + prior * error) / (yardstick + prior);
      }),
    ),
  );
}

/** Errors at one lead that the error over all leads is worth. */
const priorErrors = 96;

/** Doublings of the lead over which errors count. */
const width = 0.5;

/** 1 / E^8 as shares; a share too small to have a say in a median is none. */
function shares(errors: readonly number[]): readonly number[] {
  const raw = errors.map((error) => error ** -power);
  const sum = raw.reduce((a, b) => a + b, 0);
  const heard = raw.map((share) => (share > negligible * sum ? share : 0));
  const total = heard.reduce((a, b) => a + b, 0);
  return heard.map((share) => (total > 0 ? share / total : 0));
}

/** Between 5 and 12 the error changes by less than two percent. */
const power = 8;

/** A share below this has no say in a median. */
const negligible = 1e-4;
