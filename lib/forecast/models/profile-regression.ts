import { normalEquations, ridge } from './ridge';
import { seasonsOf } from '../training-data';
import type { ScaleKind } from './sweep';
import { pathOf, type Model } from './model';

/** Ridge regression on the last days, the last weeks and the present deviation from them, on the scale of the values. */
export const profileRegression = profileRegressionOn('profile-regression', 'linear');

/** As `profileRegression`, on the log scale. */
export const profileRegressionLog = profileRegressionOn('profile-regression-log', 'log');

/**
 * Direct regression: the value at any lead is predicted from what is known at the origin, by one ridge regression for all leads.
 *
 * The regressors are the load at the same time of the day one, two and three days ago, its mean over seven days, and its mean over the last
 * two weeks, each less a mean level; the level of the last week; and the distance of the last value and of the last quarter of a day from
 * the mean over seven days, which counts less the longer the lead. The penalty draws the coefficients towards a fixed mixture of these, so
 * that a short history is forecast by that mixture.
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
      const fillRow = rowFiller(scaled.values, day, week);
      const row = new Float64Array(mixture.length);
      const leads = [...new Set(leadShares.map((share) => Math.round(share * Math.min(sweep.steps, day))))].filter((lead) => lead < day);
      const sums = normalEquations(row.length);
      const keptPerStep = keptPerDay ** (1 / day);
      let weight = 0;
      let largestMove = 0;
      let t = 2 * day;
      for (let i = 0; i < t; i++) largestMove = Math.max(largestMove, Math.abs(scaled.values[i] - scaled.values[0]));
      return sweep.origins.map((origin) => {
        for (; t < origin; t++) {
          largestMove = Math.max(largestMove, Math.abs(scaled.values[t] - scaled.values[0]));
          if (sweep.missing[t] === 1) continue;
          sums.fade(keptPerStep);
          weight *= keptPerStep;
          for (const lead of leads) {
            if (t - lead < 2 * day) continue;
            let residual = scaled.values[t] - fillRow(row, t - lead, lead);
            for (let i = 0; i < row.length; i++) residual -= mixture[i] * row[i];
            sums.add(row, residual);
            weight += 1;
          }
        }
        let power = 0;
        for (let i = 0; i < 4; i++) power += sums.products[i * (row.length + 1)] / 4;
        const meanPower = Math.max(power / Math.max(1, weight), rounding * largestMove * largestMove);
        const penalty = meanPower * leads.length * day + Number.MIN_VALUE;
        const coefficients = power > 0 ? ridge(sums, () => penalty) : new Float64Array(row.length);
        return pathOf(sweep.steps, (step) => {
          const level = fillRow(row, origin, step);
          let deviation = 0;
          for (let i = 0; i < row.length; i++) deviation += (mixture[i] + coefficients[i]) * row[i];
          return scaled.back(level + Math.max(-largestMultiple * largestMove, Math.min(largestMultiple * largestMove, deviation)));
        });
      });
    },
  };
}

/** The coefficients that the penalty draws towards, in the order of the row that `rowFiller` writes. */
const mixture = [0.25, 0.1, 0, 0.35, 0.3, 0.4, 0, 0.4, 0, 0, 0];

/** Leads that are used for learning, as shares of the horizon or of a day, whichever is shorter. */
const leadShares = [0, 0.04, 0.08, 0.17, 0.25, 0.38, 0.5, 0.63, 0.75, 0.88, 0.96];

/** Share of the weight of a row that is left a day later. */
const keptPerDay = 0.953;

/** Rows smaller than this share of the largest move of the history are treated as rounding errors. */
const rounding = 1e-6;

/** A path may lie this multiple of the largest move of the history away from its level. */
const largestMultiple = 2;

/** Days. */
const maximumDays = 7;

/**
 * Returns a function that writes the regressors of a lead from an origin into `row`, from values before the origin alone, and returns the
 * level that the prediction is added to.
 */
function rowFiller(values: Float64Array, day: number, week: number): (row: Float64Array, origin: number, lead: number) => number {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i] + values[i];
  const level = (origin: number, steps: number) => {
    const from = Math.max(0, origin - steps);
    return (sums[origin] - sums[from]) / (origin - from);
  };
  const quarter = Math.max(1, Math.round(day / 4));
  const dayMeans = meanOverDays(values, day);
  const quarterLevels = pathOf(values.length + 1, (origin) => level(Math.max(1, origin), quarter));
  const quarterMeans = meanOverDays(quarterLevels, day);
  return (row, origin, lead) => {
    const [dayLevel, weekLevel] = [level(origin, day), level(origin, week)];
    const sameTime = origin - day + (lead % day);
    row[0] = values[sameTime] - dayLevel;
    row[1] = values[Math.max(0, sameTime - day)] - level(Math.max(day, origin - day), day);
    row[2] = values[sameTime >= 2 * day ? sameTime - 2 * day : Math.max(0, sameTime - day)] - dayLevel;
    row[3] = dayMeans[sameTime] - weekLevel;
    row[4] = row[3];
    if (origin >= week + day) {
      const shape = (back: number) => values[origin - back + (lead % week)] - level(origin - back, day);
      row[4] = origin >= 2 * week + day ? (shape(week) + shape(2 * week)) / 2 : shape(week);
    }
    row[5] = weekLevel - dayLevel;
    const levelChange = dayLevel - weekLevel;
    const valueDeviation = values[origin - 1] - dayMeans[Math.max(0, origin - 1 - day)] - levelChange;
    const quarterDeviation = quarterLevels[origin] - quarterMeans[Math.max(0, origin - day)] - levelChange;
    row[6] = valueDeviation * Math.exp((-12 * (lead + 1)) / day);
    row[7] = valueDeviation * Math.exp((-3 * (lead + 1)) / day);
    row[8] = valueDeviation * Math.exp(-(lead + 1) / day);
    row[9] = quarterDeviation * Math.exp((-4 * (lead + 1)) / day);
    row[10] = quarterDeviation * Math.exp((-0.5 * (lead + 1)) / day);
    return dayLevel;
  };
}

/** At each place the mean of the value there and of the values whole days before it, up to six of them. */
function meanOverDays(values: Float64Array, day: number): Float64Array {
  return pathOf(values.length, (t) => {
    const count = Math.min(maximumDays, Math.floor(t / day) + 1);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[t - i * day];
    return sum / count;
  });
}
