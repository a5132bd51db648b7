import { createMoments } from './moments';
import { type Spacing, spacingKey, usualSpacing } from './spacing';

/** What a first look at the observations of a series tells; the aggregation needs it beforehand. */
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

/** A survey in progress: `add` every row, then `finish`. Its memory is that of the distinct differences of rows in order. */
export function createSurvey(): { add: (time: number, value: number) => void; finish: () => Survey } {
  const differences = new Map<number, number>();
  let [rows, observations, outOfOrder, equalDuplicates, unequalMoments] = [0, 0, 0, 0, 0];
  let [first, last, firstUnequal, previous] = [NaN, NaN, NaN, -Infinity];

  const moments = createMoments((time, largest, smallest, count) => {
    if (observations === 0) first = time;
    else if (outOfOrder === 0) countIn(differences, spacingKey(time - last));
    last = time;
    observations += 1;
    if (largest === smallest) {
      equalDuplicates += count - 1;
    } else {
      if (unequalMoments === 0) firstUnequal = time;
      unequalMoments += 1;
    }
  });
  return {
    add: (time, value) => {
      rows += 1;
      if (time < previous) outOfOrder += 1;
      previous = time;
      moments.add(time, value);
    },
    finish: () => {
      moments.end();
      const spacing = differences.size > 0 ? usualSpacing(differences) : null;
      return { rows, observations, first, last, spacing, outOfOrder, equalDuplicates, unequalMoments, firstUnequal };
    },
  };
}

function countIn(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
