import { epochMilliseconds, epochSeconds, looksLikeTimestamp } from '../../history';

/**
 * The parts of a date in numbers or with the name of its month, and of a time of day beside it, for JavaScript and RE2 alike: three parts
 * of the date in the order in which they stand (`a`, `b`, `c`), hour, minute, second, fraction, the half of a day (`p`), and the zone.
 */
export const datePattern = String.raw`^\s*(?:[A-Za-z]{3,9}\.?,?\s+)?(\d{1,4}|[A-Za-z]{3,9})\.?(?:\s*[/.,-]\s*|\s+)(\d{1,2}|[A-Za-z]{3,9})\.?(?:\s*[/.,-]\s*|\s+)(\d{1,4})(?:,?(?:\s+|T|\s*@\s*)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(?:([AaPp])\.?[Mm]\.?)?\s*(Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?\s*$`;

/** The names of its groups, in order. */
export const dateParts = ['a', 'b', 'c', 'h', 'i', 's', 'f', 'p', 'z', 'g', 'y', 'm'] as const;

const date = new RegExp(datePattern);

/** Whether a cell holds a time, in whatever form. */
export function isTimeLike(text: string): boolean {
  if (looksLikeTimestamp(text) || date.test(text)) return true;
  const number = text.trim() === '' ? NaN : Number(text);
  return (number >= epochSeconds.from && number < epochSeconds.to) || (number >= epochMilliseconds.from && number < epochMilliseconds.to);
}

/**
 * The parts of a cell that holds a number: the number with whatever separates its digits, and what stands behind it, such as a unit. For
 * JavaScript and RE2 alike.
 */
export const cellPattern = String.raw`^\s*([+-]?(?:\d[\d.,'\x{2019} \x{a0}\x{202f}]*)?[.,]?\d+(?:[eE][+-]?\d+)?)[\s\x{a0}\x{202f}]*([^\d\s.,](?:.*\S)?)?\s*$`;

const cell = new RegExp(cellPattern.replace(/\\x\{([0-9a-f]+)\}/g, (_, code: string) => `\\u${code.padStart(4, '0')}`));

/** Whether a cell holds a number, in whatever form. */
export function isNumberLike(text: string): boolean {
  return cell.test(text);
}
