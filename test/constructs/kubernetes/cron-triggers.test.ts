import { fc, test as propertyTest } from '@fast-check/jest';
import { type CronTrigger, cronTriggers } from '../../../constructs/kubernetes/cron-triggers';
import type { ReplicaStep } from '../../../lib/plan/file/types';
import { ProblemError } from '../../../lib/problems';
import { DAY_MS, formatTime, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { kedaReplicas } from '../../support/keda-cron';

type Schedule = { readonly steps: readonly { readonly from: number; readonly replicas: number }[]; readonly end: number };

const lowest = (schedule: Schedule) => Math.min(...schedule.steps.map((step) => step.replicas));

function triggersOf({ steps, end }: Schedule): CronTrigger[] {
  const plan: ReplicaStep[] = steps.map(({ from, replicas }) => ({ from: formatTime(from), replicas }));
  return cronTriggers(plan, formatTime(end), lowest({ steps, end }));
}

/** Most replicas that the schedule asks for within the minute. */
function wantedIn({ steps, end }: Schedule, minute: number): number {
  return Math.max(
    ...steps
      .filter(({ from }, index) => from < minute + MINUTE_MS && (steps[index + 1]?.from ?? end) > minute)
      .map((step) => step.replicas),
  );
}

function firstDifference(schedule: Schedule, triggers: readonly CronTrigger[]): string | undefined {
  const begin = schedule.steps[0].from;
  const keda = kedaReplicas(triggers, lowest(schedule), begin);
  for (let minute = Math.floor(begin / MINUTE_MS) * MINUTE_MS; minute < schedule.end; minute += MINUTE_MS) {
    const [wanted, got] = [wantedIn(schedule, minute), keda(minute)];
    if (wanted !== got) return `${formatTime(minute)}: the schedule wants ${wanted}, KEDA takes ${got}`;
  }
  return undefined;
}

/** A beginning anywhere in the years 2026 to 2032, often just before a month, a year or a leap day ends. */
const begin = fc.oneof(
  fc.integer({ min: 0, max: 2500 }).map((day) => Date.UTC(2026, 0, 1) + day * DAY_MS),
  fc
    .tuple(
      fc.constantFrom(Date.UTC(2026, 10, 28), Date.UTC(2026, 11, 29), Date.UTC(2027, 1, 26), Date.UTC(2028, 1, 25), Date.UTC(2028, 1, 28)),
      fc.nat(1439),
    )
    .map(([day, minute]) => day + minute * MINUTE_MS),
);

const anySchedule = (unit: number) =>
  fc
    .record({
      begin,
      steps: fc.array(
        fc.record({ after: fc.integer({ min: 1, max: Math.round((9 * HOUR_MS) / unit) }), replicas: fc.integer({ min: 1, max: 7 }) }),
        { minLength: 1, maxLength: 30 },
      ),
    })
    .map((raw): Schedule => {
      let time = raw.begin;
      const steps = raw.steps.map(({ after, replicas }) => {
        const from = time;
        time += after * unit;
        return { from, replicas };
      });
      return { steps, end: time };
    });

/** The same day again and again, with a different one in between. */
const dailySchedule = fc
  .record({
    begin: begin.map((time) => Math.floor(time / DAY_MS) * DAY_MS),
    days: fc.integer({ min: 1, max: 10 }),
    odd: fc.nat(9),
    shape: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 24 }),
  })
  .map(({ begin, days, odd, shape }): Schedule => {
    const steps = Array.from({ length: days }, (_, day) =>
      shape.map((replicas, index) => ({ from: begin + day * DAY_MS + index * HOUR_MS, replicas: day === odd ? replicas + 1 : replicas })),
    ).flat();
    return { steps, end: begin + days * DAY_MS };
  });

propertyTest.prop([anySchedule(MINUTE_MS)])('at every minute of the horizon KEDA takes exactly what the schedule says', (schedule) => {
  expect(firstDifference(schedule, triggersOf(schedule))).toBeUndefined();
});

propertyTest.prop([dailySchedule], { numRuns: 40 })('days that share triggers are still exactly as the schedule says', (schedule) => {
  expect(firstDifference(schedule, triggersOf(schedule))).toBeUndefined();
});

propertyTest.prop([anySchedule(1000)], { numRuns: 50 })(
  'a step within a minute counts for the whole minute when it is the larger',
  (schedule) => {
    expect(firstDifference(schedule, triggersOf(schedule))).toBeUndefined();
  },
);

propertyTest.prop([fc.oneof(anySchedule(MINUTE_MS), dailySchedule)], { numRuns: 15 })('no trigger can be left out', (schedule) => {
  const triggers = triggersOf(schedule);
  for (const trigger of triggers) {
    expect(
      firstDifference(
        schedule,
        triggers.filter((other) => other !== trigger),
      ),
    ).toBeDefined();
  }
});

propertyTest.prop([anySchedule(MINUTE_MS)])('before the schedule and for two months after it only the lowest floor stands', (schedule) => {
  const keda = kedaReplicas(triggersOf(schedule), lowest(schedule), schedule.steps[0].from);
  const times = [-30, -7, -1].map((days) => schedule.steps[0].from + days * DAY_MS);
  for (let time = schedule.end; time < schedule.end + 60 * DAY_MS; time += 5 * HOUR_MS) times.push(time);
  expect(times.filter((time) => keda(time) !== lowest(schedule)).map(formatTime)).toEqual([]);
});

propertyTest.prop([fc.oneof(anySchedule(MINUTE_MS), dailySchedule)])(
  'an expression holds no comma, which KEDA would take into the name of a metric',
  (schedule) => {
    for (const { start, end } of triggersOf(schedule)) expect(`${start} ${end}`).toMatch(/^[\d *\-/]+$/);
  },
);

const day = Date.UTC(2026, 10, 23);
const hourly = (start: number, values: readonly number[]): Schedule => ({
  steps: values.map((replicas, hour) => ({ from: start + hour * HOUR_MS, replicas })),
  end: start + values.length * HOUR_MS,
});

test('levels lie in layers: a lower trigger goes on under a higher one', () => {
  expect(triggersOf(hourly(day, [2, 6, 9, 6, 3, 2]))).toEqual([
    { start: '0 1 23 11 *', end: '0 5 23 11 *', replicas: 3 },
    { start: '0 1 23 11 *', end: '0 4 23 11 *', replicas: 6 },
    { start: '0 2 23 11 *', end: '0 3 23 11 *', replicas: 9 },
  ]);
});

test('a level that has the same run as a higher one takes no trigger of its own', () => {
  expect(triggersOf(hourly(day, [2, 6, 2, 9, 2]))).toEqual([
    { start: '0 1 23 11 *', end: '0 2 23 11 *', replicas: 6 },
    { start: '0 3 23 11 *', end: '0 4 23 11 *', replicas: 9 },
  ]);
});

test('a schedule that never rises above its lowest takes no trigger', () => {
  expect(triggersOf(hourly(day, [4, 4, 4]))).toEqual([]);
});

test('seven equal days of one month share their triggers', () => {
  const week = Array.from({ length: 7 }, () => [2, 2, 6, 4, 2, ...Array.from({ length: 19 }, () => 2)]).flat();
  expect(triggersOf(hourly(day, week))).toEqual([
    { start: '0 2 23-29 11 *', end: '0 4 23-29 11 *', replicas: 4 },
    { start: '0 2 23-29 11 *', end: '0 3 23-29 11 *', replicas: 6 },
  ]);
});

test('nights that cross into the next day, month and year are each written with their own dates', () => {
  const nights = Array.from({ length: 3 }, () => [5, ...Array.from({ length: 22 }, () => 1), 5]).flat();
  expect(triggersOf(hourly(Date.UTC(2026, 11, 30), nights))).toEqual([
    { start: '0 0 30 12 *', end: '0 1 30 12 *', replicas: 5 },
    { start: '0 23 30 12 *', end: '0 1 31 12 *', replicas: 5 },
    { start: '0 23 31 12 *', end: '0 1 1 1 *', replicas: 5 },
    { start: '0 23 1 1 *', end: '0 0 2 1 *', replicas: 5 },
  ]);
});

test('a run that begins on 29 February is not taken for one that lasts until the next leap year', () => {
  const [trigger] = triggersOf(hourly(Date.UTC(2028, 1, 29), [1, ...Array.from({ length: 30 }, () => 5), 1]));
  expect(trigger).toEqual({ start: '0 1 29 2-12/10 *', end: '0 7 1 3 *', replicas: 5 });
});

test('a schedule of more than 360 days is refused, because cron has no year', () => {
  const long: Schedule = {
    steps: [
      { from: day, replicas: 1 },
      { from: day + DAY_MS, replicas: 2 },
    ],
    end: day + 361 * DAY_MS,
  };
  expect(() => triggersOf(long)).toThrow(ProblemError);
  expect(() => triggersOf(long)).toThrow(
    'plan.horizon: is longer than cron triggers can tell apart, because cron has no year (expected at most 360 days)',
  );
});
