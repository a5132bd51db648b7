import { longestTraining, seasonsOf, seasonsWithin } from '../training-data';
import { type Model, pathOf } from './model';
import { mean } from '../../history';
import { normalEquations, ridge } from './ridge';

/** ARIMA(1, 0, 1)(0, 1, 1) with the season of a day, through the `arima` package: on hours or longer, for finer ones take it minutes. */
export const seasonalArima: Model = {
  name: 'seasonal-arima',
  guarded: true,
  smallestTraining: (intervalMs) => {
    const day = seasonsOf(intervalMs)[0]?.steps ?? Infinity;
    return day <= longestSeason ? 4 * day : Infinity;
  },
  paths: ({ values, origins, steps, periods: [day] }, arma) =>
    origins.map((origin) => arma(values.slice(0, origin), { p: 1, q: 1, seasonal: { p: 0, d: 1, q: 1, steps: day } }, steps)),
};

const longestSeason = 24;

/**
 * Waves of the day and the week by least squares on the log scale, what they leave by ARMA(2, 1) through the `arima` package: two steps,
 * since regressors make the package fail.
 */
export const fourierArima: Model = {
  name: 'fourier-arima-log',
  guarded: true,
  nonNegativeOnly: true,
  smallestTraining: (intervalMs) => 2 * (seasonsOf(intervalMs)[0]?.steps ?? Infinity),
  paths: (sweep, arma) => {
    const scaled = sweep.scaled('log');
    if (scaled === null) throw new Error('the log scale needs values that are never negative');
    return sweep.origins.map((origin) => {
      const from = Math.max(0, origin - longestTraining(sweep.intervalMs));
      const training = scaled.values.subarray(from, origin);
      // The penalty must not pull at the level: another unit moves it.
      const level = mean(training);
      const periods = seasonsWithin(training.length, sweep.intervalMs).map((season) => season.steps);
      const row = new Float64Array(1 + 2 * waves.reduce((sum, count, i) => sum + (i < periods.length ? count : 0), 0));
      const describe = (t: number) => {
        row[0] = 1;
        let at = 1;
        periods.forEach((period, i) => {
          for (let k = 1; k <= waves[i]; k++) {
            const angle = (2 * Math.PI * k * ((from + t) % period)) / period;
            row[at++] = Math.sin(angle);
            row[at++] = Math.cos(angle);
          }
        });
      };
      const sums = normalEquations(row.length);
      training.forEach((value, t) => {
        describe(t);
        sums.add(row, value - level);
      });
      const coefficients = ridge(sums, () => 1e-3);
      const fitted = (t: number) => {
        describe(t);
        return row.reduce((sum, x, i) => sum + x * coefficients[i], level);
      };
      const rest = arma(
        training.map((value, t) => value - fitted(t)),
        { p: 2, q: 1 },
        sweep.steps,
      );
      return pathOf(sweep.steps, (step) => scaled.back(fitted(training.length + step) + rest[step]));
    });
  },
};

/** Harmonics of the day and of the week. */
const waves = [5, 3];
