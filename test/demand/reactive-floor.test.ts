import { fc, test as property } from '@fast-check/jest';
import { hpaFloor, protectionOf, strainedShare, strainOf } from '../../lib/demand/replicas/reactive-floor';
import { replicasFor } from '../../lib/demand/replicas/service';

const hour = 3_600_000;
const hourly = (values: readonly number[]) => ({
  steps: values.map((value, index) => ({ from: index * hour, value })),
  end: values.length * hour,
});
const reaction = { fullLoad: 10, aim: 8, delayMs: 10 * 60_000 };
const loads = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 2, maxLength: 48 });
const scheduled = (load: readonly number[]) => hourly(load.map((value) => replicasFor(value, reaction.aim)));

const strained = (load: ReturnType<typeof hourly>, how: typeof reaction, floor: number) => strainOf(load, how).share(floor);

describe('strain', () => {
  test('there is none under a level load, nor while the load grows by less than the tolerance in the time it takes to act', () => {
    expect(strained(hourly([400, 400, 400]), reaction, 1)).toBe(0);
    // 400 to 500 in an hour: 4 % in ten minutes.
    expect(strained(hourly([400, 500]), reaction, 1)).toBe(0);
  });
  test('a load that doubles in an hour strains an autoscaler that needs ten minutes, and not one that needs one', () => {
    const steep = hourly([200, 400, 800]);
    expect(strained(steep, reaction, 1)).toBeGreaterThan(0.2);
    expect(strained(steep, { ...reaction, delayMs: 60_000 }, 1)).toBe(0);
  });
  test('where nothing follows the load, every minute above the floor by more than the tolerance counts', () => {
    const blind = { ...reaction, delayMs: Infinity };
    expect(strained(hourly([80, 80, 80, 80]), blind, 10)).toBe(0);
    expect(strained(hourly([80, 80, 80, 80]), blind, 9)).toBe(1);
  });
  property.prop([loads, fc.integer({ min: 1, max: 60 })])(
    'never grows with the floor, and is gone where the floor carries the highest load',
    (load, floor) => {
      const path = hourly(load);
      expect(strained(path, reaction, floor + 1)).toBeLessThanOrEqual(strained(path, reaction, floor));
      expect(strained(path, reaction, replicasFor(Math.max(...load), reaction.aim))).toBe(0);
    },
  );
});

describe('the flat floor that protects as well as floors by the hour', () => {
  property.prop([loads, loads, fc.constantFrom(0.5, 0.9, 0.99)], { numRuns: 60 })(
    'is the lowest that is strained no longer',
    (planned, seen, protect) => {
      const observed = hourly(seen);
      const seen5 = strainOf(observed, reaction, 5 * 60_000);
      const by = scheduled(planned);
      const protection = protectionOf({ planned: hourly(planned), observed, scheduled: by, protect }, reaction);
      const floor = protection.flatFloor;
      const need = replicasFor(Math.max(...planned), reaction.aim);
      const holds = (flat: number) =>
        strained(hourly(planned), reaction, flat) <= strainedShare(hourly(planned), reaction, by) &&
        seen5.share(flat) <= Math.max((1 - protect) * seen5.share(1), seen5.share(need)) + 1e-9;
      expect(floor).toBeLessThanOrEqual(need);
      expect([holds(floor), protection.flat(floor) <= protection.scheduled + 1e-9]).toEqual([true, true]);
      if (floor > Math.min(need, hpaFloor(hourly(planned), reaction))) expect(holds(floor - 1)).toBe(false);
    },
  );
  property.prop([loads, loads])(
    'floors that move strain no more than a flat one below them all, and no less than one above',
    (load, floors) => {
      const [path, by] = [hourly(load), { ...hourly(floors.map((value) => Math.ceil(value / 10) + 1)), end: load.length * hour }];
      const values = by.steps.map(({ value }) => value);
      expect(strainedShare(path, reaction, by)).toBeLessThanOrEqual(strained(path, reaction, Math.min(...values)));
      expect(strainedShare(path, reaction, by)).toBeGreaterThanOrEqual(strained(path, reaction, Math.max(...values)));
    },
  );
  test('a rough past asks for a higher one, a smooth one for none', () => {
    const planned = hourly(Array.from({ length: 48 }, (_, at) => 400 + 100 * Math.sin(at / 4)));
    const by = hourly(planned.steps.map(({ value }) => replicasFor(value, 8)));
    const rough = hourly(Array.from({ length: 200 }, (_, at) => (at % 3 === 0 ? 480 : 120)));
    const floor = (observed: ReturnType<typeof hourly>) =>
      protectionOf({ planned, observed, scheduled: by, protect: 0.95 }, reaction).flatFloor;
    expect(floor(hourly([400, 400, 400]))).toBe(1);
    expect(floor(rough)).toBeGreaterThan(30);
  });
  test('is what the highest load needs where nothing shows how the load moves, or nothing follows it', () => {
    const planned = hourly([100, 400, 100]);
    const by = hourly([13, 50, 13]);
    expect(protectionOf({ planned, observed: null, scheduled: by, protect: 0.95 }, reaction).flatFloor).toBe(50);
    expect(protectionOf({ planned, observed: planned, scheduled: by, protect: 0.95 }, { ...reaction, delayMs: Infinity }).flatFloor).toBe(
      50,
    );
  });
});
