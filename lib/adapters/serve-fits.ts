import type { MessagePort } from 'node:worker_threads';
import type { FitResult, FitTask } from '../forecast';

/** What a fit worker says: that it is up, and then each result of a batch, in order, as it comes. */
export type FromFitWorker = 'ready' | FitResult;

/**
 * The worker's side: takes batches of tasks from the port and answers each task once. From here on the thread prints nothing: its
 * standard output would be that of the process. (Captured streams would do as well, but they keep an idle process alive.)
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
