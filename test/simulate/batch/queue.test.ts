import { fc, test as propertyTest } from '@fast-check/jest';
import { queueWorkers } from '../../../lib/demand/replicas/queue-workers';
import { fewestWorkers, mostLate, replayQueue } from '../../../lib/simulate/batch/replay-queue';
import { type QueueReplay, runQueue } from '../../../lib/simulate/batch/run-queue';
import { type Physics, tickMs } from '../../../lib/simulate/physics/physics';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { replayOf, wavyLoad } from '../support';

const hour = HOUR_MS / tickMs;
const queueOf = (values: ArrayLike<number>, fields: Partial<QueueReplay> = {}, physics: Partial<Physics> = {}): QueueReplay => ({
  ...replayOf(values, physics),
  deadlineMs: 30 * MINUTE_MS,
  backlog: 0,
  ...fields,
});

const world = fc.record({
  seed: fc.integer({ min: 1, max: 1_000 }),
  scaling: fc.constantFrom(
    { name: 'fixed', workers: 7 },
    { name: 'fixed', workers: 9 },
    { name: 'elastic', backlogSecondsPerWorker: 60 },
    { name: 'elastic', backlogSecondsPerWorker: 600 },
  ),
  backlog: fc.constantFrom(0, 5_000),
  interruptionsPerNodeHour: fc.constantFrom(0, 0.2),
});

propertyTest.prop([world], { numRuns: 40 })(
  'items that came are done or still wait, and late ones are among them',
  ({ scaling, seed, ...fields }) => {
    const { interruptionsPerNodeHour, backlog } = fields;
    const outcome = runQueue(queueOf(wavyLoad(6 * hour, seed), { seed, backlog }, { interruptionsPerNodeHour }), scaling);
    expect(Math.abs(outcome.done + outcome.queued - outcome.came)).toBeLessThan(1e-6 * outcome.came);
    expect(outcome.late).toBeLessThanOrEqual(outcome.came);
    expect(outcome.mostQueued).toBeGreaterThanOrEqual(outcome.queued);
    if (outcome.oldestMs > 31 * MINUTE_MS) expect(outcome.late).toBeGreaterThan(0);
  },
);

propertyTest.prop([fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 5, max: 12 })], { numRuns: 40 })(
  'one worker more never makes items later',
  (seed, workers) => {
    const replay = queueOf(wavyLoad(6 * hour, seed));
    const [few, more] = [workers, workers + 1].map((count) => runQueue(replay, { name: 'fixed', workers: count }));
    expect(more.late).toBeLessThanOrEqual(few.late + 1e-6);
    expect(more.meanWaitMs).toBeLessThanOrEqual(few.meanWaitMs + 1e-6);
  },
);

propertyTest.prop([fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 8 }), fc.integer({ min: 10, max: 240 })], {
  numRuns: 60,
})('trainers counted by demand keep the deadline of each item, and the fewest that do are no more of them', (hourly, minutes) => {
  fc.pre(hourly.some((value) => value > 0));
  const values = hourly.flatMap((value) => new Array<number>(hour).fill(value));
  const replay = queueOf(values, { deadlineMs: minutes * MINUTE_MS });
  const counted = queueWorkers({
    arrivals: { steps: hourly.map((value, index) => ({ from: index * HOUR_MS, value })), end: hourly.length * HOUR_MS },
    backlog: 0,
    throughputPerWorker: 1,
    deadlineSeconds: minutes * 60,
    startSeconds: 0,
  });
  const workers = counted?.workers ?? NaN;
  expect(runQueue(replay, { name: 'fixed', workers }).late).toBeLessThan(1e-6);
  const fewest = fewestWorkers(replay);
  expect(fewest).toBeLessThanOrEqual(workers);
  if (fewest > 1) {
    const { late, came } = runQueue(replay, { name: 'fixed', workers: fewest - 1 });
    expect(late).toBeGreaterThan(mostLate * came);
  }
});

test('the oldest item waits as long as the work before it takes', () => {
  // 600 items at once and 2 workers of one a second: the last is done after 300 s.
  const values = new Float64Array(2 * hour);
  const outcome = runQueue(queueOf(values, { backlog: 600 }), { name: 'fixed', workers: 2 });
  expect(outcome).toMatchObject({ came: 600, done: 600, queued: 0, late: 0, mostQueued: 570 });
  expect(outcome.oldestMs).toBe(285_000 - tickMs);
  const short = runQueue(queueOf(values, { backlog: 600, deadlineMs: 150_000 }), { name: 'fixed', workers: 2 });
  expect(short.late).toBe(600 - 2 * (150 + 15));
});

test('trainers that follow the backlog are tuned on the window before, and what is scored changes no setting', () => {
  const values = wavyLoad(48 * hour, 5);
  const tune = queueOf(values, { from: 0, to: 24 * hour });
  const score = { ...tune, from: 24 * hour, to: 48 * hour };
  const other = { ...score, load: { ...score.load, values: values.map((value, tick) => (tick >= 24 * hour ? 3 * value : value)) } };
  const settings = (replay: QueueReplay) =>
    replayQueue(tune, replay)
      .slice(0, 2)
      .map(({ scaling }) => scaling);
  expect(settings(other)).toEqual(settings(score));
  const [fixed, elastic, hindsight] = replayQueue(tune, score);
  expect(elastic.outcome.gpuHours).toBeLessThan(fixed.outcome.gpuHours);
  expect(hindsight.outcome.late).toBeLessThanOrEqual(mostLate * hindsight.outcome.came);
});
