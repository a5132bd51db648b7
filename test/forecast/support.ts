import { fitArma } from '../../lib/adapters/arma';
import { fitTask } from '../../lib/forecast/models/fit-task';
import type { Model } from '../../lib/forecast/models/model';
import { sweepOf } from '../../lib/forecast/models/sweep';
import type { ArmaFitter, FitRunner, ForecastInput } from '../../lib/forecast/types';
import { DAY_MS, HOUR_MS } from '../../lib/units';

/** Runs fits in the calling thread: what the workers do, without the workers. */
export const here: FitRunner = (tasks) => Promise.resolve(tasks.map((task) => fitTask(task, fitArma)));

/** Likewise, and models that need a worker fail and are left out. */
export const withoutArma: FitRunner = (tasks) =>
  Promise.resolve(
    tasks.map((task) =>
      fitTask(task, () => {
        throw new Error('not tried here');
      }),
    ),
  );

/** Answers every fit with the mean of what was known, for what does not depend on the models. */
export const cheap: FitRunner = (tasks) =>
  Promise.resolve(
    tasks.map(({ models, values, origins, steps }) => ({
      fits: models.map(() => origins.map((origin) => ({ path: new Float64Array(steps).fill(meanOfKnown(values.subarray(0, origin))) }))),
    })),
  );

function meanOfKnown(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((a, b) => a + b, 0) / known.length;
}

/** The path of a model from the end of a series. */
export function carryOn(
  model: Model,
  values: ArrayLike<number>,
  steps: number,
  intervalMs = HOUR_MS,
  arma: ArmaFitter = fitArma,
): Float64Array {
  const series = Float64Array.from(values);
  return model.paths(sweepOf({ values: series, intervalMs, origins: [series.length], steps }), arma)[0];
}

/** Midnight of a Monday. */
export const monday = Date.UTC(2026, 0, 5);

/** A seeded stream of numbers in [0, 1). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Hourly load from Monday on: a day's wave, quieter weekends, noise of up to a tenth. */
export function weeksOfLoad(hours: number, seed = 1): Float64Array {
  const next = chance(seed);
  return Float64Array.from({ length: hours }, (_, hour) => {
    const weekend = Math.floor(hour / 24) % 7 >= 5 ? 0.5 : 1;
    return weekend * (100 + 60 * Math.sin((2 * Math.PI * hour) / 24)) * (0.9 + 0.2 * next());
  });
}

export function hourly(values: ArrayLike<number>): ForecastInput {
  return { start: monday, intervalMs: HOUR_MS, values: Float64Array.from(values), nonNegative: true };
}

export function daily(values: ArrayLike<number>): ForecastInput {
  return { ...hourly(values), intervalMs: DAY_MS };
}
