import { logOffset } from '../models';
import { leastReach, type Occurrence, reachOf, stepsOf } from './occurrence';
import type { Profile } from './event-profile';
import type { Forecast } from '../types';
import type { Series } from '../training-data';
import { widened } from '../calibration';

/** How a coming occurrence changes the load: by the factor that the config states, or by what past occurrences taught. */
export type Lift = {
  readonly occurrence: Occurrence;
  /** A step of the forecast as one since the start of the occurrence, by the clock that its shape was learned on. */
  readonly stepOf: (step: number) => number;
  readonly how:
    | { readonly from: 'config'; readonly uplift: number }
    | {
        readonly from: 'past';
        readonly profile: Profile;
        /** Lift of the name, or of the group where the name has no past. */ readonly level: number;
      };
};

/** The lift of a coming occurrence: what the past taught, else the uplift of the config; `null` where there is neither. */
export function liftOf(occurrence: Occurrence, profile: Profile | null, stepOf: Lift['stepOf']): Lift | null {
  if (profile !== null) {
    const level = Object.hasOwn(profile.named, occurrence.name) ? profile.named[occurrence.name].level : profile.level;
    return { occurrence, stepOf, how: { from: 'past', profile, level } };
  }
  return occurrence.uplift === undefined ? null : { occurrence, stepOf, how: { from: 'config', uplift: occurrence.uplift } };
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

/** A part of a step, where an occurrence begins or ends within it: its load is not the mean of the step. */
export type StepPart = {
  readonly step: number;
  /** [from, to), epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly mean: number;
  /** In the order of the quantiles of the forecast. */
  readonly quantiles: readonly number[];
};

export type Lifted = {
  readonly mean: Float64Array;
  readonly quantiles: readonly Float64Array[];
  readonly applied: readonly Applied[];
  /** All parts of the steps within which an occurrence begins or ends, in order of time. */
  readonly parts: readonly StepPart[];
};

/**
 * Applies lifts to a forecast, at the steps that their occurrences reach. A step reached by a share w (of the step, of the load) is
 * multiplied by 1 + w (lift - 1). The lifts of several occurrences at one step multiply. Where an occurrence begins or ends within a step,
 * the load before, in and after it is given beside the step's mean, so that a short event keeps its height.
 *
 * A learned lift is applied as it was learned, to the load raised by d: (x + d) x lift - d, at least 0, with d a twentieth of the mean
 * forecast over the occurrence. Its spread makes the quantiles wider (`widened`). An uplift of the config multiplies all quantiles alike,
 * for nothing is known of its spread.
 *
 * @param probabilities of the quantiles, ascending
 */
export function applyLifts(forecast: Paths, probabilities: readonly number[], lifts: readonly Lift[]): Lifted {
  const { start, intervalMs } = forecast;
  const mean = forecast.mean.slice();
  const quantiles = forecast.quantiles.map((path) => path.slice());
  const applied: Applied[] = [];
  const apply: { readonly lift: Lift; readonly offset: number }[] = [];
  for (const lift of lifts) {
    const touched = touchedSteps(lift.occurrence, start, intervalMs, mean.length);
    if (touched.length === 0) continue;
    const before = sumAt(mean, touched);
    const offset = lift.how.from === 'past' ? (logOffset * Math.max(0, before)) / touched.length : 0;
    for (const { step, reach } of touched) {
      const lifted = liftedLoad({ mean: mean[step], quantiles: quantiles.map((path) => path[step]) }, probabilities, {
        lift,
        offset,
        reach,
        step,
      });
      mean[step] = lifted.mean;
      quantiles.forEach((path, q) => (path[step] = lifted.quantiles[q]));
    }
    apply.push({ lift, offset });
    applied.push({ lift, times: before > 0 ? sumAt(mean, touched) / before : 1 });
  }
  const parts = partsOf(forecast, lifts).map(({ step, from, to }): StepPart => {
    const without = { mean: forecast.mean[step], quantiles: forecast.quantiles.map((path) => path[step]) };
    const lifted = apply.reduce<Load>((load, { lift, offset }) => {
      const reach = reachOf(lift.occurrence, from, to - from);
      return reach > 0 ? liftedLoad(load, probabilities, { lift, offset, reach, step }) : load;
    }, without);
    return { step, from, to, ...lifted };
  });
  return { mean, quantiles, applied, parts };
}

/** The load of a step, or of a part of one: its mean and its quantiles. */
type Load = { readonly mean: number; readonly quantiles: readonly number[] };

function liftedLoad(
  { mean, quantiles }: Load,
  probabilities: readonly number[],
  { lift, offset, reach, step }: { readonly lift: Lift; readonly offset: number; readonly reach: number; readonly step: number },
): Load {
  const { factor, spread } = factorOf(lift, reach, lift.stepOf(step));
  const median = quantiles[probabilities.indexOf(0.5)] ?? mean;
  const lifted = (value: number) => (offset > 0 ? Math.max(0, (value + offset) * factor - offset) : value * factor);
  let floor = -Infinity;
  return {
    mean: lifted(mean),
    quantiles: quantiles.map((value, q) => {
      const wide = spread > 0 && offset > 0 ? widened(value, median, offset, probabilities[q], spread) : value;
      floor = Math.max(floor, lifted(wide));
      return floor;
    }),
  };
}

/** The steps that an occurrence reaches, and how much of each. */
function touchedSteps(occurrence: Occurrence, start: number, intervalMs: number, length: number) {
  const { first, end } = stepsOf(occurrence, start, intervalMs);
  const touched: { readonly step: number; readonly reach: number }[] = [];
  for (let step = Math.max(0, first); step < Math.min(length, end); step++) {
    const reach = reachOf(occurrence, start + step * intervalMs, intervalMs);
    if (reach > 0) touched.push({ step, reach });
  }
  return touched;
}

/** The steps within which what a lift reaches begins or ends, cut there. */
function partsOf({ start, intervalMs, mean }: Paths, lifts: readonly Lift[]): { step: number; from: number; to: number }[] {
  const end = start + mean.length * intervalMs;
  const edges = lifts
    .flatMap(({ occurrence: { from, to, reach = [{ from, to }] } }) => reach.flatMap((part) => [part.from, part.to]))
    .filter((at) => at > start && at < end && (at - start) % intervalMs !== 0);
  const steps = [...new Set(edges.map((at) => Math.floor((at - start) / intervalMs)))].sort((a, b) => a - b);
  return steps.flatMap((step) => {
    const [from, to] = [start + step * intervalMs, start + (step + 1) * intervalMs];
    const cuts = [from, ...[...new Set(edges.filter((at) => at > from && at < to))].sort((a, b) => a - b), to];
    return cuts.slice(1).map((cut, index) => ({ step, from: cuts[index], to: cut }));
  });
}

/** The factor on the load of a step, and the standard deviation of its logarithm. */
function factorOf({ how }: Lift, reach: number, stepOfEvent: number): { readonly factor: number; readonly spread: number } {
  if (how.from === 'config') return { factor: 1 + (how.uplift - 1) * reach, spread: 0 };
  const lift = Math.exp(how.level + (how.profile.shape[stepOfEvent] ?? 0));
  const factor = 1 + reach * (lift - 1);
  return { factor, spread: (how.profile.spread * reach * lift) / factor };
}

function sumAt(path: Float64Array, touched: readonly { readonly step: number }[]): number {
  return touched.reduce((sum, { step }) => sum + path[step], 0);
}
