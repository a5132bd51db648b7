import { isProblemError, type Problem } from '../../../lib/problems';
import { type DeferrableProblem, scheduleJobs } from '../../../lib/sizing/deferrable';
import type { DeferrableJob } from '../../../lib/sizing/deferrable/problem';

const start = Date.UTC(2026, 10, 24);

/** Twelve hours, nodes of one GPU at 2 USD, and jobs of four GPUs for six hours within the first eight. */
const problem = (changes: Partial<DeferrableProblem>, jobs: readonly Partial<DeferrableJob>[]): DeferrableProblem => ({
  periods: 12,
  periodHours: 1,
  start,
  offerings: [{ name: 'g6e.xlarge', market: 'l40s', gpus: 1, usdPerHour: 2 }],
  steady: [{ market: 'l40s', gpus: 1, replicas: new Array<number>(12).fill(2) }],
  limits: [],
  jobs: jobs.map((job, index) => ({
    name: ['bert', 'clip', 'dino'][index],
    workers: 4,
    gpusPerWorker: 1,
    hours: 6,
    earliest: 0,
    deadline: 8,
    markets: ['l40s'],
    ...job,
  })),
  ...changes,
});

const ceiling = (most: number) => ({ limits: [{ name: 'pools.l40s.ceiling', unit: 'GPU', most, sizes: { 'g6e.xlarge': 1 } }] });
const held = (most: number) => ({ offerings: [{ name: 'g6e.xlarge', market: 'l40s', gpus: 1, usdPerHour: 2, most }] });

const refusal = (asked: DeferrableProblem): Problem => {
  try {
    scheduleJobs(asked);
  } catch (error) {
    if (isProblemError(error)) return error.problems[0];
    throw error;
  }
  throw new Error('it was scheduled');
};

test.each([
  [ceiling(9), [{}, {}], 'bert and clip cannot all be done in time: pools.l40s.ceiling 9 GPU is 1 GPU short'],
  [ceiling(8), [{}, {}], 'bert and clip cannot all be done in time: pools.l40s.ceiling 8 GPU is 2 GPU short'],
  [ceiling(6), [{}, {}], 'bert and clip cannot all be done in time: pools.l40s.ceiling 6 GPU is 4 GPU short'],
  [ceiling(12), [{}, {}, {}], 'bert, clip and dino cannot all be done in time: pools.l40s.ceiling 12 GPU is 2 GPU short'],
  [ceiling(5), [{}], 'bert cannot be done in time: pools.l40s.ceiling 5 GPU is 1 GPU short'],
  [ceiling(4), [{ pauses: { most: 2 } }], 'bert cannot be done in time: pools.l40s.ceiling 4 GPU is 2 GPU short'],
  [held(9), [{}, {}], 'bert and clip cannot all be done in time: what there is of l40s is 1 GPU short'],
  [held(7), [{}, { workers: 5 }], 'bert and clip cannot all be done in time: what there is of l40s is 4 GPU short'],
  [held(3), [{}], 'bert cannot be done in time: what there is of l40s is 3 GPU short'],
] as const)('jobs that find no room are told the limit, by how much, and who (%#)', (changes, jobs, message) => {
  expect(refusal(problem(changes, jobs)).message).toMatch(`${message} at 2026-11-24T0`);
});

test.each([
  [{ hours: 9 }, 'leaves 8h from the earliest start, and the job takes 9h', 'at least 1h later'],
  [{ hours: 6, startHours: 2.5 }, 'leaves 8h from the earliest start, and the job takes 9h', 'at least 1h later'],
  [{ earliest: 6 }, 'leaves 2h from the earliest start, and the job takes 6h', 'at least 4h later'],
] as const)('a deadline that is too near whatever else runs says by how much (%#)', (job, message, expected) => {
  const found = refusal(problem({}, [job]));
  expect(found.message).toMatch(message);
  expect(found.expected).toBe(expected);
});

test('what would do is tried, and told with its price, the cheapest first', () => {
  expect(refusal(problem(ceiling(6), [{}, {}])).hint).toBe(
    'raise pools.l40s.ceiling by 4 GPU ($144.00 for all nodes), or let bert end 4h later ($144.00 for all nodes), or let clip end 4h later ($144.00 for all nodes)',
  );
});

test('with what the hint asks for, the jobs are scheduled', () => {
  expect(scheduleJobs(problem(ceiling(10), [{}, {}])).usd).toBe(144);
  expect(scheduleJobs(problem(ceiling(6), [{}, { deadline: 12 }])).usd).toBe(144);
});

test('what runs anyway and finds no nodes is no fault of the jobs', () => {
  expect(refusal(problem(ceiling(1), [{}])).message).toBe('what runs beside the jobs passes pools.l40s.ceiling at 2026-11-24T00:00:00Z');
});
