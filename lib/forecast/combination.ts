import type { Backtest } from './backtest';
import { relativeMae, scoreOf, type Score } from './score';
import { weightedMedian } from './weighted-median';

/** What was chosen from a backtest, as if it were one model. */
export type Choice = {
  /** `combination` or a model's name. */
  readonly name: string;
  /** By origin. */
  readonly paths: readonly (Float64Array | null)[];
  readonly ahead: Float64Array;
  /** Error relative to the yardstick; `null` without a backtest. */
  readonly relativeMae: number | null;
  /** Aligned with the models of the backtest. */
  readonly models: readonly { readonly relativeMae: number | null; readonly weight: number }[];
};

/**
 * Chooses what to trust: the weighted median of the models; a single model where its backtest is better by more than a tenth, or
 * where it alone beats the yardstick (the first model); the yardstick where nothing does. (Measured: choosing a single model by any
 * lead at all adds 1 to 3 % to the error, for small leads are luck.)
 *
 * A model's weight is 1 / MAE^4 of its backtest. To score the combination at an origin, its weights leave that origin out. A model
 * takes part when it was tested from at least half of the origins and has a path now.
 */
export function choose(backtest: Backtest): Choice {
  const { models, origins } = backtest;
  const scores = models.map(({ paths }) => scoreOf(backtest.actual, paths, models[0].paths));
  const relative = scores.map((score) => relativeMae(score));
  const able = models.map(
    ({ ahead, paths }, m) => ahead !== null && relative[m] !== null && 2 * paths.filter(isPath).length >= origins.length,
  );
  const candidate = (m: number): Candidate[] => {
    const { name, paths, ahead } = models[m];
    return ahead === null ? [] : [{ name, paths, ahead, relativeMae: relative[m], weights: models.map((_, i) => (i === m ? 1 : 0)) }];
  };
  const [yardstick] = candidate(0);
  const singles = models.flatMap((_, m) => (m > 0 && able[m] ? candidate(m) : []));
  const combined = singles.length === 0 ? [] : combination(backtest, scores, able);
  const best = trusted(yardstick, singles, combined);
  return { ...best, models: models.map((_, m) => ({ relativeMae: relative[m], weight: best.weights[m] })) };
}

type Candidate = Omit<Choice, 'models'> & { readonly weights: readonly number[] };

function trusted(yardstick: Candidate, singles: readonly Candidate[], [combined]: readonly Candidate[]): Candidate {
  const error = (candidate: Candidate) => candidate.relativeMae ?? Infinity;
  const single = singles.reduce((best, other) => (error(other) < error(best) ? other : best), yardstick);
  if (combined === undefined || error(single) < (1 - luck) * error(combined)) return single;
  return error(combined) < 1 ? combined : single;
}

/** A single model's lead over the combination that is put down to luck. */
const luck = 0.1;

function combination({ origins, actual, models }: Backtest, scores: readonly Score[], able: readonly boolean[]): Candidate[] {
  const weights = weightsOf(scores, able);
  const paths = origins.map((_, o) =>
    combine(
      models.map((model) => model.paths[o]),
      weightsOf(scores, able, o),
    ),
  );
  const ahead = combine(
    models.map((model) => model.ahead),
    weights,
  );
  const score = scoreOf(actual, paths, models[0].paths);
  return ahead === null ? [] : [{ name: 'combination', paths, ahead, relativeMae: relativeMae(score), weights }];
}

/** 1 / MAE^4 of those able to take part, as shares; the errors at the origin at index `without` do not count. */
function weightsOf(scores: readonly Score[], able: readonly boolean[], without?: number): number[] {
  const raw = scores.map((score, m) => (able[m] ? (relativeMae(score, without) ?? Infinity) ** -4 : 0));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => (sum > 0 ? weight / sum : 0));
}

/** Weighted median of the paths that are there, step by step; `null` where none is. */
function combine(paths: readonly (Float64Array | null)[], weights: readonly number[]): Float64Array | null {
  const there = paths.flatMap((path, m) => (path !== null && weights[m] > 0 ? [{ path, weight: weights[m] }] : []));
  if (there.length === 0) return null;
  const shares = there.map(({ weight }) => weight);
  return there[0].path.map((_, step) =>
    weightedMedian(
      there.map(({ path }) => path[step]),
      shares,
    ),
  );
}

function isPath(path: Float64Array | null): boolean {
  return path !== null;
}
