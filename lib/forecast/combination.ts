import type { Backtest } from './backtest';
import { relativeMae, scoreOf, type Score } from './score';
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
  /** Aligned with the models of the backtest. */
  readonly models: readonly { readonly relativeMae: number | null; readonly weight: number }[];
};

/**
 * Chooses what to trust: the weighted median of the models; a single model where its backtest is better by more than a fifth, or
 * where it alone beats the yardstick (the first model); the yardstick where nothing does. (Measured: choosing a single model by any
 * lead at all adds 1 to 3 % to the error, for small leads are luck.)
 *
 * A model's weight is 1 / MAE^8 of its backtest, origins weighted by `weights`. To score the combination at an origin, its weights leave
 * that origin out. A model takes part when it was tested from at least half of the origins and has a path now.
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
  const shares = origins.map((_, o) => sharesOf(scores, able, weights, o));
  const sharesNow = sharesOf(scores, able, weights);
  const candidate = (m: number): Candidate[] => {
    const { name, paths, ahead } = models[m];
    const error = relativeMae(scores[m], -1, weights) ?? Infinity;
    return ahead === null ? [] : [{ name, paths, ahead, relativeMae: relative[m], error, shares: models.map((_, i) => (i === m ? 1 : 0)) }];
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
    models: models.map((_, m) => ({ relativeMae: relative[m], weight: best.shares[m] })),
  };
}

type Path = Float64Array | null;
type Candidate = Omit<Choice, 'models' | 'spreads' | 'spreadAhead'> & {
  readonly shares: readonly number[];
  /** Relative error with the origins by their weights, which decides. */
  readonly error: number;
};

function trusted(yardstick: Candidate, singles: readonly Candidate[], [combined]: readonly Candidate[]): Candidate {
  const single = singles.reduce((best, other) => (other.error < (1 - rounding) * best.error ? other : best), yardstick);
  if (combined === undefined || single.error < (1 - luck) * combined.error) return single;
  return combined.error < 1 - rounding ? combined : single;
}

/** Leads below this are no leads: equals stay in their order in every unit of the load. */
const rounding = 1e-7;

/** A single model's lead over the combination that is put down to luck. */
const luck = 0.2;

function combination(
  { actual, models }: Backtest,
  shares: readonly (readonly number[])[],
  sharesNow: readonly number[],
  weights: readonly number[],
): Candidate[] {
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
  const score = scoreOf(actual, paths, models[0].paths);
  const error = relativeMae(score, -1, weights) ?? Infinity;
  return ahead === null ? [] : [{ name: 'combination', paths, ahead, relativeMae: relativeMae(score), error, shares: sharesNow }];
}

/** 1 / MAE^8 of those able to take part, as shares; the errors at the origin at index `without` do not count. */
function sharesOf(scores: readonly Score[], able: readonly boolean[], weights: readonly number[], without?: number): number[] {
  const raw = scores.map((score, m) => (able[m] ? (relativeMae(score, without, weights) ?? Infinity) ** -power : 0));
  const sum = raw.reduce((a, b) => a + b, 0);
  const heard = raw.map((share) => (share > negligible * sum ? share : 0));
  const total = heard.reduce((a, b) => a + b, 0);
  return heard.map((share) => (total > 0 ? share / total : 0));
}

/** Between 5 and 12 the error changes by less than two percent. */
const power = 8;

/** A share below this has no say in a median. */
const negligible = 1e-4;

/** Weighted median of the paths that are there, step by step; `null` where none is. */
function combine(paths: readonly Path[], shares: readonly number[]): Path {
  const there = paths.flatMap((path, m) => (path !== null && shares[m] > 0 ? [{ path, share: shares[m] }] : []));
  if (there.length === 0) return null;
  const weights = there.map(({ share }) => share);
  const values = new Float64Array(there.length);
  return there[0].path.map((_, step) => {
    for (let i = 0; i < values.length; i++) values[i] = there[i].path[step];
    return weightedMedian(values, weights);
  });
}

function spreadOf(path: Float64Array, paths: readonly Path[], shares: readonly number[]): Float64Array;
function spreadOf(path: Path, paths: readonly Path[], shares: readonly number[]): Path;
function spreadOf(path: Path, paths: readonly Path[], shares: readonly number[]): Path {
  if (path === null) return null;
  const spread = new Float64Array(path.length);
  let total = 0;
  paths.forEach((other, m) => {
    if (other === null || !(shares[m] > 0)) return;
    total += shares[m];
    for (let step = 0; step < path.length; step++) spread[step] += shares[m] * Math.abs(other[step] - path[step]);
  });
  return total > 0 ? spread.map((sum) => sum / total) : spread;
}
