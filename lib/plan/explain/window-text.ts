import { formatShort } from '../../figures';
import type { JobWindowPlan, WorkloadPlan } from '../file';

/** When a job runs whose hours the plan chose, and how much of it is done; `null` of another workload. */
export function windowText({ windows, progress }: WorkloadPlan): string | null {
  if (windows === undefined || progress === undefined) return null;
  const { hoursDone, hoursLeft } = progress;
  const total = formatShort(hoursDone + hoursLeft);
  const done = hoursDone > 0 ? `, ${formatShort(hoursDone)} of ${total} h done` : `, ${total} h of work`;
  const text = ({ from, to, capacity }: JobWindowPlan) => `${from} to ${to}${capacity === 'spot' ? ' on spot' : ''}`;
  if (windows.length > 0) return `runs ${windows.map(text).join(', ')}${done}`;
  return hoursLeft > 0 ? `begins beyond the end of this plan${done}` : `is done${done}`;
}
