import { defaultWorkers } from '../adapters/machine';
import { workerFitRunner, type WorkerFitRunner } from '../adapters/workers';
import { needPackages } from '../packages';
import type { RunOptions } from './options';

/**
 * Runs work that fits models, in threads that start at once and end with it.
 *
 * @throws ProblemError `package/missing` where the models' package is not installed: without it forecasts would be others
 */
export async function withFits<T>(
  { workers = defaultWorkers() }: RunOptions,
  work: (run: WorkerFitRunner, workers: number) => Promise<T>,
): Promise<T> {
  needPackages(['arima'], 'forecasting');
  const run = workerFitRunner({ workers });
  try {
    run.warm();
    return await work(run, workers);
  } finally {
    await run.close();
  }
}
