import { seasonsOf } from '../training-data';
import { meanBetween } from './sweep';
import { pathOf, type Model } from './model';

/**
 * What followed the five past days most like the last one, on the log scale and moved half-way to the present level. Days are alike when
 * their shapes are, their later hours above all, and their levels; the same day of the week counts as a third nearer.
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
    const daysAWeek = Math.max(1, Math.round(week / day));
    const weights = pathOf(day, (i) => 0.3 + i / day);
    return sweep.origins.map((origin) => {
      const level = meanBetween(values, origin - day, origin);
      const candidates: { readonly at: number; readonly level: number; readonly apart: number }[] = [];
      for (let days = 1; origin - days * day >= day; days++) {
        const at = origin - days * day;
        const then = meanBetween(values, at - day, at);
        let apart = 0.5 * Math.abs(level - then) * day;
        for (let i = 0; i < day; i++) apart += weights[i] * Math.abs(values[origin - day + i] - level - values[at - day + i] + then);
        candidates.push({ at, level: then, apart: days % daysAWeek === 0 ? apart * sameWeekday : apart });
      }
      candidates.sort((a, b) => a.apart - b.apart || b.at - a.at);
      const nearest = candidates.slice(0, count);
      const total = nearest.reduce((sum, { apart }) => sum + 1 / (apart + negligible), 0);
      return pathOf(sweep.steps, (step) => {
        let sum = 0;
        for (const one of nearest) sum += (values[one.at + (step % day)] + (level - one.level) / 2) / (one.apart + negligible);
        return back(sum / total);
      });
    });
  },
};

const count = 5;
const sameWeekday = 0.7;
const negligible = 1e-9;
