import { formatTime } from '../../lib/units';

/** The part of the name of a scheduled action that tells its time: `20261123T0550Z`. */
export const actionName = (ms: number): string => formatTime(ms).replace(/[-:]/g, '').replace(/00Z$/, 'Z');

/** The recurrence of a scheduled action, once a year in UTC: `50 5 23 11 *` is 23 November, 05:50. */
export function yearly(ms: number): string {
  const time = new Date(ms);
  return `${time.getUTCMinutes()} ${time.getUTCHours()} ${time.getUTCDate()} ${time.getUTCMonth() + 1} *`;
}
