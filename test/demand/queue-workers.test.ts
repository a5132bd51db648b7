import { fc, test as property } from '@fast-check/jest';
import { queueWorkers } from '../../lib/demand/replicas/queue-workers';

const hour = 3_600_000;
const hourly = (values: readonly number[]) => ({
  steps: values.map((value, index) => ({ from: index * hour, value })),
  end: values.length * hour,
});

/** Longest wait of any item, in seconds, of a queue worked off in order, minute by minute. */
function longestWait(rates: readonly number[], backlog: number, perSecond: number, startSeconds: number): number {
  const stepSeconds = 60;
  let waiting = backlog;
  let longest = startSeconds + backlog / perSecond;
  for (let time = 0; time < rates.length * 3_600; time += stepSeconds) {
    waiting += rates[Math.floor(time / 3_600)] * stepSeconds;
    const worked = Math.max(0, time + stepSeconds - Math.max(time, startSeconds));
    waiting = Math.max(0, waiting - worked * perSecond);
    longest = Math.max(longest, Math.max(0, startSeconds - time - stepSeconds) + waiting / perSecond);
  }
  return longest;
}

const rates = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 48 });

describe('workers of a queue with a deadline', () => {
  property.prop([rates, fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 50 })])(
    'do each item in time, as a simulated queue shows, and one fewer would be late or fall behind for ever',
    (values, backlog, deadlineHours, startMinutes) => {
      const deadlineSeconds = deadlineHours * 3_600;
      const startSeconds = startMinutes * 60;
      const found = queueWorkers({ arrivals: hourly(values), backlog, throughputPerWorker: 7, deadlineSeconds, startSeconds });
      const workers = found?.workers ?? NaN;
      const wait = (count: number) => longestWait(values, backlog, count * 7, startSeconds);
      if (workers === 0) return expect(backlog + Math.max(...values)).toBe(0);
      expect(wait(workers)).toBeLessThanOrEqual(deadlineSeconds * (1 + 1e-6) + 1e-6);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      // A minute of the simulation is the finest that it sees.
      if (workers > 1) expect(wait(workers - 1) > deadlineSeconds - 60 || (workers - 1) * 7 < mean).toBe(true);
    },
  );
  test('the queue carries a busy hour, and the deadline says how far', () => {
    const arrivals = hourly([10, 10, 100, 10, 10, 10, 10, 10]);
    const of = (hours: number) =>
      queueWorkers({ arrivals, backlog: 0, throughputPerWorker: 10, deadlineSeconds: hours * 3_600, startSeconds: 0 })?.workers;
    expect([of(0.001), of(1), of(3), of(24)]).toEqual([10, 5, 3, 3]);
  });
  test('the span that asks for most is named', () => {
    const queue = { backlog: 0, throughputPerWorker: 10, deadlineSeconds: 3_600, startSeconds: 0 };
    expect(queueWorkers({ arrivals: hourly([10, 10, 100, 10]), ...queue })?.binds).toEqual({ from: 2 * hour, to: 3 * hour });
  });
  test('what waits already must be done within the deadline too', () => {
    const queue = { arrivals: hourly([0, 0]), throughputPerWorker: 10, deadlineSeconds: 3_600 };
    expect(queueWorkers({ ...queue, backlog: 360_000, startSeconds: 0 })).toEqual({ workers: 10, binds: { from: 0, to: 0 } });
    expect(queueWorkers({ ...queue, backlog: 360_000, startSeconds: 1_800 })?.workers).toBe(20);
    expect(queueWorkers({ ...queue, backlog: 1, startSeconds: 3_600 })).toBeNull();
  });
});
