import { DAY_MS, HOUR_MS, WEEK_MS } from '../../units';
import { keepingMeans, meansOf } from './load';
import type { Replay } from './replay';

/** Deviations that come again are told from so much load, which ends with the replay. */
const learnedMs = 2 * WEEK_MS;

/**
 * The course of a load that a planner can be thought to know beforehand, by tick of the load. It is an estimate that looks ahead in what is
 * replayed:
 *
 * - the mean of every hour, joined by straight lines, as from a forecast by the hour that never errs;
 * - and beside it what comes again within the hours: the mean deviation from these lines at the same time of the other days, or of the other
 *   hours, whichever leaves the least. The own day, or hour, is left out of it.
 *
 * What the load deviates from this course is noise.
 */
export function knownCourse({ load: { values, tickMs }, from, to }: Pick<Replay, 'load' | 'from' | 'to'>): Float64Array {
  const perHour = HOUR_MS / tickMs;
  const hours = keepingMeans(meansOf(inWholeHours(values, perHour), perHour), perHour).subarray(0, values.length);
  const deviations = values.map((value, i) => value - hours[i]);
  const learned = { from: Math.min(from, Math.max(0, to - learnedMs / tickMs)), to };
  const candidates = [DAY_MS, HOUR_MS].map((periodMs) => meanOfOthers(deviations, periodMs / tickMs, learned));
  const left = (course: Float64Array) => {
    let squares = 0;
    for (let i = from; i < to; i++) squares += (deviations[i] - course[i]) ** 2;
    return squares;
  };
  const best = candidates.reduce((least, other) => (left(other) < left(least) ? other : least), new Float64Array(values.length));
  return hours.map((value, i) => Math.max(0, value + best[i]));
}

/** Values up to the end of the last hour, which goes on as it ends. */
function inWholeHours(values: Float64Array, perHour: number): Float64Array {
  const whole = new Float64Array(Math.ceil(values.length / perHour) * perHour).fill(values[values.length - 1]);
  whole.set(values);
  return whole;
}

/** At each tick of a stretch the mean of its values at the same place of the other periods; zero elsewhere, and where there is no other. */
function meanOfOthers(values: Float64Array, perPeriod: number, { from, to }: Pick<Replay, 'from' | 'to'>): Float64Array {
  const [sums, counts] = [new Float64Array(perPeriod), new Int32Array(perPeriod)];
  for (let i = from; i < to; i++) {
    sums[i % perPeriod] += values[i];
    counts[i % perPeriod] += 1;
  }
  return values.map((value, i) => {
    const [sum, count] = [sums[i % perPeriod], counts[i % perPeriod]];
    return i < from || i >= to || count < 2 ? 0 : (sum - value) / (count - 1);
  });
}
