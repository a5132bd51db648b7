import { allModels } from './models/all';
import type { ArmaFitter, FitResult, FitTask } from './types';

/** Runs one fit by the name of its model. A failure is a result: it never throws. */
export function fitTask(task: FitTask, arma: ArmaFitter): FitResult {
  const model = allModels.find(({ name }) => name === task.model);
  if (model === undefined) return { failed: `no model is named ${task.model}` };
  try {
    const path = model.fit(task, arma);
    return path.every(Number.isFinite) ? { path } : { failed: 'the path is not finite' };
  } catch (error) {
    return { failed: reasonOf(error) };
  }
}

/** The message of an error, of another thread or realm too, or the text of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
