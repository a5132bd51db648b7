import { explainedFloor, type LoadSamples } from '../../../lib/plan/live-floor';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { floorsOver, testLive, testLoad, testPlan } from '../../support/live-floor';

const minutes = 9 * 24 * 60;
const plan = testPlan(0, 9);
const loads = Float64Array.from({ length: minutes }, (_, minute) => testLoad(minute));
loads.fill(NaN, minutes - 700, minutes - 680);
const samples: LoadSamples = Array.from(loads, (load, minute) => [minute * MINUTE_MS, load * testLive.loadPerReplica] as const).filter(
  ([, load]) => !Number.isNaN(load),
);

test('from the load alone come the floors that rules record which have run all the time', () => {
  const recorded = floorsOver(plan, 0, loads).floor;
  for (let minute = minutes - 720; minute < minutes; minute += 19) {
    const { decision, at } = explainedFloor(
      plan,
      samples.filter(([time]) => time <= minute * MINUTE_MS),
      minute * MINUTE_MS + 31_000,
    );
    expect([at, decision.floor]).toEqual([minute * MINUTE_MS, recorded[minute]]);
  }
});

test('the terms have the names of the rules, add up to what is expected, and end in the floor', () => {
  const { terms, decision, load, forecast } = explainedFloor(plan, samples, 8.5 * DAY_MS);
  const valueOf = (series: string) => terms.find((term) => term.series === series)?.value ?? NaN;
  const sum = (of: 'up' | 'holdSpread') => terms.reduce((total, { value, times }) => total + value * (times?.[of] ?? 0), 0);
  expect(sum('up')).toBeCloseTo(valueOf('foresize:live:up_centre'), 12);
  expect(sum('holdSpread')).toBeCloseTo(valueOf('foresize:live:hold_spread'), 12);
  expect(Math.exp(valueOf('foresize:live:up_centre')) - 0.3).toBeCloseTo((forecast ?? NaN) / testLive.loadPerReplica, 12);
  expect(valueOf('foresize:live:minute')).toBeCloseTo(Math.log((load ?? NaN) / testLive.loadPerReplica + 0.3), 12);
  expect(terms.at(-1)).toEqual({ series: 'foresize:floor:replicas', value: decision.floor });
});

test('a load that was not seen has no terms, and the schedule holds; before its first hour a plan knows of no course', () => {
  const unseen = explainedFloor(plan, [], 4 * DAY_MS);
  expect(unseen).toMatchObject({ load: null, forecast: null, terms: [], decision: { by: 'schedule' } });
  const { course, schedule } = testPlan(8 * DAY_MS, 1);
  const begun = { ...plan, course, schedule };
  expect(explainedFloor(begun, samples, 8 * DAY_MS - HOUR_MS).decision).toMatchObject({ by: 'nothing' });
  expect(explainedFloor(begun, samples, 8 * DAY_MS + HOUR_MS).decision).toMatchObject({ by: 'load' });
});

test('the load that is provided for has the margin, and a load above what it was a lead before is a miss', () => {
  const lead = testLive.upMinutes;
  const at = 8.5 * DAY_MS;
  const { terms, high } = explainedFloor(plan, samples, at - lead * MINUTE_MS);
  const valueOf = (series: string) => terms.find((term) => term.series === series)?.value ?? NaN;
  const exponent = valueOf('foresize:live:up_centre') + testLive.margins.up * valueOf('foresize:live:up_spread');
  expect(high).toBeCloseTo((Math.exp(exponent) - 0.3) * testLive.loadPerReplica, 9);
  const withLast = (load: number) => samples.map(([time, value]) => [time, time === at ? load : value] as const);
  const missedWith = (load: number) => explainedFloor(plan, withLast(load), at).missed;
  expect([0.999, 1.001].map((share) => missedWith(share * (high ?? NaN)))).toEqual([false, true]);
  expect(explainedFloor(plan, samples.slice(0, 5), 4 * MINUTE_MS)).toMatchObject({ missed: null });
  const unseen = samples.filter(([time]) => time !== at);
  expect(explainedFloor(plan, unseen, at)).toMatchObject({ load: null, missed: null });
});
