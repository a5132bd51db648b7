import { type CapacityConfig, isDeferrable } from '../../config';
import { formatShort, plural } from '../../figures';
import { formatTime, HOUR_MS, timeOf } from '../../units';
import { type JobProgress, type PlanBefore, type PlanWarning, windowName } from '../file';
import type { PlanGrid } from '../load';
import type { WorkloadDemand } from '../replicas';
import { unitOf } from './carried';
import type { Recorded } from './recorded';

export type WindowsBefore = {
  readonly previous: PlanBefore | null;
  readonly recorded: Recorded;
  readonly grid: Pick<PlanGrid, 'start'>;
};

/**
 * What to look at before a plan with windows is deployed. A window is a CronJob of one moment: applied after it, nothing runs. The plan
 * keeps new windows out of the time until it is deployed; where a deadline leaves no room for that, it says so, and the next plan says that
 * it counts them. What was recorded of windows as other than planned is told once, by the plan that counts it.
 */
export function windowWarnings(
  { workloads }: Pick<CapacityConfig, 'workloads'>,
  demands: Readonly<Record<string, WorkloadDemand>>,
  { previous, recorded, grid: { start } }: WindowsBefore,
): PlanWarning[] {
  return Object.entries(demands).flatMap(([name, { windows = [], progress }]) => {
    const workload = workloads[name];
    if (progress === undefined || !isDeferrable(workload)) return [];
    const path = `workloads.${name}.windows`;
    const before = previous?.workloads[name];
    const records = Object.hasOwn(recorded.records, name) ? recorded.records[name] : [];
    const isRecorded = ({ from }: { readonly from: string }) => records.some((record) => record.from === timeOf(from));
    const [soon] = windows.filter((window) => window.soon && timeOf(window.from) >= start);
    const counted = (before?.windows ?? []).filter(
      (window) => window.soon && timeOf(window.from) < start && workload.done === undefined && !isRecorded(window),
    );
    const isOther = before?.progress !== undefined && before.progress.unit !== unitOf(workload);
    return [
      ...(soon ? [windowSoon(path, soon.from)] : []),
      ...(counted.length > 0 ? [countedSoon(path, counted.length)] : []),
      ...(isOther ? [windowsAnew(path, before.progress.unit, progress.unit, start)] : []),
      ...progress.ran.filter(isRecorded).flatMap((window) => {
        const record = records.find(({ from }) => from === timeOf(window.from));
        return recordedWarning(path, windowName(name, timeOf(window.from)), window, record?.hadCronJob ?? false);
      }),
      ...(Object.hasOwn(recorded.unread, name) ? [windowsUnread(path, recorded.unread[name])] : []),
      ...(workload.done === undefined && isUnfinished(progress) ? [windowsUnfinished(path)] : []),
    ];
  });
}

type RanWindow = JobProgress['ran'][number];

/** What was recorded of a window as other than planned. */
function recordedWarning(path: string, cronJob: string, { from, to, recorded }: RanWindow, hadCronJob: boolean): PlanWarning[] {
  const span = `${from} to ${to}`;
  if (recorded?.is === 'missed') {
    const why = hadCronJob ? `CronJob ${cronJob} was there, and no Job of it` : `there was no CronJob ${cronJob}`;
    return [{ code: 'schedule/window-missed', path, message: `the window ${span} never ran: ${why}; its work is planned anew` }];
  }
  const hours = recorded === undefined ? '' : `${formatShort(recorded.hours)} of ${formatShort((timeOf(to) - timeOf(from)) / HOUR_MS)} h`;
  if (recorded?.is === 'failed') {
    const message = `the Job of the window ${span} failed at ${recorded.at ?? to}, with all its workers for ${hours}: what is left is planned anew`;
    return [{ code: 'schedule/window-failed', path, message }];
  }
  if (recorded?.is !== 'short') return [];
  return [
    {
      code: 'schedule/window-short',
      path,
      message: `the window ${span} ran with all its workers for ${hours}: what is left is planned anew`,
    },
  ];
}

/** Whether all work is counted as done, and no Job of the last window, of which a record is there, ended with success. */
function isUnfinished({ ran, hoursLeft }: JobProgress): boolean {
  const last = ran.at(-1)?.recorded;
  return hoursLeft === 0 && last !== undefined && ran.every(({ recorded }) => recorded?.is !== 'done');
}

function windowsUnfinished(path: string): PlanWarning {
  return {
    code: 'schedule/windows-unfinished',
    path,
    message: 'have done all of the work by what they ran, and no Job of them ended with success: where the program is not done, state done',
  };
}

function windowsUnread(path: string, { windows, why }: Recorded['unread'][string]): PlanWarning {
  return {
    code: 'schedule/windows-unread',
    path,
    message: `take ${plural(windows.length, 'window')} from ${windows[0].from} on as planned, for what they did could not be read: ${why}`,
  };
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
