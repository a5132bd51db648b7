import { type CapacityConfig, isDeferrable } from '../../config';
import { plural } from '../../figures';
import { formatTime, timeOf } from '../../units';
import type { PlanBefore, PlanWarning } from '../file';
import type { PlanGrid } from '../load';
import type { WorkloadDemand } from '../replicas';
import { unitOf } from './carried';

/**
 * What to look at before a plan with windows is deployed. A window is a CronJob of one moment: applied after it, nothing runs. The plan
 * keeps new windows out of the time until it is deployed; where a deadline leaves no room for that, it says so, and the next plan says that
 * it counts them.
 */
export function windowWarnings(
  { workloads }: Pick<CapacityConfig, 'workloads'>,
  demands: Readonly<Record<string, WorkloadDemand>>,
  previous: PlanBefore | null,
  { start }: PlanGrid,
): PlanWarning[] {
  return Object.entries(demands).flatMap(([name, { windows = [], progress }]) => {
    const workload = workloads[name];
    if (progress === undefined || !isDeferrable(workload)) return [];
    const path = `workloads.${name}.windows`;
    const before = previous?.workloads[name];
    const [soon] = windows.filter((window) => window.soon && timeOf(window.from) >= start);
    const counted = (before?.windows ?? []).filter((window) => window.soon && timeOf(window.from) < start && workload.done === undefined);
    const isOther = before?.progress !== undefined && before.progress.unit !== unitOf(workload);
    return [
      ...(soon ? [windowSoon(path, soon.from)] : []),
      ...(counted.length > 0 ? [countedSoon(path, counted.length)] : []),
      ...(isOther ? [windowsAnew(path, before.progress.unit, progress.unit, start)] : []),
    ];
  });
}

function windowSoon(path: string, from: string): PlanWarning {
  return {
    code: 'schedule/window-soon',
    path,
    message: `begin at ${from}, for the deadline leaves no later time: apply the manifests before, a window that has begun is not run`,
  };
}

function countedSoon(path: string, count: number): PlanWarning {
  return {
    code: 'schedule/window-counted',
    path,
    message: `count ${plural(count, 'window')} as run that began before the plan before had to be deployed: where the manifests came too late, state done`,
  };
}

function windowsAnew(path: string, before: string, now: string, start: number): PlanWarning {
  return {
    code: 'schedule/windows-anew',
    path,
    message: `hold the whole work: what was done before ${formatTime(start)} is counted in ${before}, and the config counts in ${now}; state done`,
  };
}
