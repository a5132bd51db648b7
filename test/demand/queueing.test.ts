import { fc, test as property } from '@fast-check/jest';
import { erlangB, erlangC } from '../../lib/demand/erlang';
import { meanWaitSeconds, type Queue, waitExceeds, waitQuantileSeconds } from '../../lib/demand/queueing';
import { serversForSlo, squareRootStaffing, targetForSlo } from '../../lib/demand/staffing';
import { batchMeans, exponential, seeded, simulateQueue } from './simulated';

const queue = fc
  .record({ servers: fc.integer({ min: 1, max: 200 }), utilisation: fc.double({ min: 0.01, max: 0.99, noNaN: true }) })
  .map(({ servers, utilisation }) => ({ servers, load: servers * utilisation }));
const slo = fc.record({
  serviceSeconds: fc.double({ min: 0.01, max: 100, noNaN: true }),
  serviceCv2: fc.double({ min: 0, max: 10, noNaN: true }),
  waitSeconds: fc.double({ min: 0, max: 100, noNaN: true }),
  quantile: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
});

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

describe('staffing', () => {
  test('100 calls in 30 minutes of 180 s, 80 % within 20 s: 14 agents, who answer 88.8 %; 13 would not do', () => {
    const promise = { serviceSeconds: 180, waitSeconds: 20, quantile: 0.8 };
    expect(serversForSlo(10, promise)).toBe(14);
    expect(1 - waitExceeds({ load: 10, servers: 14, serviceSeconds: 180 }, 20)).toBeCloseTo(0.888, 3);
    expect(1 - waitExceeds({ load: 10, servers: 13, serviceSeconds: 180 }, 20)).toBeLessThan(0.8);
  });
  property.prop([fc.double({ min: 0.01, max: 150, noNaN: true }), slo])(
    'keeps the promise, and one server fewer would not',
    (load, promise) => {
      const servers = serversForSlo(load, promise);
      expect(waitExceeds({ load, servers, ...promise }, promise.waitSeconds)).toBeLessThanOrEqual(1 - promise.quantile + 1e-9);
      if (servers - 1 > load) {
        expect(waitExceeds({ load, servers: servers - 1, ...promise }, promise.waitSeconds)).toBeGreaterThan(1 - promise.quantile - 1e-9);
      }
    },
  );
  property.prop([fc.integer({ min: 1, max: 100 }), slo])(
    'the target from servers is the fullest that keeps the promise',
    (servers, promise) => {
      const { load, target } = targetForSlo({ servers }, promise);
      expect(target).toBeGreaterThanOrEqual(0);
      expect(target).toBeLessThan(1 + 1e-12);
      const exceeds = (at: number) => waitExceeds({ load: at, servers, ...promise }, promise.waitSeconds);
      if (load > 0 && load < servers) expect(exceeds(load)).toBeLessThanOrEqual(1 - promise.quantile + 1e-9);
      const more = load + 1e-6 * servers;
      if (more < servers * (1 - 1e-9)) expect(exceeds(more)).toBeGreaterThan((1 - promise.quantile) * (1 - 1e-6));
    },
  );
  test('many servers may run fuller than few for the same promise', () => {
    const promise = { serviceSeconds: 1, waitSeconds: 0.1, quantile: 0.95 };
    const targets = [1, 4, 16, 64, 256].map((servers) => targetForSlo({ servers }, promise).target);
    for (let index = 1; index < targets.length; index++) expect(targets[index]).toBeGreaterThan(targets[index - 1]);
    expect(targets[0]).toBeLessThan(0.1);
    expect(targets[4]).toBeGreaterThan(0.85);
  });
  test('service that varies more leaves less of a server to use', () => {
    const target = (serviceCv2: number) =>
      targetForSlo({ servers: 8 }, { serviceSeconds: 1, waitSeconds: 1, quantile: 0.95, serviceCv2 }).target;
    expect(target(0)).toBeGreaterThan(target(1));
    expect(target(1)).toBeGreaterThan(target(4));
  });
  test('the square-root rule adds as many as the root of the load', () => {
    expect(squareRootStaffing(100, 1)).toBe(110);
    expect(squareRootStaffing(100, 2)).toBe(120);
  });
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
    const q: Queue = { load, servers, serviceSeconds: 1 };
    const mean = batchMeans(waits);
    const waiting = batchMeans(waits, (wait) => (wait > 0 ? 1 : 0));
    const long = batchMeans(waits, (wait) => (wait > 0.3 ? 1 : 0));
    // An interval of 95 % is missed once in 20: with 12 figures twice its half width is allowed, and the widths themselves are at most 12 % of the share that waits.
    expect(Math.abs(meanWaitSeconds(q) - mean.mean)).toBeLessThan(2 * mean.half);
    expect(Math.abs(erlangC(load, servers) - waiting.mean)).toBeLessThan(2 * waiting.half);
    expect(Math.abs(waitExceeds(q, 0.3) - long.mean)).toBeLessThan(2 * long.half);
    expect(waiting.half / waiting.mean).toBeLessThan(0.12);
  });

  /** Two kinds of work of mean 1 together: a tenth of it long. */
  const uneven = (random: () => number) => exponential(random, random() < 0.1 ? 5.5 : 0.5);
  const unevenCv2 = 2 * (0.1 * 5.5 ** 2 + 0.9 * 0.5 ** 2) - 1;
  const services = [
    ['always as long', 0, 0.2, () => 1],
    ['half as uneven as exponential', 0.5, 0.2, (random: () => number) => exponential(random, 0.5) + exponential(random, 0.5)],
    ['some of it very long', unevenCv2, 0.3, uneven],
  ] as const;
  test.each(
    services.flatMap(([name, cv2, tolerance, service]) =>
      (
        [
          [1, 0.7],
          [4, 0.8],
          [16, 0.9],
        ] as const
      ).map(([servers, utilisation]) => [name, servers, utilisation, tolerance, cv2, service] as const),
    ),
  )(
    'M/G/c, service %s, %d servers at %d: mean and p95 wait are within %d of the simulation',
    (_name, servers, utilisation, tolerance, cv2, service) => {
      const load = servers * utilisation;
      const waits = run(load, servers, service, 23);
      const q: Queue = { load, servers, serviceSeconds: 1, serviceCv2: cv2 };
      const { mean, half } = batchMeans(waits);
      expect(Math.abs(meanWaitSeconds(q) - mean)).toBeLessThan(tolerance * mean + half);
      const p95 = Float64Array.from(waits).sort()[Math.floor(0.95 * waits.length)];
      expect(Math.abs(waitQuantileSeconds(q, 0.95) / p95 - 1)).toBeLessThan(tolerance);
    },
  );
});
