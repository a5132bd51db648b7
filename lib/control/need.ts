import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../units';
import type { Observations } from './policy';
import { meanPath, missOf, type Outlook } from './outlook';

/**
 * Predicts the largest load within a time from now, on the log scale: its centre and the size of its error, both learned from what came
 * after moments of the past. A prediction uses nothing that is not known at its moment.
 */
export type NeedModel = {
  /** Epoch ms from which on the model is in force; it was learned from nothing later. */
  readonly knownFrom: number;
  /** Added to a load before its logarithm is taken, so that no load and a little load are near each other. */
  readonly offset: number;
  /** For two spans ahead: until a replica on a new node serves, and until one that is kept has paid for itself. */
  readonly up: SpanModel;
  readonly hold: SpanModel;
};

export type SpanModel = {
  readonly spanMs: number;
  /** Coefficients of the features of `featuresOf`; their sum is the log of the largest load within the span. */
  readonly centre: Float64Array;
  /** Coefficients of the features of `spreadFeaturesOf`; their sum is the size of the error of the centre. */
  readonly spread: Float64Array;
  /** Mean size of the errors. */
  readonly usualSpread: number;
};

export type Need = { readonly centre: number; readonly spread: number };

/** How many features describe a moment, for the centre and for the size of its error. */
export const featureCount = 19;
export const spreadFeatureCount = 7;

/**
 * The features of a moment, all of them logs of loads but the first and the last:
 *
 * - 1;
 * - the mean load of the last minute, 3 minutes, 10 minutes and hour;
 * - the largest load of the last 5 minutes, quarter of an hour and hour;
 * - what the outlook says of now, and the largest that it says of the spans for up and for hold;
 * - of yesterday the load at this time, the largest within the span for up after it, and the largest around it;
 * - of a week ago, or of yesterday where there is no week, the load at this time and the largest within the span for up after it;
 * - of the last six hours the largest load at this minute of the hour, and the largest within the span for up after it;
 * - by how much the outlook missed the last hours.
 */
export function featuresOf(seen: Observations, outlook: Outlook | null, now: number, { offset, upMs, holdMs }: Spans): Float64Array {
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
    let largest = 0;
    for (let hours = 1; hours <= 6; hours++) {
      const then = place - ticks(hours * HOUR_MS);
      largest = Math.max(largest, largestOf(load, then + from, then + to));
    }
    return log(largest);
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

/** Places among the features: the load of the last minute, and what the outlook says of now and of the two spans. */
export const featurePlace = { minute: 1, now: 8, up: 9, hold: 10 } as const;

type Spans = { readonly offset: number; readonly upMs: number; readonly holdMs: number };

/** The features that tell how uncertain a moment is: how much the load moved of late, and how far it is from what was expected. */
export function spreadFeaturesOf(features: Float64Array): Float64Array {
  const [minute, hour, quarterPeak, hourPeak] = [features[1], features[4], features[6], features[7]];
  const [expected, yesterday] = [features[featurePlace.now], features[13]];
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

/** The prediction for one span; its error is taken to be no smaller than a third and no larger than five times the usual one. */
export function needOf({ centre, spread, usualSpread }: SpanModel, features: Float64Array, spreadFeatures: Float64Array): Need {
  return {
    centre: product(centre, features),
    spread: Math.max(usualSpread / 3, Math.min(5 * usualSpread, product(spread, spreadFeatures))),
  };
}

/** The sum of coefficients times numbers. */
export function product(coefficients: Float64Array, numbers: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum += coefficients[i] * numbers[i];
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
  let largest = 0;
  for (let i = Math.max(0, from); i < Math.min(to, load.length); i++) largest = Math.max(largest, load[i]);
  return largest;
}

function largestAhead(outlook: Outlook, now: number, spanMs: number): number {
  let largest = 0;
  for (let i = 0; i <= 4; i++) largest = Math.max(largest, meanPath(outlook, now + (i / 4) * spanMs));
  return largest;
}
