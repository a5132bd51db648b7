import type { ProblemCode } from '../problems';

/** Times that a history may hold, epoch ms: from 1970 up to, not including, 2200. */
export const plausibleFromMs = 0;
export const plausibleToMs = Date.UTC(2200, 0, 1);

/** Numbers in these half-open ranges are epoch seconds (1973 on) and epoch milliseconds (likewise). */
export const epochSeconds = { from: 1e8, to: plausibleToMs / 1_000 } as const;
export const epochMilliseconds = { from: 1e11, to: plausibleToMs } as const;

/**
 * ISO 8601 as adapters take it, for JavaScript and RE2 alike. Groups: date, time, zone, and of a numeric zone its sign, hours
 * and minutes; those that are not there are empty or undefined.
 */
export const isoPattern = String.raw`^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(\s?(?:[Zz]|UTC|([+-])(\d\d)(?::?(\d\d))?))?)?$`;

const iso = new RegExp(isoPattern);

/** Whether a text has the form of an ISO 8601 time, real or not. */
export function looksLikeTimestamp(text: string): boolean {
  return iso.test(text.trim());
}

/** Why a time cannot be read, and what to do: the rest of a problem. */
export type UnreadableTime = { readonly code: ProblemCode; readonly message: string; readonly received: string; readonly hint: string };

const example = 'write ISO 8601 with a zone, such as 2026-11-24T00:00:00Z, or epoch seconds or milliseconds';

/**
 * Explains a time that was refused. Epoch micro- and nanoseconds are named as such; so is a time that does not exist.
 *
 * @param text as it stands in the source
 */
export function explainTimestamp(text: string): UnreadableTime {
  const received = shorten(text);
  const unreadable = (message: string, hint = example): UnreadableTime => ({ code: 'history/time', message, received, hint });
  if (text.trim() === '') return unreadable('has no time');
  if (looksLikeTimestamp(text))
    return unreadable('holds a time that does not exist, or not between 1970 and 2200', 'check the day, the hour and the offset');
  const number = Number(text);
  if (!Number.isFinite(number)) return unreadable('holds a time that cannot be read');
  if (number >= 1e17 && number < 1e20) return unreadable('holds epoch nanoseconds', 'divide them by 1000000');
  if (number >= 1e14 && number < 1e17) return unreadable('holds epoch microseconds', 'divide them by 1000');
  return unreadable('holds a number that is neither epoch seconds nor milliseconds');
}

/** The text as a message shows it: in quotes, at most 60 characters. */
export function shorten(text: string): string {
  return `'${text.length > 60 ? `${text.slice(0, 57)}...` : text}'`;
}
