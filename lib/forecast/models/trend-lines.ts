import { pathOf, type Model } from './model';

/**
 * The last value and the mean slope of the history: the straight line from the first observation through the last one.
 *
 * @see R. J. Hyndman, G. Athanasopoulos, "Forecasting: Principles and Practice" (3rd edition, 2021), section 5.2
 */
export const drift: Model = {
  name: 'drift',
  smallestTraining: () => 2,
  paths: ({ values, origins, steps }) =>
    origins.map((n) => {
      const slope = (values[n - 1] - values[0]) / (n - 1);
      return pathOf(steps, (step) => values[n - 1] + slope * (step + 1));
    }),
};

/** The straight line by least squares through the whole history, as a `polyfit` of degree 1 gives it; a simple model to compare with. */
export const linearTrend: Model = {
  name: 'linear-trend',
  smallestTraining: () => 3,
  paths: ({ values, origins, steps }) => {
    let sum = 0;
    let moment = 0;
    let at = 0;
    return origins.map((n) => {
      for (; at < n; at++) {
        sum += values[at];
        moment += at * values[at];
      }
      const centre = (n - 1) / 2;
      const slope = (moment - centre * sum) / ((n * (n * n - 1)) / 12);
      return pathOf(steps, (step) => sum / n + slope * (n + step - centre));
    });
  },
};
