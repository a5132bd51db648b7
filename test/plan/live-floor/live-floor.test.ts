import { fc, test as property } from '@fast-check/jest';
import { courseAhead, type LivePlan } from '../../../lib/plan/live-floor';
import { courseAt } from '../../../lib/plan/live-floor/course';
import type { LiveDecision } from '../../../lib/plan/live-floor/live-floor';
import { liveFeatures, liveReaders, readFeatures } from '../../../lib/plan/live-floor/features';
import { livePlanOf } from '../../../lib/plan/live-floor/planned';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { decidedAt, type DecidedRecord, floorsOver, testLive, testLoad, testPlan, undecided } from '../../support/live-floor';

const plan = testPlan(0, 2);
const loads = (minutes: number) => Float64Array.from({ length: minutes }, (_, minute) => testLoad(minute));

/** Decides a minute over a record that ends there. */
function decide(of: LivePlan, record: DecidedRecord, minute: number, load: number): LiveDecision {
  record.load[minute] = load;
  record.course[minute] = courseAhead(of.course, of.live, record.start + minute * MINUTE_MS);
  const decision = decidedAt(of, record, minute);
  record.floor[minute] = decision.floor ?? NaN;
  return decision;
}

test('a load that was seen within ten minutes decides; after that the schedule holds, and the first value that is seen decides again', () => {
  const seen = loads(600).fill(NaN, 300, 330);
  const record = floorsOver(plan, 0, seen);
  const by = (minute: number) => decidedAt(plan, record, minute).by;
  expect([299, 308, 309, 329, 330].map(by)).toEqual(['load', 'load', 'schedule', 'schedule', 'load']);
});

test('the course was not recorded before: the load decides from the first minute that has both, and the schedule without a course', () => {
  const record = floorsOver(plan, 0, loads(60));
  expect(decidedAt(plan, record, 0).by).toBe('load');
  record.course.fill(NaN);
  expect(decidedAt(plan, record, 30).by).toBe('schedule');
});

test('a plan that has expired leaves its schedule, and after that nothing', () => {
  const short = { ...plan, validUntil: 2 * HOUR_MS, schedule: { ...plan.schedule, end: 3 * HOUR_MS } };
  const record = floorsOver(short, 0, loads(200));
  const of = (minute: number) => decidedAt(short, record, minute);
  expect([119, 120, 179, 180].map((minute) => of(minute).by)).toEqual(['load', 'schedule', 'schedule', 'nothing']);
  expect(of(130).reason).toBe('the plan has expired: by the schedule');
  expect(of(180).floor).toBeNull();
});

test('a floor that somebody set for a time bounds it for that time', () => {
  const raised = { ...plan, raised: [{ from: 100 * MINUTE_MS, to: 130 * MINUTE_MS, floor: 30 }] };
  const { floor } = floorsOver(raised, 0, loads(200));
  expect([...floor.subarray(100, 130)].every((replicas) => replicas >= 30)).toBe(true);
  expect(floor[99]).toBeLessThan(30);
  expect(floor[130]).toBeLessThan(30);
});

test('in the first week yesterday stands for the week, and on the first day the last minute for yesterday', () => {
  const record = floorsOver(testPlan(0, 9), 0, loads(9 * 24 * 60));
  const readers = liveReaders(testLive);
  const of = (minute: number) => {
    const features = liveFeatures(readers, record, minute) ?? new Float64Array();
    return Object.fromEntries(readFeatures.map((name, i) => [name, features[i + 1]]));
  };
  const firstDay = of(700);
  expect(firstDay.yesterday).toBe(firstDay.minute);
  expect(firstDay.weekAfter).toBe(firstDay.minute);
  const third = of(3 * 1_440);
  expect(third.yesterday).not.toBe(third.minute);
  expect(third.week).toBe(third.yesterday);
  const ninth = of(8 * 1_440);
  expect(ninth.week).not.toBe(ninth.yesterday);
  expect(ninth.week).toBeCloseTo(Math.log(testLoad(1_440) + 0.3), 12);
});

test('the course goes in straight lines through the middles of the periods, and stays level outside of them', () => {
  const course = { start: HOUR_MS / 2, periodMs: HOUR_MS, values: [2, 4, 1] };
  const at = (hours: number) => courseAt(course, hours * HOUR_MS);
  expect([0, 0.5, 1, 1.5, 2, 2.5, 9].map(at)).toEqual([2, 2, 3, 4, 2.5, 1, 1]);
});

/** What may go wrong for some minutes; the clock jumps once, and plans are replaced for good. */
const trouble = fc.constantFrom('none', 'none', 'lost', 'tenfold', 'zero', 'down', 'forward', 'back', 'renewed', 'edited', 'expired');

property.prop([fc.array(fc.tuple(trouble, fc.integer({ min: 1, max: 30 })), { minLength: 70, maxLength: 70 })], { numRuns: 10 })(
  'a thousand steps through whatever goes wrong: the floor stays in its envelope, falls by a quarter or by one a minute at most, and goes by the load three minutes after',
  (troubles) => {
    const record = undecided(0, 20_000);
    // Samples that are not newer than the newest one are refused, so a clock that was set back records nothing until it has caught up.
    let [minute, newest, steps] = [0, -1, 0];
    let last = NaN;
    let current = testPlan(0, 14);
    const step = (load: number): LiveDecision | null => {
      minute += 1;
      steps += 1;
      if (minute <= newest) return null;
      newest = minute;
      const decision = decide(current, record, minute, load);
      const { floor } = decision;
      if (floor === null) throw new Error('the schedule is not over');
      expect(Number.isInteger(floor) && floor >= current.floor && floor <= current.ceiling).toBe(true);
      if (!Number.isNaN(last)) expect(floor).toBeGreaterThanOrEqual(Math.min(current.ceiling, last - Math.max(1, Math.floor(last / 4))));
      last = floor;
      return decision;
    };
    for (const [kind, minutes] of troubles) {
      const base = testPlan(0, 14);
      if (kind === 'forward') minute += 60;
      if (kind === 'back') minute = Math.max(0, minute - 60);
      if (kind === 'down') minute += minutes;
      if (kind === 'renewed') current = { ...base, floor: 1 + (minutes % 4), ceiling: 30 + minutes };
      if (kind === 'edited') current = { ...base, live: { ...testLive, margins: { up: minutes - 15, hold: 40 - minutes } } };
      // Who reads a floor finds none where none was recorded for ten minutes.
      if (minute - newest > 10) last = NaN;
      const loadOf = { lost: NaN, zero: 0, tenfold: 10 * testLoad(minute) }[kind as string];
      if (kind === 'expired') current = { ...current, validUntil: 0 };
      for (let i = 0; i < minutes; i += 1) step(loadOf ?? testLoad(minute));
      if (kind === 'expired') current = base;
      const after = [step(testLoad(minute)), step(testLoad(minute)), step(testLoad(minute))];
      if (after[2] !== null) expect(after[2].by).toBe('load');
    }
    expect(steps).toBeGreaterThan(1_000);
  },
);

test('of a plan it takes the limits, the course, the schedule and what was learned', () => {
  const workload = {
    floor: 3,
    ceiling: 20,
    leadSeconds: 360,
    load: [
      { from: '2026-11-24T00:00:00Z', p50: 125 },
      { from: '2026-11-24T01:00:00Z', p50: 250 },
    ],
    schedule: [{ from: '2026-11-24T00:00:00Z', replicas: 9 }],
    floorSchedule: [{ from: '2026-11-24T00:00:00Z', replicas: 5 }],
    overrides: [{ floor: 12, from: '2026-11-24T01:00:00Z', until: '2026-11-24T01:30:00Z' }, { until: '2026-11-24T02:00:00Z' }],
    replay: { live: testLive },
  };
  const times = { validUntil: '2026-11-25T00:00:00Z', period: '1h', horizon: '2d' };
  const start = Date.UTC(2026, 10, 24);
  expect(livePlanOf(times, workload)).toEqual({
    // What was learned is kept within what the plan allows.
    live: { ...testLive, least: 3, most: 20 },
    floor: 3,
    ceiling: 20,
    raised: [{ from: start + HOUR_MS - 6 * MINUTE_MS, to: start + 1.5 * HOUR_MS, floor: 12 }],
    course: { start: start + HOUR_MS / 2, periodMs: HOUR_MS, values: [10, 20] },
    schedule: { steps: [{ from: start - 15 * MINUTE_MS, replicas: 5 }], end: start + 2 * DAY_MS },
    validUntil: start + DAY_MS,
  });
  expect(livePlanOf(times, { ...workload, replay: null })).toBeNull();
  // Rules look at the schedule every quarter of an hour, so rises are so much earlier; of the course nothing is needed once the plan has expired.
  const at = (minutes: number) => new Date(start + minutes * MINUTE_MS).toISOString();
  const steps = [5, 9, 6, 8].map((replicas, hour) => ({ from: at(60 * hour), replicas }));
  const load = Array.from({ length: 48 }, (_, hour) => ({ from: at(60 * hour), p50: 125 }));
  const floor = livePlanOf({ ...times, validUntil: at(120) }, { ...workload, load, floorSchedule: steps });
  expect(floor?.schedule.steps.map(({ from, replicas }) => [(from - start) / MINUTE_MS, replicas])).toEqual([
    [-15, 5],
    [45, 9],
    [120, 6],
    [165, 8],
  ]);
  expect(floor?.course.values).toHaveLength(4);
});
