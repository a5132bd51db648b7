import { higher, range, type RecordingRule, type Selection, series } from './promql';

/** What autoscalers are to ask for in place of the floor where they ignore a difference of up to a tenth. */
export const askedSeries = 'foresize:floor:asked';

/**
 * For so many minutes a floor counts as risen. An autoscaler asks every 15 s, so that it may fail to ask for most of this and still follows.
 */
export const risenMinutes = 5;

/**
 * What is asked for in a minute, as `askedRule` records it.
 *
 * @param floors of that minute, last, and of those before it, ascending; only those of the last `risenMinutes` without a gap count
 */
export function askedOf(floors: readonly number[]): number {
  const floor = floors[floors.length - 1];
  const recent = floors.slice(-risenMinutes);
  const isSteady = recent.length === risenMinutes && recent.every((before) => before >= floor);
  return isSteady ? floor : Math.max(floor, Math.floor(((floor - 1) * 11) / 10) + 1);
}

/**
 * The replicas to ask an autoscaler for that stays at R replicas where it is asked for up to 1.1 R: `HorizontalPodAutoscaler` below
 * Kubernetes 1.35.
 *
 * While a floor F is higher than it was, R may be any number below F, F - 1 at most. The least that is more than a tenth above F - 1 is asked
 * for, so that each such R rises to that, and no R from F on does, of which it is less than a tenth above. Once F was asked for, R falls below
 * it no more until F rises again, and F itself is asked for: R goes down to F then, once F is a tenth below it.
 *
 * A floor of which a minute is missing may have risen in it. Up to ten replicas a difference of one is more than a tenth.
 */
export function askedRule(floor: string, all: Selection): RecordingRule {
  const own = series(floor, all);
  const before = `${own}${range(risenMinutes)}`;
  const steady = `${own} and (min_over_time(${before}) == ${own}) and (count_over_time(${before}) >= ${risenMinutes})`;
  return { record: askedSeries, expr: `(${steady})\n  or\n${higher(`(floor((${own} - 1) * 11 / 10) + 1)`, own)}` };
}
