import { plannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import { samplePlan } from '../../support/sample-plan';
import { planWith } from './support';

test('a workload comes with its pool, and its schedule ends with the horizon', () => {
  const plan = samplePlan();
  expect(plannedWorkload(plan, 'chat')).toEqual({
    name: 'chat',
    plan: plan.workloads.chat,
    pool: plan.pools.l40s,
    scheduleEnd: '2026-11-30T00:00:00Z',
    surge: 2,
  });
});

test.each(['nothing', 'constructor'])("'%s', which the plan does not have, is refused", (name) => {
  expect(() => plannedWorkload(samplePlan(), name)).toThrow(
    `workloads.${name}: is not in the plan. Hint: name a workload of the config, or run \`foresize plan\` where it is new there`,
  );
});

test('a pool that the plan does not have is refused', () => {
  expect(() => plannedWorkload(planWith('chat', { pool: 'a100' }), 'chat')).toThrow(
    "workloads.chat.pool: names pool 'a100', which the plan does not have",
  );
});
