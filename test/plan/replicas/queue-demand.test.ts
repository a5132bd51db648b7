import type { TrainingConfig } from '../../../lib/config';
import { queueOf } from '../../../lib/plan/replicas/queue-demand';
import { testConfig } from '../../support/config';
import { hours, start, textsOf } from './support';

/** Trainers whose nodes boot in 4 minutes and that start within 6: of the deadline 50 minutes are left for the work. */
const trainers = {
  kind: 'training',
  form: 'deployment',
  load: { kind: 'csv', path: 'items.csv', unit: 'samples/s' },
  replica: { gpus: 1, throughput: '10 samples/s' },
  coldStart: '6m',
  deadline: '1h',
  pool: 'l40s',
};

function queueWith(fields: object, arrivals: readonly number[], aim = 10) {
  const config = testConfig({
    workloads: { distill: { ...trainers, ...fields } as never },
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '4m' } },
  });
  return queueOf({ config, name: 'distill' } as never, config.workloads.distill as TrainingConfig, hours(arrivals), aim);
}
const trainersOf = (fields: object, arrivals: readonly number[], aim?: number) =>
  queueWith(fields, arrivals, aim)?.steps.map(({ value }) => value);
const sentence = (fields: object, arrivals: readonly number[]) => textsOf(queueWith(fields, arrivals)?.reasons ?? [])['demand/queue'];

describe('the trainers of a queue', () => {
  test('are one number for the whole horizon, which lets the queue carry hours that bring more', () => {
    const made = queueWith({ deadline: '6h' }, [100, 0, 0, 0, 0, 0]);
    expect(made?.steps).toEqual([{ from: start, value: expect.any(Number) as number }]);
    expect(made?.end).toBe(start + 6 * 3_600_000);
    expect(made?.steps[0].value).toBeLessThan(5);
    expect(made?.steps[0].value).toBeGreaterThanOrEqual(2);
  });
  test('are as many as do each item within the deadline, and one needs no more than it can do', () => {
    expect(trainersOf({}, [10, 10, 10])).toEqual([1]);
    expect(trainersOf({}, [20, 20, 20])).toEqual([2]);
    expect(trainersOf({}, [20, 20, 20], 5)).toEqual([4]);
  });
  test('are never fewer than the floor, and say so where that binds', () => {
    expect(trainersOf({ floor: 3 }, [10, 10, 10])).toEqual([3]);
    expect(textsOf(queueWith({ floor: 3 }, [10, 10, 10])?.reasons ?? [])).toMatchObject({
      'demand/queue': expect.stringMatching(/^1 trainer, all the time/) as string,
      'schedule/floor': "never below the config's floor of 3",
    });
    expect(trainersOf({ floor: 3 }, [50, 50, 50])).toEqual([5]);
    expect(queueWith({ floor: 3 }, [50, 50, 50])?.reasons.map(({ code }) => code)).toEqual(['demand/queue']);
  });
  test('have what waits at the start to do within the deadline, once they have started', () => {
    // 60,000 items in 50 minutes are 20 a second.
    expect(trainersOf({ backlog: 60_000 }, [0, 0, 0])).toEqual([2]);
    expect(trainersOf({ backlog: 60_100 }, [0, 0, 0])).toEqual([3]);
  });
  test('name what waits only where that is part of what asks for most', () => {
    expect(sentence({ backlog: 60_000 }, [0, 0, 0])).toMatch(/asked for by the 60000 that wait now/);
    expect(sentence({ backlog: 1 }, [0, 0, 90])).not.toContain('wait now');
    expect(sentence({}, [90, 0, 0])).not.toContain('wait now');
  });
  test('without a deadline are left to the load', () => {
    expect(queueWith({ deadline: undefined }, [10])).toBeNull();
  });
  test('cannot be enough where the deadline is over before the first one starts', () => {
    expect(() => queueWith({ deadline: '10m' }, [10])).toThrow(
      /deadline: is over before the first worker can start: .* take 10m \(got 10m\)/,
    );
    expect(() => queueWith({ deadline: '11m' }, [10])).not.toThrow();
  });
});
