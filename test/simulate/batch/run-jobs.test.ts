import { fc, test as propertyTest } from '@fast-check/jest';
import { checkJobs, gpusOf, type Job, type JobPool, workersOf } from '../../../lib/simulate/batch/job';
import { type JobsOutcome, runJobs } from '../../../lib/simulate/batch/run-jobs';
import { workOf } from '../../../lib/simulate/batch/replay-jobs';
import { MINUTE_MS } from '../../../lib/units';
import { elastic, jobOf, poolOf } from './support';

const nodes = 4;
const jobs = (gpusPerNode: number) =>
  fc.array(
    fc
      .record({
        arrivesMs: fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * MINUTE_MS),
        gpus: fc.integer({ min: 1, max: nodes * gpusPerNode }),
        workMs: fc.integer({ min: 1, max: 200 }).map((minutes) => minutes * MINUTE_MS),
        priority: fc.integer({ min: 0, max: 1 }),
      })
      .map(({ gpus, ...fields }) => jobOf({ ...fields, workers: workersOf(gpus, gpusPerNode) })),
    { minLength: 1, maxLength: 12 },
  );
const world = fc.constantFrom(1, 2, 8).chain((gpusPerNode) =>
  fc.record({
    jobs: jobs(gpusPerNode),
    pool: fc
      .record({
        elastic: fc.constantFrom(null, elastic),
        startMs: fc.constantFrom(0, 2 * MINUTE_MS),
        interruptionsPerNodeHour: fc.constantFrom(0, 0.1),
        backfill: fc.boolean(),
      })
      .map((fields) => poolOf({ ...fields, gpusPerNode, nodes })),
    checkpoints: fc.constantFrom(null, { intervalMs: 20 * MINUTE_MS, writeMs: MINUTE_MS }),
    seed: fc.integer({ min: 1, max: 1_000 }),
  }),
);
type World = { jobs: Job[]; pool: JobPool; checkpoints: Job['checkpoints']; seed: number };
const month = 30 * 24 * 60 * MINUTE_MS;
const lived = (given: World) => {
  const all = given.jobs.map((job) => ({ ...job, checkpoints: given.checkpoints }));
  return { jobs: all, outcome: runJobs(all, given.pool, given.seed, month) };
};

propertyTest.prop([world], { numRuns: 200 })('GPU-time of nodes is work that lasts, work lost, overhead and idle time', (given) => {
  const { jobs: all, outcome } = lived(given);
  const ofNodes = outcome.nodes.reduce((sum, { launched, ended }) => sum + (ended - launched) * given.pool.gpusPerNode, 0);
  const ofRuns = outcome.runs.reduce((sum, { job, from, to }) => sum + (to - from) * gpusOf(all[job]), 0);
  expect(outcome.nodeGpuMs).toBe(ofNodes);
  expect(outcome.usefulGpuMs + outcome.lostGpuMs + outcome.overheadGpuMs).toBe(ofRuns);
  expect(ofRuns).toBeLessThanOrEqual(ofNodes);
  for (const part of [outcome.usefulGpuMs, outcome.lostGpuMs, outcome.overheadGpuMs]) expect(part).toBeGreaterThanOrEqual(0);
});

propertyTest.prop([world], { numRuns: 200 })('work done is all that was asked, or some of it still waits', (given) => {
  const { jobs: all, outcome } = lived(given);
  const isDone = outcome.jobs.every(({ endedMs }) => endedMs !== null);
  if (isDone) expect(outcome.usefulGpuMs).toBe(workOf(all));
  else expect(outcome.usefulGpuMs).toBeLessThan(workOf(all));
  if (given.pool.interruptionsPerNodeHour === 0) {
    expect(isDone).toBe(true);
    expect(outcome.lostGpuMs).toBe(0);
  }
});

propertyTest.prop([world], { numRuns: 200 })(
  'no job runs on a node that has not booted or is gone, nor on GPUs that another has',
  (given) => {
    const { jobs: all, outcome } = lived(given);
    for (const { from, to, on } of outcome.runs)
      for (const id of on) {
        expect(outcome.nodes[id].booted).toBeLessThanOrEqual(from);
        expect(outcome.nodes[id].ended).toBeGreaterThanOrEqual(to);
      }
    for (const { from, on } of outcome.runs)
      for (const id of on) {
        const held = outcome.runs
          .filter((run) => run.from <= from && run.to > from)
          .reduce((sum, run) => sum + run.on.reduce((own, node, index) => own + (node === id ? all[run.job].workers[index] : 0), 0), 0);
        expect(held).toBeLessThanOrEqual(given.pool.gpusPerNode);
      }
    expect(outcome.mostNodes).toBeLessThanOrEqual(nodes);
  },
);

propertyTest.prop([world], { numRuns: 100 })('the same seed gives the same bytes', (given) => {
  expect(JSON.stringify(lived(given))).toBe(JSON.stringify(lived(given)));
});

propertyTest.prop([world], { numRuns: 200 })('without backfill jobs of a priority first start in the order of their arrival', (given) => {
  const { jobs: all, outcome } = lived({ ...given, pool: { ...given.pool, backfill: false, interruptionsPerNodeHour: 0 } });
  const order = all.map((_, index) => index).sort((one, other) => all[one].arrivesMs - all[other].arrivesMs || one - other);
  for (const priority of [0, 1]) {
    const starts = order.filter((job) => all[job].priority === priority).map((job) => startOf(outcome, job));
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
  }
});

const whole = fc.record({
  jobs: fc.array(
    fc.record({
      arrivesMs: fc.integer({ min: 0, max: 50 }),
      count: fc.integer({ min: 1, max: nodes }),
      workMs: fc.integer({ min: 1, max: 30 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});

propertyTest.prop([whole], { numRuns: 300 })(
  'on a fixed pool first come, first served is the schedule found minute by minute',
  ({ jobs: asked }) => {
    const all = asked.map(({ arrivesMs, count, workMs }) => jobOf({ arrivesMs, workMs, workers: new Array<number>(count).fill(1) }));
    const outcome = runJobs(all, poolOf({ nodes }), 1);
    expect(outcome.jobs.map(({ startedMs }) => startedMs)).toEqual(byTheMinute(asked));
  },
);

/** Starts of jobs in order of arrival, by trying every moment. */
function byTheMinute(asked: readonly { arrivesMs: number; count: number; workMs: number }[]): number[] {
  const order = asked.map((_, index) => index).sort((one, other) => asked[one].arrivesMs - asked[other].arrivesMs || one - other);
  const starts = new Array<number>(asked.length).fill(-1);
  let next = 0;
  for (let now = 0; next < order.length; now++)
    for (; next < order.length; next++) {
      const { arrivesMs, count } = asked[order[next]];
      const busy = asked.reduce(
        (sum, job, index) => sum + (starts[index] >= 0 && starts[index] <= now && now < starts[index] + job.workMs ? job.count : 0),
        0,
      );
      if (arrivesMs > now || busy + count > nodes) break;
      starts[order[next]] = now;
    }
  return starts;
}

propertyTest.prop(
  [
    fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 15 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
    fc.boolean(),
  ],
  { numRuns: 150 },
)('more nodes never let equal jobs end later', (arrivals, size, count, backfill) => {
  const all = arrivals.map((minutes) => jobOf({ arrivesMs: minutes * MINUTE_MS, workers: new Array<number>(size).fill(1) }));
  const ends = (some: number) => runJobs(all, poolOf({ nodes: size * some, backfill }), 1).jobs.map(({ endedMs }) => endedMs ?? Infinity);
  const [few, more] = [ends(count), ends(count + 1)];
  more.forEach((end, job) => expect(end).toBeLessThanOrEqual(few[job]));
});

propertyTest.prop([world], { numRuns: 100 })('backfill changes nothing for jobs that all take the same', (given) => {
  const all = given.jobs.map((job) => ({ ...job, workers: given.jobs[0].workers, workMs: given.jobs[0].workMs, priority: 0 }));
  const outcome = (backfill: boolean) => runJobs(all, { ...given.pool, backfill, interruptionsPerNodeHour: 0 }, 1).jobs;
  expect(outcome(true)).toEqual(outcome(false));
});

describe('with backfill', () => {
  // One of two nodes is busy for 60 min; the first in line wants both, and two small ones wait behind it.
  const all = [
    jobOf({ workMs: 60 * MINUTE_MS }),
    jobOf({ arrivesMs: 1, workers: [1, 1], workMs: 60 * MINUTE_MS }),
    jobOf({ arrivesMs: 2, workMs: 50 * MINUTE_MS }),
    jobOf({ arrivesMs: 3, workMs: 70 * MINUTE_MS }),
  ];
  const starts = (backfill: boolean) => runJobs(all, poolOf({ nodes: 2, backfill }), 1).jobs.map(({ startedMs }) => startedMs);

  test('a job goes ahead that is done before the first in line can start, and one that is not waits', () => {
    expect(starts(true)).toEqual([0, 60 * MINUTE_MS, 2, 120 * MINUTE_MS]);
  });

  test('and without it none goes ahead', () => {
    expect(starts(false)).toEqual([0, 60 * MINUTE_MS, 120 * MINUTE_MS, 120 * MINUTE_MS]);
  });
});

describe('an elastic pool', () => {
  const outcome = runJobs(
    [jobOf({ workers: [8, 8], workMs: 60 * MINUTE_MS })],
    poolOf({ gpusPerNode: 8, nodes: 4, elastic, startMs: MINUTE_MS }),
    1,
  );

  test('launches the nodes of a job together once they are seen to lack, and starts it when both have booted', () => {
    expect(outcome.nodes.map(({ launched, booted }) => [launched, booted])).toEqual([
      [10_000, 10_000 + 4 * MINUTE_MS],
      [10_000, 10_000 + 4 * MINUTE_MS],
    ]);
    expect(outcome.jobs[0]).toEqual({ startedMs: 10_000 + 4 * MINUTE_MS, endedMs: 10_000 + 65 * MINUTE_MS, interruptions: 0 });
  });

  test('gives them back once they were empty for ten minutes', () => {
    expect(outcome.nodes.map(({ ended }) => ended)).toEqual([10_000 + 75 * MINUTE_MS, 10_000 + 75 * MINUTE_MS]);
  });
});

test('a job of higher priority goes before one that came earlier, and stops none that runs', () => {
  const all = [jobOf(), jobOf({ arrivesMs: 1 }), jobOf({ arrivesMs: 2, priority: 1 })];
  const { jobs: ended } = runJobs(all, poolOf(), 1);
  expect(ended.map(({ startedMs }) => (startedMs ?? 0) / MINUTE_MS)).toEqual([0, 120, 60]);
});

test('a job that the pool never has room for is refused by its name', () => {
  const named = [jobOf({ name: 'small' }), jobOf({ name: 'large', workers: workersOf(40, 8) })];
  expect(() => checkJobs(named, { nodes: 4, gpusPerNode: 8 }, ({ name }) => name)).toThrow(
    'large: would wait for ever: all its GPUs are needed at once, and the pool never has so many (expected at most 32 GPUs, 4 nodes of 8, got 5 workers of 8)',
  );
});

propertyTest.prop([fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 8 })])(
  'GPUs are spread evenly over the fewest workers',
  (gpus, perNode) => {
    const workers = workersOf(gpus, perNode);
    expect(workers.reduce((sum, one) => sum + one, 0)).toBe(gpus);
    expect(workers).toHaveLength(Math.ceil(gpus / perNode));
    expect(Math.max(...workers) - Math.min(...workers)).toBeLessThanOrEqual(1);
    expect(Math.max(...workers)).toBeLessThanOrEqual(perNode);
  },
);

function startOf({ jobs: all }: JobsOutcome, job: number): number {
  return all[job].startedMs ?? NaN;
}
