import { DAY_MS, HOUR_MS, WEEK_MS } from '../../units';
import type { LoadSeries } from '../series';
import type { Outlier } from './usual';

/** Something that happened at a time: a stretch of values on one side of the usual. */
type Happening = {
  readonly members: readonly Outlier[];
  /** Of its first value, epoch ms. */
  readonly at: number;
  /** Largest distance from the usual; negative below it. */
  readonly size: number;
};

/** Two are alike where neither is more than so many times the other. */
const mostTimesLarger = 2.5;
/** From so many at one time of the day, or equally far apart, on they are no chance. */
const leastAtTimeOfDay = 4;
const leastInSteps = 3;

/**
 * Values far from the usual that come again: such as lie alike at the same time of the week in two weeks, at the same time of the same day
 * of two months (counted from their beginning or their end), at the same time of four days, or three times in equal steps of a day or
 * longer. A job that runs every week is load from its second time on, though a history of two weeks does not make it usual.
 *
 * @param far in order of time
 */
export function recurring(series: LoadSeries, far: readonly Outlier[]): readonly Outlier[] {
  const happenings = happeningsOf(series, far);
  const nearMs = Math.max(HOUR_MS, series.intervalMs);
  const again = happenings.filter((one) => {
    const alike = happenings.filter((other) => other === one || isAlike(one, other));
    return (
      alike.some((other) => other !== one && (isWeeksApart(one.at, other.at, nearMs) || isMonthsApart(one.at, other.at, nearMs))) ||
      alike.filter((other) => isNear(one.at, other.at, DAY_MS, nearMs)).length >= leastAtTimeOfDay ||
      isInSteps(
        one.at,
        alike.map(({ at }) => at),
        nearMs,
      )
    );
  });
  return again.flatMap(({ members }) => members).sort((a, b) => a.index - b.index);
}

function happeningsOf({ start, intervalMs }: LoadSeries, far: readonly Outlier[]): Happening[] {
  const happenings: { members: Outlier[]; at: number; size: number }[] = [];
  for (const outlier of far) {
    const size = outlier.value - outlier.usual;
    const last = happenings[happenings.length - 1];
    const before = last?.members[last.members.length - 1];
    if (before !== undefined && outlier.index <= before.index + 2 && size * last.size > 0) {
      last.members.push(outlier);
      if (Math.abs(size) > Math.abs(last.size)) last.size = size;
    } else happenings.push({ members: [outlier], at: start + outlier.index * intervalMs, size });
  }
  return happenings;
}

function isAlike(one: Happening, other: Happening): boolean {
  const ratio = one.size / other.size;
  return ratio >= 1 / mostTimesLarger && ratio <= mostTimesLarger;
}

/** Whether two moments lie a whole number of cycles apart, or nearly so; both may be in the same. */
function isNear(a: number, b: number, cycleMs: number, nearMs: number): boolean {
  const rest = Math.abs(a - b) % cycleMs;
  return Math.min(rest, cycleMs - rest) <= nearMs;
}

function isWeeksApart(a: number, b: number, nearMs: number): boolean {
  return Math.abs(a - b) > WEEK_MS / 2 && isNear(a, b, WEEK_MS, nearMs);
}

function isMonthsApart(a: number, b: number, nearMs: number): boolean {
  const [one, other] = [new Date(a), new Date(b)];
  if (Math.abs(a - b) < 27 * DAY_MS || !isNear(a, b, DAY_MS, nearMs)) return false;
  const fromEnd = (date: Date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - date.getUTCDate();
  return one.getUTCDate() === other.getUTCDate() || fromEnd(one) === fromEnd(other);
}

/** Whether a moment is one of at least three among those of its kind that lie equally far apart, a day or longer. */
function isInSteps(at: number, moments: readonly number[], nearMs: number): boolean {
  const has = (moment: number) => moments.some((other) => Math.abs(other - moment) <= nearMs);
  return moments.some((other) => {
    const step = other - at;
    if (Math.abs(step) < DAY_MS - nearMs) return false;
    const before = has(at - step) ? 1 : 0;
    const after = has(at + 2 * step) ? 1 : 0;
    return 2 + before + after >= leastInSteps;
  });
}
