import { liveRules, type LiveWorkload } from '../../../lib/plan/live-floor';
import { range } from '../../../lib/plan/live-floor/promql';
import { testPlan } from '../../support/live-floor';

const plan = testPlan(0, 7);
const workload = (name: string): LiveWorkload => ({ name, query: 'sum(rate(requests_total[5m]))', scale: 1, plan });
const named = (count: number) => Array.from({ length: count }, (_, i) => workload(`w${String(i).padStart(2, '0')}`));

test('workloads of one lead share a group, whose common rules name none of them', () => {
  const groups = liveRules('prod', named(3));
  expect(groups.map(({ name, interval }) => [name, interval])).toEqual([
    ['foresize-live-prod-8m-18m-course', '5m'],
    ['foresize-live-prod-8m-18m', '1m'],
  ]);
  const common = groups[1].rules.filter(({ labels }) => labels === undefined);
  expect(common.length).toBeGreaterThan(30);
  expect(common.filter(({ expr }) => expr.includes('workload='))).toEqual([]);
  expect(groups[1].rules.filter(({ record }) => record === 'foresize:floor:replicas').map(({ labels }) => labels)).toEqual(
    ['w00', 'w01', 'w02'].map((name) => ({ plan: 'prod', workload: name })),
  );
});

test('more than 25 workloads, and others of another lead, are groups that each name their own', () => {
  const slow = { ...workload('slow'), plan: { ...plan, live: { ...plan.live, upMinutes: 32, holdMinutes: 42 } } };
  const groups = liveRules('prod', [...named(26), slow]).filter(({ interval }) => interval === '1m');
  expect(groups.map(({ name }) => name)).toEqual([
    'foresize-live-prod-32m-42m',
    'foresize-live-prod-8m-18m-1',
    'foresize-live-prod-8m-18m-2',
  ]);
  const minute = groups.map(({ rules }) => rules.find(({ record }) => record === 'foresize:live:minute')?.expr ?? '');
  expect(minute[0]).toContain('workload="slow"');
  expect(minute[1]).toContain('workload=~"w00|w01|');
  expect(minute[2]).toContain('workload="w25"');
});

test('the course of a week and its schedule are parts of 24 terms at most', () => {
  const parts = liveRules('prod', [workload('chat')])
    .flatMap(({ rules }) => rules)
    .filter(({ record }) => record.endsWith('_part'));
  expect(parts).toHaveLength(7 + 7);
  for (const { expr } of parts) expect(expr.split('bool').length - 1).toBeLessThanOrEqual(25);
});

test('ranges are a second shorter than their minutes, so that every Prometheus counts as many samples as minutes', () => {
  expect([1, 10, 60].map(range)).toEqual(['[59s]', '[9m59s]', '[59m59s]']);
});

test('what is no number, negative or infinite is not taken for a load, and a unit is made that of the plan', () => {
  const [, { rules }] = liveRules('prod', [{ ...workload('chat'), scale: 1 / 60 }]);
  expect(rules[0]).toEqual({
    record: 'foresize:load',
    expr: `sum(sum(rate(requests_total[5m]))\n) * ${1 / 60} >= 0 < Inf`,
    labels: { plan: 'prod', workload: 'chat' },
  });
});
