import { pathOf, type Model } from './model';

/** A straight line by least squares through the whole history: what a `polyfit` of degree 1 gives, here as a baseline. */
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
