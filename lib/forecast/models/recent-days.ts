import { seasonsOf } from '../seasons';
import { pathOf, type Model } from './model';

/** Per time of the day, the median of the last five days: what a spike or an outage on one of them cannot move. */
export const recentDays: Model = {
  name: 'recent-days',
  smallestTraining: (intervalMs) => 3 * (seasonsOf(intervalMs)[0]?.steps ?? Infinity),
  paths: ({ values, origins, steps, periods: [day] }) =>
    origins.map((origin) => {
      const days = Math.min(mostDays, Math.floor(origin / day));
      const seen = new Float64Array(days);
      const season = pathOf(Math.min(day, steps), (step) => {
        for (let i = 0; i < days; i++) seen[i] = values[origin - (i + 1) * day + step];
        seen.sort();
        return (seen[(days - 1) >> 1] + seen[days >> 1]) / 2;
      });
      return pathOf(steps, (step) => season[step % day]);
    }),
};

const mostDays = 5;
