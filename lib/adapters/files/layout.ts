import type { FileSourceConfig } from '../../config';
import type { Problem } from '../../problems';

type DateOrder = NonNullable<FileSourceConfig['dateFormat']>;

/** How the cells of a series are read: as its source says, completed by what its rows show. */
export type Layout = {
  /** The decimal sign, and what separates thousands, if anything does. */
  readonly decimal: '.' | ',';
  readonly thousands: FileSourceConfig['thousands'];
  /** The order of day, month and year in dates that are not ISO 8601; without one such dates are not read. */
  readonly dates: DateOrder | undefined;
  /** What a number is multiplied by for what stands behind it in its cell, such as `K req/s`; without it nothing may stand there. */
  readonly units: ReadonlyMap<string, number> | undefined;
  /** By file, as messages call it: the row, from 0, from which on there are no observations but totals of them. */
  readonly endsAt: ReadonlyMap<string, number>;
  /** By file: rows, from 0, in the second of two hours of the same name, after the clock went back. */
  readonly inSecondHour: ReadonlyMap<string, ReadonlySet<number>>;
  /** What was found out from the rows, and is told. */
  readonly told: readonly Omit<Problem, 'path'>[];
};

/** The layout that a source states. */
export function layoutOf({ decimal, thousands, dateFormat }: FileSourceConfig): Layout {
  return {
    decimal: decimal ?? (thousands === '.' ? ',' : '.'),
    thousands,
    dates: dateFormat,
    units: undefined,
    endsAt: new Map(),
    inSecondHour: new Map(),
    told: [],
  };
}

/** What of a layout the engine must know, as a text that no other gives. */
export function layoutKey({ decimal, thousands, dates, units }: Layout): string {
  return JSON.stringify([decimal, thousands, dates, units && [...units]]);
}
