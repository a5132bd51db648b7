import { type Applied, applyLifts, type Lift, liftOf, withoutOccurrences } from './events';
import { learnProfile, type Profile } from './event-profile';
import { localClock, placesByLocalClock, seriesByLocalClock, unfollowedChange } from './wall-clock';
import { forecast } from '../forecast';
import { moved, type Occurrence, type Reach, reachOf } from './occurrence';
import type { Series } from '../training-data';
import type { FitRunner, Forecast, ForecastInput, ForecastOptions } from '../types';

export type Calendar = {
  /** IANA zone whose wall clock the seasons follow, unless the history shows that they do not. */
  readonly timeZone: string;
  /** Past and coming, in any order. */
  readonly occurrences: readonly Occurrence[];
};

export type EventForecast = {
  /** With the lifts of coming occurrences. */
  readonly forecast: Forecast;
  readonly applied: readonly Applied[];
  /** Coming occurrences that lift nothing: neither a past nor a word of the config. */
  readonly unknown: readonly Occurrence[];
  /** Steps of the past that past occurrences took out of the seasons. */
  readonly taken: number;
  /** The last change of the zone's clock that the load took no notice of, epoch ms: its seasons then stay those of UTC. */
  readonly unfollowed: number | null;
};

/** A series made ready for models that know neither clocks nor events, and what to do to their paths afterwards. */
export type Prepared = {
  /** By wall clock, without what past occurrences did. */
  readonly series: ForecastInput;
  /** Steps to forecast it for. */
  readonly steps: number;
  /** A path by wall clock as one by UTC. */
  readonly back: (path: Float64Array) => Float64Array;
  /** Of the coming occurrences that something is known of: by wall clock, and as they came. */
  readonly lifts: ReadonlyMap<Lift, Occurrence>;
  readonly unknown: readonly Occurrence[];
  readonly taken: number;
  readonly unfollowed: number | null;
};

export function prepare(input: ForecastInput, steps: number, calendar: Calendar): Prepared {
  const { start, intervalMs, values } = input;
  const end = start + values.length * intervalMs;
  const zoned = localClock(calendar.timeZone, intervalMs, start, end + steps * intervalMs, end - 1);
  const unfollowed = zoned && unfollowedChange(input, calendar.timeZone);
  const clock = unfollowed === null ? zoned : null;
  const toLocal = clock ? clock.toLocal : (at: number) => at;
  const series = clock ? seriesByLocalClock(input, clock) : input;
  const places = clock ? placesByLocalClock(end, intervalMs, steps, clock) : null;

  const known = withoutEvents(calendar.occurrences);
  const local = known.map((occurrence) => moved(occurrence, toLocal));
  const kept = withoutOccurrences(series, local);
  const profiles = profilesOf(series, kept.series.values, local, end);
  const lifts = new Map<Lift, Occurrence>();
  const unknown: Occurrence[] = [];
  local.forEach((occurrence, i) => {
    if (occurrence.to <= end) return;
    const lift = liftOf(occurrence, profiles.get(occurrence.group) ?? null);
    if (lift === null) unknown.push(known[i]);
    else lifts.set(lift, known[i]);
  });
  return {
    series: kept.series,
    steps: places ? places.reduce((most, place) => Math.max(most, place + 1), 1) : steps,
    back: (path) => (places ? Float64Array.from(places, (place) => path[place]) : path),
    lifts,
    unknown,
    taken: kept.taken,
    unfollowed,
  };
}

/**
 * Forecasts a series by the wall clock of its zone, with events and holidays: past ones are kept out of the seasons and teach a profile,
 * coming ones lift the forecast by it.
 *
 * An occurrence is past when it was over at the end of the series. What an event reaches, no holiday lifts or learns from.
 *
 * @throws ProblemError as `forecast` does
 */
export async function forecastWithEvents(
  input: ForecastInput,
  options: ForecastOptions,
  calendar: Calendar,
  run: FitRunner,
): Promise<EventForecast> {
  const { series, steps, back, lifts, unknown, taken, unfollowed } = prepare(input, options.steps, calendar);
  const plain = await forecast(series, { ...options, steps }, run);
  const { mean, quantiles, applied } = applyLifts(plain, options.quantiles, [...lifts.keys()]);
  return {
    forecast: { ...plain, start: input.start + input.values.length * input.intervalMs, mean: back(mean), quantiles: quantiles.map(back) },
    applied: applied.map(({ lift, times }) => ({ lift: { ...lift, occurrence: lifts.get(lift) ?? lift.occurrence }, times })),
    unknown,
    taken,
    unfollowed,
  };
}

/** By group, from those that were over at `end`; only of groups that have one to come. */
function profilesOf(series: Series, masked: Float64Array, occurrences: readonly Occurrence[], end: number): ReadonlyMap<string, Profile> {
  const { start, intervalMs } = series;
  const coming = new Set(occurrences.filter(({ to }) => to > end).map(({ group }) => group));
  const past = occurrences.filter(({ to, from }) => to <= end && from >= start);
  const taught = (occurrence: Occurrence, step: number) => {
    const at = start + step * intervalMs;
    const own = reachOf(occurrence, at, intervalMs);
    return past.every(
      (other) => other === occurrence || other.from >= at + intervalMs || other.to <= at || reachOf(other, at, intervalMs) < own / 4,
    );
  };
  const profiles = new Map<string, Profile>();
  for (const group of coming) {
    const own = past.filter((occurrence) => occurrence.group === group);
    const profile = own.length === 0 ? null : learnProfile(series, masked, own, taught);
    if (profile !== null) profiles.set(group, profile);
  }
  return profiles;
}

/** Holidays only where no event is: what an event reaches is told by the event. */
function withoutEvents(occurrences: readonly Occurrence[]): readonly Occurrence[] {
  const events = occurrences.filter(({ kind }) => kind === 'event');
  return occurrences.flatMap((occurrence) => {
    if (occurrence.kind === 'event') return [occurrence];
    const { from, to, reach = [{ from, to, share: 1 }] } = occurrence;
    const left = reach.flatMap((part) =>
      events.reduce<readonly Reach[]>((parts, event) => parts.flatMap((piece) => without(piece, event)), [part]),
    );
    return left.length === 0 ? [] : [{ ...occurrence, reach: left }];
  });
}

function without(part: Reach, { from, to }: Occurrence): Reach[] {
  if (to <= part.from || from >= part.to) return [part];
  return [
    { ...part, to: from },
    { ...part, from: to },
  ].filter((piece) => piece.to > piece.from);
}
