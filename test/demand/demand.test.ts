import { fc, test as property } from '@fast-check/jest';
import { hpaFloor } from '../../lib/demand/replicas/reactive-floor';
import { replicasFor, serviceDemand } from '../../lib/demand/replicas/service';

const hour = 3_600_000;
const hourly = (values: readonly number[]) => ({
  steps: values.map((value, index) => ({ from: index * hour, value })),
  end: values.length * hour,
});

describe('replicas', () => {
  property.prop([fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0.01, max: 1e3, noNaN: true })])(
    'carry the load, and one fewer would not',
    (load, aim) => {
      const replicas = replicasFor(load, aim);
      expect(replicas * aim).toBeGreaterThanOrEqual(load * (1 - 1e-8));
      if (replicas > 1) expect((replicas - 1) * aim).toBeLessThan(load);
    },
  );
  test('are at least one, and crumbs of division add none', () => {
    expect(replicasFor(0, 5)).toBe(1);
    expect(replicasFor(0.1 * 3, 0.1)).toBe(3);
  });
});

describe('servers', () => {
  const target = { cpu: 0.7, memory: 0.5 };
  test.each([
    [80, 55, 12, 11, 12, 'cpu'],
    [75, 50, 11, 10, 11, 'cpu'],
    [70, 45, 10, 9, 10, 'cpu'],
    [5, 20, 1, 4, 4, 'memory'],
    [0, 0, 0, 0, 1, 'cpu'],
  ] as const)('10 servers at %d %% CPU and %d %% memory', (cpu, memory, forCpu, forMemory, servers, binds) => {
    expect(serviceDemand(10, { cpu, memory }, target)).toEqual({ cpu: forCpu, memory: forMemory, servers, binds });
  });
});

describe('the one floor of an HPA', () => {
  const reaction = { fullLoad: 10, aim: 8, delayMs: 10 * 60_000 };
  test('a level load needs none beyond the first replica', () => expect(hpaFloor(hourly([50, 50, 50]), reaction)).toBe(1));
  test('a slow rise needs none: the HPA keeps up within its headroom', () => expect(hpaFloor(hourly([50, 52, 54, 56]), reaction)).toBe(1));
  test('a steep rise needs a floor that holds it until the HPA has acted', () => {
    const floor = hpaFloor(hourly([10, 10, 200, 200]), reaction);
    expect(floor).toBeGreaterThan(15);
    expect(floor).toBeLessThanOrEqual(replicasFor(200, 8));
  });
  property.prop([fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 2, maxLength: 40 })])(
    'never exceeds what the highest load needs',
    (loads) => {
      expect(hpaFloor(hourly(loads), reaction)).toBeLessThanOrEqual(replicasFor(Math.max(...loads), 8));
    },
  );
  property.prop([fc.array(fc.double({ min: 1, max: 500, noNaN: true }), { minLength: 2, maxLength: 24 })])(
    'a slower reaction never needs a lower floor on a load that only rises',
    (loads) => {
      const rising = hourly([...loads].sort((a, b) => a - b));
      expect(hpaFloor(rising, { ...reaction, delayMs: 30 * 60_000 })).toBeGreaterThanOrEqual(hpaFloor(rising, reaction));
    },
  );
});
