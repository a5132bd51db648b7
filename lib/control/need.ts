import { MINUTE_MS } from '../units';
import type { Observations } from './policy';
import type { Outlook } from './outlook';

/**
 * What the load may come to within a time from now: a centre and a spread on the log scale, learned from what came after like moments.
 * Everything that enters is known at the moment.
 */
export type NeedModel = {
  /** Added before a logarithm, so that no load and a little load are near each other. */
  readonly offset: number;
  /** Two spans ahead: until a replica on a new node serves, and until one that is kept would have paid. */
  readonly up: SpanModel;
  readonly hold: SpanModel;
};

export type SpanModel = {
  readonly spanMs: number;
  /** Of `signsOf`, for the log of the largest load within the span. */
  readonly centre: Float64Array;
  /** Of `spreadSignsOf`, for the size of the error of that. */
  readonly spread: Float64Array;
  /** Mean size of the errors. */
  readonly usualSpread: number;
};

export type Need = { readonly centre: number; readonly spread: number };

/** How many numbers a moment is described by. */
export const signCount = 10;
export const spreadSignCount = 7;

/**
 * A moment in ten numbers, logs but for the first: 1; mean load of the last minute, ten minutes and hour; largest of the last quarter and
 * of the last hour; what the outlook says of now, and at most of the spans for up and hold; and the largest around this time a day ago.
 */
export function signsOf({ load, start, tickMs }: Observations, outlook: Outlook | null, now: number, model: Spans): Float64Array {
  const { offset, upMs, holdMs } = model;
  const end = load.length;
  const ticks = (ms: number) => Math.round(ms / tickMs);
  const log = (value: number) => Math.log(value + offset);
  const minute = meanOf(load, end - ticks(MINUTE_MS), end);
  const yesterday = ticks(now - start) - ticks(24 * 60 * MINUTE_MS);
  const around = ticks(10 * MINUTE_MS);
  const expected = outlook === null ? minute : meanPath(outlook, now - MINUTE_MS);
  return Float64Array.of(
    1,
    log(minute),
    log(meanOf(load, end - ticks(10 * MINUTE_MS), end)),
    log(largestOf(load, end - ticks(15 * MINUTE_MS), end)),
    log(largestOf(load, end - ticks(60 * MINUTE_MS), end)),
    log(meanOf(load, end - ticks(60 * MINUTE_MS), end)),
    log(expected),
    log(outlook === null ? minute : largestAhead(outlook, now, upMs)),
    log(outlook === null ? minute : largestAhead(outlook, now, holdMs)),
    log(yesterday < around ? minute : largestOf(load, yesterday - around, yesterday + around)),
  );
}

type Spans = { readonly offset: number; readonly upMs: number; readonly holdMs: number };

/** What makes a moment uncertain: how much the load moved of late, and how far it is from what was expected. */
export function spreadSignsOf(signs: Float64Array): Float64Array {
  const [, minute, , quarterPeak, hourPeak, hour, expected, , , yesterday] = signs;
  return Float64Array.of(
    1,
    Math.abs(minute - hour),
    quarterPeak - hour,
    hourPeak - hour,
    Math.abs(minute - expected),
    Math.max(0, yesterday - hour),
    hour,
  );
}

export function spansOf({ offset, up, hold }: NeedModel): Spans {
  return { offset, upMs: up.spanMs, holdMs: hold.spanMs };
}

/** Errors are taken to be no smaller than a third and no larger than five times the usual. */
export function needOf({ centre, spread, usualSpread }: SpanModel, signs: Float64Array, spreadSigns: Float64Array): Need {
  return {
    centre: product(centre, signs),
    spread: Math.max(usualSpread / 3, Math.min(5 * usualSpread, product(spread, spreadSigns))),
  };
}

export function product(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
  return sum;
}

function meanOf(load: Float64Array, from: number, to: number): number {
  const first = Math.max(0, from);
  if (to <= first) return 0;
  let sum = 0;
  for (let i = first; i < to; i++) sum += load[i];
  return sum / (to - first);
}

function largestOf(load: Float64Array, from: number, to: number): number {
  let most = 0;
  for (let i = Math.max(0, from); i < Math.min(to, load.length); i++) most = Math.max(most, load[i]);
  return most;
}

/** The point forecast at a moment, in straight lines through the middles of its intervals. */
export function meanPath({ start, intervalMs, mean }: Outlook, at: number): number {
  const place = Math.max(0, Math.min(mean.length - 1, (at - start) / intervalMs - 0.5));
  const left = Math.floor(place);
  const right = Math.min(mean.length - 1, left + 1);
  return mean[left] + (mean[right] - mean[left]) * (place - left);
}

function largestAhead(outlook: Outlook, now: number, spanMs: number): number {
  let most = 0;
  for (let i = 0; i <= 4; i++) most = Math.max(most, meanPath(outlook, now + (i / 4) * spanMs));
  return most;
}
