import { DAY_MS, WEEK_MS } from '../../units';

/** A week of ISO 8601 by its name, such as `2026-W48`: Monday 00:00 UTC up to the next one, epoch ms. */
export type Week = { readonly name: string; readonly from: number; readonly to: number };

/** 1970-01-05, a Monday. */
const firstMonday = 4 * DAY_MS;

/** The week that a moment lies in. */
export function weekAt(ms: number): Week {
  const from = firstMonday + Math.floor((ms - firstMonday) / WEEK_MS) * WEEK_MS;
  // Its Thursday says which year it belongs to.
  const thursday = from + 3 * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  const number = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / WEEK_MS);
  return { name: `${year}-W${`${number}`.padStart(2, '0')}`, from, to: from + WEEK_MS };
}

/** The last week that ends no later than a moment. */
export const weekBefore = (ms: number): Week => weekAt(weekAt(ms).from - WEEK_MS);

/** The last day of UTC that ends no later than a moment. */
export function dayBefore(ms: number): { readonly from: number; readonly to: number } {
  const to = Math.floor(ms / DAY_MS) * DAY_MS;
  return { from: to - DAY_MS, to };
}

/** The week of a name; `undefined` where there is none of that name. */
export function weekNamed(name: string): Week | undefined {
  const [, year, number] = /^(\d{4})-W(\d{2})$/.exec(name) ?? [];
  if (year === undefined) return undefined;
  // The 4th of January lies in the first week.
  const week = weekAt(Date.UTC(Number(year), 0, 4) + (Number(number) - 1) * WEEK_MS);
  return week.name === name ? week : undefined;
}
