import {
  askedOf,
  centreFeatures,
  courseAhead,
  emptyRecord,
  liveFloorAt,
  type LiveFloor,
  type LiveLook,
  type LivePlan,
  type LiveRecord,
  lookOf,
  risenMinutes,
  spreadFeatures,
} from '../../lib/plan/live-floor';
import type { LiveDecision } from '../../lib/plan/live-floor/live-floor';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lib/units';

/** Coefficients near the plainest rule, all of them at work. */
export const testLive: LiveFloor = {
  loadPerReplica: 12.5,
  upMinutes: 8,
  holdMinutes: 18,
  target: 0.9,
  scaleDown: { windowSeconds: 0, type: 'percent', value: 100, periodSeconds: 15 },
  margins: { up: 2.25, hold: 1.125 },
  least: 2,
  most: 36,
  up: model(1),
  hold: model(-1),
};

function model(sign: 1 | -1): LiveFloor['up'] {
  const small = (i: number) => sign * 0.03 * Math.sin(7 * i + 1);
  const prior: Readonly<Record<string, number>> = {
    minute: 0.55,
    hour: 0.15,
    expectedNow: -0.6,
    [sign > 0 ? 'expectedUp' : 'expectedHold']: 0.6,
    week: 0.2,
  };
  const centre = Object.fromEntries(centreFeatures.map((name, i) => [name, round(small(i) + (prior[name] ?? 0))]));
  const spread = Object.fromEntries(spreadFeatures.map((name, i) => [name, round(0.02 + Math.abs(small(i)) / 3)]));
  return { centre: centre as LiveFloor['up']['centre'], spread: spread as LiveFloor['up']['spread'], usualSpread: 0.06 };
}

/** A load of a day and a week in replicas, with noise that repeats from run to run. */
export function testLoad(minute: number): number {
  const day = Math.sin((2 * Math.PI * (minute - 400)) / 1_440);
  const weekend = Math.floor(minute / 1_440) % 7 >= 5 ? 0.6 : 1;
  const noise = Math.sin(minute * 12.9898) * 43758.5453;
  return weekend * (11 + 8 * day) * (1 + 0.12 * (noise - Math.floor(noise) - 0.5)) + (minute % 60 < 6 ? 2.5 : 0);
}

/** A plan of a horizon from a moment on that expects that load by the hour. */
export function testPlan(start: number, days: number): LivePlan {
  const hours = days * 24;
  const mean = (hour: number) => {
    const first = start / MINUTE_MS + hour * 60;
    return Array.from({ length: 60 }, (_, i) => testLoad(first + i)).reduce((sum, value) => sum + value, 0) / 60;
  };
  const values = Array.from({ length: hours }, (_, hour) => round(mean(hour) * (1 + 0.05 * Math.cos(hour))));
  return {
    live: testLive,
    floor: 2,
    ceiling: 40,
    course: { start: start + HOUR_MS / 2, periodMs: HOUR_MS, values },
    schedule: {
      steps: values.map((value, hour) => ({ from: start + hour * HOUR_MS, replicas: Math.ceil(value / 0.8) })),
      end: start + days * DAY_MS,
    },
    validUntil: start + days * DAY_MS - 6 * HOUR_MS,
  };
}

/** A record with the floors that were decided; NaN where there was none. */
export type DecidedRecord = LiveRecord & { readonly floor: Float64Array };

export function undecided(start: number, minutes: number): DecidedRecord {
  return { ...emptyRecord(start, minutes), floor: new Float64Array(minutes).fill(NaN) };
}

/** Decides a minute of a record, by the floors before it. */
export function decidedAt(plan: LivePlan, record: DecidedRecord, minute: number, look?: LiveLook): LiveDecision {
  const before = record.floor.subarray(Math.max(0, minute - 9), minute);
  const last = before.findLast((floor) => !Number.isNaN(floor)) ?? NaN;
  return liveFloorAt(plan, record, minute, last, look);
}

/** Decides minute by minute over loads, NaN where none was seen, as if the rules had run since the first of them. */
export function floorsOver(plan: LivePlan, start: number, loads: Float64Array): DecidedRecord {
  const record = undecided(start, loads.length);
  const look = lookOf(plan.live);
  loads.forEach((load, minute) => {
    record.load[minute] = load;
    record.course[minute] = courseAhead(plan.course, plan.live, start + minute * MINUTE_MS);
    record.floor[minute] = decidedAt(plan, record, minute, look).floor ?? NaN;
  });
  return record;
}

/** What autoscalers with a tolerance of a tenth are asked for, by floors minute by minute. */
export function askedOver(floors: Float64Array): Float64Array {
  return floors.map((_, minute) => askedOf([...floors.subarray(Math.max(0, minute + 1 - risenMinutes), minute + 1)]));
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
