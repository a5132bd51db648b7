import { plural } from '../../figures';
import { DAY_MS, formatTime, timeOf } from '../../units';
import type { PlanBefore, PlanWarning } from '../file';
import type { WorkloadDemand } from '../replicas';

/**
 * What to look at before a plan with windows is deployed. A window is a CronJob of one moment: applied after it, nothing runs. And each plan
 * counts the whole work of a job, since it does not know what became of earlier windows.
 *
 * @param start of the plan, epoch ms
 */
export function windowWarnings(
  demands: Readonly<Record<string, WorkloadDemand>>,
  previous: PlanBefore | null,
  start: number,
): PlanWarning[] {
  return Object.entries(demands).flatMap(([name, { windows = [] }]) => {
    if (windows.length === 0) return [];
    const path = `workloads.${name}.windows`;
    const [{ from }] = windows;
    const begun = (previous?.workloads[name]?.windows ?? []).filter((window) => timeOf(window.from) < start).length;
    const soon: PlanWarning = {
      code: 'schedule/window-soon',
      path,
      message: `begin at ${from}: apply the manifests before, a window that has begun is not run`,
    };
    const anew: PlanWarning = {
      code: 'schedule/windows-anew',
      path,
      message: `hold the whole work: what was done before ${formatTime(start)} in ${plural(begun, 'window')} of the plan before is not counted; take the job out once it is done`,
    };
    return [...(timeOf(from) < start + DAY_MS ? [soon] : []), ...(begun > 0 ? [anew] : [])];
  });
}
