import { keepPrevious } from '../../../lib/plan/file/keep';
import type { CapacityPlan, WorkloadPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';

/** The sample plan is for seven days from 23 November on. */
const before = samplePlan();
const withChat = (change: Partial<WorkloadPlan>, more: Partial<CapacityPlan> = {}): CapacityPlan => ({
  ...before,
  ...more,
  workloads: { ...before.workloads, chat: { ...before.workloads.chat, ...change } },
});
const withCost = (p95: number): CapacityPlan => ({
  ...before,
  cost: { ...before.cost, usd: { ...before.cost.usd, p95 } },
});
const keptWhy = (next: CapacityPlan, previous = before) => {
  const { keep, why } = keepPrevious(previous, next, 0.1);
  return [keep, why];
};
const { schedule } = before.workloads.chat;
const small = 'the change stays under the stickiness of 10 %';
const floorMoves = 'the floor of chat changes by more than the stickiness of 10 %';

describe('the plan that is there stays', () => {
  test('where only what tells one plan from its predecessor has changed', () => {
    const again = withChat(
      { usdPerMonth: { ...before.workloads.chat.usdPerMonth, now: 5 } },
      {
        digest: 'sha256:other',
        foresize: '9.9.9',
        sources: { ...before.sources, previous: 'sha256:before' },
        warnings: [{ code: 'guardrail/step-up', path: 'workloads.chat', message: 'rises' }],
      },
    );
    expect(keptWhy({ ...again, cost: { ...before.cost, usdPerMonth: { ...before.cost.usdPerMonth, now: 7 } } })).toEqual([
      true,
      'unchanged',
    ]);
  });
  test('where the new one costs as much within the stickiness, more or less', () => {
    const { p95 } = before.cost.usd;
    for (const factor of [0.901, 1.099]) expect(keptWhy(withCost(p95 * factor))).toEqual([true, small]);
    for (const factor of [0.899, 1.101])
      expect(keptWhy(withCost(p95 * factor))).toEqual([false, 'the cost changes by more than the stickiness of 10 %']);
  });
  test('where another warning is all that is new, since that changes no size', () => {
    const warnings = [{ code: 'history/stale' as const, path: 'workloads.chat', message: 'is old' }];
    expect(keptWhy({ ...before, warnings })).toEqual([true, small]);
  });
});

describe('a new plan takes its place', () => {
  test('where it was made of another config or another catalogue, however alike it is', () => {
    const of = (sources: object) => ({ ...before, sources: { ...before.sources, ...sources } });
    expect(keptWhy(of({ config: 'sha256:x' }))).toEqual([false, 'the config has changed']);
    expect(keptWhy(of({ catalog: 'sha256:x' }))).toEqual([false, 'the catalogue has changed']);
  });
  test('where it is for an earlier time', () => {
    expect(keptWhy({ ...before, asOf: '2026-11-22T23:00:00Z' })).toEqual([false, 'the new plan is for an earlier time']);
  });
  test('where less than a quarter of the time of the old one is left, or nothing', () => {
    // 42 of 168 hours are left.
    expect(keptWhy({ ...before, asOf: '2026-11-28T06:00:00Z' })).toEqual([true, small]);
    expect(keptWhy({ ...before, asOf: '2026-11-28T07:00:00Z' })).toEqual([false, 'the old plan expires in 41h']);
    expect(keptWhy({ ...before, asOf: '2026-11-30T00:00:00Z' })).toEqual([false, 'the old plan has expired']);
  });
  test('where an autoscaler is to be set otherwise', () => {
    const otherwise = [false, 'the autoscaler of chat is to be set otherwise'];
    expect(keptWhy(withChat({ target: { load: 0.79 } }))).toEqual(otherwise);
    expect(keptWhy(withChat({ floors: 'flat' }))).toEqual(otherwise);
    const scaleDown = { windowSeconds: 0, type: 'percent', value: 100, periodSeconds: 15 } as const;
    expect(keptWhy(withChat({ scaleDown }))).toEqual(otherwise);
  });
  test('where it has a workload more', () => {
    const more = { ...before, workloads: { ...before.workloads, extra: before.workloads.chat } };
    expect(keptWhy(more)[0]).toBe(false);
  });
});

describe('a floor moves', () => {
  test('where any of floor, ceiling and schedule changes by more than the stickiness', () => {
    expect(keptWhy(withChat({ ceiling: 13 }))).toEqual([true, small]);
    expect(keptWhy(withChat({ ceiling: 14 }))).toEqual([false, floorMoves]);
    expect(keptWhy(withChat({ floor: 3 }))).toEqual([false, floorMoves]);
  });
  test('where it does at any time that both plans speak of', () => {
    const later = (from: string, replicas: number) => withChat({ schedule: [...schedule, { from, replicas }] });
    expect(keptWhy(later('2026-11-29T23:00:00Z', 4))).toEqual([false, floorMoves]);
    expect(keptWhy(later('2026-11-30T00:00:00Z', 4))).toEqual([true, small]);
  });
  test('not where it did before the new plan begins', () => {
    const past = withChat(
      { schedule: schedule.map((step, index) => (index === 1 ? { ...step, replicas: 9 } : step)) },
      { asOf: '2026-11-23T18:00:00Z' },
    );
    expect(keptWhy(past)).toEqual([true, small]);
    expect(keptWhy({ ...past, asOf: '2026-11-23T17:00:00Z' })).toEqual([false, floorMoves]);
  });
  test('where the floors under an autoscaler do, though the replicas that nodes are there for stay', () => {
    const floors = (replicas: number) => ({ floorSchedule: [{ from: '2026-11-23T00:00:00Z', replicas }] });
    expect(keptWhy(withChat(floors(20)), withChat(floors(20)))).toEqual([true, 'unchanged']);
    expect(keptWhy(withChat(floors(22)), withChat(floors(20)))).toEqual([true, small]);
    expect(keptWhy(withChat(floors(23)), withChat(floors(20)))).toEqual([false, floorMoves]);
  });
});
