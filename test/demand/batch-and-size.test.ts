import { fc, test as property } from '@fast-check/jest';
import { batchWorkers } from '../../lib/demand/replicas/queue-workers';
import { serviceSize } from '../../lib/demand/replicas/service';

describe('a batch queue', () => {
  test('is empty at its deadline: backlog and what comes meanwhile, in the time that is left after the start', () => {
    expect(
      batchWorkers({ backlog: 10_000, arrivalsPerSecond: 1, throughputPerWorker: 2, deadlineSeconds: 3_600, startSeconds: 600 }),
    ).toEqual({
      workers: 3,
      keepUp: 1,
      drainedAfterSeconds: 600 + 10_600 / 5,
    });
  });
  test('each item in time needs fewer where much is yet to come', () => {
    const queue = { backlog: 1_000, arrivalsPerSecond: 3, throughputPerWorker: 1, deadlineSeconds: 1_000 };
    expect(batchWorkers({ ...queue, goal: 'each' })).toMatchObject({ workers: 3, drainedAfterSeconds: null });
    expect(batchWorkers(queue)).toMatchObject({ workers: 4 });
  });
  test('nothing to do needs no worker, and a deadline before the start cannot be met', () => {
    expect(batchWorkers({ backlog: 0, arrivalsPerSecond: 0, throughputPerWorker: 1, deadlineSeconds: 10 })?.workers).toBe(0);
    expect(batchWorkers({ backlog: 1, arrivalsPerSecond: 0, throughputPerWorker: 1, deadlineSeconds: 60, startSeconds: 60 })).toBeNull();
  });
  const queue = fc.record({
    backlog: fc.integer({ min: 1, max: 100_000 }),
    arrivalsPerSecond: fc.double({ min: 0, max: 50, noNaN: true }),
    throughputPerWorker: fc.double({ min: 0.1, max: 20, noNaN: true }),
    deadlineSeconds: fc.integer({ min: 100, max: 10_000 }),
    startSeconds: fc.integer({ min: 0, max: 90 }),
  });
  property.prop([queue])('drains within its deadline, and one worker fewer would not', (of) => {
    const { backlog, arrivalsPerSecond, throughputPerWorker, deadlineSeconds, startSeconds } = of;
    const workers = batchWorkers(of)?.workers ?? NaN;
    const left = (count: number) =>
      backlog + arrivalsPerSecond * deadlineSeconds - count * throughputPerWorker * (deadlineSeconds - startSeconds);
    expect(left(workers)).toBeLessThanOrEqual(1e-6 * (backlog + arrivalsPerSecond * deadlineSeconds));
    if (workers > 1) expect(left(workers - 1)).toBeGreaterThan(-1e-6);
  });
});

describe('a service', () => {
  const sizes = [
    { name: 'm7i.xlarge', cpuMilli: 4_000, memoryMiB: 16_384 },
    { name: 'm7i.2xlarge', cpuMilli: 8_000, memoryMiB: 32_768 },
    { name: 'r7i.xlarge', cpuMilli: 4_000, memoryMiB: 32_768 },
    { name: 'm7i.large', cpuMilli: 2_000, memoryMiB: 8_192 },
  ];
  const target = { cpu: 0.7, memory: 0.7 };
  const of = (cpu: number, memory: number) => serviceSize({ servers: 10, utilisation: { cpu, memory }, target, machine: sizes[0], sizes });

  test('that is short of CPU takes more servers, or as many of the next size', () => {
    expect(of(100, 40)).toEqual({
      horizontal: { cpu: 15, memory: 6, servers: 15, binds: 'cpu' },
      vertical: { machine: 'm7i.2xlarge', cpuPercent: 50, memoryPercent: 20, binds: 'cpu' },
    });
  });
  test('that is short of memory alone goes to a machine with more of it', () => {
    expect(of(50, 100).vertical).toEqual({ machine: 'r7i.xlarge', cpuPercent: 50, memoryPercent: 50, binds: 'cpu' });
  });
  test('that needs little goes to the smallest that carries it', () => expect(of(30, 30).vertical?.machine).toBe('m7i.large'));
  test('that no size carries has only more servers', () =>
    expect(of(250, 250)).toMatchObject({ vertical: null, horizontal: { servers: 36 } }));
});
