import type { MessagePort } from 'node:worker_threads';
import type { FitResult, FitTask } from '../forecast';

/** A message of a fit worker: `ready` once it has started, then the result of each task of a batch, in order, when it is there. */
export type FromFitWorker = 'ready' | FitResult;

/**
 * Serves the port of a fit worker: it receives batches of tasks and answers each task once. From this call on the thread prints
 * nothing, because its standard output is that of the whole process. (Capturing the streams would do the same, but captured streams
 * keep an idle process alive.)
 */
export function serveFits(port: MessagePort, fit: (task: FitTask) => FitResult): void {
  process.stdout.write = () => true;
  process.stderr.write = () => true;
  const say = (message: FromFitWorker) => port.postMessage(message);
  port.on('message', (tasks: readonly FitTask[]) => {
    for (const task of tasks) say(fit(task));
  });
  say('ready');
}
