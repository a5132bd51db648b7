import type { Page } from 'playwright-core';

/** What a page looks like and can do, read from the page itself as its reader has it. What runs in the page is text: nothing else here knows a browser. */

/** Opens all that can be opened. */
export async function openAll(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))");
}

/** How wide all of it is, in pixels. */
export const widthOf = (page: Page): Promise<number> => page.evaluate('document.documentElement.scrollWidth');

/** A mark of a chart as it is drawn: its class, its room on the screen, its shape, and the highest value of its chart. */
export type SeenMark = { readonly look: string; readonly width: number; readonly shape: string; readonly top: number };

/** The marks of each chart of the page, in their order. */
export function marksOf(page: Page): Promise<SeenMark[][]> {
  return page.evaluate(`
    [...document.querySelectorAll('.plot svg')].map((svg) =>
      [...svg.querySelectorAll('path')].map((path) => ({
        look: path.className.baseVal,
        width: path.getBoundingClientRect().width,
        shape: path.getAttribute('d'),
        top: Number(svg.closest('.frame').dataset.top),
      })),
    )`);
}

/** The highest value of a mark, by the shape that is drawn. */
export function highestOf({ shape, top }: SeenMark, height = 200): number {
  let [y, least] = [0, height];
  for (const [, command, first, second] of shape.matchAll(/([Mlhv])(-?\d+)(?: ?(-?\d+))?/g)) {
    y = command === 'M' ? Number(second) : y + (command === 'v' ? Number(first) : command === 'l' ? Number(second) : 0);
    least = Math.min(least, y);
  }
  return (top * (height - least)) / height;
}

/** How much each line and area stands out from what is behind it, by its class: WCAG's ratio of luminances. */
export function contrasts(page: Page): Promise<Record<string, number>> {
  return page.evaluate(`{
    const luminance = (colour) => {
      const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = luminance(getComputedStyle(document.querySelector('.stat')).backgroundColor);
    Object.fromEntries([...document.querySelectorAll('.plot path')].map((path) => {
      const { stroke, fill } = getComputedStyle(path);
      const own = luminance(stroke === 'none' ? fill : stroke);
      return [path.className.baseVal, (Math.max(own, behind) + 0.05) / (Math.min(own, behind) + 0.05)];
    }))
  }`);
}

/** What can be reached with the Tab key and what should be: each by its place, its tag and its text. */
export async function reachedByTab(page: Page): Promise<{ readonly reached: string[]; readonly wanted: string[] }> {
  const wanted = await page.evaluate<string[]>(`
    [...document.querySelectorAll('a[href],button,input,summary,[tabindex="0"]')].filter((element) => element.checkVisibility()).map((element, index) => {
      element.dataset.stop = index;
      return index + ' ' + element.tagName + ' ' + element.textContent.slice(0, 30);
    })`);
  const reached: string[] = [];
  for (let count = 0; count < wanted.length; count++) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate<string>(
        "(({ dataset, tagName, textContent }) => dataset.stop + ' ' + tagName + ' ' + textContent.slice(0, 30))(document.activeElement)",
      ),
    );
  }
  return { reached, wanted };
}

/** A figure of the page that names its place in the plan, with what is shown of it. */
export type SeenFigure = { readonly of: string; readonly value: number; readonly text: string };

export function figuresOf(page: Page): Promise<SeenFigure[]> {
  return page.evaluate(`
    [...document.querySelectorAll('data[data-of]')].map((data) => ({ of: data.dataset.of, value: Number(data.value), text: data.textContent }))`);
}

type Violation = { readonly id: string; readonly impact: string; readonly html: string };

/**
 * What axe finds that is serious or critical.
 *
 * @param axe the program itself
 * @param rules that are run. @default all
 */
export async function seriousProblems(page: Page, axe: string, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe);
  const options = JSON.stringify({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
  const violations = await page.evaluate<Violation[]>(
    `axe.run(${options}).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0].html })))`,
  );
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, html }) => `${id}: ${html}`);
}
