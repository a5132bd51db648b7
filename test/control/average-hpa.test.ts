import { test as propertyTest, fc } from '@fast-check/jest';
import { averageHpa } from '../../lib/control/average-hpa';
import { type HpaMemory, hpaMemory, hpaSync } from '../../lib/control/hpa';
import { replicasByMetric } from '../../lib/control/hpa-metric';
import type { HpaTolerance } from '../../lib/control/hpa-types';
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
    downTolerance: fc.constantFrom(0, 0.1),
    upAtOnce: fc.boolean(),
    floorTrigger: fc.constantFrom(undefined, { minReplicas: 2 }),
    test: fc.constantFrom('symmetric', 'per-direction'),
    highFloor: fc.integer({ min: 1, max: 20 }),
    ceiling: fc.constantFrom(15, Number.MAX_SAFE_INTEGER),
    first: fc.integer({ min: 0, max: 40 }),
  }),
])(
  'the autoscaler of replays decides at every sync as the whole algorithm does, under floors that are minReplicas or a second metric',
  (given) => {
    const { levels, highFloor, ceiling, first, test, rate, windowSeconds, ...rest } = given;
    const settings: HpaSettings = { ...rest, scaleDown: { windowSeconds, ...rate } };
    const loads = levels.flatMap(({ milli, syncs }) => new Array<number>(syncs).fill(milli));
    const floorAt = (i: number) => Math.min(ceiling, i % 40 > 25 ? highFloor : 1);
    const quick = averageHpa(settings, test);
    const memory = hpaMemory(hpaSpecOf(settings, 0, 0, test));
    let [replicas, other] = [first, first];
    loads.forEach((milli, i) => {
      replicas = quick.sync(milli, replicas, floorAt(i), ceiling, i * syncMs);
      other = synced(settings, [milli, floorAt(i)], other, ceiling, test, memory, i * syncMs);
      expect(replicas).toBe(other);
    });
  },
);

/** A sync by the whole algorithm, which takes one metric: the one that asks for most of them, each with the tolerance of its own. */
function synced(
  settings: HpaSettings,
  [milli, floor]: readonly [number, number],
  replicas: number,
  ceiling: number,
  test: HpaTolerance['test'],
  memory: HpaMemory,
  now: number,
): number {
  const { target, floorTrigger } = settings;
  const spec = hpaSpecOf(settings, floorTrigger?.minReplicas ?? floor, ceiling, test);
  const load = { kind: 'average' as const, targetMilli: 1_000 * target, milli };
  if (floorTrigger === undefined) return hpaSync(spec, load, replicas, memory, now);
  const asked = { kind: 'average' as const, targetMilli: 1_000, milli: 1_000 * floor };
  const most = Math.max(...[load, asked].map((metric) => replicasByMetric(metric, replicas, spec.tolerance, now) ?? 0));
  const exactly = { ...spec, tolerance: { ...spec.tolerance, up: 0, down: 0 } };
  return hpaSync(exactly, { ...asked, milli: 1_000 * most }, replicas, memory, now);
}
