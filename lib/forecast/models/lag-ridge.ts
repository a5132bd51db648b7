import { normalEquations, ridge } from './ridge';
import { seasonsOf } from '../training-data';
import { meanBetween, type ScaleKind } from './sweep';
import { pathOf, type Model } from './model';

/** Ridge regression on past values and on waves, step by step, on the scale of the values; see `lagRidgeOn`. */
export const lagRidge = lagRidgeOn('lag-ridge', 'linear');

/** As `lagRidge`, on the log scale. */
export const lagRidgeLog = lagRidgeOn('lag-ridge-log', 'log');

/**
 * Recursive ridge regression: each step is predicted from past values, and a prediction serves as past value of later steps.
 *
 * The regressors are a constant; the values one, two and three steps, a day, a day and a step, two days, a week, and a week and a step
 * before; sine and cosine waves of the day and of the week; and for each season found beside these its waves and the values one and two of
 * its cycles before. Older rows weigh less. The sums of the regression grow along the history, so that an origin costs no more than one
 * small system of equations.
 */
function lagRidgeOn(name: string, kind: ScaleKind): Model {
  return {
    name,
    nonNegativeOnly: kind === 'log',
    smallestTraining: (intervalMs) => 3 * (seasonsOf(intervalMs)[0]?.steps ?? Infinity),
    paths: (sweep) => {
      const { origins, steps, missing, periods } = sweep;
      const scaled = sweep.scaled(kind);
      if (scaled === null) throw new Error('the log scale needs values that are never negative');
      const [day, week] = periods;
      const [firstOrigin] = origins;
      const level = meanBetween(scaled.values, 0, firstOrigin);
      const values = scaled.values.map((value) => value - level);
      const unit = Math.sqrt(values.subarray(0, firstOrigin).reduce((sum, value) => sum + value * value, 0) / firstOrigin);
      const knowsWeek = week !== undefined && firstOrigin >= week + day + 1;
      const cycleLags = sweep.cycles.flatMap((cycle) => [cycle, 2 * cycle]);
      const lags = [...new Set([1, 2, 3, day, day + 1, 2 * day, ...(knowsWeek ? [week, week + 1] : []), ...cycleLags])];
      const cycleWaves = sweep.cycles.flatMap((cycle) => wavesOf(cycle, Math.min(dayWaves, Math.floor((cycle - 1) / 2))));
      const waves = [
        ...wavesOf(day, dayWaves),
        ...cycleWaves,
        ...(week !== undefined && values.length >= 2 * week ? wavesOf(week, weekWaves) : []),
      ];
      const row = new Float64Array(1 + lags.length + waves.length);
      const fillRow = (path: Float64Array, t: number) => {
        row[0] = unit;
        for (let i = 0; i < lags.length; i++) row[1 + i] = t >= lags[i] ? path[t - lags[i]] : 0;
        for (let i = 0; i < waves.length; i++) row[1 + lags.length + i] = unit * waves[i][t % waves[i].length];
      };
      const sums = normalEquations(row.length);
      const keptPerStep = keptPerDay ** (1 / day);
      let power = 0;
      let weight = 0;
      let largest = 0;
      let t = knowsWeek ? week + 1 : 2 * day;
      for (let i = 0; i < t; i++) largest = Math.max(largest, Math.abs(values[i]));
      return origins.map((origin) => {
        for (; t < origin; t++) {
          largest = Math.max(largest, Math.abs(values[t]));
          if (missing[t] === 1) continue;
          fillRow(values, t);
          sums.fade(keptPerStep);
          sums.add(row, values[t]);
          power = power * keptPerStep + values[t] * values[t];
          weight = weight * keptPerStep + 1;
        }
        const penalty = (penaltyStrength * day * power) / (24 * Math.max(1, weight)) + 1e-9 * largest * largest + Number.MIN_VALUE;
        const coefficients = ridge(sums, (i) => (i === 0 ? 0.1 * penalty : penalty));
        const path = new Float64Array(origin + steps);
        path.set(values.subarray(0, origin));
        return pathOf(steps, (step) => {
          fillRow(path, origin + step);
          let sum = 0;
          for (let i = 0; i < row.length; i++) sum += coefficients[i] * row[i];
          path[origin + step] = Math.max(-largestMultiple * largest, Math.min(largestMultiple * largest, sum));
          return scaled.back(path[origin + step] + level);
        });
      });
    },
  };
}

const dayWaves = 4;
const weekWaves = 3;
const penaltyStrength = 3;

/** Share of the weight of a row that is left a day later. */
const keptPerDay = 0.953;

/** A step is limited to this multiple of the largest distance of a value from the mean, so that a feedback cannot grow without end. */
const largestMultiple = 2;

/**
 * Sines and cosines of a season and of its first harmonics, as tables of one cycle. They are small beside the lags, so that the penalty
 * acts on them more.
 */
function wavesOf(period: number, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, k) =>
    [Math.sin, Math.cos].map((wave) => pathOf(period, (i) => 0.3 * wave((2 * Math.PI * (k + 1) * i) / period))),
  ).flat();
}
