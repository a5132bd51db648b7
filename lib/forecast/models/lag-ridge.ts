import { normalEquations, ridge } from './ridge';
import { seasonsOf } from '../training-data';
import { meanBetween, type ScaleKind } from './sweep';
import { pathOf, type Model } from './model';

/** Ridge regression on lags and calendar, on the scale of the values. */
export const lagRidge = lagRidgeOn('lag-ridge', 'linear');

/** The same on the log scale. */
export const lagRidgeLog = lagRidgeOn('lag-ridge-log', 'log');

/**
 * Each value by ridge regression on those 1, 2 and 3 steps, a day, a day and a step, two days, a week, and a week and a step before it,
 * and on waves of the day and of the week; and so for each season found beside them, by its waves and the two last of it. Carried on step
 * by step. Older rows weigh less. The sums grow with the history, so that an
 * origin costs one small system of equations.
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
      const [first] = origins;
      const level = meanBetween(scaled.values, 0, first);
      const values = scaled.values.map((value) => value - level);
      const unit = Math.sqrt(values.subarray(0, first).reduce((sum, value) => sum + value * value, 0) / first);
      const knowsWeek = week !== undefined && first >= week + day + 1;
      const cycleLags = sweep.cycles.flatMap((cycle) => [cycle, 2 * cycle]);
      const lags = [...new Set([1, 2, 3, day, day + 1, 2 * day, ...(knowsWeek ? [week, week + 1] : []), ...cycleLags])];
      const cycleWaves = sweep.cycles.flatMap((cycle) => wavesOf(cycle, Math.min(dayWaves, Math.floor((cycle - 1) / 2))));
      const tables = [
        ...wavesOf(day, dayWaves),
        ...cycleWaves,
        ...(week !== undefined && values.length >= 2 * week ? wavesOf(week, weekWaves) : []),
      ];
      const row = new Float64Array(1 + lags.length + tables.length);
      const describe = (line: Float64Array, t: number) => {
        row[0] = unit;
        for (let i = 0; i < lags.length; i++) row[1 + i] = t >= lags[i] ? line[t - lags[i]] : 0;
        for (let i = 0; i < tables.length; i++) row[1 + lags.length + i] = unit * tables[i][t % tables[i].length];
      };
      const sums = normalEquations(row.length);
      const forgetting = forgottenADay ** (1 / day);
      let power = 0;
      let weight = 0;
      let largest = 0;
      let t = knowsWeek ? week + 1 : 2 * day;
      for (let i = 0; i < t; i++) largest = Math.max(largest, Math.abs(values[i]));
      return origins.map((origin) => {
        for (; t < origin; t++) {
          largest = Math.max(largest, Math.abs(values[t]));
          if (missing[t] === 1) continue;
          describe(values, t);
          sums.fade(forgetting);
          sums.add(row, values[t]);
          power = power * forgetting + values[t] * values[t];
          weight = weight * forgetting + 1;
        }
        const penalty = (strength * day * power) / (24 * Math.max(1, weight)) + 1e-9 * largest * largest + Number.MIN_VALUE;
        const coefficients = ridge(sums, (i) => (i === 0 ? 0.1 * penalty : penalty));
        const line = new Float64Array(origin + steps);
        line.set(values.subarray(0, origin));
        return pathOf(steps, (step) => {
          describe(line, origin + step);
          let sum = 0;
          for (let i = 0; i < row.length; i++) sum += coefficients[i] * row[i];
          line[origin + step] = Math.max(-furthest * largest, Math.min(furthest * largest, sum));
          return scaled.back(line[origin + step] + level);
        });
      });
    },
  };
}

const dayWaves = 4;
const weekWaves = 3;
const strength = 3;

/** Share of a row's weight that is left a day later. */
const forgottenADay = 0.953;

/** Multiple of the largest value, about the mean, that a step may reach: a feedback that grows stops there. */
const furthest = 2;

/** Sines and cosines of a season and of its first harmonics, small beside the lags so that the penalty holds them back. */
function wavesOf(period: number, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, k) =>
    [Math.sin, Math.cos].map((wave) => pathOf(period, (i) => 0.3 * wave((2 * Math.PI * (k + 1) * i) / period))),
  ).flat();
}
