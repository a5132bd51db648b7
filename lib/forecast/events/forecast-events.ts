import { type CalendarEffect, calendarEffects, type DayContext, effectSpans } from '../../history';
import { type Applied, applyLifts, type Lift, liftOf, type StepPart, withoutOccurrences } from './events';
import { learnProfile, type Profile } from './event-profile';
import { localClock, placesByLocalClock, seriesByLocalClock, unfollowedChange } from './wall-clock';
import { forecast } from '../forecast';
import { moved, type Occurrence, type Reach, reachOf, stepsOf } from './occurrence';
import { withoutExcluded } from '../backtest';
import type { Series } from '../training-data';
import type { FitRunner, Forecast, ForecastInput, ForecastOptions } from '../types';

/** What is known in advance of special days and of the clock. */
export type Calendar = {
  /** IANA zone whose wall clock the seasons follow, unless the history shows that they do not. */
  readonly timeZone: string;
  /** Occurrences of events and holidays, past and coming, in any order. */
  readonly occurrences: readonly Occurrence[];
  /** Dates on which nobody works, for effects of the calendar that the series itself shows. @default none are looked for */
  readonly daysOff?: ReadonlySet<string>;
};

/** A forecast by the wall clock and with events, and what was done for it. */
export type EventForecast = {
  /** The forecast with the lifts of coming occurrences. */
  readonly forecast: Forecast;
  /** Its paths without any lift, as if nothing special were coming. */
  readonly usual: Pick<Forecast, 'mean' | 'quantiles'>;
  /** The lifts of coming occurrences, and their factor on the forecast. */
  readonly applied: readonly Applied[];
  /** The load before, in and after coming occurrences within the steps that they cover in part. */
  readonly parts: readonly StepPart[];
  /** Coming occurrences without a lift: the past taught none and the config states none. */
  readonly unknown: readonly Occurrence[];
  /** What the calendar does to the load, as the series shows it. */
  readonly effects: readonly CalendarEffect[];
  /** Number of past steps that were kept out of the seasons, because an occurrence reached them. */
  readonly taken: number;
  /** The last change of the clock of the zone that the load did not follow, epoch ms: then its seasons stay those of UTC. `null` without one. */
  readonly unfollowed: number | null;
};

/** A series prepared for models that know neither clocks nor events, with what to do to their paths afterwards. */
export type Prepared = {
  /** On the wall clock, with the steps of past occurrences made NaN. */
  readonly series: ForecastInput;
  /** Steps to forecast, on the wall clock. */
  readonly steps: number;
  /** Turns a path on the wall clock into one in UTC. */
  readonly back: (path: Float64Array) => Float64Array;
  /** Lifts of coming occurrences, for a forecast in UTC. */
  readonly lifts: readonly Lift[];
  readonly unknown: readonly Occurrence[];
  readonly effects: readonly CalendarEffect[];
  readonly taken: number;
  readonly unfollowed: number | null;
};

/** Moves a series onto the wall clock, takes past occurrences out of it and learns their lifts, for a forecast of `steps` steps. */
export function prepare(input: ForecastInput, steps: number, calendar: Calendar): Prepared {
  const { start, intervalMs, values } = input;
  const end = start + values.length * intervalMs;
  const zoneClock = localClock(calendar.timeZone, intervalMs, start, end + steps * intervalMs, end - 1);
  const unfollowed = zoneClock && unfollowedChange(input, calendar.timeZone);
  const clock = unfollowed === null ? zoneClock : null;
  const toLocal = clock ? clock.toLocal : (at: number) => at;
  const series = clock ? seriesByLocalClock(input, clock) : input;
  const places = clock ? placesByLocalClock(end, intervalMs, steps, clock) : null;

  const effects = effectsOf(input, calendar);
  const occurrences = withoutEvents([...calendar.occurrences, ...comingAndPast(effects, calendar, start, end + steps * intervalMs)]);
  const localOccurrences = occurrences.map((occurrence) => moved(occurrence, toLocal));
  const remaining = withoutOccurrences(series, localOccurrences);
  const profiles = profilesOf(series, remaining.series.values, localOccurrences, end);
  const lifts: Lift[] = [];
  const unknown: Occurrence[] = [];
  localOccurrences.forEach((occurrence, i) => {
    if (occurrence.to <= end) return;
    const first = stepsOf(occurrence, end, intervalMs).first;
    const lift = liftOf(occurrences[i], profiles.get(occurrence.group) ?? null, (step) => (places ? places[step] : step) - first);
    if (lift === null) unknown.push(...(occurrence.kind === 'calendar' ? [] : [occurrences[i]]));
    else lifts.push(lift);
  });
  return {
    series: remaining.series,
    steps: places ? places.reduce((longest, place) => Math.max(longest, place + 1), 1) : steps,
    back: (path) => (places ? Float64Array.from(places, (place) => path[place]) : path),
    lifts,
    unknown,
    effects,
    taken: remaining.taken,
    unfollowed,
  };
}

/**
 * Forecasts a series on the wall clock of its zone, with events and holidays. Past occurrences are kept out of the seasons and teach a
 * profile; coming ones change the forecast by that profile, or by the uplift that the config states.
 *
 * An occurrence is past when it was over at the end of the series. Where an event is, holidays and the calendar neither change the forecast
 * nor are learned.
 *
 * @throws ProblemError as `forecast` does
 */
export async function forecastWithEvents(
  input: ForecastInput,
  options: ForecastOptions,
  calendar: Calendar,
  run: FitRunner,
): Promise<EventForecast> {
  const { series, steps, back, lifts, unknown, effects, taken, unfollowed } = prepare(input, options.steps, calendar);
  const plain = await forecast(series, { ...options, steps }, run);
  const start = input.start + input.values.length * input.intervalMs;
  const inUtc = { ...plain, start, mean: back(plain.mean), quantiles: plain.quantiles.map(back) };
  const { mean, quantiles, applied, parts } = applyLifts(inUtc, options.quantiles, lifts);
  return {
    forecast: { ...inUtc, mean, quantiles },
    usual: { mean: inUtc.mean, quantiles: inUtc.quantiles },
    applied,
    parts,
    unknown,
    effects,
    taken,
    unfollowed,
  };
}

/** What the calendar does to a series, where that is asked for: what events, holidays and exclusions explain has no part in it. */
function effectsOf(input: ForecastInput, { timeZone, occurrences, daysOff }: Calendar): readonly CalendarEffect[] {
  if (daysOff === undefined) return [];
  const values = withoutOccurrences({ ...input, values: withoutExcluded(input) }, withoutEvents(occurrences)).series.values;
  return calendarEffects({ ...input, values }, { timeZone, daysOff });
}

/** The occurrences of effects of the calendar between two moments, epoch ms. */
function comingAndPast(effects: readonly CalendarEffect[], { timeZone, daysOff }: Calendar, from: number, to: number): Occurrence[] {
  if (daysOff === undefined) return [];
  const context: DayContext = { timeZone, daysOff };
  return effects.flatMap((effect) =>
    effectSpans(effect, context, from, to).map((span) => ({
      kind: 'calendar',
      name: effect.name,
      group: `calendar ${effect.name}`,
      ...span,
    })),
  );
}

/** Profiles by group, learned from the occurrences that were over at `end`, for the groups that have a coming occurrence. */
function profilesOf(series: Series, masked: Float64Array, occurrences: readonly Occurrence[], end: number): ReadonlyMap<string, Profile> {
  const { start, intervalMs } = series;
  const coming = new Set(occurrences.filter(({ to }) => to > end).map(({ group }) => group));
  const past = occurrences.filter(({ to, from }) => to <= end && from >= start);
  const taught = (occurrence: Occurrence, step: number) => {
    const at = start + step * intervalMs;
    const reach = reachOf(occurrence, at, intervalMs);
    return past.every(
      (other) => other === occurrence || other.from >= at + intervalMs || other.to <= at || reachOf(other, at, intervalMs) < reach / 4,
    );
  };
  const profiles = new Map<string, Profile>();
  for (const group of coming) {
    const occurrencesOfGroup = past.filter((occurrence) => occurrence.group === group);
    const profile = occurrencesOfGroup.length === 0 ? null : learnProfile(series, masked, occurrencesOfGroup, taught);
    if (profile !== null) profiles.set(group, profile);
  }
  return profiles;
}

/** The occurrences, with all others cut where an event is: there the load is explained by the event alone. */
function withoutEvents(occurrences: readonly Occurrence[]): readonly Occurrence[] {
  const events = occurrences.filter(({ kind }) => kind === 'event');
  return occurrences.flatMap((occurrence) => {
    if (occurrence.kind === 'event') return [occurrence];
    const { from, to, reach = [{ from, to, share: 1 }] } = occurrence;
    const remaining = reach.flatMap((part) =>
      events.reduce<readonly Reach[]>((parts, event) => parts.flatMap((piece) => without(piece, event)), [part]),
    );
    return remaining.length === 0 ? [] : [{ ...occurrence, reach: remaining }];
  });
}

/** The pieces of a part of a holiday that are not within an event. */
function without(part: Reach, { from, to }: Occurrence): Reach[] {
  if (to <= part.from || from >= part.to) return [part];
  return [
    { ...part, to: from },
    { ...part, from: to },
  ].filter((piece) => piece.to > piece.from);
}
