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
  cost: { ...before.cost, usdPerMonth: { ...before.cost.usdPerMonth, p95 } },
});
const keptWhy = (next: CapacityPlan, previous = before) => {
  const { keep, why } = keepPrevious(previous, next, 0.1);
  return [keep, why];
};
const { schedule } = before.workloads.chat;
const small = 'what is deployed stays the same within the stickiness of 10 %';

describe('the plan that is there stays', () => {
  test('where only what tells one plan from its predecessor has changed', () => {
    const again = withChat(
      { usdPerMonth: { ...before.workloads.chat.usdPerMonth, now: 5 } },
      {
        digest: 'sha256:other',
        sources: { ...before.sources, previous: 'sha256:before' },
        warnings: [{ code: 'guardrail/step-up', path: 'workloads.chat', message: 'rises' }],
      },
    );
    expect(keptWhy({ ...again, cost: { ...before.cost, usdPerMonth: { ...before.cost.usdPerMonth, now: 7 } } })).toEqual([
      true,
      'unchanged',
    ]);
  });
  test('where a month costs as much within a quarter, more or less, on nodes of the same kinds', () => {
    const { p95 } = before.cost.usdPerMonth;
    for (const factor of [0.751, 1.249]) expect(keptWhy(withCost(p95 * factor))).toEqual([true, small]);
    expect(keptWhy(withCost(p95 * 0.749))).toEqual([false, 'an ordinary month costs less by over 25 %']);
    expect(keptWhy(withCost(p95 * 1.251))).toEqual([false, 'an ordinary month costs more by over 25 %']);
  });
  test('where it costs as much within the stickiness, on other nodes', () => {
    const { p95 } = before.cost.usdPerMonth;
    const { l40s } = before.pools;
    const onOthers = (factor: number) => ({
      ...withCost(p95 * factor),
      pools: { ...before.pools, l40s: { ...l40s, groups: l40s.groups.slice(1) } },
    });
    for (const factor of [0.901, 1.099]) expect(keptWhy(onOthers(factor))).toEqual([true, small]);
    expect(keptWhy(onOthers(0.899))).toEqual([false, 'an ordinary month costs less by over 10 %']);
    expect(keptWhy(onOthers(1.101))).toEqual([false, 'an ordinary month costs more by over 10 %']);
  });
  test('where another warning is all that is new, since that changes no size', () => {
    const warnings = [{ code: 'history/stale' as const, path: 'workloads.chat', message: 'is old' }];
    expect(keptWhy({ ...before, warnings })).toEqual([true, small]);
  });
  test('where what to commit to is all that is new, since nobody applies it', () => {
    const commit = {
      basis: { draws: 100, seed: 1 },
      types: [],
      quotas: [],
      leftOut: [{ name: 'chat', why: 'its history is shorter than 4 weeks' }],
    };
    expect(keptWhy({ ...before, commit })).toEqual([true, small]);
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
  test('where another version of foresize plans it, which is then named as the cause; not where that changes no figure', () => {
    const upgraded = { ...withChat({ ceiling: 13 }), foresize: '0.9.0' };
    expect(keptWhy(upgraded, { ...before, foresize: '0.8.0' })).toEqual([false, 'foresize 0.9.0 plans it, in place of 0.8.0']);
    expect(keptWhy({ ...before, foresize: '0.9.0' }, { ...before, foresize: '0.8.0' })).toEqual([true, 'unchanged']);
  });
  test('where it has a workload more', () => {
    const more = { ...before, workloads: { ...before.workloads, extra: before.workloads.chat } };
    expect(keptWhy(more)[0]).toBe(false);
  });
});

describe('a floor moves', () => {
  const flat = (replicas: number) => [{ from: schedule[0].from, replicas }];
  const hours = (replicas: number, others: readonly (readonly [from: string, replicas: number])[]) => ({
    floor: Math.min(replicas, ...others.map(([, each]) => each)),
    schedule: [...flat(replicas), ...others.map(([from, each]) => ({ from, replicas: each }))],
  });
  const of = (replicas: number, ...others: (readonly [string, number])[]) => withChat(hours(replicas, others));

  test('where the old one is short by more than a replica and a tenth at any time that both plans speak of', () => {
    const hour = (replicas: number) => of(20, ['2026-11-25T10:00:00Z', replicas], ['2026-11-25T11:00:00Z', 20]);
    expect(keptWhy(hour(22), of(20))).toEqual([true, small]);
    expect(keptWhy(hour(23), of(20))).toEqual([false, 'the floor of chat is to be 23 at 2026-11-25T10:00:00Z, in place of 20']);
    const small2 = (replicas: number) => of(2, ['2026-11-25T10:00:00Z', replicas], ['2026-11-25T11:00:00Z', 2]);
    expect(keptWhy(small2(3), of(2))).toEqual([true, small]);
    expect(keptWhy(small2(4), of(2))[0]).toBe(false);
  });
  test('where it is a little short for so long that it is more than the stickiness in all', () => {
    const until = (to: string) => of(21, [to, 19]);
    expect(keptWhy(of(21), of(20))).toEqual([true, small]);
    expect(keptWhy(of(9), of(8))).toEqual([false, 'the floors of chat are short by over 10 % in all']);
    expect(keptWhy(until('2026-11-26T12:00:00Z'), of(20))).toEqual([true, small]);
  });
  test('in all, by what is left of the old plan against the whole of it: the later, the less a change would do', () => {
    const [short, half] = [{ ...of(9), asOf: '2026-11-26T12:00:00Z' }, 'the floors of chat are short by over 10 % in all'];
    // One of 8 replicas for 3.5 of 7 days.
    expect(keptWhy(short, of(8))).toEqual([true, small]);
    expect(keptWhy({ ...short, asOf: '2026-11-24T09:00:00Z' }, of(8))).toEqual([false, half]);
    expect(keptWhy({ ...short, asOf: '2026-11-24T10:00:00Z' }, of(8))).toEqual([true, small]);
  });
  test('where it is too high in all, not where it is at times', () => {
    expect(keptWhy(of(20, ['2026-11-25T10:00:00Z', 2], ['2026-11-25T11:00:00Z', 20]), of(20))).toEqual([true, small]);
    expect(keptWhy(of(17), of(20))).toEqual([false, 'the floors of chat are too high by over 10 % in all']);
  });
  test('not where it does before the new plan begins or after the old one has expired', () => {
    const past = of(20, ['2026-11-23T10:00:00Z', 90], ['2026-11-23T17:00:00Z', 20], ['2026-11-30T00:00:00Z', 90]);
    expect(keptWhy({ ...past, asOf: '2026-11-23T17:00:00Z' }, of(20))).toEqual([true, small]);
    expect(keptWhy({ ...past, asOf: '2026-11-23T16:00:00Z' }, of(20))[0]).toBe(false);
  });
  test('where manifests carry it: one floor, whatever nodes are there for', () => {
    const own = { owner: 'manifests', floor: 4 } as const;
    expect(keptWhy(withChat({ ...hours(90, []), ...own }), withChat({ ...hours(20, []), ...own }))).toEqual([true, small]);
    const floors = (replicas: number) => ({ ...hours(90, []), floorSchedule: flat(replicas) });
    expect(keptWhy(withChat(floors(20)), withChat(floors(20)))).toEqual([true, 'unchanged']);
    expect(keptWhy(withChat(floors(23)), withChat(floors(20)))[0]).toBe(false);
  });
  test('where nodes are laid by the schedule and do not follow pods, whatever floors the manifests carry', () => {
    const scheduled = (replicas: number): CapacityPlan => {
      const plan = withChat({ ...hours(replicas, []), owner: 'manifests', floor: 4 });
      return { ...plan, pools: { ...plan.pools, l40s: { ...plan.pools.l40s, owner: 'schedule' } } };
    };
    expect(keptWhy(scheduled(21), scheduled(20))).toEqual([true, small]);
    expect(keptWhy(scheduled(30), scheduled(20))[0]).toBe(false);
  });
  test('and so does a ceiling where it changes by more than a quarter', () => {
    expect(keptWhy(withChat({ ceiling: 15 }))).toEqual([true, small]);
    expect(keptWhy(withChat({ ceiling: 16 }))).toEqual([false, 'the ceiling of chat is to be 16, in place of 12']);
    expect(keptWhy(withChat({ ceiling: 8 }))[0]).toBe(false);
  });
});
