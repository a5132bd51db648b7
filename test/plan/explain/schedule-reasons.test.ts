import {
  floorReason,
  floorUnderHpa,
  heldFloorReason,
  type LaidSchedule,
  oneFloorReason,
  presentFloorReason,
  scheduleReasons,
} from '../../../lib/plan/explain/schedule-reasons';
import { textsOf } from '../replicas/support';

const laid = (change: Partial<LaidSchedule> = {}): LaidSchedule => ({
  leadMs: 600_000,
  coldStartMs: 360_000,
  floor: 1,
  isAutoscaled: true,
  compression: { stepsBefore: 9, steps: 9, addedReplicaHours: 3, addedPercent: 1.25 },
  ...change,
});
const joined = { stepsBefore: 9, steps: 5, addedReplicaHours: 3, addedPercent: 1.25 };
const codesOf = (change: Partial<LaidSchedule>) => scheduleReasons(laid(change)).map(({ code }) => code);

describe('the sentences of a schedule', () => {
  test('begin with its lead, and the cold start that is part of it', () => {
    expect(scheduleReasons(laid())).toEqual([
      { code: 'schedule/lead', text: 'a rise comes 10m ahead: cold start of 6m after the boot of a node' },
    ]);
  });
  test('name a floor of the config above one replica', () => {
    expect(codesOf({ floor: 1 })).toEqual(['schedule/lead']);
    expect(codesOf({ floor: 2 })).toEqual(['schedule/lead', 'schedule/floor']);
    expect(floorReason(2).text).toBe("never below the config's floor of 2");
  });
  test('tell how far floors go above the load of an hour in which it rises', () => {
    expect(codesOf({ highestPeak: 1.5, floor: 2 })).toEqual(['schedule/lead', 'schedule/peaks', 'schedule/floor']);
    expect(textsOf(scheduleReasons(laid({ highestPeak: 1.5 })))['schedule/peaks']).toBe(
      'floors are for up to 1.5 times the load of their hour, where it rises within it',
    );
  });
  test('tell what joining its steps has added, where any were joined', () => {
    expect(textsOf(scheduleReasons(laid({ compression: joined })))['schedule/compress']).toBe(
      '9 steps joined to 5, which adds 1.25 % replica-hours',
    );
    expect(codesOf({})).not.toContain('schedule/compress');
  });
  test('of trainers tell that they have one size, and what that adds', () => {
    const fixed = { isAutoscaled: false, compression: joined };
    expect(codesOf(fixed)).toEqual(['schedule/lead', 'schedule/fixed']);
    expect(textsOf(scheduleReasons(laid(fixed)))['schedule/fixed']).toBe(
      'no autoscaler moves trainers: one size, the highest of 9 steps, which adds 1.25 % replica-hours',
    );
  });
});

test('one floor for all hours says why it is so high, by a code that tells whether an autoscaler follows the load', () => {
  expect(oneFloorReason(4, 'for a test', true)).toEqual({ code: 'floor/hpa', text: 'one floor for the whole horizon: 4, for a test' });
  expect(oneFloorReason(4, 'for a test', false).code).toBe('floor/no-metric');
  expect(floorUnderHpa(645_000)).toBe('the lowest with which an HPA that takes 645s to act is never overrun on the protected path');
});

test('a floor that is kept says who stated it', () => {
  expect(presentFloorReason(3, 'the config').text).toBe('its present floor is kept, 3 for the whole horizon, as the config has it');
});

test('floors that a guardrail holds say what the load needs, where that is less', () => {
  const text = (held: number, needed: number) => heldFloorReason({ before: 10, needed, held, stepDown: 0.25 }).text;
  expect(text(8, 5)).toMatch(/^highest floor 8 in place of 5: it was 10, and guardrails\.stepDown lets a floor fall by 25 % at most;/);
  expect(text(8, 8)).toMatch(/^highest floor 8: it was 10,/);
});
