import type { LoadSeries, SeriesKind } from '../series';
import type { Span } from './counter-faults';

export type AggregationOptions = {
  readonly kind: SeriesKind;
  readonly intervalMs: number;
  /** Usual spacing of the observations, ms. */
  readonly spacingMs: number;
  /** Times of which a counter does not tell what happened, apart, in order of time. @default none */
  readonly unknown?: readonly Span[];
};

export type Aggregated = Pick<LoadSeries, 'start' | 'values' | 'observed'> & {
  /** End of the last observation, epoch ms. */
  readonly to: number;
  /** Time observed before the first and after the last whole interval, ms: left out. */
  readonly leftOut: { readonly beforeMs: number; readonly afterMs: number };
  /** Partly observed counts that were scaled up. */
  readonly scaled: number;
};

export type Aggregation = {
  /** Takes observations, time and value in turn, in order of time, each moment once. */
  readonly add: (observations: Float64Array, count: number) => void;
  /** Once, at the end. */
  readonly finish: () => Aggregated;
};

/** An observation stands until the next one where that is at most this many times the usual spacing away. */
const jitterTolerance = 1.5;
/** Least observed share of an interval that still gives it a value. */
export const leastObserved = 0.5;
/** More intervals than these are taken for a slip in a timestamp; no more are kept. */
export const mostIntervals = 4_000_000;

/**
 * Aggregates observations to a regular grid, at a memory of the grid alone. The rules:
 *
 * - An observation at t stands for [t, t + spacing), or until the next observation: where that comes sooner, or at most half a
 *   spacing later (times jitter). What lies between is a gap: it is known as missing and is never zero.
 * - The grid is aligned to whole multiples of the interval since 1970 in UTC, and holds the intervals that lie wholly between the
 *   start of the first observation and the end of the last; partial intervals at the edges are left out, not extrapolated.
 * - `rate` and `level`: the mean weighted by time. `count`: the sum; what stands across a boundary is split by time. `counter`:
 *   likewise of the increases from one observation to the next; after a fall the counter began again at 0, unless the fall is among
 *   what is unknown: that is a gap too.
 * - `observed` is the share of an interval that observations stand for. From 0.5 on, a mean is taken over what was observed and
 *   a count is scaled up to the whole interval (`scaled` says how many); below, the value is NaN.
 *
 * Sums are compensated (Neumaier 1974: the rounding error of each addition is kept apart and added last), values that are not
 * whole rounded at the end to 14 significant digits.
 */
export function createAggregation({ kind, intervalMs, spacingMs, unknown = [] }: AggregationOptions): Aggregation {
  const isCounter = kind === 'counter';
  const perMs = kind === 'rate' || kind === 'level';
  const nearMs = jitterTolerance * spacingMs;
  /** Finished cells, from that of the first observation on. */
  const sums: number[] = [];
  const observedMs: number[] = [];
  // Fields of one object, not variables of their own: a variable that holds a fraction is allocated anew at each change.
  const last = { time: NaN, value: NaN };
  const cell = { to: NaN, total: 0, error: 0, ms: 0 };
  let first = NaN;
  /** Place in `unknown` of the first span that does not end before the present observation. */
  let next = 0;

  /** Closes the cell and goes on to the one that holds `time`, over empty ones between. */
  const advanceTo = (time: number): void => {
    while (time >= cell.to && sums.length <= mostIntervals + 1) {
      sums.push(cell.total + cell.error);
      observedMs.push(cell.ms);
      cell.total = cell.error = cell.ms = 0;
      cell.to += intervalMs;
    }
  };

  const put = (amount: number, ms: number): void => {
    const before = cell.total;
    const after = before + amount;
    cell.error += Math.abs(before) >= Math.abs(amount) ? before - after + amount : amount - after + before;
    cell.total = after;
    cell.ms += ms;
  };

  /** Spreads what stands for [from, until) over the grid: a value held for that time, or an amount in all. */
  const spread = (from: number, until: number, value: number): void => {
    if (from >= cell.to) advanceTo(from);
    if (until <= cell.to) {
      put(perMs ? value * (until - from) : value, until - from);
      return;
    }
    for (let at = from; at < until && sums.length <= mostIntervals;) {
      if (at >= cell.to) advanceTo(at);
      const ms = Math.min(until, cell.to) - at;
      put(perMs ? value * ms : (value * ms) / (until - from), ms);
      at += ms;
    }
  };

  const begin = (time: number): void => {
    first = time;
    cell.to = Math.floor(time / intervalMs) * intervalMs + intervalMs;
  };

  /** Whether what happened since the last observation is unknown. */
  const isUnknown = (time: number): boolean => {
    while (next < unknown.length && unknown[next].until < time) next += 1;
    return next < unknown.length && unknown[next].from <= last.time;
  };

  const add = (observations: Float64Array, count: number): void => {
    for (let index = 0; index < 2 * count; index += 2) {
      const time = observations[index];
      const value = observations[index + 1];
      if (isCounter) {
        if (time - last.time <= nearMs && !isUnknown(time)) spread(last.time, time, value < last.value ? value : value - last.value);
        else if (Number.isNaN(last.time)) begin(time);
      } else if (time - last.time <= nearMs) spread(last.time, time, last.value);
      else if (Number.isNaN(last.time)) begin(time);
      else spread(last.time, last.time + spacingMs, last.value);
      last.time = time;
      last.value = value;
    }
  };

  const finish = (): Aggregated => {
    const to = isCounter ? last.time : last.time + spacingMs;
    if (!isCounter) spread(last.time, to, last.value);
    advanceTo(cell.to);
    const { start, length } = gridBetween(first, to, intervalMs);
    const skipped = start > first ? 1 : 0;
    const [values, observed] = [0, 1].map(() => new Float64Array(length).fill(NaN));
    let scaled = 0;
    for (let index = 0; index < length; index += 1) {
      const ms = observedMs[index + skipped] ?? 0;
      const share = ms / intervalMs;
      observed[index] = share;
      if (share >= leastObserved) values[index] = round14(sums[index + skipped] / (perMs ? ms : share));
      if (!perMs && share >= leastObserved && share < 1) scaled += 1;
    }
    const leftOut = { beforeMs: skipped === 1 ? observedMs[0] : 0, afterMs: observedMs[length + skipped] ?? 0 };
    // The result takes their place: of a thousand series, only one is held twice.
    sums.length = observedMs.length = 0;
    return {
      start,
      values,
      observed,
      to,
      leftOut,
      scaled,
    };
  };

  return { add, finish };
}

/** The whole intervals in [from, to). */
export function gridBetween(from: number, to: number, intervalMs: number): { start: number; length: number } {
  const start = Math.ceil(from / intervalMs);
  return { start: start * intervalMs, length: Math.max(0, Math.floor(to / intervalMs) - start) };
}

/** To 14 significant digits, where it is not whole; -0 becomes 0. What `toPrecision` gives, at a tenth of its time. */
export function round14(value: number): number {
  if (Number.isInteger(value)) return value + 0;
  const size = Math.abs(value);
  const scale = size >= 1e-9 && size < 1e14 ? powersOfTen[13 - Math.floor(Math.log10(size))] : NaN;
  const scaled = size * scale;
  const whole = Math.floor(scaled);
  const rest = scaled - whole;
  // `scaled` is off by 0.02 at most, and the quotient of two exact numbers is the closest there is: only near a tie is it not sure.
  if (scaled >= 1e13 && scaled < 1e14 - 1 && Math.abs(rest - 0.5) > 0.05)
    return (Math.sign(value) * (rest > 0.5 ? whole + 1 : whole)) / scale;
  return Number(value.toPrecision(14));
}

/** Those that a double holds exactly. */
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
