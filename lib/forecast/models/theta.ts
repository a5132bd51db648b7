import { seasonsOf } from '../training-data';
import { pathOf, type Model } from './model';

/**
 * The theta method: the series without its seasons is carried on by exponential smoothing plus half the slope of its least-squares line,
 * and the seasons are added again. Of five smoothing constants the one with the smallest squared error one step ahead is used.
 *
 * @see V. Assimakopoulos, K. Nikolopoulos, "The theta model", Int. J. Forecasting 16 (2000); R. J. Hyndman, B. Billah, "Unmasking the Theta
 *   method", Int. J. Forecasting 19 (2003), for the form with a drift
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
        .map((constant) => smoothOnce(adjusted, constant))
        .reduce((best, other) => (other.error < best.error ? other : best));
      const slope = slopeOf(adjusted) / 2;
      const driftCorrection = slope * ((1 - (1 - gain) ** n) / gain - 1);
      return pathOf(sweep.steps, (step) => {
        let season = 0;
        periods.forEach((period, i) => (season += seasonals[i][n - period + (step % period)]));
        return season + level + driftCorrection + slope * (step + 1);
      });
    }),
};

const gains = [0.05, 0.15, 0.35, 0.6, 0.9];

function smoothOnce(values: Float64Array, gain: number) {
  let level = values[0];
  let error = 0;
  for (const value of values) {
    const residual = value - level;
    error += residual * residual;
    level += gain * residual;
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
