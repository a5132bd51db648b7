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
