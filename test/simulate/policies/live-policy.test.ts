import type { Policy } from '../../../lib/control/policy';
import type { Outlook } from '../../../lib/control/outlook';
import { HOUR_MS } from '../../../lib/units';
import { learnNeeds } from '../../../lib/simulate/policies/learn-need';
import { fastestDown, type LiveBase, liveCandidates, liveSight, recordOf } from '../../../lib/simulate/policies/live-policy';
import { courseOf, runReplay } from '../../../lib/simulate/replay/run';
import { physicsOf, replayOf, wavyLoad } from '../support';

const day = 5_760;
const values = wavyLoad(4 * day, 3, 60);
const start = replayOf([]).load.start;
const outlooks = [48, 72].map((hour): Outlook => {
  const course = (level: number) =>
    Float64Array.from({ length: 26 }, (_, i) => level * (1 + 0.6 * Math.sin((2 * Math.PI * (hour + i)) / 24)));
  const from = start + hour * HOUR_MS;
  return { knownFrom: from, start: from, intervalMs: HOUR_MS, mean: course(60), quantiles: [{ probability: 0.95, values: course(70) }] };
});
const settings = { margins: { up: 2, hold: 1 }, target: 0.9, floor: 2, isStill: false };

/** A day of a live floor: by tick the floor that was decided, what was asked for, and the replicas that were there. */
function played(upTolerance: number, isSetByLoop = false) {
  const replay = replayOf(values, { terms: { ...physicsOf().terms, upTolerance } }, { from: 3 * day });
  const record = recordOf(replay, outlooks);
  const models = learnNeeds({ ...replay, from: 2.5 * day }, day, liveSight(replay, record));
  const base: LiveBase = { outlooks, models, protect: 0.95, isSetByLoop };
  const policy = liveCandidates(replay, base, record)({ ...settings, scaleDown: fastestDown(replay, base) }).policy as Policy<
    readonly number[]
  >;
  const floors: number[] = [];
  const watched: Policy<readonly number[]> = {
    ...policy,
    decide: (before, seen, now) => {
      const decided = policy.decide(before, seen, now);
      floors.push(...new Array<number>(4).fill(decided.state[decided.state.length - 1]));
      return decided;
    },
  };
  const course = courseOf(replay);
  const outcome = runReplay(replay, watched, course);
  return { floors, asked: course.floor, replicas: course.replicas, gpuHours: outcome?.gpuHours ?? NaN, hpa: policy.hpa };
}

const [tolerant, exact, byLoop] = [played(0.1), played(0), played(0, true)];
const sum = (counts: Iterable<number>) => [...counts].reduce((all, count) => all + count, 0);

test('an autoscaler that ignores a tenth is asked for what makes up for that, and has the replicas of each floor at the sync after it', () => {
  const { floors, asked, replicas } = tolerant;
  expect(asked.some((count, tick) => count > floors[tick])).toBe(true);
  expect(floors.filter((floor, tick) => replicas[tick] < floor)).toEqual([]);
  // After a fall up to a ninth more stay.
  expect(replicas.some((count, tick) => count > asked[tick] && count <= floors[tick] / 0.9)).toBe(true);
});

test('one that can be told to ignore nothing has just the replicas of floor and load, up and down', () => {
  const { floors, asked, replicas } = exact;
  expect([...asked]).toEqual(floors);
  expect(floors.filter((floor, tick) => replicas[tick] < floor)).toEqual([]);
  expect(sum(replicas)).toBeLessThan(sum(tolerant.replicas));
});

test('the loop sets the floor as minReplicas, under an autoscaler that reads the load alone', () => {
  const { floors, replicas, hpa } = byLoop;
  expect(hpa).toMatchObject({ upTolerance: 0, upAtOnce: false });
  expect(hpa?.floorTrigger).toBeUndefined();
  expect(floors.filter((floor, tick) => replicas[tick] < floor)).toEqual([]);
});
