import { MINUTE_MS } from '../../units';
import type { ScoredSpan } from './score';

/** A series minute by minute: epoch ms, ascending. */
type Minutes = readonly (readonly [time: number, value: number])[];

/** What was recorded of a workload whose floor the load moves, minute by minute. */
export type RecordedFloor = {
  readonly floor: Minutes;
  /** Replicas that served. */
  readonly available: Minutes;
  /** 1 in minutes whose load was above what the floor provided for a lead before, else 0. */
  readonly missed: Minutes;
};

/** What really was in a span, by what was recorded of it; figures are of the minutes in which both series of a figure were there. */
export type Happened = {
  readonly minutes: number;
  readonly floor: { readonly lowest: number; readonly mean: number; readonly highest: number } | null;
  /** Minutes in which fewer replicas served than the floor. */
  readonly short: { readonly minutes: number; readonly of: number } | null;
  readonly missed: { readonly minutes: number; readonly of: number } | null;
};

/** Sums up what was recorded of a span; `null` where nothing was recorded that a figure needs. */
export function happenedIn({ floor, available, missed }: RecordedFloor, span: ScoredSpan): Happened {
  const within = (series: Minutes) => series.filter(([time]) => time > span.from && time <= span.to);
  const floors = new Map(within(floor));
  const served = within(available).flatMap(([time, replicas]) => {
    const least = floors.get(time);
    return least === undefined ? [] : [replicas < least];
  });
  const misses = within(missed).map(([, value]) => value > 0);
  const counted = (all: readonly boolean[]) => (all.length === 0 ? null : { minutes: all.filter(Boolean).length, of: all.length });
  const values = [...floors.values()];
  return {
    minutes: Math.round((span.to - span.from) / MINUTE_MS),
    floor:
      values.length === 0
        ? null
        : {
            lowest: values.reduce((least, value) => Math.min(least, value)),
            mean: values.reduce((sum, value) => sum + value, 0) / values.length,
            highest: values.reduce((most, value) => Math.max(most, value)),
          },
    short: counted(served),
    missed: counted(misses),
  };
}
