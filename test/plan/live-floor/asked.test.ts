import { test as propertyTest, fc } from '@fast-check/jest';
import { hpaMemory, hpaSync } from '../../../lib/control/hpa';
import { isWithin } from '../../../lib/control/hpa-metric';
import { defaultTolerance, type HpaTolerance } from '../../../lib/control/hpa-types';
import { hpaSpecOf } from '../../../lib/control/policy';
import { SECOND_MS } from '../../../lib/units';
import { askedOver, floorsOver, testLoad, testPlan } from '../../support/live-floor';

const syncMs = 15 * SECOND_MS;
const ceiling = 400;

/**
 * An HPA that reads what is asked for beside its load, both averages over the replicas, and takes the larger number; with the tolerance that
 * Kubernetes has below 1.35.
 *
 * @param asked replicas minute by minute, and `load` too, in those that it asks for
 * @param answers whether its metrics can be read at a sync
 * @returns replicas after each sync, four a minute
 */
function played(
  asked: Float64Array,
  load: Float64Array,
  test: HpaTolerance['test'],
  answers: (sync: number) => boolean = () => true,
): number[] {
  const tolerance = { ...defaultTolerance, test };
  const scaleDown = { windowSeconds: 60, type: 'percent', value: 100, periodSeconds: 15 } as const;
  const spec = hpaSpecOf({ scaleDown, upTolerance: 0, upAtOnce: true }, 1, ceiling);
  const memory = hpaMemory(spec);
  let replicas = 1;
  return Array.from({ length: 4 * asked.length }, (_, sync) => {
    if (!answers(sync)) return replicas;
    const minute = Math.floor(sync / 4);
    const wanted = [asked[minute], load[minute]].map((value) => (isWithin(value / replicas, tolerance) ? replicas : Math.ceil(value)));
    // Each metric has its own tolerance, so that none is left for the larger of the two.
    replicas = hpaSync(spec, { kind: 'average', targetMilli: 1_000, milli: 1_000 * Math.max(...wanted) }, replicas, memory, sync * syncMs);
    return replicas;
  });
}

const minutes = 90;
const pathOf = (most: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: 12 })), { minLength: 8, maxLength: 24 })
    .map((spans) => Float64Array.from(spans.flatMap(([replicas, length]) => new Array<number>(length).fill(replicas)).slice(0, minutes)));
const shortOf = (floors: Float64Array, replicas: readonly number[]) =>
  replicas.filter((count, sync) => count < floors[Math.floor(sync / 4)]);

propertyTest.prop([pathOf(300), pathOf(300), fc.constantFrom('symmetric' as const, 'per-direction' as const)], { numRuns: 300 })(
  'an HPA that ignores a tenth has the replicas of every floor at its next sync, whatever floor and load did before',
  (floors, loads, test) => {
    const load = floors.map((_, minute) => loads[minute % loads.length]);
    expect(shortOf(floors, played(askedOver(floors), load, test))).toEqual([]);
  },
);

propertyTest.prop([pathOf(300), fc.integer({ min: 0, max: 15 })], { numRuns: 100 })(
  'a rise that it could not read for four minutes is followed all the same, and no floor adds more than a tenth',
  (floors, lost) => {
    const asked = askedOver(floors);
    const last = floors.findLastIndex((floor, minute) => minute > 0 && floor > floors[minute - 1]);
    const until = Float64Array.from([...floors, ...new Array<number>(6).fill(floors[floors.length - 1])]);
    const none = new Float64Array(until.length).fill(1);
    const isLost = (sync: number) => last > 0 && sync >= 4 * last && sync < 4 * last + lost;
    const replicas = played(askedOver(until), none, 'per-direction', (sync) => !isLost(sync));
    expect(shortOf(until, replicas).length).toBeLessThanOrEqual(lost);
    expect(replicas[replicas.length - 1]).toBeGreaterThanOrEqual(until[until.length - 1]);
    asked.forEach((count, minute) => expect(count).toBeLessThan(floors[minute] <= 1 ? 2 : 1.1 * floors[minute]));
  },
);

test('up to ten replicas just the floor is asked for, and above that just the floor too once it no longer rises', () => {
  const rises = (floor: number) => askedOver(Float64Array.of(...new Array<number>(5).fill(1), floor, ...new Array<number>(5).fill(floor)));
  expect([2, 5, 10].map((floor) => rises(floor)[5])).toEqual([2, 5, 10]);
  expect([11, 20, 105].map((floor) => rises(floor)[5])).toEqual([12, 21, 115]);
  expect(rises(105)[8]).toBe(115);
  expect(rises(105)[9]).toBe(105);
});

test('over a day of a live floor that costs less than a tenth of the replicas, where floors alone would be missed', () => {
  const plan = testPlan(0, 2);
  const larger = { ...plan, ceiling, live: { ...plan.live, most: ceiling } };
  const loads = Float64Array.from({ length: 1_440 }, (_, minute) => 8 * testLoad(minute));
  const { floor } = floorsOver(
    { ...larger, course: { ...larger.course, values: Array.from(larger.course.values, (value) => 8 * value) } },
    0,
    loads,
  );
  const none = new Float64Array(floor.length).fill(1);
  const [alone, asked] = [played(floor, none, 'per-direction'), played(askedOver(floor), none, 'per-direction')];
  expect(shortOf(floor, asked)).toEqual([]);
  expect(shortOf(floor, alone).length).toBeGreaterThan(100);
  const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);
  expect(sum(asked)).toBeLessThan(1.1 * sum(alone));
});
