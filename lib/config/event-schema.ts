import { DateTime } from 'luxon';
import { z } from 'zod';
import { name, time } from './fields';

/** What lifts or lowers the load at known times: events by name, and public holidays by country. */

const eventFields = {
  name,
  workload: z.string().optional().meta({ description: 'the only workload it lifts; all of them by default' }),
  uplift: z
    .number()
    .positive()
    .optional()
    .meta({ description: 'times the usual load; not needed where a past time of the same name teaches it' }),
  why: z.string().min(1).optional(),
};

/** A day of the calendar: `2026-11-27`. */
export const dateSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, { error: "must be a date such as '2026-11-27'" })
  .refine((value) => DateTime.fromISO(value).isValid, { error: 'is not a day of the calendar' });

const spanFields = { from: time, to: time };
const endsLater = { error: 'must end after it begins', path: ['to'] };

/** `date` is a whole day in the config's time zone; `from` and `to` are times with their zone; `dates` holds several of either. */
export const eventSchema = z.union([
  z.strictObject({ ...eventFields, date: dateSchema }),
  z.strictObject({
    ...eventFields,
    dates: z.array(z.union([dateSchema, z.strictObject(spanFields).refine((span) => span.to > span.from, endsLater)])).min(1),
  }),
  z.strictObject({ ...eventFields, ...spanFields }).refine((event) => event.to > event.from, endsLater),
]);

/** An event as a span of time: one of its name for each time it took or takes place. */
export type EventConfig = {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly workload?: string;
  /** The user's word; without one, past times of the same name teach it. */
  readonly uplift?: number;
  readonly why?: string;
};

/** Days become spans in `timeZone`; an entry with several dates becomes as many events. */
export function resolveEvents(entries: readonly z.output<typeof eventSchema>[], timeZone: string): EventConfig[] {
  return entries.flatMap((entry) => {
    const { name, workload, uplift, why } = entry;
    const times = 'dates' in entry ? entry.dates : 'date' in entry ? [entry.date] : [{ from: entry.from, to: entry.to }];
    return times.map((when) => ({ name, ...(typeof when === 'string' ? dayIn(when, timeZone) : when), workload, uplift, why }));
  });
}

function dayIn(date: string, zone: string): { from: number; to: number } {
  const day = DateTime.fromISO(date, { zone });
  return { from: day.toMillis(), to: day.plus({ days: 1 }).toMillis() };
}

export const holidaysSchema = z
  .array(
    z.strictObject({
      country: z.string().regex(/^[A-Z]{2}$/, { error: "must be a country such as 'DE' (ISO 3166)" }),
      region: z
        .string()
        .regex(/^[A-Z0-9]{1,3}(\.[A-Z0-9]+)?$/i, { error: "must be a region such as 'BY', or a part of one such as 'BY.A'" })
        .optional()
        .meta({ description: 'state or province (ISO 3166-2 without the country)' }),
      share: z
        .number()
        .gt(0)
        .max(1)
        .optional()
        .meta({ description: 'share of the load that comes from there; an equal part of the rest by default' }),
      types: z
        .array(z.enum(['public', 'bank', 'optional', 'school', 'observance']))
        .min(1)
        .default(['public'])
        .meta({ description: 'kinds of days that count' }),
    }),
  )
  .min(1)
  .refine((list) => list.reduce((sum, { share = 0 }) => sum + share, 0) <= 1 + 1e-9, { error: 'has shares that add up to more than 1' })
  .transform((list) => {
    const open = list.filter(({ share }) => share === undefined).length;
    const left = Math.max(0, 1 - list.reduce((sum, { share = 0 }) => sum + share, 0));
    return list.map(({ share = left / open, ...place }) => ({ ...place, share }));
  })
  .refine((list) => list.every(({ share }) => share > 0), { error: 'has entries without a share, and the others leave none' })
  .meta({ description: 'countries whose public holidays the load knows, each by its share of the load' });

/** One place whose holidays count; shares of a list add up to 1 at most. */
export type HolidayPlace = z.output<typeof holidaysSchema>[number];

/** The places whose holidays a workload knows: its own list, else that of the whole config. */
export function holidaysOf(
  config: {
    readonly holidays?: readonly HolidayPlace[];
    readonly workloads: Readonly<Record<string, { readonly holidays?: readonly HolidayPlace[] }>>;
  },
  workload: string,
): readonly HolidayPlace[] {
  return config.workloads[workload].holidays ?? config.holidays ?? [];
}
