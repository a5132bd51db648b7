import type { Backtest } from '../backtest';
import { logOffset } from '../models';

/** How an error is measured and put back onto a path: as a difference, or as a ratio that stays usable near zero. */
export type ErrorForm = 'additive' | 'multiplicative';

/** Past errors, column by column, in the order of origins and leads. */
export type Errors = {
  readonly form: ErrorForm;
  readonly error: Float64Array;
  /** Steps ahead, from 0. */
  readonly lead: Uint32Array;
  /** Part of the season that the value fell into, 0..slots - 1. */
  readonly slot: Uint8Array;
  /** Index of its origin. */
  readonly origin: Uint16Array;
  readonly weight: Float64Array;
  /** Disagreement of the models, in the unit of the error. */
  readonly spread: Float64Array;
  /** Steps from the value to the present, >= 1. */
  readonly age: Float64Array;
};

/** Which part of its season a place falls into: at most 24 parts, counted from the start of the series. */
export type Slots = { readonly period: number; readonly count: number };

export function slotsOf(periods: readonly number[]): Slots {
  const period = periods[0] ?? 1;
  return { period, count: Math.min(mostSlots, period) };
}

export function slotAt({ period, count }: Slots, place: number): number {
  return Math.floor(((place % period) * count) / period);
}

const mostSlots = 24;

type Paths = readonly (Float64Array | null)[];

/** Errors of paths at every lead where something was observed. */
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
  const at = (all: Paths, o: number, lead: number) => all[o]?.[lead] ?? 0;
  return {
    form,
    error: column((o, lead) => errorOf(form, actual[o][lead], at(paths, o, lead), levels[o])),
    lead: Uint32Array.from(places, ([, lead]) => lead),
    slot: Uint8Array.from(places, ([o, lead]) => slotAt(slots, origins[o] + lead)),
    origin: Uint16Array.from(places, ([o]) => o),
    weight: column((o) => weights[o]),
    spread: column((o, lead) => spreadOf(form, at(paths, o, lead), at(spreads, o, lead), levels[o])),
    age: column((o, lead) => end - origins[o] - lead),
  };
}

/**
 * The error of a prediction: what came less what was said, or the logarithm of their ratio, both raised by a twentieth of the mean
 * level so that zero is no special case.
 */
export function errorOf(form: ErrorForm, came: number, predicted: number, level: number): number {
  if (form === 'additive') return came - predicted;
  const offset = logOffset * level;
  return Math.log((came + offset) / (Math.max(0, predicted) + offset));
}

/** Where a path with this error would have been. */
export function shift(form: ErrorForm, predicted: number, error: number, level: number): number {
  if (form === 'additive') return predicted + error;
  const offset = logOffset * level;
  return (Math.max(0, predicted) + offset) * Math.exp(error) - offset;
}

/** How far models lie apart, as an error. */
export function spreadOf(form: ErrorForm, predicted: number, spread: number, level: number): number {
  return form === 'additive' ? spread : errorOf(form, predicted + spread, predicted, level);
}
