import { parentPort } from 'node:worker_threads';
import ARIMA from 'arima';
import { fitArma } from '../../lib/adapters/arma';
import { serveFits } from '../../lib/adapters/serve-fits';
import { fitTask } from '../../lib/forecast/models/fit-task';
import type { FitResult, FitTask } from '../../lib/forecast/types';

/** Entry of a worker that fails on request, by the name of the model, and otherwise fits as the real one does. */
const faults: Readonly<Record<string, ((task: FitTask) => FitResult) | undefined>> = {
  hang: () => {
    for (;;);
  },
  exit: () => process.exit(3),
  fail: () => ({ failed: 'it did not like the series' }),
  crash: () => {
    throw new Error('an error that nothing catches');
  },
  poison: () => {
    try {
      new ARIMA({ p: 2, d: 0, q: 1 }).train(new Array<number>(20_000).fill(1));
    } catch (error) {
      return { failed: `poisoned: ${String(error)}` };
    }
    return { failed: 'not poisoned' };
  },
  print: ({ steps }) => {
    console.log('printed by a worker');
    process.stdout.write('written by a worker\n');
    console.error('an error printed by a worker');
    return { fits: [[{ path: new Float64Array(steps) }]] };
  },
};

if (parentPort) serveFits(parentPort, (task) => faults[task.models[0]]?.(task) ?? fitTask(task, fitArma));
