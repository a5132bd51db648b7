import { type Spacing, spacingKey, usualSpacing } from './spacing';

/** What one pass over the rows of a series tells about them. */
export type Survey = {
  /** Rows that have a value. */
  readonly rows: number;
  /** Distinct moments among them. */
  readonly observations: number;
  /** First and last moment, epoch ms; NaN without any. */
  readonly first: number;
  readonly last: number;
  /** `null` with fewer than two moments. */
  readonly spacing: Spacing | null;
  /** Rows whose time lies before that of the row before. Above 0, everything else here is void: sort, and look again. */
  readonly outOfOrder: number;
  /** Rows that repeat a moment with the same value. */
  readonly equalDuplicates: number;
  /** Moments with several values, and the first of them, epoch ms. */
  readonly unequalMoments: number;
  readonly firstUnequal: number;
};

export type SurveyInProgress = {
  /** Takes rows: time and value in turn. */
  readonly add: (rows: Float64Array, count: number) => void;
  readonly finish: () => Survey;
};

/** Moments that go on together. */
const momentsTogether = 256;

/**
 * A survey in progress: `add` all rows, then `finish`. Rows of the same moment are joined, and each moment is passed on once, in
 * order of time, with the larger value where they differ; nothing is passed on after a row out of order.
 *
 * Its memory is that of the distinct differences of moments.
 *
 * @param take gets moments, time and value in turn; -0 is 0. The array is used again
 */
export function createSurvey(take: (moments: Float64Array, count: number) => void): SurveyInProgress {
  const differences = new Map<number, number>();
  const moments = new Float64Array(2 * momentsTogether);
  // Fields of one object, not variables of their own: a variable that holds a fraction is allocated anew at each change.
  const now = { time: NaN, largest: NaN, smallest: NaN, rows: 0, first: NaN, last: NaN, difference: 0, run: 0, kept: 0 };
  const counted = { rows: 0, observations: 0, outOfOrder: 0, equalDuplicates: 0, unequalMoments: 0, firstUnequal: NaN };

  /** Differences come in runs of the same: each run is counted once. */
  const countRun = (): void => {
    const key = spacingKey(now.difference);
    if (now.run > 0) differences.set(key, (differences.get(key) ?? 0) + now.run);
    now.run = 0;
  };

  const passOn = (): void => {
    if (now.kept > 0) take(moments, now.kept);
    now.kept = 0;
  };

  const endMoment = (): void => {
    const difference = now.time - now.last;
    if (counted.observations === 0) now.first = now.time;
    else if (difference === now.difference) now.run += 1;
    else {
      countRun();
      now.difference = difference;
      now.run = 1;
    }
    now.last = now.time;
    counted.observations += 1;
    if (now.largest === now.smallest) counted.equalDuplicates += now.rows - 1;
    else {
      if (counted.unequalMoments === 0) counted.firstUnequal = now.time;
      counted.unequalMoments += 1;
    }
    moments[2 * now.kept] = now.time;
    moments[2 * now.kept + 1] = now.largest + 0;
    now.kept += 1;
    if (now.kept === momentsTogether) passOn();
  };

  const add = (rows: Float64Array, count: number): void => {
    for (let index = 0; index < 2 * count; index += 2) {
      const time = rows[index];
      const value = rows[index + 1];
      if (time < now.time) counted.outOfOrder += 1;
      if (counted.outOfOrder > 0) {
        now.time = time;
      } else if (time === now.time) {
        now.rows += 1;
        if (value > now.largest) now.largest = value;
        else if (value < now.smallest) now.smallest = value;
      } else {
        if (now.rows > 0) endMoment();
        now.time = time;
        now.largest = value;
        now.smallest = value;
        now.rows = 1;
      }
    }
    counted.rows += count;
  };

  return {
    add,
    finish: () => {
      if (now.rows > 0 && counted.outOfOrder === 0) endMoment();
      passOn();
      countRun();
      return { ...counted, first: now.first, last: now.last, spacing: differences.size > 0 ? usualSpacing(differences) : null };
    },
  };
}
