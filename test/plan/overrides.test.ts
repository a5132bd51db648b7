import { explain, explainAt } from '../../lib/plan/explain';
import { floorsOf, keepPrevious, stepAt } from '../../lib/plan/file';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { planSummary } from '../../lib/report/plan-summary';
import { DAY_MS, HOUR_MS } from '../../lib/units';
import { rawConfig } from '../support/config';
import { hourlyCsv, wave } from '../support/foresize';
import { planOf, refusalOf, warningsOf } from '../support/planner';

const monday = Date.UTC(2026, 10, 23);
const launch = {
  workload: 'chat',
  floor: 30,
  from: '2026-11-23T06:00:00Z',
  until: '2026-11-23T12:00:00Z',
  because: 'a launch',
  by: 'ann',
};
const { chat } = rawConfig().workloads;

function configOf(overrides: readonly object[], change: object = {}) {
  return { ...rawConfig(), workloads: { chat: { ...chat, replay: 'off' } }, overrides, ...change };
}
const files = (end = monday) => ({ 'chat.csv': hourlyCsv(15 * 24, (hour) => wave(hour), end) });
const floorAt = (plan: CapacityPlan, at: number) => stepAt(floorsOf(plan.workloads.chat), at).replicas;

describe('a floor that somebody sets for a time', () => {
  let [without, plan]: CapacityPlan[] = [];
  beforeAll(async () => {
    without = await planOf(configOf([]), files());
    plan = await planOf(configOf([launch]), files(), { previous: without });
  });

  test('is in the plan with its reason, its owner and its end, beside what the load needs', () => {
    expect(plan.workloads.chat).toMatchObject({
      overrides: [{ floor: 30, from: launch.from, until: launch.until, because: 'a launch', by: 'ann' }],
      withoutOverrides: { floor: without.workloads.chat.floor, peak: without.workloads.chat.peak },
      peak: 30,
    });
    expect(without.workloads.chat.overrides).toBeUndefined();
  });
  test('moves floors and nodes in its time alone, and an ordinary month costs what it did', () => {
    const at = (hour: number) => [floorAt(plan, monday + hour * HOUR_MS), floorAt(without, monday + hour * HOUR_MS)];
    expect(at(7)[0]).toBe(30);
    for (const hour of [1, 4, 13, 20]) expect(at(hour)[0]).toBe(at(hour)[1]);
    const nodes = plan.pools.l40s.groups.reduce((sum, { schedule }) => sum + stepAt(schedule, monday + 7 * HOUR_MS).nodes, 0);
    expect(nodes).toBe(30);
    expect(plan.cost.usd.p95).toBeGreaterThan(without.cost.usd.p95);
    expect(plan.cost.usdPerMonth.p95).toBeCloseTo(without.cost.usdPerMonth.p95, 2);
  });
  test('is no step that a guardrail refuses, neither when it comes nor when it goes', async () => {
    expect(warningsOf(plan)).not.toMatch(/guardrails/);
    const after = await planOf(configOf([]), files(), { previous: plan });
    expect(warningsOf(after)).not.toMatch(/guardrails/);
    expect(after.workloads.chat.peak).toBe(without.workloads.chat.peak);
    const limited = await planOf(configOf([], { guardrails: { onStep: 'limit', stepDown: 0.2 } }), files(), { previous: plan });
    expect(limited.workloads.chat.peak).toBe(without.workloads.chat.peak);
  });
  test('is told by the summary, by the short explanation, and at its time', () => {
    const told = 'floor 30 from 2026-11-23T06:00:00Z until 2026-11-23T12:00:00Z, by ann: a launch';
    expect(planSummary(plan)).toContain(`override of chat: ${told}`);
    expect(explain(plan, 'chat').short.join('\n')).toContain(`override: ${told}`);
    const figures = (hour: number) =>
      explainAt(plan, 'chat', monday + hour * HOUR_MS)
        .chain.map(({ text }) => text)
        .join('\n');
    expect(figures(7)).toContain(`override in force: ${told}`);
    expect(figures(13)).not.toContain('override');
  });
  test('is warned of before it ends, with what becomes of it', () => {
    expect(warningsOf(plan)).toContain(
      'overrides[0]: of chat by ann ends at 2026-11-23T12:00:00Z, while this plan is in use: its floors fall back by themselves then',
    );
  });
  test('that has ended is left out, said to be removed, and makes a new plan in a silent night', async () => {
    const [asOf, previous] = [monday + DAY_MS / 2, plan];
    const after = await planOf(configOf([launch]), files(), { asOf, previous });
    expect(after.workloads.chat).not.toHaveProperty('overrides');
    expect(warningsOf(after)).toContain('overrides[0]: of chat by ann ended at 2026-11-23T12:00:00Z: it is left out, remove it');
    const { keep, why } = keepPrevious({ ...previous, sources: after.sources, validUntil: '2026-11-29T00:00:00Z' }, after, 0.5);
    expect([keep, why]).toEqual([false, expect.stringMatching(/^chat: override goes: floor 30 /)]);
  });
});

test('what the limits cannot give to an override is refused with its place and what to do', async () => {
  expect(await refusalOf(configOf([launch], { limits: { quotas: { 'L-DB2E81BA': '64 vCPU' } } }), files())).toMatch(
    /quota.*L-DB2E81BA[^]*overrides hold chat at up to 30 replicas, \d+ without \(floor 30 .*by ann: a launch\): lower the floor/,
  );
});

test('a ceiling below what the load needs is kept to, and warned of', async () => {
  const plan = await planOf(configOf([{ ...launch, floor: undefined, from: undefined, ceiling: 4 }]), files());
  expect(plan.workloads.chat).toMatchObject({ peak: 4, ceiling: 4 });
  expect(warningsOf(plan)).toMatch(
    /of chat by ann holds it at 4 replicas, and its protected load needs \d+: what comes beyond is not served/,
  );
  expect(warningsOf(plan)).toContain('its ceiling stays until a plan that is made after it is deployed');
  expect(explain(plan, 'chat').chain.find(({ code }) => code === 'ceiling')?.text).toBe('ceiling 4: as an override says');
});

test('a ceiling that is raised lets a load through that the ceiling of the workload would refuse', async () => {
  const small = { workloads: { chat: { ...chat, replay: 'off', ceiling: 5 } } };
  expect(await refusalOf(configOf([], small), files())).toMatch(/ceiling: is below what the protected load needs/);
  const plan = await planOf(configOf([{ ...launch, floor: undefined, ceiling: 40 }], small), files());
  expect(plan.workloads.chat.ceiling).toBe(40);
});
