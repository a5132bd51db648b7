import { z } from 'zod';
import { parseDuration, parseShare, parseTime } from '../units';
import { count, duration, durationOrZero, positive, text, time } from './fields';

/** A time after the start of the plan in ms, or a moment: `{ after }` or `{ at }`. */
export const deadlineSchema = text(
  (value): { readonly after: number } | { readonly at: number } | undefined => {
    const after = positive(parseDuration)(value);
    const at = parseTime(value);
    return after !== undefined ? { after } : at !== undefined ? { at } : undefined;
  },
  "a duration such as '24h', or a time with its zone such as '2026-11-24T00:00:00Z'",
  "until when a job must be done: a duration from the start of the plan, or a moment; of form 'deployment' a duration from the arrival of an item",
);

const earliestSchema = text(
  (value): { readonly after: number } | { readonly at: number } | undefined => {
    const after = parseDuration(value);
    const at = parseTime(value);
    return after !== undefined ? { after } : at !== undefined ? { at } : undefined;
  },
  "a duration such as '12h', or a time with its zone such as '2026-11-24T00:00:00Z'",
  'from when a job may run: a duration from the start of the plan, or a moment; the plan then chooses when it runs',
);

const pausesSchema = z
  .strictObject({
    most: count.meta({ description: 'how often it may pause, so that it runs in one window more at most' }),
    shortest: duration('no window is shorter; a period by default').optional(),
    cost: durationOrZero('what going on after a pause takes beside boot and cold start; nothing by default').optional(),
  })
  .meta({ id: 'Pauses', description: 'how a job may be cut into windows; the plan then chooses when they are' });

const doneSchema = z
  .strictObject({
    share: z
      .union([z.number(), text(parseShare, "a share such as '40%'")])
      .refine((value) => value >= 0 && value <= 1, { error: 'must be from 0 to 1' })
      .meta({ description: 'of its samples and epochs' }),
    at: time.meta({ description: 'when that much was done; windows count from then on' }),
  })
  .meta({ id: 'Done', description: 'what is really done of a job whose windows did more or less than the plans counted' });

const growthSchema = z.enum(['buy', 'pause']).meta({
  description:
    "when other load grows into the hours of the job: nodes are bought and it goes on, which is the default, or it gives way ('pause')",
});

const capacitySchema = z
  .array(z.enum(['on-demand', 'spot']))
  .min(1)
  .meta({
    id: 'JobCapacity',
    description:
      "nodes of its pool that it may run on, each window on one kind: 'spot', beside limits.spotShare, which is then of the others alone, or 'on-demand', which is all that is no spot, reservations included; without it any node of the pool",
  });

/** What makes a job deferrable: the plan then chooses when it runs. */
export const deferrable = {
  earliest: earliestSchema.optional(),
  pauses: pausesSchema.optional(),
  growth: growthSchema.optional(),
  capacity: capacitySchema.optional(),
  done: doneSchema.optional(),
};
