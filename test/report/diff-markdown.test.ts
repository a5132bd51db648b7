import { diffPlans } from '../../lib/plan/diff';
import type { CapacityPlan, WorkloadPlan } from '../../lib/plan/file/types';
import { diffMarkdown } from '../../lib/report/diff-markdown';
import { samplePlan } from '../support/sample-plan';

const before = samplePlan();
const { chat } = before.workloads;
const raised = (workload: WorkloadPlan): WorkloadPlan => ({
  ...workload,
  floor: workload.floor + 1,
  schedule: workload.schedule.map((step) => ({ ...step, replicas: step.replicas + 1 })),
});
const withWorkloads = (workloads: Readonly<Record<string, WorkloadPlan>>): CapacityPlan => ({ ...before, workloads });

test('a comment that changes nothing says so in one sentence', () => {
  expect(diffMarkdown(diffPlans(before, before))).toMatch(/Nothing that is deployed, no dollar and no warning differs\.\n$/);
});

test('totals, shares of causes, floors that move, what a deployment does and what is to be known stand open, workloads closed', () => {
  const text = diffMarkdown(diffPlans(before, withWorkloads({ ...before.workloads, chat: raised(chat) })));
  const open = text.replace(/<details>.*?<\/details>/gs, '');
  expect(open).toContain('| USD in the horizon (7d) |');
  expect(open).toContain('<code>chat</code>: its scaling object changes; no pod is started anew');
  expect(open).toMatch(/\*\*Floors that move most\*\*\n\n- <code>chat<\/code>: \d+ -> \d+ at 2026-\S+Z \(/);
  expect(open).toContain('may be deployed until 2026-11-30T00:00:00Z');
  expect(open).not.toContain('| floor |');
  expect(text).toContain('| floor | 2 | 3 |');
});

test('a picture is shown where its address is given', () => {
  const diff = diffPlans(before, withWorkloads({ ...before.workloads, chat: raised(chat) }));
  expect(diffMarkdown(diff, 'https://example.com/diff.svg')).toContain('](https://example.com/diff.svg)');
  expect(diffMarkdown(diff)).not.toContain('![');
});

test('text of a plan is shown as it is, whatever Markdown or HTML would make of it', () => {
  const message = 'is <b>not</b> | a *table* [x](http://e) `code` @team #1';
  const diff = diffPlans(before, { ...before, warnings: [{ code: 'history/stale', path: 'workloads.chat', message }] });
  expect(diffMarkdown(diff)).toContain(
    'is &lt;b&gt;not&lt;/b&gt; \\| a \\*table\\* \\[x\\](http://e) \\`code\\` \\@&#8203;team \\#&#8203;1',
  );
});

test('three hundred workloads that all change fit a comment of GitHub, the dearest changes told, the rest by name', () => {
  const many = (change: (workload: WorkloadPlan, index: number) => WorkloadPlan) =>
    withWorkloads(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`service-${index}`, change(chat, index)])));
  const after = many((workload, index) => ({ ...raised(workload), usd: { p95: index } }));
  const text = diffMarkdown(
    diffPlans(
      many((workload) => ({ ...workload, usd: { p95: 0 } })),
      after,
    ),
  );
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('<summary><code>service-299</code>');
  expect(text).not.toContain('<summary><code>service-0</code>');
  expect(text).toContain('Too long to be told here');
  expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
});
