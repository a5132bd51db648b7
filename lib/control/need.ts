import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../units';
import type { Observations } from './policy';
import { meanPath, missOf, type Outlook } from './outlook';

/**
 * What the load may come to within a time from now: a centre and a spread on the log scale, learned from what came after like moments.
 * Everything that enters is known at the moment.
 */
export type NeedModel = {
  /** Epoch ms from which on it is in force: nothing later was learned from. */
  readonly knownFrom: number;
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
export const signCount = 19;
export const spreadSignCount = 7;

/**
 * A moment in numbers, logs but for the first and the last: 1; mean load of the last minute, 3 minutes, 10 minutes and hour; largest of the
 * last 5 minutes, quarter and hour; what the outlook says of now, and at most of the spans for up and hold; a day ago and a week ago the
 * load at this time and the largest of the span for up after it, a day ago the largest around it as well; in the last six hours the
 * largest at this minute of the hour and in the span for up after it; and by how much the outlook missed the last hours.
 */
export function signsOf(seen: Observations, outlook: Outlook | null, now: number, { offset, upMs, holdMs }: Spans): Float64Array {
  const { load, start, tickMs } = seen;
  const end = load.length;
  const ticks = (ms: number) => Math.round(ms / tickMs);
  const last = (ms: number) => end - ticks(ms);
  const log = (value: number) => Math.log(value + offset);
  const minute = meanOf(load, last(MINUTE_MS), end);
  const span = ticks(upMs);
  const place = ticks(now - start);
  // A week ago where there is one, else yesterday, else as now.
  const [yesterday, aWeekAgo] = [place - ticks(DAY_MS), place - ticks(WEEK_MS)];
  const around = ticks(10 * MINUTE_MS);
  const back = aWeekAgo >= around ? aWeekAgo : yesterday;
  const atPast = (then: number) => log(then < around ? minute : meanOf(load, then - ticks(MINUTE_MS), then));
  const afterPast = (then: number) => log(then < around ? minute : largestOf(load, then, then + span));
  const inHours = (from: number, to: number) => {
    let most = 0;
    for (let hours = 1; hours <= 6; hours++) {
      const then = place - ticks(hours * HOUR_MS);
      most = Math.max(most, largestOf(load, then + from, then + to));
    }
    return log(most);
  };
  return Float64Array.of(
    1,
    log(minute),
    log(meanOf(load, last(3 * MINUTE_MS), end)),
    log(meanOf(load, last(10 * MINUTE_MS), end)),
    log(meanOf(load, last(HOUR_MS), end)),
    log(largestOf(load, last(5 * MINUTE_MS), end)),
    log(largestOf(load, last(15 * MINUTE_MS), end)),
    log(largestOf(load, last(HOUR_MS), end)),
    log(outlook === null ? minute : meanPath(outlook, now - MINUTE_MS)),
    log(outlook === null ? minute : largestAhead(outlook, now, upMs)),
    log(outlook === null ? minute : largestAhead(outlook, now, holdMs)),
    atPast(yesterday),
    afterPast(yesterday),
    log(yesterday < around ? minute : largestOf(load, yesterday - around, yesterday + around)),
    atPast(back),
    afterPast(back),
    inHours(-ticks(MINUTE_MS), 0),
    inHours(0, span),
    outlook === null ? 0 : missOf(seen, outlook, now, offset),
  );
}

/** Where in the signs stand: the load of the last minute, and what the outlook says of now and of the two spans. */
export const signPlace = { minute: 1, now: 8, up: 9, hold: 10 } as const;

type Spans = { readonly offset: number; readonly upMs: number; readonly holdMs: number };

/** What makes a moment uncertain: how much the load moved of late, and how far it is from what was expected. */
export function spreadSignsOf(signs: Float64Array): Float64Array {
  const [minute, hour, quarterPeak, hourPeak] = [signs[1], signs[4], signs[6], signs[7]];
  const [expected, yesterday] = [signs[signPlace.now], signs[13]];
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

function largestAhead(outlook: Outlook, now: number, spanMs: number): number {
  let most = 0;
  for (let i = 0; i <= 4; i++) most = Math.max(most, meanPath(outlook, now + (i / 4) * spanMs));
  return most;
}
