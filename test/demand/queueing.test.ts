import { fc, test as property } from '@fast-check/jest';
import { erlangB, erlangC, waitQuantileSeconds } from '../../lib/demand/replicas/queueing';
import { serversForWait, shareWithin } from './published-formulas';
import { batchMeans, exponential, seeded, simulateQueue } from './simulated';

const queue = fc
  .record({ servers: fc.integer({ min: 1, max: 200 }), utilisation: fc.double({ min: 0.01, max: 0.99, noNaN: true }) })
  .map(({ servers, utilisation }) => ({ servers, load: servers * utilisation }));

describe('Erlang', () => {
  property.prop([queue])('C is B of those who would be turned away, and more of them wait than would be lost', ({ load, servers }) => {
    expect(erlangC(load, servers)).toBeGreaterThanOrEqual(erlangB(load, servers));
    expect(erlangC(load, servers)).toBeLessThanOrEqual(1);
  });
  property.prop([queue])('another server never makes more wait', ({ load, servers }) => {
    expect(erlangC(load, servers + 1)).toBeLessThanOrEqual(erlangC(load, servers));
  });
  test('agrees with the sum it stands for', () => {
    const [a, c] = [7, 10];
    const terms = Array.from({ length: c + 1 }, (_, n) => a ** n / Array.from({ length: n }, (__, i) => i + 1).reduce((x, y) => x * y, 1));
    const last = (terms[c] * c) / (c - a);
    expect(erlangC(a, c)).toBeCloseTo(last / (terms.slice(0, c).reduce((x, y) => x + y, 0) + last), 12);
  });
  test('a queue that cannot keep up is refused, with what it would take', () => {
    expect(() => erlangC(10, 10)).toThrow(
      'servers: cannot keep up: the queue would grow for ever (expected a whole number above the offered load of 10, got 10)',
    );
  });
});

describe('waits', () => {
  test('100 calls in 30 minutes of 180 s, 80 % within 20 s: 14 agents, who answer 88.8 %; 13 would not do', () => {
    expect(serversForWait(10, 180, 20, 0.8)).toBe(14);
    expect(shareWithin(10, 14, 180, 20)).toBeCloseTo(0.888, 3);
    expect(shareWithin(10, 13, 180, 20)).toBeLessThan(0.8);
  });
  test('a share that need not wait has no wait', () => {
    expect(waitQuantileSeconds({ load: 1, servers: 2, serviceSeconds: 60 }, 2 / 3)).toBe(0);
    expect(waitQuantileSeconds({ load: 1, servers: 2, serviceSeconds: 60 }, 0.7)).toBeGreaterThan(0);
  });
  property.prop([queue, fc.double({ min: 0.5, max: 0.999, noNaN: true }), fc.double({ min: 0.01, max: 100, noNaN: true })])(
    'grow with the share of arrivals that they are for, shrink with servers, and are proportional to the service time',
    ({ load, servers }, quantile, serviceSeconds) => {
      const wait = waitQuantileSeconds({ load, servers, serviceSeconds }, quantile);
      expect(waitQuantileSeconds({ load, servers, serviceSeconds }, (1 + quantile) / 2)).toBeGreaterThanOrEqual(wait);
      expect(waitQuantileSeconds({ load, servers: servers + 1, serviceSeconds }, quantile)).toBeLessThanOrEqual(wait);
      expect(waitQuantileSeconds({ load, servers, serviceSeconds: 2 * serviceSeconds }, quantile)).toBeCloseTo(2 * wait, 9);
    },
  );
});

describe('waits against a simulated queue (seeded, 95 % confidence interval from the means of 20 batches)', () => {
  const run = (load: number, servers: number, service: (random: () => number) => number, seed: number) => {
    const random = seeded(seed);
    return simulateQueue({
      servers,
      customers: 220_000,
      skip: 20_000,
      between: () => exponential(random, 1 / load),
      service: () => service(random),
    });
  };
  test.each([
    [0.5, 1],
    [7, 10],
    [18, 20],
    [45, 50],
  ])('M/M/c is exact: load %d on %d servers', (load, servers) => {
    const waits = run(load, servers, (random) => exponential(random, 1), 11);
    const mean = batchMeans(waits);
    const waiting = batchMeans(waits, (wait) => (wait > 0 ? 1 : 0));
    const within = batchMeans(waits, (wait) => (wait <= waitQuantileSeconds({ load, servers, serviceSeconds: 1 }, 0.97) ? 1 : 0));
    // An interval of 95 % is missed once in 20: with 12 figures twice its half width is allowed, and the widths themselves are at most 12 % of the share that waits.
    expect(Math.abs(erlangC(load, servers) / (servers - load) - mean.mean)).toBeLessThan(2 * mean.half);
    expect(Math.abs(erlangC(load, servers) - waiting.mean)).toBeLessThan(2 * waiting.half);
    expect(Math.abs(0.97 - within.mean)).toBeLessThan(2 * within.half);
    expect(waiting.half / waiting.mean).toBeLessThan(0.12);
  });
});
