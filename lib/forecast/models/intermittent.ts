import { pathOf, type Model } from './model';

/**
 * For low counts with many zeros. Forecasts the probability that there is any load at a time of the day, times the mean size of the loads
 * above zero. Both are kept by exponential smoothing.
 *
 * @see R. H. Teunter, A. A. Syntetos, M. Z. Babai, "Intermittent demand: Linking forecasting to inventory obsolescence", European J.
 *   Operational Research 214 (2011); unlike there, the probability is kept by time of the day
 */
export const intermittent: Model = {
  name: 'intermittent',
  nonNegativeOnly: true,
  smallestTraining: () => 10,
  suits: (values) => {
    let [zeros, observed] = [0, 0];
    for (const value of values) {
      if (value === 0) zeros += 1;
      if (!Number.isNaN(value)) observed += 1;
    }
    return zeros >= minimumZeroShare * observed && zeros < observed;
  },
  paths: ({ values, missing, origins, steps, periods: [day = 1] }) => {
    const probability = new Float64Array(day).fill(0.5);
    let size = 0;
    let t = 0;
    return origins.map((origin) => {
      for (; t < origin; t++) {
        if (missing[t] === 1) continue;
        const occurred = values[t] > 0 ? 1 : 0;
        probability[t % day] += (t < 3 * day ? 0.4 : probabilityGain) * (occurred - probability[t % day]);
        if (occurred === 1) size += (size === 0 ? 1 : sizeGain) * (values[t] - size);
      }
      return pathOf(steps, (step) => probability[(origin + step) % day] * size);
    });
  },
};

const minimumZeroShare = 0.3;
const probabilityGain = 0.15;
const sizeGain = 0.1;
