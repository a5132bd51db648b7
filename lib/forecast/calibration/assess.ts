import type { Backtest } from '../backtest';
import { ascending, type Calibration, type Chosen, type Outlook, pinballLoss, quantilesAround, sorted } from './calibration';
import { scaleOf, standardised } from './error-scale';

/**
 * How good the quantiles would have been in the backtest, by probability. The quantiles of each origin are taken from the errors at the
 * other origins. NaN where nothing was observed.
 */
export type Assessment = {
  /** Share of the observations at or below the quantile. */
  readonly coverage: readonly number[];
  /** Mean pinball loss, in the unit of the series. */
  readonly pinball: readonly number[];
};

/**
 * Assesses the quantiles of a calibration in the backtest that it was learned from.
 *
 * @param alternativeAt by origin: `Outlook.alternative` as it was known there
 */
export function assess(
  { actual, levels, origins, testedSteps }: Backtest,
  { paths, spreads }: Chosen,
  { form, evidence, scale: { slots } }: Calibration,
  probabilities: readonly number[],
  nonNegative: boolean,
  alternativeAt: (origin: number) => Outlook['alternative'] = () => null,
): Assessment {
  const below = probabilities.map(() => 0);
  const loss = probabilities.map(() => 0);
  let count = 0;
  paths.forEach((path, o) => {
    const spread = spreads[o];
    if (path === null || spread === null) return;
    const scale = scaleOf(evidence, slots, testedSteps, o);
    const units = standardised(evidence, scale);
    const errors = sorted(ascending(units), units, evidence, o);
    const outlook = { path, spread, origin: origins[o], level: levels[o], alternative: alternativeAt(origins[o]) };
    const quantiles = quantilesAround(outlook, { form, scale, errors, lately: 1 }, probabilities, nonNegative);
    actual[o].forEach((observed, lead) => {
      if (Number.isNaN(observed)) return;
      count += 1;
      quantiles.forEach((quantile, q) => {
        const excess = observed - quantile[lead];
        if (excess <= 1e-9 * Math.abs(observed)) below[q] += 1;
        loss[q] += pinballLoss(excess, probabilities[q]);
      });
    });
  });
  return { coverage: below.map((n) => n / count), pinball: loss.map((sum) => sum / count) };
}
