import { z } from 'zod';
import { placeIn, type Problem, valueAt } from '../../problems';
import { HOUR_MS, HOURS_PER_MONTH, parseDuration } from '../../units';
import { replaySchema, strategySchema } from './evidence-schema';
import { planDigest } from './format';
import { rangeProblems } from './ranges';
import { planVersion } from './schema';
import { digest, duration, time } from './schema-fields';
import type { CapacityPlan, CommitPlan, PlanSources, RetiringPool, Strategy, StrategyOption, WorkloadPlan } from './types';
import { workloadSchema } from './workload-schema';

/**
 * What a new plan takes from the one before it: the sizes and the cost that guardrails compare with, the strategy in force, and what a
 * workload keeps while its forecast is withheld.
 */
export type PlanBefore = Pick<CapacityPlan, 'digest' | 'dataThrough' | 'asOf' | 'validUntil' | 'horizon'> & {
  /** The form that its file has. */
  readonly schema: number;
  readonly sources: Pick<PlanSources, 'config'> & { readonly history: object };
  readonly cost: { readonly usd: { readonly p95: number } };
  readonly workloads: Readonly<Record<string, WorkloadBefore>>;
  /** Its node groups; left out of one of an older form. */
  readonly pools?: Readonly<Record<string, RetiringPool>>;
  readonly retiring?: Readonly<Record<string, RetiringPool>>;
  readonly commit?: CommitPlan;
};

export type WorkloadBefore = Pick<
  WorkloadPlan,
  | 'floor'
  | 'peak'
  | 'ceiling'
  | 'schedule'
  | 'floorSchedule'
  | 'floors'
  | 'replay'
  | 'reasons'
  | 'overrides'
  | 'withoutOverrides'
  | 'windows'
  | 'progress'
> & { readonly strategy?: StrategyBefore };

/** The floor, peak and ceiling of a plan before, as its load had them without what somebody set for a time. */
export const sizesBefore = ({ floor, peak, ceiling, withoutOverrides }: WorkloadBefore): Pick<WorkloadPlan, 'floor' | 'peak' | 'ceiling'> =>
  withoutOverrides ?? { floor, peak, ceiling };

/** The strategy that a plan acted on, and the size of replica of each option. */
export type StrategyBefore = Pick<Strategy, 'inForce' | 'keptSize'> & {
  readonly options: readonly Pick<StrategyOption, 'name' | 'size'>[];
};

/** A plan of a form that an earlier foresize wrote. */
export type OlderPlan = {
  readonly form: number;
  /** The version of foresize that wrote it; `null` where it does not say. */
  readonly foresize: string | null;
  /** What of it means the same in the present form; `null` where it cannot be relied on, as `problems` say. */
  readonly before: PlanBefore | null;
  readonly problems: readonly Problem[];
};

/** Whether the version of a form is one that an earlier foresize wrote. */
export const isOlderForm = (version: unknown): version is number =>
  typeof version === 'number' && Number.isInteger(version) && version >= 1 && version < planVersion;

/**
 * Reads what a new plan may take from one of an older form.
 *
 * @param path where it stands, for messages
 * @returns `null` for a text that is no plan of an older form
 */
export function readOlderPlan(text: string, path: string): OlderPlan | null {
  const raw = jsonOf(text);
  const form = valueAt(raw, ['schema']);
  if (typeof raw !== 'object' || raw === null || !isOlderForm(form)) return null;
  const writer = valueAt(raw, ['foresize']);
  const older = { form, foresize: typeof writer === 'string' ? writer : null };
  if (planDigest(raw) !== valueAt(raw, ['digest'])) {
    const message = 'was edited by hand: its digest does not match its content';
    return { ...older, before: null, problems: [{ code: 'plan/edited', path, message }] };
  }
  const { data, error } = formOneSchema.safeParse(raw);
  if (error !== undefined) {
    const at = ({ path: place }: z.core.$ZodIssue) => placeIn(path, place);
    const problems = error.issues.map((issue): Problem => ({
      code: 'plan/wrong-field',
      path: at(issue),
      message: 'is not what a plan holds here',
    }));
    return { ...older, before: null, problems };
  }
  const before = fromFormOne(data);
  const problems = rangeProblems(before, path);
  return { ...older, before: problems.length > 0 ? null : before, problems };
}

/**
 * The fields of form 1 that mean the same today; others are left unread. What it called USD per month was the rate of the horizon.
 */
const formOneSchema = z.object({
  schema: z.literal(1),
  digest,
  dataThrough: time,
  asOf: time,
  validUntil: time,
  horizon: duration,
  sources: z.object({ config: digest, history: z.object({}).loose() }),
  cost: z.object({ usdPerMonth: z.object({ p95: z.number() }) }),
  workloads: z.record(
    z.string(),
    workloadSchema
      .pick({ floor: true, peak: true, ceiling: true, floorSchedule: true, floors: true, reasons: true })
      .extend({
        schedule: workloadSchema.shape.schedule.min(1),
        replay: replaySchema.nullable(),
        strategy: z
          .object({
            ...strategySchema.pick({ inForce: true, keptSize: true }).shape,
            options: z.array(z.object({ name: strategySchema.shape.inForce, size: z.string().nullable() })),
          })
          .optional(),
      })
      .strip(),
  ),
});

function fromFormOne({ cost, ...plan }: z.infer<typeof formOneSchema>): PlanBefore {
  const hours = (parseDuration(plan.horizon) ?? 0) / HOUR_MS;
  return { ...plan, cost: { usd: { p95: (cost.usdPerMonth.p95 * hours) / HOURS_PER_MONTH } } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
