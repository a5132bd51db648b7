import { test as propertyTest, fc } from '@fast-check/jest';
import { decide, type OperatePlan, usualSteps } from '../../lib/control/decide';
import { type NeedModel, featureCount, featurePlace, spreadFeatureCount } from '../../lib/control/need';
import { HOUR_MS, MINUTE_MS } from '../../lib/units';

const start = Date.UTC(2026, 0, 5);
const tickMs = 15_000;
/** The load of the last minute, off by a tenth. */
const plainly = (ahead: 'up' | 'hold'): NeedModel['up'] => {
  const centre = new Float64Array(featureCount);
  [centre[featurePlace.minute], centre[featurePlace.now], centre[featurePlace[ahead]]] = [1, -1, 1];
  const spread = new Float64Array(spreadFeatureCount);
  spread[0] = 0.1;
  return { spanMs: (ahead === 'up' ? 8 : 18) * MINUTE_MS, centre, spread, usualSpread: 0.1 };
};
const outlook = (mean: (hour: number) => number, top = 1.5) => ({
  knownFrom: start,
  start,
  intervalMs: HOUR_MS,
  mean: Float64Array.from({ length: 26 }, (_, hour) => mean(hour)),
  quantiles: [{ probability: 0.95, values: Float64Array.from({ length: 26 }, (_, hour) => top * mean(hour)) }],
});
const plan = (fields: Partial<OperatePlan> = {}): OperatePlan => ({
  outlooks: [outlook(() => 10)],
  models: [{ knownFrom: start, offset: 0.001, up: plainly('up'), hold: plainly('hold') }],
  margins: { up: 2, hold: 0 },
  needed: Math.ceil,
  floor: 1,
  ceiling: 100,
  protect: 0.95,
  staleMs: 10 * MINUTE_MS,
  leadMs: 8 * MINUTE_MS,
  steps: { up: 100, down: 1, ignored: 0 },
  ...fields,
});
const seen = (level: number, minutes = 60) => ({
  start,
  tickMs,
  load: new Float64Array(minutes * 4).fill(level),
  replicas: 7,
  ready: 7,
  nodes: 7,
});
const now = start + HOUR_MS;

test('the floor covers the load that is seen and the margin', () => {
  expect(decide({ floor: 1 }, seen(10), plan(), now).floor).toBe(Math.ceil(10 * Math.exp(0.2)));
});

test('where the plan expects growth before a new node serves, the floor leads it', () => {
  const rising = plan({ outlooks: [outlook((hour) => (hour < 1 ? 10 : 20))] });
  expect(decide({ floor: 1 }, seen(10), rising, now).floor).toBeGreaterThan(decide({ floor: 1 }, seen(10), plan(), now).floor);
});

test('a floor is kept while it would be needed again before giving it up paid', () => {
  const keeping = plan({ margins: { up: 1, hold: 2 } });
  expect(decide({ floor: 13 }, seen(10), keeping, now)).toMatchObject({ floor: 13, reason: 'kept: soon needed again' });
  expect(decide({ floor: 30 }, seen(10), keeping, now)).toMatchObject({ floor: 13, reason: 'not needed again soon' });
});

test('where the load cannot be seen, or is stale, the forecast that the plan protects holds', () => {
  expect(decide({ floor: 3 }, seen(10, 0), plan(), now)).toMatchObject({ floor: 15, reason: 'no load to be seen: by the forecast' });
  expect(decide({ floor: 3 }, seen(50, 40), plan(), now).floor).toBe(15);
  expect(decide({ floor: 3 }, seen(10, 0), plan({ outlooks: [] }), now).floor).toBe(7);
});

describe('a step', () => {
  const stepping = plan({ steps: usualSteps, ceiling: 10_000 });

  test('goes up by as much again at most, or by four replicas, whatever is needed', () => {
    expect(decide({ floor: 30 }, seen(1_000), stepping, now)).toMatchObject({
      floor: 60,
      reason: 'the load may come to more: as far as a step goes',
    });
    expect(decide({ floor: 1 }, seen(1_000), stepping, now).floor).toBe(5);
  });

  test('goes down by a quarter at most', () => {
    expect(decide({ floor: 100 }, seen(10), stepping, now)).toMatchObject({
      floor: 75,
      reason: 'not needed again soon: as far as a step goes',
    });
  });

  test('is not made down by less than a fiftieth, so that the floor does not flutter', () => {
    const wanted = decide({ floor: null }, seen(1_000), stepping, now).floor;
    expect(decide({ floor: wanted + 3 }, seen(1_000), stepping, now)).toMatchObject({ floor: wanted + 3 });
    expect(decide({ floor: wanted + 100 }, seen(1_000), stepping, now).floor).toBeLessThan(wanted + 100);
  });

  test('does not limit the first decision', () => {
    expect(decide({ floor: null }, seen(1_000), stepping, now).floor).toBe(Math.ceil(1_000 * Math.exp(0.2)));
  });
});

describe('before anything was learned', () => {
  const unlearned = plan({ models: [] });

  test('the protected forecast holds, moved by what it missed in the last hours', () => {
    // Twice what was expected, of which nearly all is left in the hour that follows.
    expect(decide({ floor: null }, seen(10), unlearned, now).floor).toBe(15);
    const { floor } = decide({ floor: null }, seen(20), unlearned, now);
    expect(floor).toBe(30);
    expect(decide({ floor: null }, seen(5), unlearned, now).floor).toBe(8);
  });

  test('the hours in which a new node would serve count, and no later ones', () => {
    const rising = plan({ models: [], outlooks: [outlook((hour) => (hour < 2 ? 10 : 20))] });
    expect(decide({ floor: null }, seen(10), rising, now).floor).toBe(15);
    expect(decide({ floor: null }, seen(10, 115), rising, now + 55 * MINUTE_MS).floor).toBeGreaterThan(25);
  });
});

propertyTest.prop([fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 200 })])(
  'it never leaves the limits of the plan',
  (level, last) => {
    const { floor } = decide({ floor: last }, seen(level), plan({ floor: 3, ceiling: 20 }), now);
    expect(floor).toBeGreaterThanOrEqual(3);
    expect(floor).toBeLessThanOrEqual(20);
  },
);
