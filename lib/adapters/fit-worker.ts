import { parentPort } from 'node:worker_threads';
import { fitTask } from '../forecast';
import { fitArma } from './arma';
import { serveFits } from './serve-fits';

/** Entry of a worker thread that runs fits; see `workers.ts`. */
if (parentPort) serveFits(parentPort, (task) => fitTask(task, fitArma));
