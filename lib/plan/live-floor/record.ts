import { MINUTE_MS } from '../../units';

/** What rules recorded minute by minute: the grid on which a live floor is decided. NaN where nothing was recorded. */
export type LiveRecord = {
  /** Epoch ms of the first minute. */
  readonly start: number;
  /** The load, in replicas that it fills. */
  readonly load: Float64Array;
  /** What the plan expected of the load `holdMinutes` later, in replicas likewise. */
  readonly course: Float64Array;
  /**
   * Replicas by the schedule.
   * @default what the plan's schedule says of each minute
   */
  readonly schedule?: Float64Array;
};

/** One look at a record: at so many minutes, of which the newest is so many minutes before now. */
export type Reading = {
  readonly of: 'load' | 'course';
  readonly take: 'newest' | 'mean' | 'largest';
  readonly minutes: number;
  readonly ago: number;
};

/** What was recorded this many minutes ago still counts as present. */
export const presentMinutes = 10;

/** A record of so many minutes with nothing in it. */
export function emptyRecord(start: number, minutes: number): LiveRecord {
  const empty = () => new Float64Array(minutes).fill(NaN);
  return { start, load: empty(), course: empty() };
}

/** The minute of a record that a moment falls into. */
export function minuteOf({ start }: Pick<LiveRecord, 'start'>, time: number): number {
  return Math.floor((time - start) / MINUTE_MS);
}

/** What a reading shows at a minute of the record; NaN where nothing was recorded in its minutes. */
export function readAt(record: LiveRecord, { of, take, minutes, ago }: Reading, minute: number): number {
  const values = record[of];
  const last = Math.min(minute - ago, values.length - 1);
  const first = Math.max(0, minute - ago - minutes + 1);
  if (take === 'newest') return newest(values, first, last);
  let [sum, count, largest] = [0, 0, NaN];
  for (let i = first; i <= last; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
    if (!(largest >= value)) largest = value;
  }
  return take === 'largest' ? largest : sum / count;
}

/** The last of a stretch of values that is there; NaN where none is. */
function newest(values: Float64Array, first: number, last: number): number {
  for (let i = last; i >= first; i--) if (!Number.isNaN(values[i])) return values[i];
  return NaN;
}
