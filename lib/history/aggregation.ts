import type { LoadSeries, SeriesKind } from './series';

export type AggregationOptions = {
  readonly kind: SeriesKind;
  readonly intervalMs: number;
  /** Usual spacing of the observations, ms. */
  readonly spacingMs: number;
  /** First and last observation, epoch ms, as surveyed. */
  readonly first: number;
  readonly last: number;
};

export type Aggregated = Pick<LoadSeries, 'start' | 'values' | 'observed'> & {
  /** End of the last observation, epoch ms. */
  readonly to: number;
  /** Partly observed counts that were scaled up. */
  readonly scaled: number;
  /** Times a counter fell, that is, began again at 0. */
  readonly restarts: number;
};

/** An observation stands until the next one where that is at most this many times the usual spacing away. */
const jitterTolerance = 1.5;
/** Least observed share of an interval that still gives it a value. */
const leastObserved = 0.5;

/**
 * Aggregates observations to a regular grid, at a memory of the grid alone. The rules:
 *
 * - An observation at t stands for [t, t + spacing), or until the next observation: where that comes sooner, or at most half a
 *   spacing later (times jitter). What lies between is a gap: it is known as missing and is never zero.
 * - The grid is aligned to whole multiples of the interval since 1970 in UTC, and holds the intervals that lie wholly between the
 *   start of the first observation and the end of the last; partial intervals at the edges are left out, not extrapolated.
 * - `rate` and `level`: the mean weighted by time. `count`: the sum; what stands across a boundary is split by time. `counter`:
 *   likewise of the increases from one observation to the next; after a fall the counter began again at 0.
 * - `observed` is the share of an interval that observations stand for. From 0.5 on, a mean is taken over what was observed and
 *   a count is scaled up to the whole interval (`scaled` says how many); below, the value is NaN.
 *
 * Sums are compensated (Neumaier 1974), values that are not whole rounded at the end to 14 significant digits.
 *
 * `add` takes observations in order of time, each moment once.
 */
export function createAggregation(options: AggregationOptions): { add: (time: number, value: number) => void; finish: () => Aggregated } {
  const { kind, intervalMs, spacingMs, first, last } = options;
  const to = kind === 'counter' ? last : last + spacingMs;
  const { start, length } = gridBetween(first, to, intervalMs);
  const end = start + length * intervalMs;
  const sums = createSums(length);
  const observedMs = new Float64Array(length);
  let restarts = 0;

  /** Spreads what stands for [from, until) over the grid: a value held for that time, or an amount in all. */
  const spread = (from: number, until: number, value: number): void => {
    const perMs = kind === 'rate' || kind === 'level';
    for (let at = Math.max(from, start); at < Math.min(until, end);) {
      const index = Math.floor((at - start) / intervalMs);
      const next = Math.min(until, start + (index + 1) * intervalMs);
      const ms = next - at;
      sums.add(index, perMs ? value * ms : ms === until - from ? value : (value * ms) / (until - from));
      observedMs[index] += ms;
      at = next;
    }
  };

  let previous: { time: number; value: number } | undefined;
  const add = (time: number, value: number): void => {
    if (previous !== undefined) {
      const near = time - previous.time <= jitterTolerance * spacingMs;
      if (kind !== 'counter') spread(previous.time, near ? time : previous.time + spacingMs, previous.value);
      else {
        if (value < previous.value) restarts += 1;
        if (near) spread(previous.time, time, value < previous.value ? value : value - previous.value);
      }
    }
    previous = { time, value };
  };

  return {
    add,
    finish: () => {
      if (previous !== undefined && kind !== 'counter') spread(last, last + spacingMs, previous.value);
      const observed = observedMs.map((ms) => ms / intervalMs);
      const isCount = kind === 'count' || kind === 'counter';
      const values = observed.map((share, index) => {
        if (share < leastObserved) return NaN;
        return round14(isCount ? sums.at(index) / share : sums.at(index) / observedMs[index]);
      });
      const scaled = isCount ? observed.filter((share) => share >= leastObserved && share < 1).length : 0;
      return { start, values, observed, to, scaled, restarts };
    },
  };
}

/** The whole intervals in [from, to). */
export function gridBetween(from: number, to: number, intervalMs: number): { start: number; length: number } {
  const start = Math.ceil(from / intervalMs);
  return { start: start * intervalMs, length: Math.max(0, Math.floor(to / intervalMs) - start) };
}

/** Compensated sums: the rounding error of each addition is kept apart and added last. */
function createSums(length: number): { add: (index: number, value: number) => void; at: (index: number) => number } {
  const totals = new Float64Array(length);
  const errors = new Float64Array(length);
  return {
    add: (index, value) => {
      const before = totals[index];
      const after = before + value;
      errors[index] += Math.abs(before) >= Math.abs(value) ? before - after + value : value - after + before;
      totals[index] = after;
    },
    at: (index) => totals[index] + errors[index],
  };
}

function round14(value: number): number {
  return Number.isInteger(value) ? value + 0 : Number(value.toPrecision(14));
}
