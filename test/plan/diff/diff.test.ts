import { fc, test as property } from '@fast-check/jest';
import { diffPlans } from '../../../lib/plan/diff';
import { comparePeriods } from '../../../lib/plan/diff/hours';
import type { CapacityPlan, WorkloadPlan } from '../../../lib/plan/file/types';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { samplePlan } from '../../support/sample-plan';

const span = (start: number, days: number, periodMs = HOUR_MS) => ({ start, end: start + days * DAY_MS, periodMs });

describe('each period is compared', () => {
  const monday = Date.UTC(2026, 10, 23);

  test('with itself where both plans speak of it, else with the same time of the week before', () => {
    const { pairs, left } = comparePeriods(span(monday, 7), span(monday + DAY_MS, 7));
    expect(left).toEqual([]);
    expect(pairs.slice(0, 6 * 24).every(({ at, was }) => at === was)).toBe(true);
    expect(pairs.slice(6 * 24).every(({ at, was }) => was === at - 7 * DAY_MS)).toBe(true);
  });
  test('with the same time of a day before where the plan is for less than a week', () => {
    const { pairs, left } = comparePeriods(span(monday, 1), span(monday + DAY_MS, 1));
    expect(left).toEqual([]);
    expect(pairs.every(({ at, was }) => was === at - DAY_MS)).toBe(true);
  });
  test('with none where the plan before has no such time left', () => {
    const { pairs, left } = comparePeriods(span(monday, 1), span(monday, 3));
    expect(left).toEqual([]);
    expect(pairs.filter(({ was }) => was === null)).toHaveLength(48);
  });
  property.prop([fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: -300, max: 900 })])(
    'at most once: all periods of both plans are told, one way or the other',
    (daysBefore, daysAfter, shift) => {
      const [before, after] = [span(monday, daysBefore), span(monday + shift * HOUR_MS, daysAfter)];
      const { pairs, left } = comparePeriods(before, after);
      const taken = pairs.flatMap(({ was }) => was ?? []);
      expect(pairs).toHaveLength(daysAfter * 24);
      expect(new Set([...taken, ...left]).size).toBe(daysBefore * 24);
      expect(taken.length + left.length).toBe(daysBefore * 24);
    },
  );
});

/** A plan like the sample's with other replicas, loads and dollars. */
const otherPlan = fc
  .record({
    replicas: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 4 }),
    load: fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 2, maxLength: 2 }),
    usd: fc.array(fc.double({ min: 0, max: 9_000, noNaN: true }), { minLength: 3, maxLength: 3 }),
    price: fc.double({ min: 0.1, max: 9, noNaN: true }),
    throughput: fc.integer({ min: 1, max: 20 }),
    gpus: fc.integer({ min: 1, max: 4 }),
    days: fc.integer({ min: 0, max: 9 }),
    without: fc.constantFrom('chat', 'search', null),
  })
  .map(({ replicas, load, usd, price, throughput, gpus, days, without }): CapacityPlan => {
    const plan = samplePlan();
    const moved = (from: string) => new Date(Date.parse(from) + days * DAY_MS).toISOString().replace('.000Z', 'Z');
    const chat: WorkloadPlan = {
      ...plan.workloads.chat,
      throughputPerReplica: throughput,
      resources: { ...plan.workloads.chat.resources, gpus },
      schedule: plan.workloads.chat.schedule.map((step, index) => ({ ...step, replicas: replicas[index] })),
      load: load.map((value, hour) => ({
        from: `2026-11-23T0${hour}:00:00Z`,
        p50: value / 2,
        protected: value,
        replicas: Math.ceil(value / throughput),
      })),
    };
    const workloads = Object.fromEntries(
      Object.entries({ ...plan.workloads, chat })
        .filter(([name]) => name !== without)
        .map(([name, workload]) => [
          name,
          { ...workload, schedule: workload.schedule.map((step) => ({ ...step, from: moved(step.from) })) },
        ]),
    );
    const names = Object.keys(plan.pools);
    const pools = Object.fromEntries(
      names.map((name, index) => {
        const pool = plan.pools[name];
        const groups = pool.groups.map((group) => ({
          ...group,
          usdPerHour: group.usdPerHour * price,
          schedule: group.schedule.map((step) => ({ ...step, from: moved(step.from) })),
        }));
        return [name, { ...pool, groups, usd: { p50: usd[index] / 2, p95: usd[index] } }];
      }),
    );
    const sum = usd.slice(0, names.length).reduce((total, value) => total + value, 0);
    return { ...plan, asOf: moved(plan.asOf), workloads, pools, cost: { ...plan.cost, usd: { p50: sum / 2, p95: sum } } };
  });

property.prop([otherPlan, otherPlan])('causes add up to the change in dollars, whatever two plans say', (before, after) => {
  const { causes, totals } = diffPlans(before, after);
  const sum = causes.reduce((total, { usd }) => total + usd, 0);
  expect(sum).toBeCloseTo(totals.usd.after.p95 - totals.usd.before.p95, 4);
  for (const { text, usd } of causes) {
    expect(text).not.toBe('');
    expect(Number.isFinite(usd)).toBe(true);
  }
});

property.prop([otherPlan])('a plan is no change against itself', (plan) => {
  const diff = diffPlans(plan, plan);
  expect(diff).toMatchObject({ isChanged: false, causes: [], workloads: [], pools: [] });
  expect(diff.unchanged).toEqual([...Object.keys(plan.workloads).sort(), ...Object.keys(plan.pools).sort()]);
});

property.prop([otherPlan, otherPlan])('every figure that differs has a cause', (before, after) => {
  const { workloads, pools } = diffPlans(before, after);
  for (const { figure, before: was, after: is, because } of [...workloads, ...pools].flatMap(({ figures }) => figures)) {
    expect(was).not.toBe(is);
    expect(`${figure}: ${because}`).toMatch(/: .+/);
  }
});
