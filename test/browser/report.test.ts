import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { reportPage } from '../../lib/report/page';
import { hasChromium, startChromium, whyNoChromium } from '../support/chromium';
import { temporaryFolder } from '../support/foresize';
import { valueIn } from '../report/page/support';
import { contrasts, figuresOf, highestOf, marksOf, openAll, reachedByTab, type SeenFigure, seriousProblems, widthOf } from './looks';
import { planOfMany, plans } from './pages';

const testHere = hasChromium ? test : test.skip;
const folder = temporaryFolder();
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;

beforeAll(async () => {
  if (hasChromium) browser = await startChromium();
}, 120_000);
afterAll(() => browser?.close());

type Opened = { readonly page: Page; readonly said: string[]; readonly asked: string[] };

/** Opens a page from its file, as a reader does, and keeps what it says on the console and what it asks for. */
async function opened(html: string, look: BrowserContextOptions = {}): Promise<Opened> {
  const file = join(folder, 'report.html');
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...look });
  const page = await context.newPage();
  const [said, asked]: [string[], string[]] = [[], []];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, said, asked };
}

/** Places of the plan whose figures the page has or shows otherwise. */
async function wrongFigures(page: Page, plan: CapacityPlan): Promise<string[]> {
  const shown = await figuresOf(page);
  expect(shown.length).toBeGreaterThan(10);
  const isWrong = ({ of, value, text }: SeenFigure): boolean => {
    const planned = valueIn(plan, of) as number;
    const scaled = text.endsWith('%') ? 100 * planned : planned;
    return value !== planned || Math.abs(Number(text.replace(/[,%\s]/g, '')) - scaled) > Math.max(0.05, 0.006 * Math.abs(scaled));
  };
  return shown.filter(isWrong).map(({ of }) => of);
}

describe.each(Object.keys(plans))('%s', (name) => {
  let plan: CapacityPlan;
  let html: string;
  beforeAll(async () => {
    plan = await plans[name]();
    html = reportPage(plan);
  });

  testHere(
    `opens without an error or a request, all charts with marks, and its figures are those of the plan${whyNoChromium}`,
    async () => {
      const { page, said, asked } = await opened(html);
      await openAll(page);
      const charts = await marksOf(page);
      expect(charts.length).toBeGreaterThan(Object.keys(plan.workloads).length);
      for (const marks of charts) expect(marks.filter(({ width }) => width > 0).length).toBeGreaterThan(0);
      expect(await wrongFigures(page, plan)).toEqual([]);
      expect(said).toEqual([]);
      expect(asked).toEqual([expect.stringMatching(/^file:.*report\.html$/)]);
      expect(Buffer.byteLength(html)).toBeLessThan(1.5e6);
      await page.context().close();
    },
  );

  testHere(`the median, the protected load, floors and ceilings that are drawn are as high as the plan's${whyNoChromium}`, async () => {
    const { page } = await opened(html);
    const drawn = await marksOf(page);
    const highest = (look: string) =>
      drawn
        .flat()
        .filter((mark) => mark.look === look)
        .map((mark) => [highestOf(mark), mark.top] as const);
    const names = Object.keys(plan.workloads).sort();
    const loads = names.map((one) => plan.workloads[one]).filter(({ load }) => load.length > 0);
    const expected: Readonly<Record<string, readonly number[]>> = {
      median: loads.map(({ load }) => Math.max(...load.map(({ p50 }) => p50))),
      band: loads.map(({ load }) => Math.max(...load.map((point) => Math.max(point.p50, point.protected)))),
      ceiling: names.filter((one) => plan.workloads[one].form !== 'job').map((one) => plan.workloads[one].ceiling),
      scheduled: names.map((one) => Math.max(...plan.workloads[one].schedule.map(({ replicas }) => replicas))),
    };
    for (const [look, values] of Object.entries(expected)) {
      const seen = highest(look);
      expect([look, seen.length]).toEqual([look, values.length]);
      seen.forEach(([value, top], index) => expect(Math.abs(value - values[index])).toBeLessThanOrEqual(top / 200));
    }
    await page.context().close();
  });

  testHere(`everything is reached by the keyboard, in the order of the page${whyNoChromium}`, async () => {
    const { page } = await opened(html);
    const { reached, wanted } = await reachedByTab(page);
    expect(reached).toEqual(wanted);
    await page.context().close();
  });

  testHere.each(['light', 'dark'] as const)(
    `%s: no serious violation of WCAG, and every mark stands out${whyNoChromium}`,
    async (colorScheme) => {
      const { page } = await opened(html, { colorScheme });
      await openAll(page);
      expect(await seriousProblems(page, axe, colorScheme === 'dark' ? ['color-contrast'] : undefined)).toEqual([]);
      expect(Object.entries(await contrasts(page)).filter(([, ratio]) => ratio < 3)).toEqual([]);
      await page.context().close();
    },
  );

  testHere(`360 px wide it has no sideways scroll, whatever is open${whyNoChromium}`, async () => {
    const { page } = await opened(html, { viewport: { width: 360, height: 740 } });
    expect(await widthOf(page)).toBe(360);
    await openAll(page);
    expect(await widthOf(page)).toBe(360);
    await page.context().close();
  });
});

testHere(`without scripts all is there, and what is closed can be opened${whyNoChromium}`, async () => {
  const { page } = await opened(reportPage(await plans['the sample']()), { javaScriptEnabled: false });
  expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toContain('Limits that bind');
  const chain = page.locator('#workload-chat .chain');
  expect(await chain.isVisible()).toBe(false);
  await page.locator('#workload-chat').getByText('Why: the whole chain').click();
  expect(await chain.isVisible()).toBe(true);
  expect(await page.locator('.tools').isVisible()).toBe(false);
  await page.context().close();
});

testHere(`on paper the contents and what is closed are left out, and colours are those of the light${whyNoChromium}`, async () => {
  const { page } = await opened(reportPage(await plans['the sample']()), { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.getByRole('navigation').isVisible()).toBe(false);
  expect(await page.getByText('Why: the whole chain').first().isVisible()).toBe(false);
  expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  await page.context().close();
});

testHere(`three hundred workloads are within 5 MB, closed, filtered by name, sorted, and opened by a link${whyNoChromium}`, async () => {
  const plan = planOfMany(300);
  const html = reportPage(plan);
  expect(Buffer.byteLength(html)).toBeLessThan(5e6);
  const { page, said, asked } = await opened(html);
  expect(await wrongFigures(page, plan)).toEqual([]);
  expect(await page.locator('.item[open]').count()).toBe(0);
  await page.getByRole('searchbox').fill('chat 000');
  expect(await page.locator('.item:visible').count()).toBe(1);
  expect(await page.getByRole('status').textContent()).toBe('1 of 300');
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: 'USD', exact: true }).click();
  const dearest = Object.keys(plan.workloads).reduce((most, name) =>
    plan.workloads[name].usd.p95 > plan.workloads[most].usd.p95 ? name : most,
  );
  expect(await page.locator('.overview tbody a').first().textContent()).toBe(dearest);
  await page.locator('.overview tbody a').first().press('Enter');
  const item = page.locator(`#workload-${dearest}`);
  expect(await item.getAttribute('open')).toBe('');
  expect((await item.boundingBox())?.y).toBeCloseTo(16, -1);
  expect(await page.locator('.plot svg:not(:has(path))').count()).toBe(0);
  expect(await page.locator('.plot svg').count()).toBeGreaterThan(500);
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await widthOf(page)).toBe(width);
  }
  expect([said, asked.length]).toEqual([[], 1]);
  await page.context().close();
});
