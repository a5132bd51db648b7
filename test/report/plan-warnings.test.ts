import type { PlanWarning } from '../../lib/plan/file/types';
import { warningLines } from '../../lib/report/plan-warnings';
import { samplePlan } from '../support/sample-plan';

const [dear, cheap] = ['chat', 'search'];
const base = samplePlan();
const costing = (name: string, p95: number) => ({ ...base.workloads[name], usd: { p95 } });
const plan = { ...base, workloads: { ...base.workloads, [dear]: costing(dear, 900), [cheap]: costing(cheap, 100) } };
const estimated = (workload: string): PlanWarning => ({
  code: 'demand/estimated',
  path: `workloads.${workload}.replica`,
  message: 'is an estimate',
});
const outlier = (workload: string, message: string): PlanWarning => ({
  code: 'history/outliers',
  path: `workloads.${workload}.load`,
  message,
});

test('a warning is a line: its place, what is wrong, and what to do', () => {
  expect(warningLines([estimated(dear)], plan)).toEqual([
    `workloads.${dear}.replica: is an estimate. Hint: measure one replica and state replica.throughput`,
  ]);
});

test('a kind that concerns several workloads is one line that names them, the dearest first', () => {
  expect(warningLines([estimated(cheap), estimated(dear)], plan)).toEqual([
    `workloads.${dear}.replica, workloads.${cheap}.replica: is an estimate. Hint: measure one replica and state replica.throughput`,
  ]);
});

test('where their sentences differ, that of the dearest stands for them, with how many more the plan has', () => {
  expect(warningLines([outlier(cheap, '1 value lies far'), outlier(dear, '7 values lie far')], plan)).toEqual([
    `workloads.${dear}.load, workloads.${cheap}.load: 7 values lie far (1 more of its kind in the plan)`,
  ]);
});

test('the kind that concerns the dearest workload comes first, and what concerns the whole plan before it', () => {
  const whole: PlanWarning = { code: 'guardrail/accepted', path: 'cost', message: 'is accepted' };
  const lines = warningLines([estimated(cheap), outlier(dear, 'lies far'), whole], plan);
  expect(lines.map((line) => line.split(':')[0])).toEqual(['cost', `workloads.${dear}.load`, `workloads.${cheap}.replica`]);
});

test('nothing to look at is no line', () => {
  expect(warningLines([], plan)).toEqual([]);
});
