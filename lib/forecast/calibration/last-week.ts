import { mean, median } from '../../history';
import { logOffset } from '../models';
import { normalQuantile } from '../../normal';

/**
 * What a load would be if its last week came again at its present level, for a history that is long enough to show a week and too short
 * to test one: of one week, and of less than two weeks and a day. Its backtest has hardly seen how weekdays differ.
 *
 * The present level is the median ratio of the last day to the same day of the week before; 1 where the history has no eighth day.
 *
 * @param values complete, >= 0
 * @param periods steps of the day and the week
 * @param steps how far ahead
 * @returns `null` for any other history, and where there are not both periods
 */
export function lastWeekAgain(values: Float64Array, periods: readonly number[], steps: number): Float64Array | null {
  const n = values.length;
  const [day, week] = periods;
  if (week === undefined || n < week || n >= 2 * week + day) return null;
  const offset = logOffset * mean(values);
  if (!(offset > 0)) return null;
  const ratio = (at: number) => (values[at] + offset) / (values[at - week] + offset);
  const level = n < week + day ? 1 : median(Float64Array.from({ length: day }, (_, i) => ratio(n - day + i)));
  return Float64Array.from({ length: steps }, (_, step) => (values[n - week + (step % week)] + offset) * level - offset);
}

/**
 * Moves a quantile away from a path, on its own side, where another path lies on that side. Its distance d from the path becomes
 * sqrt(d^2 + (z g)^2), with g the distance of the other path, and z the normal quantile of `probability` as a multiple of that of 0.95.
 *
 * @returns `quantile` itself where the other path lies on the other side
 */
export function widenedTowards(other: number, quantile: number, path: number, probability: number): number {
  const z = normalQuantile(probability) / normalQuantile(0.95);
  const side = Math.sign(z);
  const gap = z * (other - path);
  return gap > 0 ? path + side * Math.hypot(Math.max(0, side * (quantile - path)), gap) : quantile;
}
