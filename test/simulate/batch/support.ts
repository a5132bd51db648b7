import type { Job, JobPool } from '../../../lib/simulate/batch/job';
import { MINUTE_MS } from '../../../lib/units';

export const jobOf = (fields: Partial<Job> = {}): Job => ({
  name: 'job',
  arrivesMs: 0,
  workers: [1],
  workMs: 60 * MINUTE_MS,
  deadlineMs: null,
  priority: 0,
  checkpoints: null,
  ...fields,
});

export const poolOf = (fields: Partial<JobPool> = {}): JobPool => ({
  gpusPerNode: 1,
  nodes: 1,
  elastic: null,
  bootMs: 4 * MINUTE_MS,
  startMs: 0,
  interruptionsPerNodeHour: 0,
  backfill: false,
  ...fields,
});

export const elastic = { seenAfterMs: 10_000, unneededMs: 10 * MINUTE_MS, delayAfterAddMs: 10 * MINUTE_MS };
