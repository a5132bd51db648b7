import { type LiveRecord, presentMinutes, readAt, type Reading } from './record';

/** How far a live floor looks ahead, in whole minutes. */
export type LiveSpans = {
  /** Until a replica on a new node serves. */
  readonly upMinutes: number;
  /** Until a replica that is kept has paid for itself. */
  readonly holdMinutes: number;
};

/** Added to a load in replicas before its logarithm is taken, so that no load and a little load are near each other. */
export const offsetReplicas = 0.3;
/** A load of three times the expected one, or a third of it, says that the course is of another load. */
export const largestMiss = 3;

/** The features whose logs tell how high the load may come, in the order of their coefficients; `one` goes before them and `missed` after. */
export const readFeatures = [
  'minute',
  'minutes3',
  'minutes10',
  'hour',
  'peak5',
  'peak15',
  'peak60',
  'expectedNow',
  'expectedUp',
  'expectedHold',
  'yesterday',
  'yesterdayAfter',
  'yesterdayAround',
  'week',
  'weekAfter',
  'hours',
  'hoursAfter',
] as const;
export const centreFeatures = ['one', ...readFeatures, 'missed'] as const;
/** The features that tell how uncertain a moment is. */
export const spreadFeatures = ['one', 'moved', 'peak15Above', 'peak60Above', 'surprise', 'yesterdayAbove', 'hour'] as const;

export type ReadFeature = (typeof readFeatures)[number];
export type CentreFeature = (typeof centreFeatures)[number];
export type SpreadFeature = (typeof spreadFeatures)[number];

/** Readings of which the largest counts; where none of them shows anything, the next ones. */
export type Alternatives = readonly (readonly Reading[])[];

const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;

/**
 * What each feature reads. Of the load: the last minute, the mean of 3 minutes, 10 minutes and the hour, the largest of 5 minutes, a quarter
 * of an hour and the hour. Of the plan's course: now, and the largest until a new node serves and until a kept one has paid for itself. Of
 * yesterday: the load at this time, the largest after it until a new node would have served, the largest within ten minutes of it. Of a week
 * ago, else of yesterday, likewise. Of the last six hours: the largest at this minute, and after it. What is not there yet is as now,
 * and of the course, which was not recorded while Prometheus was down, as at the end of what is looked at.
 *
 * A rule that writes a reading and the function that evaluates it both go by this table.
 */
export function readingsOf({ upMinutes, holdMinutes }: LiveSpans): Readonly<Record<ReadFeature, Alternatives>> {
  const now = newestLoad(0);
  // What was recorded within ten minutes is there in every longer stretch up to now too.
  const orElse = (reading: Reading, newest: Reading): Alternatives =>
    reading.ago === 0 && reading.minutes >= presentMinutes ? [[reading]] : [[reading], [newest]];
  const last = (take: 'mean' | 'largest', minutes: number): Alternatives => orElse({ of: 'load', take, minutes, ago: 0 }, now);
  const after = (ago: number): Reading => {
    const minutes = Math.min(upMinutes, ago);
    return { of: 'load', take: 'largest', minutes, ago: ago - minutes };
  };
  const farthest: Reading = { of: 'course', take: 'newest', minutes: presentMinutes, ago: 0 };
  const course = (take: 'newest' | 'largest', minutes: number, ago: number): Alternatives =>
    orElse({ of: 'course', take, minutes, ago }, farthest);
  const hours = [60, 120, 180, 240, 300, 360];
  const yesterday = newestLoad(dayMinutes);
  const yesterdayAfter = after(dayMinutes);
  return {
    minute: [[now]],
    minutes3: last('mean', 3),
    minutes10: last('mean', 10),
    hour: last('mean', 60),
    peak5: last('largest', 5),
    peak15: last('largest', 15),
    peak60: last('largest', 60),
    expectedNow: course('newest', presentMinutes, holdMinutes),
    expectedUp: course('largest', upMinutes, holdMinutes - upMinutes),
    expectedHold: course('largest', holdMinutes, 0),
    yesterday: [[yesterday], [now]],
    yesterdayAfter: [[yesterdayAfter], [now]],
    yesterdayAround: [[{ of: 'load', take: 'largest', minutes: 20, ago: dayMinutes - 10 }], [now]],
    week: [[newestLoad(weekMinutes)], [yesterday], [now]],
    weekAfter: [[after(weekMinutes)], [yesterdayAfter], [now]],
    hours: [hours.map(newestLoad), [now]],
    hoursAfter: [hours.map(after), [now]],
  };
}

/** The two means of which the log of the quotient is `missed`: of the load and of the course, over three hours. */
export function missReadings({ holdMinutes }: LiveSpans): { readonly seen: Reading; readonly expected: Reading } {
  return {
    seen: { of: 'load', take: 'mean', minutes: 180, ago: 0 },
    expected: { of: 'course', take: 'mean', minutes: 180, ago: holdMinutes },
  };
}

/** What is read for the features, worked out once for many minutes. */
export type LiveReaders = { readonly features: readonly Alternatives[]; readonly miss: ReturnType<typeof missReadings> };

export function liveReaders(spans: LiveSpans): LiveReaders {
  const readings = readingsOf(spans);
  return { features: readFeatures.map((name) => readings[name]), miss: missReadings(spans) };
}

/**
 * The features of a minute, by `centreFeatures`: logs of loads in replicas, but for the first and the last.
 *
 * @returns `null` where the load was not seen for ten minutes, or nothing was recorded of the course
 */
export function liveFeatures({ features, miss }: LiveReaders, record: LiveRecord, minute: number): Float64Array | null {
  const values = new Float64Array(centreFeatures.length);
  values[0] = 1;
  for (let i = 0; i < features.length; i++) {
    const value = firstOf(features[i], record, minute);
    if (Number.isNaN(value)) return null;
    values[i + 1] = Math.log(value + offsetReplicas);
  }
  const quotient = (readAt(record, miss.seen, minute) + offsetReplicas) / (readAt(record, miss.expected, minute) + offsetReplicas);
  values[values.length - 1] = Number.isNaN(quotient) ? 0 : Math.log(Math.max(1 / largestMiss, Math.min(largestMiss, quotient)));
  return values;
}

/** The features of the uncertainty, by `spreadFeatures`, from those of the centre. */
export function liveSpreadFeatures(features: Float64Array): Float64Array {
  const of = (name: CentreFeature) => features[centreFeatures.indexOf(name)];
  const hour = of('hour');
  return Float64Array.of(
    1,
    Math.abs(of('minute') - hour),
    of('peak15') - hour,
    of('peak60') - hour,
    Math.abs(of('minute') - of('expectedNow')),
    Math.max(0, of('yesterdayAround') - hour),
    hour,
  );
}

function firstOf(alternatives: Alternatives, record: LiveRecord, minute: number): number {
  for (const readings of alternatives) {
    let largest = NaN;
    for (const reading of readings) {
      const value = readAt(record, reading, minute);
      if (!(largest >= value) && !Number.isNaN(value)) largest = value;
    }
    if (!Number.isNaN(largest)) return largest;
  }
  return NaN;
}

function newestLoad(ago: number): Reading {
  return { of: 'load', take: 'newest', minutes: presentMinutes, ago };
}
