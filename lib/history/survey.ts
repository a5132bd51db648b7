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
  readonly add: (time: number, value: number) => void;
  readonly finish: () => Survey;
};

/**
 * A survey in progress: `add` every row, then `finish`. Rows of the same moment are joined, and each moment is passed on once, in
 * order of time, with the larger value where they differ; nothing is passed on after a row out of order.
 *
 * Its memory is that of the distinct differences of moments.
 */
export function createSurvey(each: (time: number, value: number) => void): SurveyInProgress {
  const differences = new Map<number, number>();
  // Fields of one object, not variables of their own: a variable that holds a fraction is allocated anew at each change.
  const now = { time: NaN, largest: NaN, smallest: NaN, rows: 0, first: NaN, last: NaN, difference: 0, run: 0 };
  const counted = { rows: 0, observations: 0, outOfOrder: 0, equalDuplicates: 0, unequalMoments: 0, firstUnequal: NaN };

  /** Differences come in runs of the same: each run is counted once. */
  const countRun = (): void => {
    if (now.run > 0) differences.set(now.difference, (differences.get(now.difference) ?? 0) + now.run);
    now.run = 0;
  };

  const endMoment = (): void => {
    if (counted.observations === 0) now.first = now.time;
    else {
      const key = spacingKey(now.time - now.last);
      if (key !== now.difference) {
        countRun();
        now.difference = key;
      }
      now.run += 1;
    }
    now.last = now.time;
    counted.observations += 1;
    if (now.largest === now.smallest) counted.equalDuplicates += now.rows - 1;
    else {
      if (counted.unequalMoments === 0) counted.firstUnequal = now.time;
      counted.unequalMoments += 1;
    }
    each(now.time, now.largest);
  };

  const add = (time: number, value: number): void => {
    counted.rows += 1;
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
  };

  return {
    add,
    finish: () => {
      if (now.rows > 0 && counted.outOfOrder === 0) endMoment();
      countRun();
      return { ...counted, first: now.first, last: now.last, spacing: differences.size > 0 ? usualSpacing(differences) : null };
    },
  };
}
