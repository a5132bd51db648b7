import { parentPort, workerData } from 'node:worker_threads';
import type { LinearSolution } from '../sizing';
import { highsSolver } from './highs';
import type { SolveJob, SolveReport, SolveThreadData } from './highs-threads';

/** Entry of a thread that solves programs; see `highs-threads.ts`. */
if (parentPort) {
  const { port, reports } = workerData as SolveThreadData;
  const solver = highsSolver();
  parentPort.on('message', ({ id, programs, next }: SolveJob) => {
    void solver.then((solve) => {
      const solved: [number, LinearSolution | { readonly failed: string }][] = [];
      for (let index = Atomics.add(next, 0, 1); index < programs.length; index = Atomics.add(next, 0, 1)) {
        try {
          solved.push([index, solve(programs[index])]);
        } catch (error) {
          solved.push([index, { failed: String(error) }]);
        }
      }
      const report: SolveReport = { id, solved };
      port.postMessage(report);
      Atomics.add(reports, 0, 1);
      Atomics.notify(reports, 0);
    });
  });
}
