import { logOffset } from '../models';
import { leastReach, type Occurrence, reachOf, stepsOf } from './occurrence';
import type { Profile } from './event-profile';
import type { Forecast } from '../types';
import type { Series } from '../training-data';
import { widened } from '../calibration';

/** How a coming occurrence changes the load: by the factor that the config states, or by what past occurrences taught. */
export type Lift = {
  readonly occurrence: Occurrence;
  readonly how:
    | { readonly from: 'config'; readonly uplift: number }
    | {
        readonly from: 'past';
        readonly profile: Profile;
        /** Lift of the name, or of the group where the name has no past. */ readonly level: number;
      };
};

/** The lift of a coming occurrence: what the past taught, else the uplift of the config; `null` where there is neither. */
export function liftOf(occurrence: Occurrence, profile: Profile | null): Lift | null {
  if (profile !== null) {
    const level = Object.hasOwn(profile.named, occurrence.name) ? profile.named[occurrence.name].level : profile.level;
    return { occurrence, how: { from: 'past', profile, level } };
  }
  return occurrence.uplift === undefined ? null : { occurrence, how: { from: 'config', uplift: occurrence.uplift } };
}

/**
 * The series with the steps that an occurrence reaches made NaN, so that the change they brought is not learned as a season.
 *
 * @returns the series, and in `taken` the number of values that were made NaN
 */
export function withoutOccurrences<S extends Series>(
  series: S,
  occurrences: readonly Occurrence[],
): { readonly series: S; readonly taken: number } {
  const { start, intervalMs } = series;
  const values = series.values.slice();
  let taken = 0;
  for (const occurrence of occurrences) {
    const { first, end } = stepsOf(occurrence, start, intervalMs);
    for (let step = Math.max(0, first); step < Math.min(values.length, end); step++) {
      if (Number.isNaN(values[step]) || reachOf(occurrence, start + step * intervalMs, intervalMs) < leastReach) continue;
      values[step] = NaN;
      taken += 1;
    }
  }
  return { series: { ...series, values }, taken };
}

/** A lift, and its factor on the forecast: the load of the steps it touches, divided by the load of these steps without it. */
export type Applied = { readonly lift: Lift; readonly times: number };

type Paths = Pick<Forecast, 'start' | 'intervalMs' | 'mean' | 'quantiles'>;

/**
 * Applies lifts to a forecast, at the steps that their occurrences reach. A step reached by a share w (of the step, of the load) is
 * multiplied by 1 + w (lift - 1). The lifts of several occurrences at one step multiply.
 *
 * A learned lift is applied as it was learned, to the load raised by d: (x + d) x lift - d, at least 0, with d a twentieth of the mean
 * forecast over the occurrence. Its spread makes the quantiles wider (`widened`). An uplift of the config multiplies all quantiles alike,
 * for nothing is known of its spread.
 *
 * @param probabilities of the quantiles, ascending
 */
export function applyLifts(
  forecast: Paths,
  probabilities: readonly number[],
  lifts: readonly Lift[],
): { readonly mean: Float64Array; readonly quantiles: readonly Float64Array[]; readonly applied: readonly Applied[] } {
  const { start, intervalMs } = forecast;
  const mean = forecast.mean.slice();
  const quantiles = forecast.quantiles.map((path) => path.slice());
  const applied: Applied[] = [];
  for (const lift of lifts) {
    const touched = touchedSteps(lift.occurrence, start, intervalMs, mean.length);
    if (touched.length === 0) continue;
    const before = sumAt(mean, touched);
    const offset = lift.how.from === 'past' ? (logOffset * Math.max(0, before)) / touched.length : 0;
    for (const { step, reach, stepOfEvent } of touched) {
      const { factor, spread } = factorOf(lift, reach, stepOfEvent);
      const median = middleOf(quantiles, probabilities, step) ?? mean[step];
      const lifted = (value: number) => (offset > 0 ? Math.max(0, (value + offset) * factor - offset) : value * factor);
      let floor = -Infinity;
      quantiles.forEach((path, q) => {
        const wide = spread > 0 && offset > 0 ? widened(path[step], median, offset, probabilities[q], spread) : path[step];
        floor = path[step] = Math.max(floor, lifted(wide));
      });
      mean[step] = lifted(mean[step]);
    }
    applied.push({ lift, times: before > 0 ? sumAt(mean, touched) / before : 1 });
  }
  return { mean, quantiles, applied };
}

type Touched = {
  readonly step: number;
  readonly reach: number;
  /** Steps since the start of the occurrence. */ readonly stepOfEvent: number;
};

function touchedSteps(occurrence: Occurrence, start: number, intervalMs: number, length: number): readonly Touched[] {
  const { first, end } = stepsOf(occurrence, start, intervalMs);
  const touched: Touched[] = [];
  for (let step = Math.max(0, first); step < Math.min(length, end); step++) {
    const reach = reachOf(occurrence, start + step * intervalMs, intervalMs);
    if (reach > 0) touched.push({ step, reach, stepOfEvent: step - first });
  }
  return touched;
}

/** The factor on the load of a step, and the standard deviation of its logarithm. */
function factorOf({ how }: Lift, reach: number, stepOfEvent: number): { readonly factor: number; readonly spread: number } {
  if (how.from === 'config') return { factor: 1 + (how.uplift - 1) * reach, spread: 0 };
  const lift = Math.exp(how.level + (how.profile.shape[stepOfEvent] ?? 0));
  const factor = 1 + reach * (lift - 1);
  return { factor, spread: (how.profile.spread * reach * lift) / factor };
}

function middleOf(quantiles: readonly Float64Array[], probabilities: readonly number[], step: number): number | undefined {
  const middle = probabilities.indexOf(0.5);
  return middle < 0 ? undefined : quantiles[middle][step];
}

function sumAt(path: Float64Array, touched: readonly Touched[]): number {
  return touched.reduce((sum, { step }) => sum + path[step], 0);
}
