import { seasonsOf } from '../training-data';
import { meanBetween } from './sweep';
import { pathOf, type Model } from './model';

/**
 * Finds the five past days that are most similar to the last day and forecasts the weighted mean of what followed them, on the log scale,
 * each moved half-way to the present level. The weight of a day is 1 / distance. The distance compares the shapes of two days, later hours
 * more than earlier ones, and their levels; for a day of the same weekday it is multiplied by 0.7.
 *
 * @see the method of analogues, E. N. Lorenz, "Atmospheric Predictability as Revealed by Naturally Occurring Analogues", J. Atmospheric
 *   Sciences 26 (1969)
 */
export const analogueDays: Model = {
  name: 'analogue-days',
  nonNegativeOnly: true,
  smallestTraining: (intervalMs) => 4 * (seasonsOf(intervalMs)[0]?.steps ?? Infinity),
  paths: (sweep) => {
    const scaled = sweep.scaled('log');
    if (scaled === null) throw new Error('the log scale needs values that are never negative');
    const { values, back } = scaled;
    const [day, week = day] = sweep.periods;
    const daysPerWeek = Math.max(1, Math.round(week / day));
    const weights = pathOf(day, (i) => 0.3 + i / day);
    return sweep.origins.map((origin) => {
      const level = meanBetween(values, origin - day, origin);
      const candidates: { readonly end: number; readonly level: number; readonly distance: number }[] = [];
      for (let days = 1; origin - days * day >= day; days++) {
        const end = origin - days * day;
        const pastLevel = meanBetween(values, end - day, end);
        let distance = 0.5 * Math.abs(level - pastLevel) * day;
        for (let i = 0; i < day; i++)
          distance += weights[i] * Math.abs(values[origin - day + i] - level - values[end - day + i] + pastLevel);
        candidates.push({ end, level: pastLevel, distance: days % daysPerWeek === 0 ? distance * sameWeekdayFactor : distance });
      }
      candidates.sort((a, b) => a.distance - b.distance || b.end - a.end);
      const nearest = candidates.slice(0, analogueCount);
      const total = nearest.reduce((sum, { distance }) => sum + 1 / (distance + negligible), 0);
      return pathOf(sweep.steps, (step) => {
        let sum = 0;
        for (const past of nearest) sum += (values[past.end + (step % day)] + (level - past.level) / 2) / (past.distance + negligible);
        return back(sum / total);
      });
    });
  },
};

const analogueCount = 5;
const sameWeekdayFactor = 0.7;
const negligible = 1e-9;
