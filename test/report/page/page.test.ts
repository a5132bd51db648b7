import { fc, test as property } from '@fast-check/jest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { reportPage } from '../../../lib/report/page';
import { drawMarks } from '../../../lib/report/page/marks';
import { markup } from '../../../lib/report/page/markup';
import { valueAxis } from '../../../lib/report/page/plot';
import type { Scorecard } from '../../../lib/simulate';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { root } from '../../support/foresize';
import { samplePlan } from '../../support/sample-plan';
import { figuresIn, valueIn } from './support';

const committed = JSON.parse(readFileSync(join(root, 'capacity-plan.json'), 'utf8')) as CapacityPlan;
const page = reportPage(committed);
const start = Date.UTC(2026, 10, 23);

test('the same plan gives the same bytes, whatever was drawn before', () => {
  reportPage(samplePlan());
  expect(reportPage(committed)).toBe(page);
});

test('each figure that names its place in the plan is the one that stands there', () => {
  const figures = figuresIn(page);
  expect(figures.length).toBeGreaterThan(80);
  for (const { of, value } of figures) expect([of, value]).toEqual([of, valueIn(committed, of)]);
});

test('totals, every workload, every node group and every limit that binds are among them', () => {
  const shown = new Set(figuresIn(page).map(({ of }) => of));
  const expected = [
    ...['usd', 'usdPerMonth', 'usdNextMonth'].flatMap((sum) => [`cost.${sum}.p50`, `cost.${sum}.p95`]),
    ...Object.keys(committed.workloads).flatMap((name) =>
      ['floor', 'peak', 'ceiling', 'usd.p95', 'usdPerMonth.p95'].map((field) => `workloads.${name}.${field}`),
    ),
    ...Object.entries(committed.pools).flatMap(([name, { groups }]) => groups.map((_, index) => `pools.${name}.groups.${index}.peak`)),
    ...committed.binding.map((_, index) => `binding.${index}.savesUsd`),
  ];
  expect(expected.filter((path) => !shown.has(path))).toEqual([]);
});

test('nothing of the page is fetched from anywhere, and its policy forbids it', () => {
  expect(page).not.toMatch(/https?:|\bsrc=|url\(|@import|<link/);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-`);
});

test('text of a plan is shown as it is, whatever HTML would make of it', () => {
  const plan = samplePlan();
  const message = 'is <script>alert(1)</script> & "more"';
  const { chat } = plan.workloads;
  const told = reportPage({
    ...plan,
    warnings: [{ code: 'history/stale', path: 'workloads.chat', message }],
    workloads: { ...plan.workloads, chat: { ...chat, reasons: [{ code: 'ceiling', text: '<b>' }] } },
  });
  expect(told).toContain('is &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;');
  expect(told).toContain('<li>&lt;b&gt;');
  expect(told.match(/<script>/g)).toHaveLength(1);
});

property.prop([fc.string({ unit: 'grapheme' })])('text put into markup can neither end an element nor an attribute', (text) => {
  expect(markup`${text}`.html).not.toMatch(/[<>"]|&(?!amp;|lt;|gt;|quot;)/);
});

test('what was observed is drawn before the forecast where histories were read, and their findings are listed', () => {
  const values = Float64Array.from({ length: 72 }, (_, hour) => hour);
  const told = reportPage(committed, {
    history: {
      observed: { chat: { start: start - 3 * DAY_MS, intervalMs: HOUR_MS, values } },
      findings: [
        {
          code: 'history/gap',
          severity: 'look',
          path: 'workloads.chat.load',
          from: null,
          to: null,
          count: 1,
          message: 'has a gap',
          consequence: null,
        },
      ],
    },
  });
  expect(told.match(/class="observed" d=/g)).toHaveLength(1);
  expect(page).not.toContain('class="observed" d=');
  expect(told).toContain('has a gap');
});

test('without a risk, a warning or a limit that binds the page says so', () => {
  const plan = samplePlan();
  const calm = reportPage({ ...plan, workloads: { chat: plan.workloads.chat } });
  expect(calm).toContain('Nothing: no risk, no warning');
  expect(calm).toContain('No limit binds');
});

test('an override is shown with its end, its owner and its reason, and a plan without one has no such part', () => {
  const plan = samplePlan();
  const override = { floor: 4, until: '2026-11-24T00:00:00Z', because: 'the launch', by: 'ann' };
  const told = reportPage({ ...plan, workloads: { ...plan.workloads, chat: { ...plan.workloads.chat, overrides: [override] } } });
  expect(told).toMatch(/id="overrides".*Tue 24 Nov 00:00<td>ann: the launch/s);
  expect(reportPage(plan)).not.toContain('id="overrides"');
});

test('the newest scorecard is shown with what each week came to and its advice', () => {
  const came = { gpuHours: 90, usd: 120, violationMinutes: 7 };
  const score = {
    hours: { scored: 168, withoutLoad: 0, withoutPlan: 0 },
    coverage: { protect: 0.95, achieved: 0.912, periods: 168 },
    minutesAboveCeiling: 3,
    idleGpuHours: 11,
    plan: came,
    static: null,
    hpa: came,
    perfect: { gpuHours: 80, usd: 99 },
    sign: 'tighten',
    advice: 'tighten',
    because: 'coverage was below the promise',
  } as const;
  const scorecard: Scorecard = {
    form: 1,
    name: 'sample',
    week: '2026-W47',
    from: '2026-11-16T00:00:00Z',
    to: '2026-11-23T00:00:00Z',
    plans: [],
    workloads: { chat: score },
    notScored: { gone: 'no plan has it' },
  };
  const told = reportPage(committed, { scorecard });
  expect(told).toMatch(
    /chat<\/a><td class=n>91\.2 %<td class=nx>95\.0 %<td class=n>7<td class=nx>3<td class=nx>11<td class=n>120<td class=nx>n\/a/,
  );
  expect(told).toMatch(/tighten<\/span> <a href="#workload-chat">chat<\/a>: coverage was below the promise/);
  expect(told).toContain('no plan has it');
  expect(page).not.toContain('id="scorecard"');
});

test('a mark stands where its values are, in whole units of the plot, the highest at the top', () => {
  const frame = { from: 0, to: 100, top: 10 };
  const points = [
    [0, 0],
    [50, 10],
    [100, 5],
  ] as const;
  expect(drawMarks([{ kind: 'line', look: 'median', points }], frame)).toBe('<path class="median" d="M0 200l500-200l500 100"/>');
  expect(drawMarks([{ kind: 'steps', look: 'floor', points }], frame)).toBe('<path class="floor" d="M0 200h500v-200h500v100"/>');
});

property.prop([fc.double({ min: 1e-9, max: 1e12, noNaN: true }), fc.boolean()])(
  'an axis ends at or above the highest value, is used by half, and names few values, whole ones of counts',
  (size, isCount) => {
    const highest = isCount ? Math.ceil(size) : size;
    const { top, ticks } = valueAxis(highest, isCount);
    expect(top).toBeGreaterThanOrEqual(highest * (1 - 1e-8));
    expect(top).toBeLessThanOrEqual(2.5 * highest);
    expect([ticks[0], ticks.at(-1)]).toEqual([0, top]);
    expect(ticks.length).toBeLessThanOrEqual(6);
    if (isCount) expect(ticks.every(Number.isInteger)).toBe(true);
  },
);
