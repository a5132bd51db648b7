import { csv, type Row, rowsOf, type Setting, start, truth, hoursInAll } from './broken-inputs-support';
import { HOUR_MS } from '../../lib/units';

/** A broken input and what becomes of it, stated beforehand. Codes are without `history/`. */
export type Case = Setting & {
  readonly content: string | Uint8Array;
  /** @default 'x.csv' */
  readonly file?: string;
  readonly exit: 0 | 1 | 2;
  /** Refused with one of these, and nothing else. */
  readonly refused?: readonly string[];
  /** To be looked at, exactly. */
  readonly look?: readonly string[];
  /** Good to know, at least. */
  readonly note?: readonly string[];
  /** What is said: place, cause, what to do. */
  readonly says?: RegExp;
  /** Hours that are missing in the end. */
  readonly missing?: number;
  /** What an hour truly was, where it is not `truth`; NaN: not compared. */
  readonly expected?: (hour: number) => number;
};

export const rows = rowsOf();
export const good = csv(rows);
export const withValue = (hourIs: (hour: number) => boolean, value: number | string) =>
  csv(rowsOf(hoursInAll, (hour) => (hourIs(hour) ? value : truth(hour))));
export const without = (isGone: (hour: number) => boolean) => csv(rows.filter(({ hour }) => !isGone(hour)));
/** Of hours. */
export const at = (hour: number) => (each: number) => each === hour;
export const between = (from: number, to: number) => (hour: number) => hour >= from && hour < to;
export const last = (value: string) => withValue(at(hoursInAll - 1), value);
export const swapped = (order: (a: Row, b: Row) => number) => csv([...rows].sort(order));
export const timed = (text: (time: number) => string) => csv(rows.map((row) => ({ ...row, time: text(start + row.hour * HOUR_MS) })));
