import { checkpointInterval } from '../../../lib/demand/training/checkpoint';
import { erlangC } from '../../../lib/demand/replicas/queueing';
import { brokenRun, runJobs, runMs } from '../../../lib/simulate/batch/run-jobs';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { batchMeans, exponential, seeded } from '../../demand/simulated';
import { jobOf, poolOf } from './support';

test.each([
  [1, 0.6],
  [3, 2.4],
  [8, 5.6],
])('jobs that come and last by chance wait on %i nodes as Erlang C says, within the 95 %% interval', (servers, load) => {
  const random = seeded(11);
  let now = 0;
  const jobs = Array.from({ length: 24_000 }, () => {
    now += exponential(random, HOUR_MS / load);
    return jobOf({ arrivesMs: Math.round(now), workMs: Math.max(1, Math.round(exponential(random, HOUR_MS))) });
  });
  const { jobs: outcomes } = runJobs(jobs, poolOf({ nodes: servers }), 1);
  const waits = Float64Array.from(outcomes, ({ startedMs }, job) => ((startedMs ?? NaN) - jobs[job].arrivesMs) / HOUR_MS);
  const { mean, half } = batchMeans(waits.subarray(4_000));
  const expected = erlangC(load, servers) / (servers - load);
  expect(half / expected).toBeLessThan(0.3);
  expect(Math.abs(mean - expected)).toBeLessThan(half);
});

describe('a job on nodes that are lost by chance', () => {
  const [nodes, perHour, bootMs, startMs, writeMs] = [4, 0.05, 4 * MINUTE_MS, 6 * MINUTE_MS, 3 * MINUTE_MS];
  const mtbf = HOUR_MS / (perHour * nodes);
  const pool = poolOf({ nodes, bootMs, startMs, interruptionsPerNodeHour: perHour });
  const segments = 20;
  const take = (intervalMs: number) => {
    const job = jobOf({ workers: new Array<number>(nodes).fill(1), workMs: segments * intervalMs, checkpoints: { intervalMs, writeMs } });
    const ends = Float64Array.from({ length: 1_200 }, (_, seed) => runJobs([job], pool, seed + 1).jobs[0].endedMs ?? NaN);
    return batchMeans(ends);
  };
  /** The last segment writes none, and the first attempt needs no boot. */
  const daly = (intervalMs: number) => {
    const restart = bootMs + startMs;
    const segment = (ms: number) => mtbf * Math.exp(restart / mtbf) * Math.expm1(ms / mtbf);
    const first = -Math.expm1(-(startMs + intervalMs + writeMs) / mtbf);
    return (
      first * mtbf * Math.exp((restart + intervalMs + writeMs) / mtbf) +
      (segments - 2) * segment(intervalMs + writeMs) +
      segment(intervalMs)
    );
  };

  test.each([20, 60, 180])('takes as long as Daly expects with a checkpoint every %i min, within the 95 %% interval', (minutes) => {
    const { mean, half } = take(minutes * MINUTE_MS);
    expect(half / mean).toBeLessThan(0.05);
    expect(Math.abs(mean - daly(minutes * MINUTE_MS))).toBeLessThan(half);
  });

  test('is done sooner with the interval of the plan than with one three times as long or a third of it', () => {
    const best = checkpointInterval(writeMs / 1_000, mtbf / 1_000) * 1_000;
    const workMs = 60 * HOUR_MS;
    const mean = (intervalMs: number) => {
      const job = jobOf({
        workers: new Array<number>(nodes).fill(1),
        workMs,
        checkpoints: { intervalMs: Math.round(intervalMs), writeMs },
      });
      return batchMeans(Float64Array.from({ length: 600 }, (_, seed) => runJobs([job], pool, seed + 1).jobs[0].endedMs ?? NaN)).mean;
    };
    expect(mean(best)).toBeLessThan(mean(best / 3));
    expect(mean(best)).toBeLessThan(mean(best * 3));
  });
});

test('work since the last whole checkpoint is lost, and a checkpoint that was not finished with it', () => {
  const checkpoints = { intervalMs: 100, writeMs: 10 };
  expect(brokenRun(50, checkpoints)).toEqual({ savedMs: 0, writtenMs: 0, lostMs: 50 });
  expect(brokenRun(105, checkpoints)).toEqual({ savedMs: 0, writtenMs: 0, lostMs: 105 });
  expect(brokenRun(235, checkpoints)).toEqual({ savedMs: 200, writtenMs: 20, lostMs: 15 });
  expect(brokenRun(235, null)).toEqual({ savedMs: 0, writtenMs: 0, lostMs: 235 });
  expect([runMs(250, checkpoints), runMs(200, checkpoints), runMs(100, checkpoints)]).toEqual([270, 210, 100]);
});
