import { normalEquations, ridge } from './ridge';
import { seasonsOf } from '../training-data';
import type { ScaleKind } from './sweep';
import { pathOf, type Model } from './model';

/** Direct regression on the last days, the last weeks and the present deviation from them, on the scale of the values. */
export const profileRegression = profileRegressionOn('profile-regression', 'linear');

/** The same on the log scale. */
export const profileRegressionLog = profileRegressionOn('profile-regression-log', 'log');

/**
 * The value at any lead of the horizon, by one ridge regression for all leads, on what the same time of the day was one, two and three
 * days ago, in the mean of seven days and in the last two weeks, each less its own level, on the level of the last week, and on how
 * far the last value and the last quarter of a day lie from the seven days' mean, which counts the less the longer the lead. The
 * penalty draws the coefficients towards a sensible mixture, so that a short history gets that mixture.
 */
function profileRegressionOn(name: string, kind: ScaleKind): Model {
  return {
    name,
    nonNegativeOnly: kind === 'log',
    smallestTraining: (intervalMs) => 3 * (seasonsOf(intervalMs)[0]?.steps ?? Infinity),
    paths: (sweep) => {
      const scaled = sweep.scaled(kind);
      if (scaled === null) throw new Error('the log scale needs values that are never negative');
      const [day, week = 7 * day] = sweep.periods;
      const describe = describer(scaled.values, day, week);
      const row = new Float64Array(mixture.length);
      const leads = [...new Set(shares.map((share) => Math.round(share * Math.min(sweep.steps, day))))].filter((lead) => lead < day);
      const sums = normalEquations(row.length);
      const forgetting = forgottenADay ** (1 / day);
      let weight = 0;
      let largest = 0;
      let t = 2 * day;
      for (let i = 0; i < t; i++) largest = Math.max(largest, Math.abs(scaled.values[i] - scaled.values[0]));
      return sweep.origins.map((origin) => {
        for (; t < origin; t++) {
          largest = Math.max(largest, Math.abs(scaled.values[t] - scaled.values[0]));
          if (sweep.missing[t] === 1) continue;
          sums.fade(forgetting);
          weight *= forgetting;
          for (const lead of leads) {
            if (t - lead < 2 * day) continue;
            let rest = scaled.values[t] - describe(row, t - lead, lead);
            for (let i = 0; i < row.length; i++) rest -= mixture[i] * row[i];
            sums.add(row, rest);
            weight += 1;
          }
        }
        let power = 0;
        for (let i = 0; i < 4; i++) power += sums.products[i * (row.length + 1)] / 4;
        const usual = Math.max(power / Math.max(1, weight), rounding * largest * largest);
        const penalty = usual * leads.length * day + Number.MIN_VALUE;
        const coefficients = power > 0 ? ridge(sums, () => penalty) : new Float64Array(row.length);
        return pathOf(sweep.steps, (step) => {
          const level = describe(row, origin, step);
          let move = 0;
          for (let i = 0; i < row.length; i++) move += (mixture[i] + coefficients[i]) * row[i];
          return scaled.back(level + Math.max(-furthest * largest, Math.min(furthest * largest, move)));
        });
      });
    },
  };
}

/** What the coefficients are drawn to, in the order that `describe` writes them. */
const mixture = [0.25, 0.1, 0, 0.35, 0.3, 0.4, 0, 0.4, 0, 0, 0];

/** Leads that are learned from, as shares of the horizon or of the day. */
const shares = [0, 0.04, 0.08, 0.17, 0.25, 0.38, 0.5, 0.63, 0.75, 0.88, 0.96];

/** Share of a row's weight that is left a day later. */
const forgottenADay = 0.953;

/** Rows this small beside the largest move of the history are rounding, or soon will be. */
const rounding = 1e-6;

/** Multiple of the largest move of the history that a path may lie from its level. */
const furthest = 2;

const longestMean = 7;

/** Writes the row of a lead from an origin, all of it known there, and returns the level that it is measured from. */
function describer(values: Float64Array, day: number, week: number): (row: Float64Array, origin: number, lead: number) => number {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i] + values[i];
  const level = (origin: number, steps: number) => {
    const from = Math.max(0, origin - steps);
    return (sums[origin] - sums[from]) / (origin - from);
  };
  const quarter = Math.max(1, Math.round(day / 4));
  const usual = meanOverDays(values, day);
  const quarters = pathOf(values.length + 1, (origin) => level(Math.max(1, origin), quarter));
  const usualQuarters = meanOverDays(quarters, day);
  return (row, origin, lead) => {
    const [dayLevel, weekLevel] = [level(origin, day), level(origin, week)];
    const same = origin - day + (lead % day);
    row[0] = values[same] - dayLevel;
    row[1] = values[Math.max(0, same - day)] - level(Math.max(day, origin - day), day);
    row[2] = values[same >= 2 * day ? same - 2 * day : Math.max(0, same - day)] - dayLevel;
    row[3] = usual[same] - weekLevel;
    row[4] = row[3];
    if (origin >= week + day) {
      const shape = (back: number) => values[origin - back + (lead % week)] - level(origin - back, day);
      row[4] = origin >= 2 * week + day ? (shape(week) + shape(2 * week)) / 2 : shape(week);
    }
    row[5] = weekLevel - dayLevel;
    const lifted = dayLevel - weekLevel;
    const last = values[origin - 1] - usual[Math.max(0, origin - 1 - day)] - lifted;
    const lately = quarters[origin] - usualQuarters[Math.max(0, origin - day)] - lifted;
    row[6] = last * Math.exp((-12 * (lead + 1)) / day);
    row[7] = last * Math.exp((-3 * (lead + 1)) / day);
    row[8] = last * Math.exp(-(lead + 1) / day);
    row[9] = lately * Math.exp((-4 * (lead + 1)) / day);
    row[10] = lately * Math.exp((-0.5 * (lead + 1)) / day);
    return dayLevel;
  };
}

/** At each place the mean of the values there and up to six whole days before. */
function meanOverDays(values: Float64Array, day: number): Float64Array {
  return pathOf(values.length, (t) => {
    const count = Math.min(longestMean, Math.floor(t / day) + 1);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[t - i * day];
    return sum / count;
  });
}
