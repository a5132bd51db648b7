import { seasonsOf } from '../training-data';
import { pathOf, type Model } from './model';

/**
 * Theta on the seasonally adjusted series: exponential smoothing with half the slope of the least-squares line, seasons put back. The
 * smoothing constant is the one of five with the smallest squared one-step error.
 *
 * @see V. Assimakopoulos, K. Nikolopoulos, "The theta model", Int. J. Forecasting 16 (2000); R. J. Hyndman, B. Billah, "Unmasking the
 *   Theta method", Int. J. Forecasting 19 (2003), for the form with a drift
 */
export const theta: Model = {
  name: 'theta',
  smallestTraining: (intervalMs) => 2 * (seasonsOf(intervalMs)[0]?.steps ?? Infinity),
  paths: (sweep) =>
    sweep.origins.map((origin) => {
      const decomposed = sweep.decomposition(origin, 'linear');
      if (decomposed === null) throw new Error('the training holds no season twice');
      const { periods, seasonals, trend, remainder } = decomposed;
      const n = trend.length;
      const adjusted = trend.map((value, t) => value + remainder[t]);
      const { level, gain } = gains
        .map((each) => smoothOnce(adjusted, each))
        .reduce((best, other) => (other.error < best.error ? other : best));
      const slope = slopeOf(adjusted) / 2;
      const head = slope * ((1 - (1 - gain) ** n) / gain - 1);
      return pathOf(sweep.steps, (step) => {
        let season = 0;
        periods.forEach((period, i) => (season += seasonals[i][n - period + (step % period)]));
        return season + level + head + slope * (step + 1);
      });
    }),
};

const gains = [0.05, 0.15, 0.35, 0.6, 0.9];

function smoothOnce(values: Float64Array, gain: number) {
  let level = values[0];
  let error = 0;
  for (const value of values) {
    const miss = value - level;
    error += miss * miss;
    level += gain * miss;
  }
  return { level, gain, error };
}

function slopeOf(values: Float64Array): number {
  const n = values.length;
  const centre = (n - 1) / 2;
  let moment = 0;
  for (let t = 0; t < n; t++) moment += (t - centre) * values[t];
  return moment / ((n * (n * n - 1)) / 12);
}
