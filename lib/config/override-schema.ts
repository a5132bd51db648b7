import { z } from 'zod';
import { count, time } from './fields';

/** What a person sets in place of what a plan would have, for a time and with a reason. */

const line = (most: number, description: string) =>
  z
    .string()
    .trim()
    .min(1, { error: 'must not be empty' })
    .max(most, { error: `must be at most ${most} characters` })
    .regex(/^\P{Cc}*$/u, { error: 'must be one line' })
    .meta({ description });

export const overrideSchema = z
  .strictObject({
    workload: z.string().meta({ description: 'the workload whose replicas it is about' }),
    floor: count.optional().meta({ description: 'never fewer replicas than this in its time' }),
    ceiling: count.optional().meta({ description: 'the most replicas in place of those of the workload' }),
    from: time.optional().meta({ description: "when it begins; at once by default; a time such as '2026-11-24T00:00:00Z', or a date" }),
    until: time,
    because: line(200, 'why: plan, manifests and reviews say so'),
    by: line(80, 'who answers for it: a person or a team'),
  })
  .refine(({ floor, ceiling }) => floor !== undefined || ceiling !== undefined, {
    error: 'must state a floor, a ceiling or both',
  })
  .refine(({ from, until }) => from === undefined || until > from, { error: 'must end after it begins', path: ['until'] })
  .refine(({ floor, ceiling }) => floor === undefined || ceiling === undefined || floor <= ceiling, {
    error: 'is above the ceiling of the same override',
    path: ['floor'],
  })
  .meta({ id: 'Override', description: 'a floor or ceiling that somebody sets for a time, with a reason' });

/** Times are epoch ms; without `from` it has begun. */
export type OverrideConfig = z.output<typeof overrideSchema>;

/** What to write where a key that every override needs is missing. */
export const overrideHints: Readonly<Record<string, string>> = {
  workload: 'name the workload whose replicas it is about',
  until: "say when it ends, such as until: '2026-12-01T08:00:00Z': what has no end is a floor or ceiling of the workload",
  because: "say why, in a line: because: 'the launch of Tuesday is larger than its forecast'",
  by: "say who answers for it: by: 'ann', or by: 'team-search'",
};
