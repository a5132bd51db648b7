import { z } from 'zod';
import { time } from './schema-fields';

/** What to commit to for the months to come, as a plan carries it: the answer of `foresize commit` on the day the plan was made. */

const commitTypeSchema = z
  .strictObject({
    instanceType: z.string(),
    /** The pools that order it. */
    pools: z.array(z.string()),
    /** Whole weeks of history that courses were drawn from. */
    weeks: z.number(),
    /** `null`: no price is known, so nothing is advised. */
    usdPerHour: z.strictObject({ onDemand: z.number(), oneYear: z.number().nullable(), threeYears: z.number().nullable() }),
    /** Nodes to reserve now, for a year and for three, beside what is held. */
    advised: z.strictObject({ oneYear: z.number(), threeYears: z.number() }),
    /** What that saves in a month of the year to come: the mean over courses of the load, and 10 and 90 of 100 of them. */
    savesUsdPerMonth: z.strictObject({ mean: z.number(), p10: z.number(), p90: z.number() }),
    /** When to decide by, on how many nodes; `null` where nothing is to be decided. */
    decide: z.strictObject({ by: time, nodes: z.number(), why: z.string() }).nullable(),
    /** Capacity blocks that would pay. */
    blocks: z.array(z.strictObject({ nodes: z.number(), from: time, to: time, savesUsd: z.number() })),
  })
  .meta({ id: 'CommitType' });

const quotaRaiseSchema = z
  .strictObject({
    code: z.string(),
    /** vCPU that the highest need of 95 of 100 courses takes, and what the config states. */
    needed: z.number(),
    present: z.number(),
    /** `null`: only the highest need of the year is above what there is. */
    by: time.nullable(),
    pools: z.array(z.string()),
  })
  .meta({ id: 'QuotaRaise' });

export const commitSchema = z
  .strictObject({
    /** Courses of the load that were drawn, and what with. */
    basis: z.strictObject({ draws: z.number(), seed: z.number() }),
    /** Instance types that pools order; none without a load of four weeks and more. */
    types: z.array(commitTypeSchema),
    /** Quotas to ask for. */
    quotas: z.array(quotaRaiseSchema),
    /** Workloads and pools that are not in it, and why. */
    leftOut: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  })
  .meta({ id: 'Commit' });
