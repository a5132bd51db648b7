import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan, WorkloadPlan } from '../../lib/plan/file/types';
import { plan } from '../../lib/project';
import { formatTime, HOUR_MS, timeOf } from '../../lib/units';
import { samplePlan } from '../support/sample-plan';

const root = join(__dirname, '../..');
const committed = (): CapacityPlan => JSON.parse(readFileSync(join(root, 'capacity-plan.json'), 'utf8')) as CapacityPlan;

/** Plans that are shown: the committed one, one from given numbers, one in which each owner occurs, and one of many workloads. */
export const plans: Readonly<Record<string, () => CapacityPlan | Promise<CapacityPlan>>> = {
  'the sample': committed,
  'the worked example': async () => (await plan({ config: join(root, 'examples/worked-example/foresize.config.ts') })).plan,
  'a plan with each owner': eachOwner,
};

/** The plan by hand, whose loads have a day of hours in place of one. */
function eachOwner(): CapacityPlan {
  const plan = samplePlan();
  const day = (load: WorkloadPlan['load']) =>
    load.flatMap((point) =>
      Array.from({ length: 24 }, (_, hour) => ({
        ...point,
        from: formatTime(timeOf(point.from) + hour * HOUR_MS),
        p50: point.p50 + (hour % 12),
        protected: point.protected + (hour % 12),
      })),
    );
  return {
    ...plan,
    workloads: Object.fromEntries(
      Object.entries(plan.workloads).map(([name, workload]) => [name, { ...workload, load: day(workload.load) }]),
    ),
  };
}

/** A plan of so many workloads: those of the sample again and again, each with figures of its own. */
export function planOfMany(count: number): CapacityPlan {
  const { workloads, ...rest } = committed();
  const kinds = Object.entries(workloads);
  const many = Array.from({ length: count }, (_, index) => {
    const [name, workload] = kinds[index % kinds.length];
    const usd = { p95: workload.usd.p95 + index };
    return [`${name}-${String(index).padStart(3, '0')}`, { ...workload, usd, ceiling: workload.ceiling + index }] as const;
  });
  return { ...rest, workloads: Object.fromEntries(many) };
}
