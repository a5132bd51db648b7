import { diffPlans } from '../../../lib/plan/diff';
import { explain } from '../../../lib/plan/explain';
import { commitNotes } from '../../../lib/plan/explain/commit-text';
import type { CapacityPlan, CommitPlan, CommitTypePlan } from '../../../lib/plan/file/types';
import { diffMarkdown } from '../../../lib/report/diff-markdown';
import { diffText } from '../../../lib/report/diff-text';
import { samplePlan } from '../../support/sample-plan';

const type: CommitTypePlan = {
  instanceType: 'g6e.xlarge',
  pools: ['l40s'],
  weeks: 12,
  usdPerHour: { onDemand: 1.861, oneYear: 1.17243, threeYears: null },
  advised: { oneYear: 3, threeYears: 0 },
  savesUsdPerMonth: { mean: 1100, p10: 840, p90: 1300 },
  decide: { by: '2026-11-23T00:00:00Z', nodes: 3, why: 'it pays from the first week on' },
  blocks: [],
};
const withCommit = (types: readonly CommitTypePlan[], more: Partial<CommitPlan> = {}): CapacityPlan => ({
  ...samplePlan(),
  commit: { basis: { draws: 100, seed: 1 }, types, quotas: [], leftOut: [], ...more },
});
const reasons = (plan: CapacityPlan) =>
  explain(plan, 'l40s')
    .chain.filter(({ code }) => /reserve$/.test(code))
    .map(({ text }) => text);
const advice =
  '3 more g6e.xlarge reserved for a year would save about 1,100 USD a month (840 to 1,300); decide by 2026-11-23: it pays from the first week on';

test('what to reserve is one line with what it saves, its spread and the day; explain has what it comes from, in short too', () => {
  const plan = withCommit([type], { leftOut: [{ name: 'chat', why: 'its history is shorter than 4 weeks' }] });
  expect(commitNotes(plan)).toEqual([`advice for l40s: ${advice}`]);
  expect(reasons(plan)).toEqual([
    `ADVICE, applied by nobody: ${advice}. By 100 courses of the load over a year, drawn from 12 weeks of history, at 1.861 USD/h on demand, 1.17243 for a year; not in it are chat: its history is shorter than 4 weeks`,
  ]);
  expect(explain(plan, 'l40s').short).toContain(`advice: ${advice}`);
  const sure = { ...type, savesUsdPerMonth: { mean: 6000, p10: 6000, p90: 6000 } };
  expect(commitNotes(withCommit([sure]))[0]).toContain('about 6,000 USD a month; decide by');
});

test('three years, nodes that are still held, blocks and quotas are lines of their own', () => {
  const long = { ...type, advised: { oneYear: 1, threeYears: 2 } };
  const held = {
    ...type,
    advised: { oneYear: 0, threeYears: 0 },
    decide: { by: '2027-06-30T00:00:00Z', nodes: 4, why: 'what is held ends then' },
  };
  const block = { nodes: 2, from: '2026-12-01T11:30:00Z', to: '2026-12-03T11:30:00Z', savesUsd: 90 };
  const quotas = [{ code: 'L-DB2E81BA', needed: 320, present: 256, by: '2026-12-07T00:00:00Z', pools: ['l40s'] }];
  expect(commitNotes(withCommit([long]))[0]).toMatch(/: 2 more g6e\.xlarge reserved for three years and 1 for a year would save about/);
  expect(commitNotes(withCommit([{ ...held, blocks: [block] }], { quotas }))).toEqual([
    'advice for l40s: decide by 2027-06-30 on 4 more g6e.xlarge to reserve: what is held ends then',
    'advice for l40s: a capacity block of 2 g6e.xlarge from 2026-12-01T11:30:00Z to 2026-12-03T11:30:00Z would save about 90 USD',
    'advice for l40s: ask for 320 vCPU of quota L-DB2E81BA in place of 256, by 2026-12-07',
  ]);
});

test('where nothing is advised explain says why: no history, no price, or nothing that pays', () => {
  const none = { ...type, advised: { oneYear: 0, threeYears: 0 }, decide: null };
  const unknown = { ...none, usdPerHour: { onDemand: 1.861, oneYear: null, threeYears: null } };
  const young = withCommit([], { leftOut: [{ name: 'chat', why: 'its history is shorter than 4 weeks' }] });
  expect(reasons(young)).toEqual(['nothing is advised to be reserved: chat: its history is shorter than 4 weeks']);
  expect(reasons(withCommit([unknown]))).toEqual([
    'nothing is advised to be reserved: no price of g6e.xlarge for a year or three is known',
  ]);
  const quotas = [{ code: 'L-DB2E81BA', needed: 320, present: 256, by: null, pools: ['l40s'] }];
  expect(reasons(withCommit([unknown], { quotas }))[1]).toMatch(
    /^ADVICE, applied by nobody: ask for 320 vCPU of quota L-DB2E81BA in place of 256\. By/,
  );
  expect(reasons(withCommit([none]))[0]).toMatch(/^nothing is advised to be reserved: no further g6e\.xlarge would pay in 100 courses/);
  for (const plan of [young, withCommit([unknown]), withCommit([none])]) expect(commitNotes(plan)).toEqual([]);
});

test('other advice is told by diff and is no change; other dollars or another day are not told', () => {
  const before = withCommit([type]);
  const dollars = withCommit([{ ...type, savesUsdPerMonth: { mean: 900, p10: 700, p90: 1100 } }]);
  expect(diffPlans(before, dollars).advice).toEqual([]);
  expect(diffPlans(before, samplePlan()).advice).toEqual([]);
  const more = diffPlans(withCommit([{ ...type, advised: { oneYear: 2, threeYears: 0 } }]), before);
  expect(more).toMatchObject({ isChanged: false, advice: [`${advice} (before: 2 more g6e.xlarge reserved for a year)`] });
  expect(diffText(more)).toContain(`advice, which nobody applies:\n  ${advice}`);
  expect(diffMarkdown(more)).toContain('**Advice, which nobody applies**\n\n- 3 more g6e.xlarge');
  const fewer = diffPlans(before, withCommit([{ ...type, advised: { oneYear: 0, threeYears: 0 }, decide: null }]));
  expect(fewer.advice).toEqual(['no more g6e.xlarge reserved (before: 3 more g6e.xlarge reserved for a year)']);
});
