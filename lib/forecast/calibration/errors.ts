import type { Backtest } from '../backtest';
import { logOffset } from '../models';

/** How an error is measured: as a difference (additive), or as the logarithm of a ratio that stays usable near zero (multiplicative). */
export type ErrorForm = 'additive' | 'multiplicative';

/** Past errors as columns of equal length, in the order of origins and of steps ahead. */
export type Errors = {
  readonly form: ErrorForm;
  readonly error: Float64Array;
  /** Steps ahead, from 0. */
  readonly lead: Uint32Array;
  /** Slot of the season that the value is in, 0..count - 1; see `Slots`. */
  readonly slot: Uint8Array;
  /** Index of its origin in the backtest. */
  readonly origin: Uint16Array;
  /** Weight of its origin. */
  readonly weight: Float64Array;
  /** Disagreement of the models, in the unit of the error. */
  readonly spread: Float64Array;
  /** Steps from the value to the end of the series, >= 1. */
  readonly age: Float64Array;
};

/** The division of a season into equal parts, at most 24, counted from the start of the series: hours of a day, for instance. */
export type Slots = { readonly period: number; readonly count: number };

/** The slots of the shortest season; one slot without a season. */
export function slotsOf(periods: readonly number[]): Slots {
  const period = periods[0] ?? 1;
  return { period, count: Math.min(maximumSlots, period) };
}

/** The slot of the value at an index of the series. */
export function slotAt({ period, count }: Slots, place: number): number {
  return Math.floor(((place % period) * count) / period);
}

const maximumSlots = 24;

type Paths = readonly (Float64Array | null)[];

/**
 * The errors of the paths of a backtest, for every step at which there is a path and an observation.
 *
 * @param spreads mean distance of the models from each path, in the form of `paths`
 * @param weights of the origins. @default all 1
 */
export function errorsOf(
  { origins, end, actual, levels }: Backtest,
  paths: Paths,
  spreads: Paths,
  form: ErrorForm,
  slots: Slots,
  weights: readonly number[] = origins.map(() => 1),
): Errors {
  const places: [origin: number, lead: number][] = [];
  paths.forEach((path, o) => {
    for (let lead = 0; path !== null && lead < actual[o].length; lead++) if (!Number.isNaN(actual[o][lead])) places.push([o, lead]);
  });
  const column = (value: (o: number, lead: number) => number) => Float64Array.from(places, ([o, lead]) => value(o, lead));
  const valueAt = (columns: Paths, o: number, lead: number) => columns[o]?.[lead] ?? 0;
  return {
    form,
    error: column((o, lead) => errorOf(form, actual[o][lead], valueAt(paths, o, lead), levels[o])),
    lead: Uint32Array.from(places, ([, lead]) => lead),
    slot: Uint8Array.from(places, ([o, lead]) => slotAt(slots, origins[o] + lead)),
    origin: Uint16Array.from(places, ([o]) => o),
    weight: column((o) => weights[o]),
    spread: column((o, lead) => spreadOf(form, valueAt(paths, o, lead), valueAt(spreads, o, lead), levels[o])),
    age: column((o, lead) => end - origins[o] - lead),
  };
}

/**
 * The error of a prediction. Additive: observed - predicted. Multiplicative: ln((observed + d) / (predicted + d)), with d a twentieth of
 * `level`, so that zero needs no special case.
 *
 * @param level mean of the values that the prediction was trained on
 */
export function errorOf(form: ErrorForm, observed: number, predicted: number, level: number): number {
  if (form === 'additive') return observed - predicted;
  const offset = logOffset * level;
  return Math.log((observed + offset) / (Math.max(0, predicted) + offset));
}

/** The value for which a prediction has this error: the inverse of `errorOf`. */
export function shift(form: ErrorForm, predicted: number, error: number, level: number): number {
  if (form === 'additive') return predicted + error;
  const offset = logOffset * level;
  return (Math.max(0, predicted) + offset) * Math.exp(error) - offset;
}

/** The distance of the models from a prediction, as an error of the given form. */
export function spreadOf(form: ErrorForm, predicted: number, spread: number, level: number): number {
  return form === 'additive' ? spread : errorOf(form, predicted + spread, predicted, level);
}
