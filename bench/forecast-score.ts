import type { Case } from './forecast-traces';
import { drawLines } from '../lib/simulate/replay/load';

/** The point forecast, and paths by quantile where the forecaster gives them. */
export type Answer = { readonly mean: ArrayLike<number>; readonly quantiles: readonly ArrayLike<number>[] };

/** Sums over one origin. */
type Row = {
  readonly error: number;
  readonly naiveError: number;
  readonly scored: number;
  readonly below: readonly number[];
  readonly loss: readonly number[];
};

export type Scored = { readonly file: string; readonly rows: readonly Row[] };

/** Scores answers, `null` standing for seasonal naive, by series. `season` is that of seasonal naive, in hours. */
export function scoreAll(
  cases: readonly Case[],
  answers: readonly (Answer | null)[],
  quantiles: readonly number[],
  season: number,
): Scored[] {
  const files = [...new Set(cases.map(({ file }) => file))];
  return files.map((file) => ({
    file,
    rows: cases.flatMap((one, i) => (one.file === file ? [scoreOne(one, answers[i], quantiles, season)] : [])),
  }));
}

function scoreOne({ known, came }: Case, answer: Answer | null, quantiles: readonly number[], season: number): Row {
  const naive = drawLines(known).slice(-season);
  const below = quantiles.map(() => 0);
  const loss = quantiles.map(() => 0);
  let [error, naiveError, scored] = [0, 0, 0];
  came.forEach((value, step) => {
    if (Number.isNaN(value)) return;
    const beside = naive[step % season];
    const said = answer?.mean[step] ?? beside;
    scored += 1;
    error += Math.abs(value - (Number.isFinite(said) ? said : beside));
    naiveError += Math.abs(value - beside);
    quantiles.forEach((quantile, q) => {
      const path = answer?.quantiles[q]?.[step] ?? beside;
      const excess = value - (Number.isFinite(path) ? path : beside);
      if (excess <= 1e-9 * Math.abs(value)) below[q] += 1;
      loss[q] += Math.max(quantile * excess, (quantile - 1) * excess);
    });
  });
  return { error, naiveError, scored, below, loss };
}

const sum = (rows: readonly Row[], figure: (row: Row) => number) => rows.reduce((total, row) => total + figure(row), 0);

export function relativeMae(rows: readonly Row[]): number {
  return sum(rows, ({ error }) => error) / sum(rows, ({ naiveError }) => naiveError);
}

export function coverage(rows: readonly Row[], q: number): number {
  return sum(rows, ({ below }) => below[q]) / sum(rows, ({ scored }) => scored);
}

/** Pinball loss relative to the mean absolute error of seasonal naive. */
export function pinball(rows: readonly Row[], q: number): number {
  return sum(rows, ({ loss }) => loss[q]) / sum(rows, ({ naiveError }) => naiveError);
}

export function geometricMean(figures: readonly number[]): number {
  return Math.exp(figures.reduce((total, figure) => total + Math.log(figure), 0) / figures.length);
}

/**
 * A 95 % interval of a figure by the block bootstrap: a block is all leads of one origin; origins are drawn anew within each series, 1,000
 * times, by a seeded stream.
 *
 * @see B. Efron, R. Tibshirani, "An Introduction to the Bootstrap" (1993); H. R. Künsch, "The Jackknife and the Bootstrap for General
 *   Stationary Observations", Annals of Statistics 17 (1989), for blocks
 */
export function interval(series: readonly Scored[], figure: (drawn: readonly Scored[]) => number): readonly [number, number] {
  let state = 1;
  const draw = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const figures = Float64Array.from({ length: 1_000 }, () =>
    figure(series.map(({ file, rows }) => ({ file, rows: rows.map(() => rows[draw(rows.length)]) }))),
  ).sort();
  return [figures[24], figures[974]];
}
