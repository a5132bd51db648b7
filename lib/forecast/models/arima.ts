import { longestTraining, seasonsOf, seasonsWithin } from '../training-data';
import { type Model, pathOf } from './model';
import { mean } from '../../history';
import { normalEquations, ridge } from './ridge';

/**
 * ARIMA(1, 0, 1)(0, 1, 1) through the `arima` package. Its season is the day, for daily data the week. It is used at intervals of an hour
 * or more, for with more than 24 steps in a season one fit takes minutes.
 */
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

/** Steps. */
const longestSeason = 24;

/**
 * Regression on sine and cosine waves of the day and the week by least squares on the log scale; the residuals are carried on by ARMA(2, 1)
 * through the `arima` package. These are two separate fits because the package fails when it is given regressors.
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
      // The level is taken out first, so that the penalty does not act on it: the level depends on the unit of the load.
      const level = mean(training);
      const periods = seasonsWithin(training.length, sweep.intervalMs).map((season) => season.steps);
      const row = new Float64Array(1 + 2 * harmonics.reduce((sum, count, i) => sum + (i < periods.length ? count : 0), 0));
      const fillRow = (t: number) => {
        row[0] = 1;
        let column = 1;
        periods.forEach((period, i) => {
          for (let k = 1; k <= harmonics[i]; k++) {
            const angle = (2 * Math.PI * k * ((from + t) % period)) / period;
            row[column++] = Math.sin(angle);
            row[column++] = Math.cos(angle);
          }
        });
      };
      const sums = normalEquations(row.length);
      training.forEach((value, t) => {
        fillRow(t);
        sums.add(row, value - level);
      });
      const coefficients = ridge(sums, () => 1e-3);
      const fitted = (t: number) => {
        fillRow(t);
        return row.reduce((sum, x, i) => sum + x * coefficients[i], level);
      };
      const residuals = arma(
        training.map((value, t) => value - fitted(t)),
        { p: 2, q: 1 },
        sweep.steps,
      );
      return pathOf(sweep.steps, (step) => scaled.back(fitted(training.length + step) + residuals[step]));
    });
  },
};

/** Number of harmonics of the day and of the week. */
const harmonics = [5, 3];
