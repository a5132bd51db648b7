import { liveRules, type LiveWorkload } from '../../../lib/plan/live-floor';
import { range } from '../../../lib/plan/live-floor/promql';
import { testPlan } from '../../support/live-floor';

const plan = testPlan(0, 7);
const workload = (name: string): LiveWorkload => ({ name, query: 'sum(rate(requests_total[5m]))', scale: 1, plan });
const named = (count: number) => Array.from({ length: count }, (_, i) => workload(`w${String(i).padStart(2, '0')}`));

test('one group decides for all workloads without naming them, by numbers that a group of each records every quarter of an hour', () => {
  const groups = liveRules('prod', named(3));
  expect(groups.map(({ name, interval }) => [name, interval])).toEqual([
    ['foresize-live-prod-w00', '15m'],
    ['foresize-live-prod-w01', '15m'],
    ['foresize-live-prod-w02', '15m'],
    ['foresize-live-prod', '1m'],
  ]);
  const { rules } = groups[3];
  expect(rules.filter(({ labels }) => labels !== undefined).map(({ record, labels }) => [record, labels])).toEqual(
    ['w00', 'w01', 'w02'].map((name) => ['foresize:load', { plan: 'prod', workload: name }]),
  );
  expect(rules.filter(({ expr }) => expr.includes('workload='))).toEqual([]);
  expect(rules.at(-1)?.record).toBe('foresize:floor:replicas');
  const longer = liveRules('prod', named(30))[30].rules;
  expect(longer.slice(30)).toEqual(rules.slice(3));
});

test('features that look as far ahead as the lead have a rule for each lead, the others one for all', () => {
  const slow = { ...workload('slow'), plan: { ...plan, live: { ...plan.live, upMinutes: 32, holdMinutes: 42 } } };
  const rules = liveRules('prod', [...named(2), slow]).at(-1)?.rules ?? [];
  const of = (feature: string) => rules.filter(({ record }) => record === `foresize:live:${feature}`).map(({ expr }) => expr);
  expect(of('minute')).toHaveLength(1);
  expect(of('expected_up')).toHaveLength(2);
  expect(of('expected_up').find((expr) => !expr.includes('== 8'))).toMatch(/\[31m59s\] offset 10m.* == 32\) and .* == 42\)$/s);
});

test('what changes with the hour is parts of eight steps at most, and is recorded no more seldom than four times a period', () => {
  const [numbers] = liveRules('prod', [workload('chat')]);
  const parts = numbers.rules.filter(({ record }) => record.endsWith('_part'));
  const of = (name: string) => parts.filter(({ record }) => record === `foresize:live:${name}_part`);
  expect(of('course_to')).toHaveLength(21);
  for (const { expr } of parts) expect(expr.split('bool').length - 1).toBeLessThanOrEqual(7);
  const short = { ...plan, course: { ...plan.course, periodMs: 300_000 } };
  expect(liveRules('prod', [{ ...workload('chat'), plan: short }])[0].interval).toBe('1m');
});

test('where the line of a course comes from is a number for 24 periods; then it is where the line went to a period before', () => {
  const [{ rules }] = liveRules('prod', [workload('chat')]);
  expect(rules.filter(({ record }) => record === 'foresize:live:course_from_part')).toHaveLength(3);
  const chat = '{plan="prod",workload="chat"}';
  expect(rules.find(({ record }) => record === 'foresize:live:course_from')?.expr.split('\n  or\n')).toEqual([
    `sum by (plan, workload) (last_over_time(foresize:live:course_from_part${chat}[59s]))`,
    `last_over_time(foresize:live:course_to${chat}[14m59s] offset 60m)`,
    `foresize:live:course_to${chat}`,
  ]);
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
