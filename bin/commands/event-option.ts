import { InvalidArgumentError } from 'commander';
import { dateSchema, resolveEvents } from '../../lib/config/event-schema';
import type { Occurrence } from '../../lib/forecast/occurrence';
import { parseTime } from '../../lib/units';

/** `black-friday=2024-11-29,2025-11-28,2026-11-27` or `sale=2026-11-27T08:00Z/2026-11-27T20:00Z@2.5`: dates or spans, then an uplift. */
export type EventOption = {
  readonly name: string;
  readonly dates: readonly (string | { from: number; to: number })[];
  readonly uplift?: number;
};

/** Collects `--event` options. */
export function eventOption(text: string, before: readonly EventOption[]): readonly EventOption[] {
  const match = /^([a-z][a-z0-9-]{0,39})=([^@]+)(?:@(\d+(?:\.\d+)?))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('must be NAME=DATE,DATE or NAME=FROM/TO, and @UPLIFT where no past date teaches it');
  const [, name, list, uplift] = match;
  if (uplift !== undefined && !(Number(uplift) > 0)) throw new InvalidArgumentError('has an uplift that is not above 0');
  return [...before, { name, dates: list.split(',').map(when), ...(uplift !== undefined && { uplift: Number(uplift) }) }];
}

function when(text: string): string | { from: number; to: number } {
  const [from, to] = text.split('/').map((part) => parseTime(part.trim()));
  if (from !== undefined && to !== undefined && to > from) return { from, to };
  if (to === undefined && dateSchema.safeParse(text.trim()).success) return text.trim();
  throw new InvalidArgumentError(`'${text}' is neither a date nor a span FROM/TO of times with their zone`);
}

/** The occurrences that the options name; days are days of the zone. */
export function occurrencesOf(options: readonly EventOption[], zone: string): Occurrence[] {
  return resolveEvents(
    options.map(({ dates, ...event }) => ({ ...event, dates: [...dates] })),
    zone,
  ).map(({ name, from, to, uplift }) => ({ kind: 'event', name, group: `event ${name}`, from, to, uplift }));
}
