import { join } from 'node:path';
import { workerFitRunner } from '../../lib/adapters/workers';
import type { FitTask } from '../../lib/forecast/types';

/** A process whose standard output is one JSON document, while its workers print, and which ends without closing its pool. */
const task: FitTask = { models: ['print'], values: new Float64Array(30), intervalMs: 3_600_000, origins: [30], steps: 2 };

void workerFitRunner({ workers: 2, entry: join(__dirname, 'workers-faulty.ts') })([task, task, task]).then((results) =>
  process.stdout.write(JSON.stringify({ fits: results.length })),
);
