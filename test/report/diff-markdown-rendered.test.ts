import { execFileSync } from 'node:child_process';
import { diffPlans, type PlanDiff } from '../../lib/plan/diff';
import type { CapacityPlan, WorkloadPlan } from '../../lib/plan/file/types';
import { diffMarkdown } from '../../lib/report/diff-markdown';
import { onPath } from '../support/programs';
import { samplePlan } from '../support/sample-plan';

/** The parser of Markdown that GitHub itself uses, where it is there. */
const program = onPath('cmark-gfm');
const testHere = program === undefined ? test.skip : test;
const why = program === undefined ? ' (not run: missing here: cmark-gfm)' : '';

function rendered(markdown: string): string {
  const extensions = ['table', 'strikethrough', 'autolink', 'tasklist', 'tagfilter'].flatMap((name) => ['-e', name]);
  return execFileSync(program ?? 'cmark-gfm', [...extensions, '--unsafe'], { input: markdown, encoding: 'utf8', maxBuffer: 1e8 });
}

/** Elements that are ended by another one than they were begun by. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, end, name] of html.matchAll(/<(\/?)([a-z0-9]+)[^>]*?(?<!\/)>/g)) {
    if (end === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const invisible = '\u200b';
const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|amp|quot);/g, (_, name: string) => names[name])
    .replaceAll(invisible, '');

/** The cells of the rows of each table. */
const tablesOf = (html: string): string[][][] =>
  [...html.matchAll(/<table>(.*?)<\/table>/gs)].map(([, table]) =>
    [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => [...row.matchAll(/<t[hd]>(.*?)<\/t[hd]>/gs)].map(([, cell]) => textOf(cell))),
  );

const before = samplePlan();
const many = (count: number, change: (workload: WorkloadPlan, index: number) => Partial<WorkloadPlan>): CapacityPlan => ({
  ...before,
  workloads: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `service-${index}`,
      { ...before.workloads.chat, usd: { p95: 1 }, ...change(before.workloads.chat, index) },
    ]),
  ),
});
const raised = ({ floor, schedule }: WorkloadPlan, index: number): Partial<WorkloadPlan> => ({
  floor: floor + 1,
  schedule: schedule.map((step) => ({ ...step, replicas: step.replicas + 1 })),
  usd: { p95: 1 + index },
});
const hostile = 'is <b>not</b> | a *table* [x](http://e) `code` @team #1 ~~gone~~ _that_ \\ </details> &amp; <!-- x';

function hostileDiff(): PlanDiff {
  const after = { ...many(3, raised), warnings: [{ code: 'history/stale' as const, path: 'workloads.chat', message: hostile }] };
  return diffPlans(
    many(3, () => ({})),
    after,
  );
}

testHere(`every table of a comment is a table, and its cells are the figures that moved${why}`, () => {
  const diff = hostileDiff();
  const markdown = diffMarkdown(diff);
  const tables = tablesOf(rendered(markdown));
  for (const rows of tables) expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  for (const { figures } of diff.workloads)
    expect(tables).toContainEqual([
      ['figure', 'before', 'after', 'because'],
      ...figures.map((one) => [one.figure, one.before, one.after, one.because]),
    ]);
  expect(tables.length).toBe(markdown.match(/^\|( --- \|)+$/gm)?.length);
});

testHere(`text of a plan comes out as it went in, opens no element, and calls nobody${why}`, () => {
  const html = rendered(diffMarkdown(hostileDiff()));
  expect(textOf(html)).toContain(hostile);
  expect(unbalanced(html)).toEqual([]);
  expect(html).not.toMatch(/<(b|del|em)>/);
  expect(html).not.toMatch(/@team|#1/);
});

testHere(`three hundred workloads are whole markup in one comment, closed, with no sign of Markdown left${why}`, () => {
  const markdown = diffMarkdown(
    diffPlans(
      many(300, () => ({})),
      many(300, raised),
    ),
  );
  const html = rendered(markdown);
  expect(markdown.length).toBeLessThan(65_536);
  expect(unbalanced(html)).toEqual([]);
  const closed = [...html.matchAll(/<details><summary>(.*?)<\/summary>(.*?)<\/details>/gs)];
  expect(closed.length).toBeGreaterThan(50);
  for (const [, title, body] of closed) {
    expect(title).toMatch(/^<code>/);
    expect(body).toMatch(/<table>|<p>/);
    expect(body).not.toContain('<details');
  }
  expect(textOf(html.replace(/<(table|code)>.*?<\/\1>/gs, ''))).not.toMatch(/\*\*|\||^- |```|<\/?details/m);
});
