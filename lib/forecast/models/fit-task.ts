import { allModels } from './all';
import type { Model } from './model';
import { sweepOf, type Sweep } from './sweep';
import type { ArmaFitter, Fit, FitResult, FitTask } from '../types';

/** Runs the fits of a task by the names of its models. A failure is a result: it never throws. */
export function fitTask(task: FitTask, arma: ArmaFitter): FitResult {
  const models = task.models.map((name) => allModels.find((model) => model.name === name));
  const unknown = task.models.find((_, m) => models[m] === undefined);
  if (unknown !== undefined) return { failed: `no model is named ${unknown}` };
  const sweeps = new Map<number, Sweep>();
  const known = models.flatMap((model) => (model === undefined ? [] : [model]));
  return { fits: known.map((model) => fitsOf(model, task, arma, sweeps)) };
}

/** Sweeps are shared among models that can train at the same origins. */
function fitsOf(
  { paths, smallestTraining, nonNegativeOnly }: Model,
  task: FitTask,
  arma: ArmaFitter,
  sweeps: Map<number, Sweep>,
): readonly Fit[] {
  const smallest = Math.max(smallestTraining(task.intervalMs), nonNegativeOnly ? loadBegins(task.values) : 0);
  const origins = task.origins.filter((origin) => origin >= smallest);
  const untried = task.origins.length - origins.length;
  const none = new Array<Fit>(untried).fill(null);
  if (origins.length === 0) return none;
  const sweep = sweeps.get(untried) ?? sweepOf({ ...task, origins });
  sweeps.set(untried, sweep);
  try {
    return [...none, ...paths(sweep, arma).map((path) => (path.every(Number.isFinite) ? { path } : { failed: 'the path is not finite' }))];
  } catch (error) {
    return [...none, ...origins.map(() => ({ failed: reasonOf(error) }))];
  }
}

/** Values up to and with the first load: before it there is no log scale. */
function loadBegins(values: Float64Array): number {
  const first = values.findIndex((value) => value > 0);
  return first < 0 ? Infinity : first + 1;
}

/** The message of an error, of another thread or realm too, or the text of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
