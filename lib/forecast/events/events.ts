import { logOffset } from '../models';
import { leastReach, type Occurrence, reachOf, stepsOf } from './occurrence';
import type { Profile } from './event-profile';
import type { Forecast } from '../types';
import type { Series } from '../training-data';
import { widened } from '../calibration';

/** How a coming occurrence changes the load. */
export type Lift = {
  readonly occurrence: Occurrence;
  readonly how:
    | { readonly from: 'config'; readonly uplift: number }
    | { readonly from: 'past'; readonly profile: Profile; /** Of its own name, or of its group. */ readonly level: number };
};

/** The lift of an occurrence: what the past taught, else the word of the config, else none. */
export function liftOf(occurrence: Occurrence, profile: Profile | null): Lift | null {
  if (profile !== null) {
    const level = Object.hasOwn(profile.named, occurrence.name) ? profile.named[occurrence.name].level : profile.level;
    return { occurrence, how: { from: 'past', profile, level } };
  }
  return occurrence.uplift === undefined ? null : { occurrence, how: { from: 'config', uplift: occurrence.uplift } };
}

/** The series without the steps that any occurrence reaches, as missing: what it did must not pass for a season. */
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

/** What a lift did to a forecast: the load of the steps it touched, with it by without it. */
export type Applied = { readonly lift: Lift; readonly times: number };

type Paths = Pick<Forecast, 'start' | 'intervalMs' | 'mean' | 'quantiles'>;

/**
 * Lifts a forecast where occurrences reach it; a step that one reaches by a share w (of the step, of the load) by 1 + w (lift - 1). Where
 * several reach a step their lifts multiply.
 *
 * A learned lift acts on the load raised by d, a twentieth of the mean forecast over the occurrence, as it was learned: (x + d) x lift - d,
 * at least 0; its spread widens the quantiles (`widened`). An uplift of the config multiplies all quantiles alike: a user's word has no
 * known spread.
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
    for (const { step, reach, place } of touched) {
      const { factor, spread } = factorOf(lift, reach, place);
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

type Touched = { readonly step: number; readonly reach: number; /** Step from the start of the occurrence. */ readonly place: number };

function touchedSteps(occurrence: Occurrence, start: number, intervalMs: number, length: number): readonly Touched[] {
  const { first, end } = stepsOf(occurrence, start, intervalMs);
  const touched: Touched[] = [];
  for (let step = Math.max(0, first); step < Math.min(length, end); step++) {
    const reach = reachOf(occurrence, start + step * intervalMs, intervalMs);
    if (reach > 0) touched.push({ step, reach, place: step - first });
  }
  return touched;
}

/** Times the load of a step, and the standard deviation of its logarithm. */
function factorOf({ how }: Lift, reach: number, place: number): { readonly factor: number; readonly spread: number } {
  if (how.from === 'config') return { factor: 1 + (how.uplift - 1) * reach, spread: 0 };
  const whole = Math.exp(how.level + (how.profile.shape[place] ?? 0));
  const factor = 1 + reach * (whole - 1);
  return { factor, spread: (how.profile.spread * reach * whole) / factor };
}

function middleOf(quantiles: readonly Float64Array[], probabilities: readonly number[], step: number): number | undefined {
  const middle = probabilities.indexOf(0.5);
  return middle < 0 ? undefined : quantiles[middle][step];
}

function sumAt(path: Float64Array, touched: readonly Touched[]): number {
  return touched.reduce((sum, { step }) => sum + path[step], 0);
}
