import { allModels } from './all';
import type { Model } from './model';
import { sweepOf, type Sweep } from './sweep';
import type { ArmaFitter, Fit, FitResult, FitTask } from '../types';

/**
 * Fits the models that a task names, at all origins of the task. It never throws: a fit that fails, or a name that no model has, becomes
 * part of the result.
 */
export function fitTask(task: FitTask, arma: ArmaFitter): FitResult {
  const unknown = task.models.find((name) => !allModels.some((model) => model.name === name));
  if (unknown !== undefined) return { failed: `no model is named ${unknown}` };
  const sweeps = new Map<number, Sweep>();
  const models = task.models.flatMap((name) => allModels.find((model) => model.name === name) ?? []);
  return { fits: models.map((model) => fitsOf(model, task, arma, sweeps)) };
}

/**
 * Fits of one model, by origin; `null` where the training before the origin is too short. Models that can train at the same origins share
 * one sweep, which `sweeps` keeps by the number of origins that are left out.
 */
function fitsOf(
  { paths, smallestTraining, nonNegativeOnly }: Model,
  task: FitTask,
  arma: ArmaFitter,
  sweeps: Map<number, Sweep>,
): readonly Fit[] {
  const smallest = Math.max(smallestTraining(task.intervalMs), nonNegativeOnly ? valuesToFirstLoad(task.values) : 0);
  const origins = task.origins.filter((origin) => origin >= smallest);
  const skipped = task.origins.length - origins.length;
  const tooShort = new Array<Fit>(skipped).fill(null);
  if (origins.length === 0) return tooShort;
  const sweep = sweeps.get(skipped) ?? sweepOf({ ...task, origins });
  sweeps.set(skipped, sweep);
  try {
    return [
      ...tooShort,
      ...paths(sweep, arma).map((path) => (path.every(Number.isFinite) ? { path } : { failed: 'the path is not finite' })),
    ];
  } catch (error) {
    return [...tooShort, ...origins.map(() => ({ failed: reasonOf(error) }))];
  }
}

/** Number of values up to and including the first load; Infinity without any load. A shorter training has no log scale. */
function valuesToFirstLoad(values: Float64Array): number {
  const first = values.findIndex((value) => value > 0);
  return first < 0 ? Infinity : first + 1;
}

/** The message of an error, also of one from another thread or realm; of anything else that was thrown, its text. */
export function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
