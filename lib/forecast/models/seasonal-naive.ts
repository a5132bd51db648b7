import { DAY_MS, HOUR_MS, WEEK_MS } from '../../units';
import { seasonsOf } from '../training-data';
import { pathOf, type Model } from './model';

/** Seasonal naive: repeats the last day over the whole horizon. */
export const seasonalNaiveDay = seasonalNaive(DAY_MS);

/** Seasonal naive: repeats the last week over the whole horizon. */
export const seasonalNaiveWeek = seasonalNaive(WEEK_MS);

/** Seasonal naive: repeats the last cycle of the strongest season found beside the day and the week. */
export const seasonalNaiveCycle: Model = {
  name: 'seasonal-naive-cycle',
  smallestTraining: () => 1,
  paths: ({ values, origins, steps, cycles: [cycle = 1] }) =>
    origins.map((origin) => pathOf(steps, (step) => values[Math.max(0, origin - cycle + (step % cycle))])),
};

/** Repeats the last value, for intervals and histories that have no season. */
export const lastValue: Model = {
  name: 'last-value',
  smallestTraining: () => 1,
  paths: ({ values, origins, steps }) => origins.map((origin) => new Float64Array(steps).fill(values[origin - 1])),
};

/** Repeats the last season; where a season is no whole number of steps, each step takes the value nearest to one season before. */
function seasonalNaive(seasonMs: number): Model {
  const stepsOf = (intervalMs: number) => seasonsOf(intervalMs).find(({ ms }) => ms === seasonMs)?.steps ?? Infinity;
  return {
    name: `seasonal-naive-${seasonMs / HOUR_MS}h`,
    smallestTraining: stepsOf,
    smallestHistory: (intervalMs) => 2 * stepsOf(intervalMs),
    paths: ({ values, intervalMs, origins, steps }) => {
      const season = seasonMs / intervalMs;
      return origins.map((origin) =>
        pathOf(steps, (step) => {
          const back = Math.round(Math.ceil((step + 1) / season) * season) - step;
          return values[Math.max(0, Math.min(origin - 1, origin - back))];
        }),
      );
    },
  };
}

/** The median of the last five days (at least three) at each time of the day, which a spike or an outage on one of them cannot move. */
export const recentDays: Model = {
  name: 'recent-days',
  smallestTraining: (intervalMs) => 3 * (seasonsOf(intervalMs)[0]?.steps ?? Infinity),
  paths: ({ values, origins, steps, periods: [day] }) =>
    origins.map((origin) => {
      const days = Math.min(maximumDays, Math.floor(origin / day));
      const sameTimes = new Float64Array(days);
      const season = pathOf(Math.min(day, steps), (step) => {
        for (let i = 0; i < days; i++) sameTimes[i] = values[origin - (i + 1) * day + step];
        sameTimes.sort();
        return (sameTimes[(days - 1) >> 1] + sameTimes[days >> 1]) / 2;
      });
      return pathOf(steps, (step) => season[step % day]);
    }),
};

const maximumDays = 5;
