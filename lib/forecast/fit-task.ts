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
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
