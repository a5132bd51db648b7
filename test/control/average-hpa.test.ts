import { test as propertyTest, fc } from '@fast-check/jest';
import { averageHpa } from '../../lib/control/average-hpa';
import { hpaMemory, hpaSync } from '../../lib/control/hpa';
import { type HpaSettings, hpaSpecOf } from '../../lib/control/policy';

const syncMs = 15_000;
const rates = [
  { type: 'percent', value: 100, periodSeconds: 15 },
  { type: 'percent', value: 10, periodSeconds: 60 },
  { type: 'pods', value: 1, periodSeconds: 30 },
] as const;

propertyTest.prop([
  fc.record({
    // Levels that last for some syncs, so that windows run out.
    levels: fc.array(fc.record({ milli: fc.integer({ min: 0, max: 60_000 }), syncs: fc.integer({ min: 1, max: 12 }) }), { minLength: 1 }),
    target: fc.constantFrom(0.2, 0.55, 0.9),
    windowSeconds: fc.constantFrom(0, 60, 300),
    rate: fc.constantFrom(...rates),
    upTolerance: fc.constantFrom(0, 0.1),
    upAtOnce: fc.boolean(),
    test: fc.constantFrom('symmetric', 'per-direction'),
    highFloor: fc.integer({ min: 1, max: 20 }),
    ceiling: fc.constantFrom(15, Number.MAX_SAFE_INTEGER),
    first: fc.integer({ min: 0, max: 40 }),
  }),
])('the autoscaler of replays decides at every sync as the whole algorithm does, under limits that move', (given) => {
  const { levels, target, windowSeconds, rate, upTolerance, upAtOnce, test, highFloor, ceiling, first } = given;
  const settings: HpaSettings = { target, scaleDown: { windowSeconds, ...rate }, upTolerance, upAtOnce };
  const loads = levels.flatMap(({ milli, syncs }) => new Array<number>(syncs).fill(milli));
  const floorAt = (i: number) => Math.min(ceiling, i % 40 > 25 ? highFloor : 1);
  const quick = averageHpa(settings, test);
  const memory = hpaMemory(hpaSpecOf(settings, 0, 0, test));
  let [replicas, other] = [first, first];
  loads.forEach((milli, i) => {
    replicas = quick.sync(milli, replicas, floorAt(i), ceiling, i * syncMs);
    const metric = { kind: 'average' as const, targetMilli: 1_000 * target, milli };
    other = hpaSync(hpaSpecOf(settings, floorAt(i), ceiling, test), metric, other, memory, i * syncMs);
    expect(replicas).toBe(other);
  });
});
