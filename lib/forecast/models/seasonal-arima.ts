import { seasonsOf } from '../seasons';
import type { Model } from './model';

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
