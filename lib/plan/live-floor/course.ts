import { MINUTE_MS } from '../../units';

/** The course that the plan expects of a load: straight lines through the middles of its periods, level before the first and after the last. */
export type LiveCourse = {
  /** Epoch ms of the middle of the first period. */
  readonly start: number;
  readonly periodMs: number;
  /** In replicas that the load fills. */
  readonly values: ArrayLike<number>;
};

/** What rules record of a plan's course and schedule they record anew after so many minutes. */
export function numbersMinutes({ periodMs }: Pick<LiveCourse, 'periodMs'>): number {
  return Math.max(1, Math.min(15, Math.floor(periodMs / 4 / MINUTE_MS)));
}

/** Replicas from each moment, epoch ms ascending, to the next; nothing before the first, and nothing from `end` on. */
export type LiveSchedule = {
  readonly steps: readonly { readonly from: number; readonly replicas: number }[];
  readonly end: number;
};

/** What a course says of a moment, in replicas. */
export function courseAt({ start, periodMs, values }: LiveCourse, time: number): number {
  const place = Math.max(0, Math.min(values.length - 1, (time - start) / periodMs));
  const left = Math.floor(place);
  const right = Math.min(values.length - 1, left + 1);
  return values[left] + (values[right] - values[left]) * (place - left);
}

/** What a schedule says of a moment; `null` where it says nothing. */
export function scheduledAt({ steps, end }: LiveSchedule, time: number): number | null {
  if (time >= end) return null;
  return steps.findLast(({ from }) => from <= time)?.replicas ?? null;
}
