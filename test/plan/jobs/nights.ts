import { parseConfig } from '../../../lib/config/parse';
import { type CapacityPlan, formatPlan, type JobWindowPlan, keepPrevious, type PlanBefore } from '../../../lib/plan/file';
import type { WindowReader } from '../../../lib/plan/jobs';
import { makePlan } from '../../../lib/plan/make-plan';
import { previousPlan } from '../../../lib/project/previous-plan';
import type { Solver } from '../../../lib/sizing';
import { HOUR_MS, timeOf } from '../../../lib/units';

/** The moment of the first plan. */
export const monday = Date.UTC(2026, 10, 23);

const unread = () => Promise.reject(new Error('nothing here needs a history'));

/** Two workers of one GPU; an hour of both is 7,200,000 samples. Boot and cold start take a minute. */
export const tune = {
  kind: 'training',
  samples: 14_400_000,
  replica: { gpus: 1, throughput: '1000 samples/s' },
  floor: 2,
  coldStart: '0s',
  pool: 'gpus',
};

export type Night = {
  readonly workloads: Readonly<Record<string, object>>;
  readonly pool?: object;
  readonly guardrails?: object;
  readonly horizon?: string;
  readonly limits?: object;
  readonly commitments?: readonly object[];
  readonly previous?: PlanBefore | null;
  readonly readWindows?: WindowReader;
  /** Hours after the first plan. */
  readonly hour: number;
};

export const configOf = ({ workloads, pool, guardrails = {}, horizon = '3d', limits = {}, commitments = [] }: Night) =>
  parseConfig(
    {
      name: 'test',
      region: 'us-east-1',
      horizon,
      effort: 'fast',
      commitments,
      workloads,
      pools: { gpus: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '1m', ...pool } },
      limits: { zones: ['us-east-1a', 'us-east-1b'], ...limits },
      guardrails: {
        plausible: { because: 'prices of held nodes come and go', cost: '1000x', ...('tune' in workloads && { tune: '1000x' }) },
        ...guardrails,
      },
    },
    'config',
  );

/** A plan as it is written and read again. */
export async function planOf(night: Night, solver: Solver): Promise<CapacityPlan> {
  const config = configOf(night);
  const plan = await makePlan({
    config,
    previous: night.previous ?? null,
    asOf: monday + night.hour * HOUR_MS,
    readHistory: unread,
    foresize: '0.0.0',
    runFits: unread,
    readWindows: night.readWindows,
    solver,
  });
  const { plan: read, problems } = previousPlan(formatPlan(plan), 'plan', '0.0.0', config);
  if (read === null) throw new Error(JSON.stringify(problems));
  return read;
}

/** Nodes of the pool that are held for some hours, of which jobs then make use. */
export const held = (id: string, from: number, to: number, count = 2) => ({
  id,
  instance: 'g6e.xlarge',
  count,
  zone: 'us-east-1a',
  from: new Date(monday + from * HOUR_MS).toISOString(),
  to: new Date(monday + to * HOUR_MS).toISOString(),
});

export const isKept = (previous: CapacityPlan, next: CapacityPlan): boolean => keepPrevious(previous, next, 0.03).keep;

export const windowsOf = ({ workloads }: CapacityPlan, name = 'tune'): readonly JobWindowPlan[] => workloads[name].windows ?? [];

/** Hours after the first plan: `5-8`. */
export const hoursOf = (plan: CapacityPlan, name = 'tune'): readonly string[] => windowsOf(plan, name).map(spanText);

export const spanText = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  `${(timeOf(from) - monday) / HOUR_MS}-${(timeOf(to) - monday) / HOUR_MS}`;

export type Deployment = { readonly hour: number; readonly plan: CapacityPlan };

/**
 * The windows that a cluster runs, to whose CronJobs each deployment brings those of its plan and takes away others: one begins only where
 * its CronJob is there at its begin, and ends early where it is taken away.
 */
export function ranInCluster(deployments: readonly Deployment[], name = 'tune'): readonly { readonly from: number; readonly to: number }[] {
  const ran: { from: number; to: number; readonly key: string }[] = [];
  for (const [index, { hour, plan }] of deployments.entries()) {
    const until = deployments[index + 1]?.hour ?? Infinity;
    const windows = windowsOf(plan, name).map(({ from, to, workers }) => ({
      from: (timeOf(from) - monday) / HOUR_MS,
      to: (timeOf(to) - monday) / HOUR_MS,
      key: `${from} ${to} ${workers}`,
    }));
    for (const one of ran) if (one.to > hour && !windows.some(({ key }) => key === one.key)) one.to = hour;
    for (const one of windows) if (one.from >= hour && one.from < until) ran.push({ ...one });
  }
  return ran;
}
